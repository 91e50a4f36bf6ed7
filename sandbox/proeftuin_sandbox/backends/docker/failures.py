"""Why something did not work on an engine, in words for people."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError
from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import Failure, FailureError
from proeftuin_sandbox.backends.explain import explain_end
from proeftuin_sandbox.backends.failures import AGAIN, COMPONENT_STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.limits import Limits
    from proeftuin_infra.process_status import Ended


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the engine says into a failure with a cause and a remedy."""
    try:
        yield
    except DockerError as error:
        raise FailureError(failure_of(error)) from error


def failure_of(error: DockerError) -> Failure:
    """Explain what an engine says."""
    if error.code == "engine-unreachable":
        return Failure(
            "engine-unreachable",
            Text(nl="De Docker-engine antwoordt niet.", en="The Docker engine does not answer."),
            Text(
                nl="Het platform probeert opnieuw. Beheerder: controleer of Docker draait, en PROEFTUIN_DOCKER_HOST.",
                en="The platform tries again. Operator: check that Docker runs, and PROEFTUIN_DOCKER_HOST.",
            ),
            is_transient=True,
        )
    if error.code == "no-space":
        return Failure(
            "engine-full",
            Text(nl="De schijf van de Docker-engine is vol.", en="The disk of the Docker engine is full."),
            Text(
                nl="Beheerder: maak plaats met docker image prune.", en="Operator: make room with docker image prune."
            ),
            is_transient=True,
        )
    if error.code == "no-addresses":
        return Failure(
            "engine-full",
            Text(nl="Er zijn geen vrije netwerkadressen meer.", en="There are no free network addresses left."),
            Text(
                nl="Ruim proeftuinen op die niet meer nodig zijn.",
                en="Destroy sandboxes that are not needed any more.",
            ),
            is_transient=True,
        )
    said = error.said[:300]
    return Failure(
        "engine-refused",
        Text(nl=f"De Docker-engine weigert: {said}", en=f"The Docker engine refuses: {said}"),
        AGAIN,
        is_transient=True,
    )


def image_refused(error: DockerError) -> Failure:
    """Explain that an image cannot be loaded."""
    return Failure(
        "image-refused",
        Text(
            nl=f"Het image kan niet geladen worden: {error.said[:300]}",
            en=f"The image cannot be loaded: {error.said[:300]}",
        ),
        Text(nl="Maak het image opnieuw.", en="Make the image again."),
    )


def wrong_architecture(image: str, engine: str) -> Failure:
    """Explain that an image is for other machines."""
    return Failure(
        "image-architecture",
        Text(
            nl=f"Het image is gemaakt voor {image}, en deze machine is {engine}.",
            en=f"The image is made for {image}, and this machine is {engine}.",
        ),
        Text(
            nl=f"Bouw het met --platform linux/{engine}.",
            en=f"Build it with --platform linux/{engine}.",
        ),
    )


def component_ended(ended: Ended, *, limits: Limits, said: str, was_asked: bool) -> Failure:
    """Explain why a component is not there any more.

    Args:
        ended: What the engine saw.
        limits: Its ceilings.
        said: The last line that it wrote, to quote.
        was_asked: The platform itself ended it.
    """
    if was_asked:
        return COMPONENT_STOPPED
    if ended.code == "exited" and ended.exit_code in _NOT_STARTED_CODES and _START_WORDS in said:
        # The small init of the engine (tini) could not start the program, and says why.
        ended = replace(ended, code="not-started", detail=said)
    if ended.code == "not-started":
        ended = replace(ended, detail=_plain(ended.detail))
    if ended.code == "signalled" and ended.signal == signal.SIGXCPU:
        ended = replace(ended, code="cpu-limit")
    return explain_end(ended, limits=limits, said=said)


def _plain(words: str) -> str:
    """Say in the operating system's words what the engine wraps in its own."""
    lower = words.lower()
    if "permission denied" in lower:
        return "Permission denied"
    if "exec format" in lower:
        return "Exec format error"
    quoted = words.split('"')
    return quoted[1] if len(quoted) > 2 else words  # noqa: PLR2004 - something stands between quotes


_NOT_STARTED_CODES = {126, 127}
_START_WORDS = "[FATAL tini"

NO_ROOM = Failure(
    "room-absent",
    Text(nl="De kamer van deze proeftuin is er niet.", en="The room of this sandbox is not there."),
    AGAIN,
    is_transient=True,
)

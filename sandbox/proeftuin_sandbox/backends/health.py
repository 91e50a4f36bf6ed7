"""Wait until a program answers, and say what is wrong while it does not."""

from __future__ import annotations

import contextlib
import http.client
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from proeftuin_kernel.text import Text
from proeftuin_sandbox.backends.base import LULL, Failure, FailureError, Step
from proeftuin_sandbox.backends.failures import town_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_infra.process_status import ProcessStatus

_POLL_SECONDS = 0.05
_ANSWER_SECONDS = 5.0
_FIRST_WORD_AFTER_SECONDS = 5.0
_OK, _BAD = 200, 400
_PULSE_SECONDS = 0.5
_LOOK_SECONDS = 0.4
_SILENCE = Text(nl="", en="")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a program should answer, and with which path.

    Attributes:
        inside: The port as the program itself knows it, when others reach it through a gate. A gate is
            always open, so only an answer tells that there is somebody behind it.
    """

    host: str
    port: int
    path: str
    inside: int | None = None

    @property
    def known_as(self) -> int:
        """The port of which the program was told."""
        return self.port if self.inside is None else self.inside


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a program and its family listen.

    Attributes:
        ports: For others.
        own: For itself only, on its own loopback address.
    """

    ports: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int | None = None
    trouble: str = ""


def wait_until_healthy(
    address: Address,
    *,
    timeout: float,
    status: Callable[[], ProcessStatus | None],
    gone: Callable[[], FailureError],
    listening: Callable[[ProcessStatus], Listening] | None = None,
) -> Iterator[Step]:
    """Wait until the health check is answered with 2xx or 3xx.

    Args:
        address: What to ask.
        timeout: Seconds.
        status: Gives the process's status.
        gone: Explains why the process is not there any more.
        listening: Tells where it listens; looks at this machine's processes when absent.

    Raises:
        FailureError: it ended, or did not answer well in time.
    """
    look = listening or _listening
    began = pulsed = looked = time.monotonic()
    told = False
    answer = _Answer()
    now = status()
    while time.monotonic() - began < timeout:
        if address.inside is None or time.monotonic() - looked > _LOOK_SECONDS:  # behind a gate, looking costs more
            now, looked = status(), time.monotonic()
        if now is None or not now.alive:
            raise gone()
        if address.inside is not None or _is_listened_to(address):
            answer = _ask(address, patience=min(_ANSWER_SECONDS, max(0.1, timeout - (time.monotonic() - began))))
            if answer.status is not None and _OK <= answer.status < _BAD:
                if address.inside is None and not _is_ours(look(now), address.port):
                    raise FailureError(_port_taken(address.port))
                return
        if not told and time.monotonic() - began > _FIRST_WORD_AFTER_SECONDS:
            told = True
            failure = _diagnose(address, look(now), answer, timeout=timeout)
            yield Step(
                "waiting",
                Text(
                    nl=f"Nog geen goed antwoord. {failure.cause.nl} {failure.remedy.nl}",
                    en=f"No good answer yet. {failure.cause.en} {failure.remedy.en}",
                ),
            )
        if time.monotonic() - pulsed > _PULSE_SECONDS:
            pulsed = time.monotonic()
            yield Step(LULL, _SILENCE)
        time.sleep(_POLL_SECONDS)
    now = status()
    if now is None or not now.alive:
        raise gone()
    raise FailureError(_diagnose(address, look(now), answer, timeout=timeout))


def wait_until_town_answers(
    address: Address,
    *,
    timeout: float,
    status: Callable[[], ProcessStatus | None],
    gone: Callable[[], FailureError],
    listening: Callable[[ProcessStatus], Listening] | None = None,
) -> Iterator[Step]:
    """Wait for a town as for a component; but it is the platform's own.

    Nobody is told to look at a component then, and one that was too slow once is tried again.

    Raises:
        FailureError: it ended, or did not answer well in time; always one that may pass.
    """
    try:
        for step in wait_until_healthy(address, timeout=timeout, status=status, gone=gone, listening=listening):
            yield (
                step
                if step.code == LULL
                else Step(
                    "waiting",
                    Text(nl="De bouwstenen antwoorden nog niet.", en="The building blocks do not answer yet."),
                )
            )
    except FailureError as error:
        if error.failure.is_transient:
            raise
        said = f"{timeout:.0f} s: {error.failure.cause.en}"
        raise FailureError(town_failure("town-start-failed", said)) from error


def _ask(address: Address, *, patience: float) -> _Answer:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=patience)
    try:
        connection.request("GET", address.path, headers={"Accept": "*/*", "User-Agent": "proeftuin-health"})
        return _Answer(status=connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return _Answer(trouble=type(error).__name__)
    finally:
        connection.close()


def _is_listened_to(address: Address) -> bool:
    with contextlib.suppress(OSError), contextlib.closing(_connect(address)):
        return True
    return False


def _connect(address: Address) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(address.host, address.port, timeout=1)
    connection.connect()
    return connection


def _listening(status: ProcessStatus) -> Listening:
    """Look where a program of this machine or its family listens."""
    ports: set[int] = set()
    if status.warden is None:
        return Listening()
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(status.warden.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                ports |= {
                    connection.laddr.port
                    for connection in process.net_connections(kind="tcp")
                    if connection.status == psutil.CONN_LISTEN
                }
    return Listening(frozenset(ports))


def _is_ours(seen: Listening, port: int) -> bool:
    """Whether the program itself answers there, and not somebody who took the port first."""
    return port in seen.ports or not seen.ports  # nothing visible: the system does not show it to this user


def _diagnose(address: Address, seen: Listening, answer: _Answer, *, timeout: float) -> Failure:
    port = address.known_as
    if answer.status is not None:
        return Failure(
            "health-refused",
            Text(
                nl=f"GET {address.path} antwoordt met {answer.status}.",
                en=f"GET {address.path} answers {answer.status}.",
            ),
            Text(
                nl="Laat health.path in component.yaml naar een pad wijzen dat 200 geeft zodra de component werkt.",
                en="Have health.path in component.yaml point to a path that gives 200 once the component works.",
            ),
        )
    if answer.trouble and (address.inside is None or port in seen.ports):
        return Failure(
            "health-no-answer",
            Text(
                nl=f"Poort {port} is open, maar GET {address.path} krijgt geen antwoord ({answer.trouble}).",
                en=f"Port {port} is open, but GET {address.path} gets no answer ({answer.trouble}).",
            ),
            Text(
                nl="Controleer of de component HTTP spreekt en niet vastloopt bij het eerste verzoek.",
                en="Check that the component speaks HTTP and does not hang on its first request.",
            ),
        )
    if port in seen.own:
        return Failure(
            "own-address-only",
            Text(
                nl=f"De component luistert op poort {port}, maar alleen voor zichzelf (127.0.0.1).",
                en=f"The component listens on port {port}, but only for itself (127.0.0.1).",
            ),
            Text(
                nl="Luister op HOST uit de omgeving; hier is dat 0.0.0.0.",
                en="Listen on HOST from the environment; here that is 0.0.0.0.",
            ),
        )
    others = sorted((seen.ports | seen.own) - {port})
    if others:
        return Failure(
            "wrong-port",
            Text(
                nl=f"De component luistert op poort {others[0]}, niet op {port}.",
                en=f"The component listens on port {others[0]}, not on {port}.",
            ),
            Text(
                nl="Lees HOST en PORT uit de omgeving en luister daar.",
                en="Read HOST and PORT from the environment and listen there.",
            ),
        )
    return Failure(
        "port-not-open",
        Text(
            nl=f"De component draait, maar opende zijn poort niet binnen {timeout:.0f} seconden.",
            en=f"The component runs, but did not open its port within {timeout:.0f} seconds.",
        ),
        Text(
            nl="Luister op HOST en PORT uit de omgeving; start het traag, verhoog dan health.timeoutSeconds.",
            en="Listen on HOST and PORT from the environment; if it starts slowly, raise health.timeoutSeconds.",
        ),
    )


def _port_taken(port: int) -> Failure:
    return Failure(
        "port-taken",
        Text(nl=f"Een ander programma nam poort {port} in.", en=f"Another program took port {port}."),
        Text(nl="Het platform probeert een andere poort.", en="The platform tries another port."),
        is_transient=True,
    )

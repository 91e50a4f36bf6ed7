"""Images on an engine: known by the digest of their configuration, loaded from an archive when absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError, engine_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from proeftuin_infra.docker.engine import Engine

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What matters of an image.

    Attributes:
        id: Digest of its configuration; two images with this digest are the same.
        architecture: As in `amd64`.
        size: Bytes.
    """

    id: str
    architecture: str
    user: str
    size: int


class Images:
    """Finds and loads images."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, reference: str) -> ImageFacts | None:
        """Give the image of a digest or a name; None when the engine does not have it."""
        try:
            with engine_errors():
                told = self._engine.client.inspect_image(reference)  # type: ignore[no-untyped-call]  # stubs have no types here
        except DockerError as error:
            if error.code == "not-found":
                return None
            raise
        return ImageFacts(
            id=told["Id"],
            architecture=told.get("Architecture", ""),
            user=(told.get("Config") or {}).get("User", ""),
            size=told.get("Size", 0),
        )

    def ensure(self, digest: str, archive: Callable[[], Iterable[bytes]]) -> ImageFacts:
        """Have the image of this digest; loads it when it is absent.

        Args:
            digest: Of its configuration.
            archive: Gives it as `docker save` writes it; asked when the engine does not have the image.

        Raises:
            DockerError: the archive holds something else, or the engine refuses it.
        """
        found = self.find(digest)
        if found is not None:
            return found
        with engine_errors():
            lines = list(self._engine.client.load_image(archive(), quiet=True))  # type: ignore[no-untyped-call]  # idem
        found = self.find(digest)
        if found is None:
            said = next((str(line["error"]) for line in lines if "error" in line), "it holds another image")
            raise DockerError("image-refused", said)
        return found

    def pull(self, reference: str) -> ImageFacts:
        """Fetch an image from where its name says; an image that is there is not fetched again.

        Raises:
            DockerError: code `image-absent` when the registry does not have it or may not be asked.
        """
        found = self.find(reference)
        if found is not None:
            return found
        try:
            with engine_errors():
                self._engine.client.pull(reference)
        except DockerError as error:
            raise DockerError("image-absent", error.said) from error
        found = self.find(reference)
        if found is None:
            raise DockerError("image-absent", f"{reference} did not come")
        return found

    def remove(self, digest: str) -> None:
        """Remove an image that no container uses; otherwise nothing happens."""
        try:
            with engine_errors():
                self._engine.client.remove_image(digest, noprune=False)
        except DockerError as error:
            if error.code not in {"not-found", "conflict"}:
                raise

    def own_architecture(self) -> str:
        """Give the architecture of the engine's machine, as images name it."""
        told = str(self._engine.facts().get("Architecture", ""))
        return _ARCHITECTURES.get(told, told)

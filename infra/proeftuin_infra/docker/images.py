"""Images on an engine: known by the digest of their configuration, loaded from an archive when absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError, engine_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from proeftuin_infra.docker.engine import Engine

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What matters of an image.

    Attributes:
        id: Digest of its configuration; two images with this digest are the same.
        architecture: As in `amd64`.
        size: Bytes.
        layers: Diff ids.
    """

    id: str
    architecture: str
    user: str
    size: int
    layers: tuple[str, ...]


class Images:
    """Finds and loads images."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._layers: set[str] = set()

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
            layers=tuple((told.get("RootFS") or {}).get("Layers") or ()),
        )

    def ensure(self, digest: str, archive: Callable[[Collection[str]], Iterable[bytes]]) -> ImageFacts:
        """Have the image of this digest; loads it when it is absent.

        Args:
            digest: Of its configuration.
            archive: Gives it as `docker save` writes it, without the layers of which the engine has these
                diff ids; asked when the engine does not have the image.

        Raises:
            DockerError: the archive holds something else, or the engine refuses it.
        """
        found = self.find(digest)
        # What the engine had may have been cleaned away since we saw it: then everything is sent.
        for without in (frozenset(self._layers), frozenset[str]()):
            if found is not None:
                break
            said = self._load(archive(without))
            found = self.find(digest)
        if found is None:
            raise DockerError("image-refused", said or "it holds another image")
        self._layers.update(found.layers)
        return found

    def remove(self, digest: str) -> bool:
        """Remove an image that no container uses; False when one does, and it stays."""
        try:
            with engine_errors():
                self._engine.client.remove_image(digest)
        except DockerError as error:
            if error.code not in {"not-found", "conflict"}:
                raise
            return error.code == "not-found"
        return True

    def _load(self, archive: Iterable[bytes]) -> str:
        try:
            with engine_errors():
                lines = list(self._engine.client.load_image(archive, quiet=True))  # type: ignore[no-untyped-call]  # idem
        except DockerError as error:
            if error.code == "engine-unreachable":
                raise
            return error.said
        return next((str(line["error"]) for line in lines if "error" in line), "")

    def own_architecture(self) -> str:
        """Give the architecture of the engine's machine, as images name it."""
        told = str(self._engine.facts().get("Architecture", ""))
        return _ARCHITECTURES.get(told, told)

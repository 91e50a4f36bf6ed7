"""The images that rooms on an engine or a cluster need, whoever makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable

    from proeftuin_infra.oci.registry import Registry
    from proeftuin_sandbox.backends.base import DeploymentOrder, Step, TownSpec


@dataclass(frozen=True, slots=True)
class RoomImage:
    """An image that an engine can be given.

    Attributes:
        id: Digest of its configuration, by which Docker runs it.
        digest: Digest of its manifest, by which a registry or containerd knows it.
        archive: Gives it as `docker save` writes it, without the layers of these diff ids.
        town_digest: Of the town that it holds, if it holds one.
        architecture: As in `amd64`.
        places: Paths that it wants to write to, as its `VOLUME`s say.
        push: Puts it in a registry, under this repository.
    """

    id: str
    digest: str
    archive: Callable[[Collection[str]], Iterable[bytes]]
    town_digest: str = ""
    architecture: str = ""
    places: tuple[str, ...] = ()
    push: Callable[[Registry, str], str] | None = None


class RoomImages(Protocol):
    """Makes images. What takes long gives steps, and the image in the end."""

    def base(self) -> RoomImage:
        """Give the image in which the platform's own gates and probes run.

        Raises:
            FailureError: there is none.
        """
        ...

    def town(self, spec: TownSpec) -> Generator[Step, None, RoomImage]:
        """Give the image of a town and its building blocks.

        Raises:
            FailureError: it cannot be made.
        """
        ...

    def component(self, order: DeploymentOrder) -> Generator[Step, None, RoomImage]:
        """Give the image of a component.

        Raises:
            FailureError: it cannot be made, or may not be run.
        """
        ...

    def close(self) -> None:
        """End what still runs of making images."""
        ...

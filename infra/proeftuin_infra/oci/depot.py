"""Where a platform of several machines or pods leaves uploaded images for each other: its own registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proeftuin_infra.oci.errors import ImageError
from proeftuin_infra.oci.registry import Registry
from proeftuin_infra.oci.registry_access import Credentials

if TYPE_CHECKING:
    from proeftuin_infra.oci.model import Image
    from proeftuin_infra.oci.store import ImageStore

_UNKNOWN = "image-unknown"


@dataclass(frozen=True, slots=True)
class ImageDepot:
    """One repository in a registry; images have no tags there, only their digest.

    Attributes:
        server: Host and port.
        repository: Path in the registry.
        username: Who may push and pull; empty: everybody.
        password: Idem.
        is_plain: It speaks plain HTTP.
    """

    server: str
    repository: str
    username: str = ""
    password: str = field(default="", repr=False)
    is_plain: bool = False

    def give(self, store: ImageStore, image: Image) -> None:
        """Leave an image there; what is there already is not sent again.

        Raises:
            ImageError: the registry does not answer, or refuses.
        """
        with self._registry() as registry:
            registry.push(store, image, self.repository)

    def fetch(self, store: ImageStore, digest: str, *, platform: tuple[str, str]) -> Image | None:
        """Get an image into a store; None when it is not there.

        Raises:
            ImageError: the registry does not answer, or refuses.
        """
        with self._registry() as registry:
            try:
                return registry.pull(store, self.repository, digest, platform=platform)
            except ImageError as error:
                if error.code == _UNKNOWN:
                    return None
                raise

    def _registry(self) -> Registry:
        credentials = Credentials(self.username, self.password) if self.username else None
        return Registry(self.server, credentials=credentials, is_plain=self.is_plain)

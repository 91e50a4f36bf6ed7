"""Where images go so that nodes can pull them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from proeftuin_infra.kube.client.errors import KubeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_infra.oci.registry import Registry

REGISTRY_UNREACHABLE = "registry-unreachable"
REGISTRY_REFUSED = "registry-refused"


@dataclass(frozen=True, slots=True)
class RegistryPlace:
    """Where images go.

    Attributes:
        url: Address and prefix, `https://registry.example/proeftuin`; `http://` for one without TLS.
        username: Who may push and pull; empty: everybody.
        password: Idem.
    """

    url: str
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def server(self) -> str:
        """Host and port, as in image references."""
        return urlsplit(self.url).netloc

    @property
    def folder(self) -> str:
        """What every repository begins with, such as `proeftuin/`; empty when the address has no path."""
        path = urlsplit(self.url).path.strip("/")
        return f"{path}/" if path else ""

    @property
    def prefix(self) -> str:
        """What every reference begins with: `registry.example/proeftuin/`."""
        return f"{self.server}/{self.folder}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to connect to."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)

    def reference(self, name: str, digest: str) -> str:
        """Name an image, pinned by digest."""
        return f"{self.prefix}{name}@{digest}"


class Pusher:
    """Pushes images to one registry, each once in the life of a process.

    Args:
        place: Where.
    """

    def __init__(self, place: RegistryPlace) -> None:
        self.place = place
        self._there: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def push(self, name: str, digest: str, send: Callable[[Registry, str], str]) -> str:
        """Have an image in the registry.

        Args:
            name: Of the repository below the prefix.
            digest: Of its manifest.
            send: Sends it to a repository of a registry.

        Returns:
            The reference by which nodes pull it.

        Raises:
            KubeError: the registry does not answer, or refuses.
        """
        from proeftuin_infra.oci.errors import ImageError  # noqa: PLC0415 - only this backend needs it here
        from proeftuin_infra.oci.registry import Registry  # noqa: PLC0415 - idem
        from proeftuin_infra.oci.registry_access import Credentials  # noqa: PLC0415 - idem

        place = self.place
        with self._lock:  # one at a time: the second finds the layers of the first
            if (name, digest) not in self._there:
                credentials = Credentials(place.username, place.password) if place.username else None
                plain = place.url.startswith("http://")
                try:
                    with Registry(place.server, credentials=credentials, is_plain=plain) as registry:
                        send(registry, f"{place.folder}{name}")
                except ImageError as error:
                    code = REGISTRY_UNREACHABLE if error.is_transient else REGISTRY_REFUSED
                    raise KubeError(code, f"{place.server}: {error.cause.en}") from error
                self._there.add((name, digest))
        return place.reference(name, digest)

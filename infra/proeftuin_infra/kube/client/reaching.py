"""Where a port of a room is reached: on this machine's loopback address, or by an address of the cluster itself."""

from __future__ import annotations

from dataclasses import dataclass

from proeftuin_infra.kube.client.forward import HOST


@dataclass(frozen=True, slots=True)
class Place:
    """A host and a port at which the platform reaches something in a room."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """Give its address."""
        return f"http://{self.host}:{self.port}"

    @property
    def is_forwarded(self) -> bool:
        """Whether it is a listener of this machine, that leads to whichever pod is there."""
        return self.host == HOST

    @property
    def note(self) -> str:
        """Write it as it is remembered in an annotation: of a listener only the port."""
        return str(self.port) if self.is_forwarded else f"{self.host}:{self.port}"

    @classmethod
    def noted(cls, text: str) -> Place | None:
        """Read what `note` wrote; None when that is nothing."""
        host, _, port = text.rpartition(":")
        return cls(host or HOST, int(port)) if port.isdigit() and int(port) else None


def service_place(service: str, namespace: str, port: int) -> Place:
    """Name a service of a room as pods outside its namespace do."""
    return Place(f"{service}.{namespace}.svc", port)

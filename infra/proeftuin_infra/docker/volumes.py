"""Volumes: data of bounded size in memory, or of any size on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError, engine_errors
from proeftuin_infra.docker.labels import selection

if TYPE_CHECKING:
    from proeftuin_infra.docker.engine import Engine


@dataclass(frozen=True, slots=True)
class Volume:
    """One volume as the engine knows it."""

    name: str
    labels: dict[str, str]


class Volumes:
    """Makes, finds and removes volumes of the local driver."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ensure_bounded(self, name: str, *, labels: dict[str, str], mib: int, owner: int) -> None:
        """Have a volume in memory that never grows over its size; what it holds lasts while a container has it.

        Raises:
            DockerError: the engine refuses.
        """
        options = {
            "type": "tmpfs",
            "device": "tmpfs",
            "o": f"size={mib}m,uid={owner},gid={owner},mode=0700,nodev,nosuid",
        }
        with engine_errors():
            self._engine.client.create_volume(name, driver="local", driver_opts=options, labels=labels)

    def ensure(self, name: str, *, labels: dict[str, str]) -> None:
        """Have a volume on disk; one that is there keeps what it holds.

        Raises:
            DockerError: the engine refuses.
        """
        with engine_errors():
            self._engine.client.create_volume(name, driver="local", labels=labels)

    def having(self, **labels: str) -> list[Volume]:
        """Give the volumes with these labels."""
        with engine_errors():
            told = self._engine.client.volumes(filters=selection(**labels))
        return [Volume(one["Name"], one.get("Labels") or {}) for one in told["Volumes"] or []]

    def remove(self, name: str) -> None:
        """Remove a volume; one that is not there is not an error.

        Raises:
            DockerError: a container still has it.
        """
        try:
            with engine_errors():
                self._engine.client.remove_volume(name, force=True)
        except DockerError as error:
            if error.code != "not-found":
                raise

"""What an engine knows of a container, and why one that ended did so."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from proeftuin_infra.process_status import Ended, ProcessStatus

_SIGNALLED: Final = 128
_NOT_EXECUTABLE, _NOT_FOUND = 126, 127
_NEVER: Final = "0001-01-01T00:00:00Z"
_MIB: Final = 1024 * 1024
_NANO: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ContainerState:
    """One container.

    Attributes:
        image: Digest of its image's configuration.
        ports: Published ports of this machine, by the container's port.
        started_at: Seconds since 1970; 0 when unknown or never.
        ended_at: Idem; None while it runs.
        exit_code: Of its program, once it ended.
        is_out_of_memory: The kernel ended something in it because its memory was full.
        error: Why it could not be started, in the engine's words.
        addresses: By network, while it runs.
        networks: All that it is on, whether it runs or not; of an inspection only.
        environment: As it was given; of an inspection only.
    """

    id: str
    name: str
    image: str
    labels: dict[str, str]
    is_running: bool
    ports: dict[int, int]
    was_started: bool = True
    started_at: float = 0.0
    ended_at: float | None = None
    exit_code: int | None = None
    is_out_of_memory: bool = False
    error: str = ""
    addresses: dict[str, str] | None = None
    networks: frozenset[str] = frozenset()
    environment: dict[str, str] | None = None

    def ended(self) -> Ended | None:
        """Tell why it does not run any more; None while it runs."""
        if self.is_running:
            return None
        if self.error or not self.was_started:
            return Ended("not-started", detail=self.error)
        code = self.exit_code or 0
        if self.is_out_of_memory:
            return Ended("memory-limit", exit_code=code)
        if code == _SIGNALLED + signal.SIGXCPU:
            return Ended("cpu-limit", signal=signal.SIGXCPU)
        if code > _SIGNALLED and code - _SIGNALLED in set(signal.Signals):
            return Ended("signalled", signal=code - _SIGNALLED)
        return Ended("exited", exit_code=code)

    def as_process(self, usage: dict[str, Any]) -> ProcessStatus:
        """Give the form that the platform shows.

        Args:
            usage: As `Containers.usage` gives it; may be empty.
        """
        memory = usage.get("memory_stats") or {}
        cpu = (usage.get("cpu_stats") or {}).get("cpu_usage") or {}
        return ProcessStatus(
            alive=self.is_running,
            spec=self.id,
            warden=None,
            process=None,
            started_at=self.started_at,
            ended_at=self.ended_at,
            ended=self.ended(),
            memory_mib=round(memory.get("usage", 0) / _MIB, 1),
            cpu_seconds=round(cpu.get("total_usage", 0) / _NANO, 2),
            disk_mib=0.0,
            processes=int((usage.get("pids_stats") or {}).get("current", 0) or 0),
        )


def from_inspection(told: dict[str, Any]) -> ContainerState:
    """Read the answer to `docker inspect`."""
    state, networks = told["State"], told["NetworkSettings"].get("Networks") or {}
    bindings = told["HostConfig"].get("PortBindings") or {}
    running = bool(state["Running"])
    return ContainerState(
        id=told["Id"],
        name=told["Name"].lstrip("/"),
        image=told["Image"],
        labels=told["Config"].get("Labels") or {},
        is_running=running,
        ports={int(port.partition("/")[0]): int(to[0]["HostPort"]) for port, to in bindings.items() if to},
        was_started=state["StartedAt"] != _NEVER,
        started_at=_moment(state["StartedAt"]) or 0.0,
        ended_at=None if running else _moment(state["FinishedAt"]),
        exit_code=None if running else int(state["ExitCode"]),
        is_out_of_memory=bool(state.get("OOMKilled")),
        error=state.get("Error") or "",
        addresses={name: endpoint["IPAddress"] for name, endpoint in networks.items() if endpoint.get("IPAddress")},
        networks=frozenset(networks),
        environment=dict(entry.partition("=")[::2] for entry in told["Config"].get("Env") or []),
    )


def from_list(told: dict[str, Any]) -> ContainerState:
    """Read one entry of the answer to `docker ps`."""
    published = [port for port in told.get("Ports") or [] if port.get("PublicPort")]
    return ContainerState(
        id=told["Id"],
        name=told["Names"][0].lstrip("/"),
        image=told.get("ImageID", ""),
        labels=told.get("Labels") or {},
        is_running=told["State"] == "running",
        ports={port["PrivatePort"]: port["PublicPort"] for port in published},
    )


def _moment(text: str) -> float | None:
    return None if text in {_NEVER, ""} else datetime.fromisoformat(text).timestamp()

"""What a warden writes about its program, and how others read it.

Kept to the standard library, because every warden loads it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from proeftuin_infra.proctree import ProcessId, is_alive

if TYPE_CHECKING:
    from pathlib import Path

STATUS = "status.json"
LOG = "output.log"
LOCK = "warden.lock"


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a program is no longer there.

    Attributes:
        code: `exited`, `signalled`, `stopped` (asked for), `platform-gone`, `not-started`, `warden-lost`,
            or the limit that was passed: `memory-limit`, `process-limit`, `cpu-limit`, `disk-limit`,
            `file-size-limit`.
        exit_code: What the program gave back, when it ended by itself.
        signal: The signal that ended it, when one did.
        detail: A measured value or the operating system's words.
    """

    code: str
    exit_code: int | None = None
    signal: int | None = None
    detail: str = ""

    def with_exit(self, status: int) -> Ended:
        """Add how the program itself ended; a negative status is a signal."""
        return replace(self, exit_code=status) if status >= 0 else replace(self, signal=-status)

    def as_json(self) -> dict[str, Any]:
        """Give the form that stands in the status file."""
        return {"code": self.code, "exitCode": self.exit_code, "signal": self.signal, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """What is known of one program.

    Attributes:
        alive: The program, its warden and the platform that started it run now.
        spec: Digest of the specification that it was started with.
        warden: The warden's identity.
        process: The program's identity; its process group has the same number.
        started_at: Seconds since 1970.
        ended_at: Idem; None while it runs.
        ended: Why it is not there any more; None while it runs.
        memory_mib: Measured within the last second, over the whole family.
        cpu_seconds: Idem.
        disk_mib: Idem, of its data folder.
        processes: Idem.
    """

    alive: bool
    spec: str
    warden: ProcessId | None
    process: ProcessId | None
    started_at: float
    ended_at: float | None
    ended: Ended | None
    memory_mib: float
    cpu_seconds: float
    disk_mib: float
    processes: int


def write_status(path: Path, status: dict[str, Any]) -> None:
    """Write the status file in one move; a reader sees the old one or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(status))
    fresh.replace(path)


def read_status(folder: Path) -> ProcessStatus | None:
    """Read what is known of the program of a folder; None when it was never started there."""
    try:
        data = json.loads((folder / STATUS).read_text())
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError):
        return None
    warden = ProcessId(**data["warden"]) if data["warden"] else None
    process = ProcessId(**data["process"]) if data["process"] else None
    ended = _ended(data["ended"])
    if ended is None and not is_alive(ProcessId(**data["owner"])):
        ended = Ended(code="platform-gone")  # its warden is ending it, or is about to notice
    if ended is None and (warden is None or not is_alive(warden)):
        ended = Ended(code="warden-lost")
    usage = data["usage"]
    return ProcessStatus(
        alive=ended is None,
        spec=data["spec"],
        warden=warden,
        process=process,
        started_at=data["startedAt"],
        ended_at=data["endedAt"],
        ended=ended,
        memory_mib=usage["memoryMiB"],
        cpu_seconds=usage["cpuSeconds"],
        disk_mib=usage["diskMiB"],
        processes=usage["processes"],
    )


def _ended(data: dict[str, Any] | None) -> Ended | None:
    if data is None:
        return None
    return Ended(code=data["code"], exit_code=data["exitCode"], signal=data["signal"], detail=data["detail"])

"""Families of processes, read from `/proc`: who descends from whom, what they use, how they end.

Kept to the standard library, because every warden loads it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)
_STARTED_FIELD = 19  # of /proc/PID/stat after the command's name: moment of start in ticks since boot
_PPID_FIELD = 1
_CPU_FIELDS = slice(11, 15)
_KILL_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class ProcessId:
    """One life of a process: a pid alone is handed out again, a pid with its start is not.

    Attributes:
        pid: The number.
        started: Moment of start in clock ticks since the machine booted.
    """

    pid: int
    started: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a family of processes uses now; CPU seconds include children that ended and were reaped."""

    processes: int
    memory_mib: float
    cpu_seconds: float


def identify(pid: int) -> ProcessId | None:
    """Give the identity of a living process; None when it is gone or a zombie."""
    fields = _stat(pid)
    if fields is None or fields[0] == "Z":
        return None
    return ProcessId(pid, int(fields[_STARTED_FIELD]))


def is_alive(process: ProcessId) -> bool:
    """Tell whether this very life still goes on."""
    return identify(process.pid) == process


def descendants(pid: int) -> list[int]:
    """List the living descendants of a process, nearest first."""
    found: list[int] = []
    queue = [pid]
    while queue:
        for child in _children(queue.pop(0)):
            found.append(child)
            queue.append(child)
    return found


def usage(pids: Iterable[int], *, exact_above_mib: float = float("inf")) -> Usage:
    """Measure a set of processes.

    Args:
        pids: The processes.
        exact_above_mib: Resident memory counts pages that forked processes still share more than once;
            above this sum the slower, exact measure (proportional set size) is taken.
    """
    pids = list(pids)
    count, own, shared, ticks = 0, 0.0, 0.0, 0
    for pid in pids:
        fields = _stat(pid)
        if fields is None or fields[0] == "Z":
            continue
        with contextlib.suppress(OSError, ValueError):
            _, resident, common, *_ = (_PROC / str(pid) / "statm").read_text().split()
            own += (int(resident) - int(common)) * _PAGE_MIB
            shared = max(shared, int(common) * _PAGE_MIB)
        count += 1
        ticks += sum(int(field) for field in fields[_CPU_FIELDS])
    memory = own + shared
    if memory > exact_above_mib:
        memory = sum(map(_proportional_mib, pids))
    return Usage(processes=count, memory_mib=memory, cpu_seconds=ticks / _TICKS)


def kill_family(pid: int) -> None:
    """End every descendant of this process, and leave none.

    Each is frozen before its children are listed: what is frozen cannot fork, so a program that forks as
    fast as it can is caught up with. The caller must be a subreaper and must reap: then nothing escapes by
    leaving its parent.
    """
    frozen: set[int] = set()
    for _ in range(_KILL_ROUNDS):
        before = len(frozen)
        queue = _children(pid)
        while queue:
            child = queue.pop()
            if child not in frozen:
                _signal([child], signal.SIGSTOP)
                frozen.add(child)
            queue.extend(_children(child))
        if len(frozen) == before:
            break
    _signal(frozen, signal.SIGKILL)


def kill(processes: Iterable[ProcessId], *, patience: float = 5.0) -> None:
    """End exactly these lives with SIGKILL and wait until they are gone."""
    waiting = [process for process in processes if is_alive(process)]
    deadline = time.monotonic() + patience
    while waiting and time.monotonic() < deadline:
        _signal([process.pid for process in waiting], signal.SIGKILL)
        time.sleep(0.01)
        waiting = [process for process in waiting if is_alive(process)]


def with_environment(entry: str) -> list[ProcessId]:
    """Find the processes that were started with this `NAME=value`; those of other users stay unseen."""
    name, _, value = entry.partition("=")
    return [process for process, environment in labelled(name) if environment[name] == value]


def labelled(name: str) -> list[tuple[ProcessId, dict[str, str]]]:
    """Find the processes that were started with a variable of this name, each with its whole environment."""
    wanted = f"{name}=".encode()
    found = []
    for folder in _PROC.iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            entries = (folder / "environ").read_bytes().split(b"\0")
            if any(entry.startswith(wanted) for entry in entries):
                process = identify(int(folder.name))
                if process is not None:
                    pairs = (entry.decode(errors="replace").partition("=") for entry in entries)
                    found.append((process, {key: value for key, _, value in pairs if key}))
    return found


def tasks_of_user() -> int:
    """Count the processes and threads of this user, as `RLIMIT_NPROC` does."""
    user, count = os.getuid(), 0
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if folder.stat().st_uid == user:
                    count += sum(1 for _ in (folder / "task").iterdir())
    return count


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in (_PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(OSError, ValueError):
                text = (task / "children").read_text()
                found.extend(int(child) for child in text.split())
    return found


def _proportional_mib(pid: int) -> float:
    with contextlib.suppress(OSError, ValueError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _stat(pid: int) -> list[str] | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except (OSError, UnicodeDecodeError):
        return None
    return text.rpartition(")")[2].split()  # the name may hold spaces and brackets


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)

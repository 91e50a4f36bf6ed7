"""Which processes belong to a folder or a sandbox, whoever started them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path


def of_folder(folder: Path) -> list[psutil.Process]:
    """Find processes that work in a folder, or name it in their command line or environment."""
    text = str(folder)
    return _those(lambda process: process.cwd().startswith(text) or _mentions(process, text))


def of_sandbox(sandbox: str) -> list[psutil.Process]:
    """Find processes of a sandbox: its town, its components, their wardens."""
    return _those(lambda process: sandbox in process.cwd() or _mentions(process, sandbox))


def of_component(sandbox: str, name: str) -> list[psutil.Process]:
    """Find the processes of one component of a sandbox by the labels in their environment."""
    labels = {"PROEFTUIN_SANDBOX": sandbox, "PROEFTUIN_COMPONENT": name}
    return _those(lambda process: labels.items() <= process.environ().items())


def family(pid: int) -> list[psutil.Process]:
    """Give a process and everything below it; empty when it is gone."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def living(processes: Collection[psutil.Process]) -> list[str]:
    """Describe those that still run; a pid that was given to another process does not count."""
    return [_described(process) for process in processes if process.is_running() and not _is_over(process)]


def gone(look: Callable[[], list[str]], *, seconds: float) -> list[str]:
    """Wait until nothing is seen any more; give what is left at the end."""
    deadline = time.monotonic() + seconds
    while (left := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _those(is_one: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.pid != psutil.Process().pid and not _is_over(process) and is_one(process):
                found.append(process)
    return found


def _mentions(process: psutil.Process, text: str) -> bool:
    return any(text in word for word in process.cmdline()) or any(text in v for v in process.environ().values())


def _is_over(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _described(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:160]}"
    except psutil.Error:
        return str(process.pid)

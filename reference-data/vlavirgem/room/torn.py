"""A town whose machine went down: its PostgreSQL never waits for the disk, so what is there may be torn.

A server that is killed loses nothing: what it wrote is with the kernel. Only when the machine itself goes down is
some of it lost, and nobody can tell what. Then the town starts from its seed, as after a reset; unless it had ended
in good order before and all of it was brought to the disk.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

_NOTE = "machine"
_WHOLE = "whole"


def this_boot() -> str:
    """Name the time for which this machine has been up; another one after it went down (Linux: `boot_id`).

    Where that cannot be known it is always the same, and a town is taken for whole.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


def forget_torn(database: Path, *, boot: str) -> bool:
    """Take a database away whose machine went down under it, and note that it is used from now on.

    Args:
        database: Its folder; need not be there. The note is beside it.
        boot: Of now; see `this_boot`.

    Returns:
        Whether it was taken away.
    """
    note = database.with_name(_NOTE)
    is_torn = note.exists() and note.read_text() not in {boot, _WHOLE}
    if is_torn:
        shutil.rmtree(database, ignore_errors=True)
    _write(note, boot)
    return is_torn


def bring_to_disk(database: Path, *, patience: float) -> bool:
    """Bring a stopped database to the disk and note that it is whole; give up when the disk is too slow.

    Args:
        database: Its folder.
        patience: Seconds.

    Returns:
        Whether all of it is there.
    """
    deadline = time.monotonic() + patience
    for path in (database, *database.rglob("*")):
        if time.monotonic() > deadline:
            return False
        with suppress(FileNotFoundError):
            _sync(path)
    _write(database.with_name(_NOTE), _WHOLE)
    return True


def _write(note: Path, text: str) -> None:
    fresh = note.with_name(f".{note.name}.new")
    fresh.write_text(text)
    _sync(fresh)
    fresh.replace(note)
    _sync(note.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

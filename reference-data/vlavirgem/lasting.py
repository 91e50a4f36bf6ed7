"""Whether a database that was filled without waiting for the disk is there whole, as its own settings note it.

It is whole when it was noted as filled and the machine has not stopped since: a process that is killed takes nothing
with it, a power failure takes what was not on disk yet. Once all of it is, that is noted too, and PostgreSQL itself
sees to the rest. The note is one addition to `postgresql.conf`, with the setting that it goes with.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

_CONFIG = "postgresql.conf"
# The last of equal settings counts.
_FILLED = "\nfsync = on  # what a visitor wrote is on disk before the answer\n# Filled while the machine ran as: "
_ON_DISK = "# What it was filled with is on disk too.\n"
_RUN = Path("/proc/sys/kernel/random/boot_id")


def note_filled(place: Path) -> None:
    """Note that a database is filled, and that from now on what is written is on disk before it is answered."""
    with (place / _CONFIG).open("a") as config:  # who is killed here leaves all that was there
        config.write(f"{_FILLED}{_run_of_machine()}\n")


def put_on_disk(place: Path) -> None:
    """Wait until all that a database was filled with is on disk, and note that."""
    os.sync()
    try:
        with (place / _CONFIG).open("a") as config:
            config.write(_ON_DISK)
    except OSError:
        """It was taken away meanwhile, or the next start notes it."""


def state_of(place: Path) -> Literal["begun", "filled", "on disk", "lost"]:
    """Say what the folder of a database holds: all, noted as on disk or not; not all; or what a power failure left."""
    try:
        config = (place / _CONFIG).read_text()
    except (OSError, UnicodeDecodeError):
        return "begun"
    if _ON_DISK in config:
        return "on disk"
    if _FILLED not in config:
        return "begun"
    return "filled" if config.rpartition(_FILLED)[2].split("\n", 1)[0] == _run_of_machine() else "lost"


def _run_of_machine() -> str:
    """Give what tells one run of this machine from the next; it is the same in every container on it."""
    try:
        return _RUN.read_text().strip()
    except OSError:
        return "unknown"

"""A town's life as lines in a file or on the screen, or in the database that is served."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from vlavirgem.errors import ExistsError, VlavirgemError
from vlavirgem.living.days import check_days, live

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vlavirgem.living.events import Event
    from vlavirgem.town import Town


def write_events(town: Town, *, days: int, to: str) -> int:
    """Write one event a line; a file gets its name when it is whole.

    Args:
        town: The town.
        days: How many days.
        to: A file that is not there yet, or `-` for standard output.

    Returns:
        How many events there were.

    Raises:
        VlavirgemError: the number of days cannot be, or the file cannot be written.
        ExistsError: the file is there already.
    """
    events = live(town, days=days)
    if to == "-":
        return _write_lines(events, sys.stdout)
    target = Path(to)
    if target.exists():
        raise ExistsError(f"{target} already exists.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            count = _write_lines(events, file)
        unfinished.rename(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise VlavirgemError(f"{target} cannot be written: {error.strerror}.") from error
    return count


def live_in_database(url: str, *, days: int) -> int:
    """Have the town in a database live some days further, and give the day that it is then.

    Raises:
        VlavirgemError: the number of days cannot be.
        DatabaseError: the database cannot be reached or holds no town.
    """
    from vlavirgem.store.living import day_of, live_to  # noqa: PLC0415 - a file needs no database

    check_days(days)
    return live_to(url, day_of(url) + days)


def _write_lines(events: Iterable[Event], file: TextIO) -> int:
    count = 0
    for count, event in enumerate(events, start=1):  # noqa: B007 - how many is what is asked for
        file.write(event.line() + "\n")
    return count

"""Which date it is in a town: its reference date, and the days that it has lived since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.store.tables import META

if TYPE_CHECKING:
    from datetime import date, datetime

    from vlavirgem.store.connection import DictConnection

TODAY = f"SELECT (manifest ->> 'referenceDate')::date + dag AS dag FROM {META}"  # noqa: S608 - a name of ours
"""SQL that gives one row, with `dag`."""


def town_day(connection: DictConnection) -> date:
    """Tell which date it is in the town."""
    row = connection.execute(TODAY.encode()).fetchone()
    assert row is not None  # noqa: S101 - a town that is served says which day it is
    day: date = row["dag"]
    return day


def seed_moment(connection: DictConnection) -> datetime:
    """Tell when the town began to be as its seed says: what happened before is the same after every reset."""
    row = connection.execute(
        f"SELECT ((manifest ->> 'referenceDate')::date)::timestamp AT TIME ZONE 'UTC' AS moment FROM {META}".encode()  # noqa: S608 - a name of ours
    ).fetchone()
    assert row is not None  # noqa: S101 - a town that is served says when it begins
    moment: datetime = row["moment"]
    return moment


def read_day(connection: DictConnection) -> int:
    """Tell which day it is in the town; 0 at its seed."""
    row = connection.execute(f"SELECT dag FROM {META}".encode()).fetchone()  # noqa: S608 - a name of ours
    return 0 if row is None else int(row["dag"])

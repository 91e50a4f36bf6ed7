"""What happened in the town, in the order in which it did: a day of its life, or something that a visitor wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vlavirgem.living.events import moment, source_of, type_of
from vlavirgem.place import ID_BASE
from vlavirgem.schema import TABLES
from vlavirgem.store.asking import ask_number
from vlavirgem.store.changes import CHANGES, Chosen, as_data, read_changes
from vlavirgem.store.tables import EVENTS, META

if TYPE_CHECKING:
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row

VISITORS = "/bezoekers"
"""What the source of an event ends in when a visitor made it happen: a town's own life is always the same."""


def add_event(connection: DictConnection, *, day: int, kind: str, subject: str, line: str) -> None:
    """Add what happened, after all else; the caller writes alone.

    Args:
        connection: A transaction.
        day: Which day it is in the town.
        kind: CloudEvents type.
        subject: Identifier of what it happened to.
        line: The event, as JSON.
    """
    connection.execute(
        f"INSERT INTO {EVENTS} (volgnummer, dag, type, onderwerp, wijziging, gebeurtenis) "  # noqa: S608 - names of ours
        "SELECT coalesce(max(volgnummer), 0) + 1, %s, %s, %s,"
        f" (SELECT coalesce(max(volgnummer), 0) FROM {CHANGES}), %s FROM {EVENTS}".encode(),
        [day, kind, subject, line],
    )


def tell(connection: DictConnection, *, kind: str, subject: str, now: datetime, after: int) -> None:
    """Add what a visitor did, with the rows that it changed.

    Args:
        connection: The transaction in which it was done, alone.
        kind: What happened, for instance `huishouden.verhuisd`.
        subject: The identifier under `ID_BASE` of what it happened to: `huishouden/12`.
        now: When.
        after: The number of the last change before it.
    """
    town = connection.execute(
        f"SELECT manifest ->> 'profile' AS profile, (manifest ->> 'seed')::bigint AS seed, dag,"  # noqa: S608 - idem
        f" (SELECT coalesce(max(volgnummer), 0) + 1 FROM {EVENTS}) AS number FROM {META}".encode()
    ).fetchone()
    assert town is not None  # noqa: S101 - something of it was just changed
    event = {
        "specversion": "1.0",
        # The moment makes it unique after a reset to the seed too, when numbers begin anew.
        "id": f"{town['number']}-{int(now.timestamp())}",
        "source": source_of(town["profile"], town["seed"]) + VISITORS,
        "type": type_of(kind),
        "subject": ID_BASE + subject,
        "time": moment(now),
        "datacontenttype": "application/json",
        "dag": town["dag"],
        "data": as_data(read_changes(connection, Chosen(tuple(TABLES)), after=after)),
    }
    line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    add_event(connection, day=town["dag"], kind=event["type"], subject=event["subject"], line=line)


def read_events(connection: DictConnection, *, after: int, limit: int, kind: str | None = None) -> list[Row]:
    """Read what happened, oldest first, after a number: rows with `volgnummer` and `gebeurtenis`."""
    condition = "AND type = %s" if kind is not None else ""
    values = [after, *([kind] if kind is not None else []), limit]
    query = (
        f"SELECT volgnummer, gebeurtenis FROM {EVENTS} "  # noqa: S608 - names of ours
        f"WHERE volgnummer > %s {condition} ORDER BY volgnummer LIMIT %s"
    )
    return connection.execute(query.encode(), values).fetchall()


def count_events(connection: DictConnection, *, kind: str | None = None) -> int:
    """Count what happened."""
    query = f"SELECT count(*) FROM {EVENTS} WHERE %s::text IS NULL OR type = %s"  # noqa: S608 - idem
    return ask_number(connection, query, [kind, kind])

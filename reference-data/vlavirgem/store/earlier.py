"""The town as it was some changes ago, as a copy that lags behind would show it: for one reading, exactly, everywhere.

The last changes are undone in a transaction that is rolled back. Nobody else sees that; who wants to write waits.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.types.json import Jsonb

from vlavirgem.store.changes import CHANGES, GOING_BACK, last_change
from vlavirgem.store.locking import write_alone
from vlavirgem.store.tables import EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.store.connection import DictConnection, Row

BEHIND: ContextVar[int] = ContextVar("behind", default=0)
"""How many changes the request that is being answered does not know of yet."""


@contextmanager
def going_back(connection: DictConnection, *, changes: int) -> Iterator[None]:
    """Show the town as it was, within the block."""
    with connection.transaction(force_rollback=True):
        _undo(connection, changes=changes)
        yield


def _undo(connection: DictConnection, *, changes: int) -> None:
    # References are only checked when a transaction commits, so this one may pass through states that do not hold.
    write_alone(connection)
    connection.execute(f"SELECT set_config('{GOING_BACK}', 'ja', true)".encode())
    until = max(0, last_change(connection) - changes)
    rows = connection.execute(
        f"SELECT * FROM {CHANGES} WHERE volgnummer > %s ORDER BY volgnummer DESC".encode(),  # noqa: S608 - ours
        [until],
    ).fetchall()
    for row in rows:
        connection.execute(*_undoing(row))
    connection.execute(f"DELETE FROM {CHANGES} WHERE volgnummer > %s".encode(), [until])  # noqa: S608 - ours
    connection.execute(f"DELETE FROM {EVENTS} WHERE wijziging > %s".encode(), [until])  # noqa: S608 - ours


def _undoing(row: Row) -> tuple[sql.Composed, list[Any]]:
    table, number = sql.Identifier(row["tabel"]), row["nummer"]
    if row["soort"] == "nieuw":
        return sql.SQL("DELETE FROM {} WHERE id = %s").format(table), [number]
    old = sql.SQL("jsonb_populate_record(NULL::{}, %s)").format(table)
    values = Jsonb(row["oud"])
    if row["soort"] == "weg":
        return sql.SQL("INSERT INTO {} SELECT * FROM {}").format(table, old), [values]
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in row["oud"])
    statement = sql.SQL("UPDATE {} SET ({}) = (SELECT {} FROM {}) WHERE id = %s")
    return statement.format(table, columns, columns, old), [values, number]

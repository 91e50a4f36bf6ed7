"""A town in PostgreSQL that lives: each day whole or not at all, and what happened can be read.

The town's day is kept in the database itself. So it follows the data wherever it goes: back to 0 with a reset to the
seed, and never further than the last day that is there whole.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from vlavirgem.errors import DatabaseError, EarlierTownError, VlavirgemError
from vlavirgem.living.days import MOST_DAYS, Life, live_day
from vlavirgem.living.state import as_json, read_cases, read_state
from vlavirgem.schema import TABLES
from vlavirgem.store.asking import ask_number
from vlavirgem.store.changes import CHANGES, last_change, set_moment
from vlavirgem.store.connection import connect
from vlavirgem.store.events import add_event
from vlavirgem.store.locking import write_alone
from vlavirgem.store.tables import META

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.living.events import Event
    from vlavirgem.store.connection import DictConnection, Row


def live_until(url: str, day: int) -> Iterator[int]:
    """Live a town in a database forward, up to and with a day; one that is there already is left alone.

    Every day is a transaction: whoever is killed leaves whole days only, and may call this again.

    Args:
        url: URL of the database.
        day: Which day; 1 is the reference date.

    Yields:
        Each day that was lived and is there to stay.

    Raises:
        VlavirgemError: the day is below 0 or above 3650.
        DatabaseError: the database cannot be reached, or holds no town.
    """
    if not 0 <= day <= MOST_DAYS:
        raise VlavirgemError(f"A town lives to day {MOST_DAYS} at most, not to day {day}.")
    return _live_until(url, day)


def live_to(url: str, day: int) -> int:
    """Do as `live_until`, and give the day that it is then.

    Raises:
        VlavirgemError: the day is below 0 or above 3650.
        DatabaseError: the database cannot be reached, or holds no town.
    """
    for _ in live_until(url, day):
        """Each is a day that is there to stay."""
    return day_of(url)


def day_of(url: str) -> int:
    """Tell which day it is in the town of a database; 0 is its seed.

    Raises:
        DatabaseError: the database cannot be reached, or holds no town.
    """
    with connect(url) as connection, _readable():
        return int(_meta(connection)["dag"])


def _live_until(url: str, until: int) -> Iterator[int]:
    with connect(url) as connection, _readable():
        meta = _meta(connection)
        connection.rollback()
        if meta["dag"] >= until:
            return
        manifest = meta["manifest"]
        life = Life(manifest["profile"], seed=int(manifest["seed"]))
        source = _Database(connection)
        state = None
        known = (-1, -1)
        while True:
            with connection.transaction():
                write_alone(connection)
                day = _meta(connection, lock=True)["dag"] + 1
                if day > until:
                    return
                # The first one, or somebody else lived or wrote meanwhile.
                if state is None or known != (day - 1, last_change(connection)):
                    state = read_state(source, reference_date=date.fromisoformat(manifest["referenceDate"]))
                else:
                    read_cases(state, source)
                _write_day(connection, list(live_day(state, life, day=day)), day=day)
                known = (day, last_change(connection))
            yield day


def _write_day(connection: DictConnection, events: list[Event], *, day: int) -> None:
    filled: dict[str, int] = {}
    with connection.pipeline():
        for event in events:
            changes = event.happening.changes
            set_moment(connection, event.time)
            for table, rows in changes.added.items():
                for row in rows:
                    _insert(connection, table, row)
                filled[table] = max(filled.get(table, 0), *(row["id"] for row in rows))
            for table, rows in changes.changed.items():
                for row in rows:
                    _update(connection, table, row)
            for table, numbers in changes.removed.items():
                statement = sql.SQL("DELETE FROM {} WHERE id = ANY(%s)").format(_name(table))
                connection.execute(statement, [numbers])
            add_event(connection, day=day, kind=event.type, subject=event.subject, line=event.line())
        for table, highest in filled.items():  # visitors go on counting after what is there now
            connection.execute(
                "SELECT setval(s, greatest(%s, coalesce(pg_sequence_last_value(s::regclass), 0)))"
                " FROM pg_get_serial_sequence(%s, 'id') s",
                [highest, table],
            )
        connection.execute(f"UPDATE {META} SET dag = %s".encode(), [day])  # noqa: S608 - a name of ours


def _insert(connection: DictConnection, table: str, row: dict[str, Any]) -> None:
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in row)
    places = sql.SQL(", ").join(sql.Placeholder() for _ in row)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(_name(table), columns, places)
    connection.execute(statement, list(row.values()))


def _update(connection: DictConnection, table: str, row: dict[str, Any]) -> None:
    changed = {column: value for column, value in row.items() if column != "id"}
    assignments = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in changed)
    statement = sql.SQL("UPDATE {} SET {} WHERE id = %s").format(_name(table), assignments)
    connection.execute(statement, [*changed.values(), row["id"]])


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(TABLES[table].name)


def _meta(connection: DictConnection, *, lock: bool = False) -> Row:
    suffix = " FOR UPDATE" if lock else ""
    row = connection.execute(f"SELECT manifest, dag FROM {META}{suffix}".encode()).fetchone()  # noqa: S608 - idem
    if row is None:
        raise DatabaseError("The database holds no town.")
    return row


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what PostgreSQL says into one line for a person."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise EarlierTownError("The database holds no town, or one of an earlier version.") from error
    except psycopg.Error as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise DatabaseError(f"The town could not live: {reason}") from error


class _Database:
    """A town in a database as a source of its state."""

    def __init__(self, connection: DictConnection) -> None:
        self._connection = connection

    def rows(self, table: str, *columns: str, empty: str | None = None) -> Iterator[tuple[Any, ...]]:
        names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
        query = sql.SQL("SELECT {} FROM {}").format(names, _name(table))
        if empty is not None:
            query += sql.SQL(" WHERE {} IS NULL").format(sql.Identifier(empty))
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            yield from cursor.execute(query)

    def row(self, table: str, number: int) -> dict[str, Any]:
        query = sql.SQL("SELECT * FROM {} WHERE id = %s").format(_name(table))
        found = self._connection.execute(query, [number]).fetchone()
        return {} if found is None else as_json(dict(found))

    def added(self, table: str) -> int:
        query = f"SELECT count(*) FROM {CHANGES} WHERE tabel = %s AND soort = 'nieuw'"  # noqa: S608 - ours
        return ask_number(self._connection, query, [table])

    def highest(self, table: str) -> int:
        row = self._connection.execute(sql.SQL("SELECT max(id) AS n FROM {}").format(_name(table))).fetchone()
        return 0 if row is None or row["n"] is None else int(row["n"])

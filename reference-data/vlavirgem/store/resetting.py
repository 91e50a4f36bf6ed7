"""Bring a town back to its seed where it stands, at the cost of what was changed and not of what there is.

The database has noted every change with what it replaced (`changes`), so the earliest old value of each column is that
of the seed. All of it is one transaction: whoever reads sees the town before or the town after, and who is killed in
the middle leaves it as it was. Nobody loses a connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from vlavirgem.disturbances import Plan
from vlavirgem.errors import DatabaseError, EarlierTownError
from vlavirgem.schema import TABLES
from vlavirgem.store.changes import CHANGES, GOING_BACK
from vlavirgem.store.connection import connect
from vlavirgem.store.disturbances import set_plan
from vlavirgem.store.locking import write_alone
from vlavirgem.store.tables import DISTURBANCES, META, OURS, count_on

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

_ADDED = sql.SQL("""
DELETE FROM {table} WHERE id IN (
    SELECT nummer FROM {changes} WHERE tabel = {name}
    GROUP BY nummer HAVING (array_agg(soort ORDER BY volgnummer))[1] = 'nieuw')
""")
# In an object of jsonb the last of equal names counts: here the earliest change.
_EARLIEST = sql.SQL("""
WITH begin AS (
    SELECT w.nummer, jsonb_object_agg(o.key, o.value ORDER BY w.volgnummer DESC) AS oud
    FROM {changes} w, jsonb_each(w.oud) o
    WHERE w.tabel = {name} AND w.nummer NOT IN (
        SELECT nummer FROM {changes} WHERE tabel = {name}
        GROUP BY nummer HAVING (array_agg(soort ORDER BY volgnummer))[1] = 'nieuw')
    GROUP BY w.nummer)
""")
_CHANGED = sql.SQL("""
{begin} UPDATE {table} t SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(t, begin.oud))
FROM begin WHERE t.id = begin.nummer
""")
_REMOVED = sql.SQL("""
{begin} INSERT INTO {table} SELECT r.* FROM begin, jsonb_populate_record(NULL::{table}, begin.oud) r
WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = begin.nummer)
""")


def reset_town(url: str) -> None:
    """Undo all that happened in the town of a database since its seed: its life and what visitors did.

    Raises:
        DatabaseError: the database cannot be reached, or holds no town.
    """
    with connect(url) as connection:
        try:
            _reset(connection)
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, KeyError) as error:
            raise EarlierTownError("The database holds no town, or one of an earlier version.") from error
        except psycopg.Error as error:
            reason = str(error).strip().split("\n", 1)[0]
            raise DatabaseError(f"The town could not be brought back: {reason}") from error


def _reset(connection: DictConnection) -> None:
    write_alone(connection)
    connection.execute(f"SELECT set_config('{GOING_BACK}', 'ja', true)".encode())
    touched = connection.execute(sql.SQL("SELECT DISTINCT tabel FROM {}").format(sql.Identifier(CHANGES))).fetchall()
    for row in touched:
        table = TABLES[row["tabel"]]
        parts = {"changes": sql.Identifier(CHANGES), "name": sql.Literal(table.name)}
        parts |= {
            "table": sql.Identifier(table.name),
            "columns": sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns),
            "begin": _EARLIEST.format(**parts),
        }
        for statement in (_ADDED, _CHANGED, _REMOVED):
            connection.execute(statement.format(**parts))
    set_plan(connection, Plan())
    emptied = sql.SQL(", ").join(sql.Identifier(name) for name in OURS if name not in (META, DISTURBANCES))
    connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(emptied))
    # This row is written whatever day it was: readers tell one seed from the next by it (`state`).
    connection.execute(sql.SQL("UPDATE {} SET dag = 0").format(sql.Identifier(META)))
    count_on(connection)

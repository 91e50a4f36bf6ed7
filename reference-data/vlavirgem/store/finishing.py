"""What a town that was loaded in a hurry still misses: it can be done while the town is served, and more than once."""

from __future__ import annotations

import psycopg
from psycopg import sql

from vlavirgem.errors import DatabaseError
from vlavirgem.store.connection import connect
from vlavirgem.store.tables import META, create_indexes

_UNSEEN = """
SELECT conrelid::regclass::text AS tabel, conname AS naam FROM pg_constraint
WHERE contype = 'f' AND NOT convalidated AND connamespace = current_schema()::regnamespace
"""
_NEVER_COUNTED = f"SELECT last_analyze IS NULL AS nooit FROM pg_stat_user_tables WHERE relname = '{META}'"  # noqa: S608 - ours


def finish_town(url: str) -> None:
    """Add the indexes that are missing, check references that were not yet, and count for the planner.

    Each step stands by itself: readers never wait for one, writers a moment; who is killed leaves the rest for later.

    Raises:
        DatabaseError: the database cannot be reached, or a reference leads nowhere.
    """
    with connect(url) as connection:
        connection.autocommit = True
        try:
            create_indexes(connection)
            for row in connection.execute(_UNSEEN).fetchall():
                connection.execute(
                    sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}").format(
                        sql.SQL(row["tabel"]), sql.Identifier(row["naam"])
                    )
                )
            counted = connection.execute(_NEVER_COUNTED.encode()).fetchone()
            if counted is None or counted["nooit"]:
                connection.execute("ANALYZE")
        except psycopg.Error as error:
            reason = str(error).strip().split("\n", 1)[0]
            raise DatabaseError(f"The database could not be finished: {reason}") from error

"""Fill a database of our own for whoever waits to be served: several tables at a time, and no more than is needed.

Unlike `load_town`, this is not one transaction: who is killed leaves some tables. Which town it is, is noted last, so
such a database says that it holds none, and is filled again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import psycopg

from vlavirgem.errors import DatabaseError
from vlavirgem.schema import TABLES, Table
from vlavirgem.store.connection import connect
from vlavirgem.store.loading import copy_rows, note_town, occupied_by, write_rows
from vlavirgem.store.tables import count_on, create_guards, create_key, create_ours, create_table, drop_tables

if TYPE_CHECKING:
    from vlavirgem.town import Town

_HANDS = 3
"""Tables at a time: while PostgreSQL reads the rows of some, those of another are written."""


def fill_in_a_hurry(town: Town, url: str) -> None:
    """Put a town into a database that is ours alone, in the place of whatever it holds of another.

    Indexes and the checking of references are left to `finish_town`, which can be done while the town is served.

    Raises:
        DatabaseError: the database cannot be reached or filled.
        TownFolderError: a file of the town was changed.
    """
    waiting: SimpleQueue[Table] = SimpleQueue()
    for table in TABLES.values():
        waiting.put(table)
    try:
        with connect(url) as connection:
            if occupied_by(connection):
                drop_tables(connection)
                connection.commit()
            with ThreadPoolExecutor(_HANDS) as hands:
                filled = [hands.submit(_fill, waiting, town=town, url=url) for _ in range(_HANDS)]
                create_ours(connection)
                for one in filled:
                    one.result()
            count_on(connection)
            create_guards(connection, unseen=True)
            note_town(connection, town)
    except psycopg.Error as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise DatabaseError(f"The database could not be filled: {reason}") from error


def _fill(waiting: SimpleQueue[Table], *, town: Town, url: str) -> None:
    """Make and fill one table after the other, as long as there are any."""
    with connect(url) as connection:
        connection.execute("SET wal_skip_threshold = 0")  # small tables need no journal either: no disk is waited for
        while True:
            try:
                table = waiting.get_nowait()
            except Empty:
                return
            content = write_rows(town, table=table)
            create_table(connection, table)  # in the transaction that fills it: then it needs no journal
            copy_rows(connection, content, table=table)
            create_key(connection, table)
            connection.commit()

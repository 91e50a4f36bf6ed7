"""Who may write when: one transaction at a time, whether it is a visitor's or a day of the town's life.

A day gives its rows the numbers that follow on what is there, and changes are numbered without holes: neither can be
done beside another writer. Because nobody else writes, no two can wait for each other either. Readers never wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

KEY = 99_309
"""Of the lock in the database."""


def write_alone(connection: DictConnection) -> None:
    """Wait until nobody writes, and keep others from beginning until this transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [KEY])

"""Who may write when: many visitors at once, or a day of the town's life alone.

A day gives its rows the numbers that follow on what is there. So while it is lived no visitor may be between taking a
number and writing its row. Readers never wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

_KEY = 99_309


def write_as_visitor(connection: DictConnection) -> None:
    """Wait until no day is being lived, and keep the next from beginning until this transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_KEY])


def keep_visitors_out(connection: DictConnection) -> None:
    """Wait until no visitor writes, and keep others from beginning until this transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_KEY])

"""Connections to PostgreSQL, with errors a person can read."""

from __future__ import annotations

import select
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

from vlavirgem.errors import DatabaseError
from vlavirgem.store.earlier import BEHIND, going_back

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import AsyncConnection, Connection

    Row = dict[str, Any]
    DictConnection = Connection[Row]
    AsyncDictConnection = AsyncConnection[Row]

_OPTIONS = "-c timezone=UTC"
_PREPARED = 400
"""So many questions a connection knows by heart: those about each collection, and filters that were used lately."""


def plain_url(url: str) -> str:
    """Take the driver name that SQLAlchemy wants out of a URL."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


def connect(url: str) -> DictConnection:
    """Open one connection.

    Raises:
        DatabaseError: the server does not answer or refuses.
    """
    try:
        return _connect(url, autocommit=False)
    except psycopg.Error as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise DatabaseError(f"The database cannot be reached: {reason}") from error


class Connections:
    """Keeps connections open between requests and lends only those that still work.

    The platform resets a sandbox by dropping its database and cloning it again: while it is gone every
    request must fail at once, and the first one after it is back must succeed. A pool that reconnects
    in the background, with growing pauses, does neither.

    Args:
        url: URL of the database; nothing is opened yet.
        keep: How many idle connections to keep; by default one for every thread that a server answers with.
    """

    def __init__(self, url: str, *, keep: int = 40) -> None:
        self._url = url
        self._keep = keep
        self._idle: list[DictConnection] = []
        self._lock = Lock()

    @contextmanager
    def connection(self) -> Iterator[DictConnection]:
        """Lend a connection to read with; what is read is as old as `BEHIND` says.

        Raises:
            psycopg.OperationalError: the database does not answer.
        """
        connection = self._take()
        try:
            if changes := BEHIND.get():
                with going_back(connection, changes=changes):
                    yield connection
            else:
                yield connection
        finally:
            self._give_back(connection)

    @contextmanager
    def transaction(self) -> Iterator[DictConnection]:
        """Lend a connection to write with: all that happens in the block, or nothing.

        Raises:
            psycopg.OperationalError: the database does not answer.
        """
        with self.connection() as connection, connection.transaction():
            yield connection

    def close(self) -> None:
        """Close what is idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _take(self) -> DictConnection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return _connect(self._url, autocommit=True)
            if _is_quiet(connection):
                return connection
            connection.close()  # it broke while it was idle; the others may have too

    def _give_back(self, connection: DictConnection) -> None:
        with self._lock:
            if not connection.closed and len(self._idle) < self._keep:
                self._idle.append(connection)
                return
        connection.close()


async def connect_async(url: str) -> AsyncDictConnection:
    """Open one connection to read with from an event loop.

    Raises:
        psycopg.OperationalError: the database does not answer.
    """
    connection = await psycopg.AsyncConnection.connect(
        plain_url(url), row_factory=dict_row, connect_timeout=5, options=_OPTIONS, autocommit=True, prepare_threshold=0
    )
    connection.prepared_max = _PREPARED
    return connection


def _is_quiet(connection: DictConnection) -> bool:
    """Say whether nothing came in while nobody listened: PostgreSQL then says goodbye, or is gone."""
    if connection.closed:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def _connect(url: str, *, autocommit: bool) -> DictConnection:
    return psycopg.connect(
        plain_url(url), row_factory=dict_row, connect_timeout=5, options=_OPTIONS, autocommit=autocommit
    )

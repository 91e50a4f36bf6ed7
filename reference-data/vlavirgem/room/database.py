"""The database of a room: a clone of the prepared town, and a fresh one when it is brought back to its seed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from vlavirgem.errors import DatabaseError
from vlavirgem.room.prepared import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVE = "stad"
_NEXT = "stad_nieuw"


class RoomDatabase:
    """Clones the town.

    Args:
        server_url: URL of a database that is neither the template nor a clone.
    """

    def __init__(self, server_url: str) -> None:
        self._url = server_url
        self._lock = threading.Lock()

    def ensure(self) -> None:
        """Clone the town when it is not there: at the first start.

        Raises:
            DatabaseError: PostgreSQL refuses.
        """
        with self._lock, self._server() as server:
            if not _exists(server, LIVE):
                _clone(server, LIVE)

    def lay_ready(self) -> None:
        """Make the clone that the next reset needs, so that it need not wait for one.

        Raises:
            DatabaseError: PostgreSQL refuses; the reset will make it itself.
        """
        with self._lock, self._server() as server:
            if not _exists(server, _NEXT):
                _clone(server, _NEXT)

    def reset(self) -> None:
        """Put a fresh clone in the place of what visitors have changed.

        The new one is there before the old one goes, so that there is always a town.

        Raises:
            DatabaseError: PostgreSQL refuses; the town is whole, either the old or the new one.
        """
        with self._lock, self._server() as server:
            if not _exists(server, _NEXT):  # PostgreSQL makes a database whole or not at all
                _clone(server, _NEXT)
            _drop(server, LIVE)
            server.execute(f"ALTER DATABASE {_NEXT} RENAME TO {LIVE}".encode())

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as server:
                yield server
        except psycopg.Error as error:
            raise DatabaseError(str(error).split("\n", 1)[0]) from error


def _exists(server: psycopg.Connection[Any], name: str) -> bool:
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit <> -2", [name])
    return found.fetchone() is not None


def _clone(server: psycopg.Connection[Any], name: str) -> None:
    _drop(server, name)  # one whose making or removal was cut short
    server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

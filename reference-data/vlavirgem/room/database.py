"""The database of a room: a clone of the prepared town, and a fresh one when it is brought back to its seed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from vlavirgem.errors import DatabaseError
from vlavirgem.room.prepared import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator

LIVE = "stad"
_NEXT = "stad_nieuw"
_OLD = "stad_oud"
_LEAVING_SECONDS = 5.0
_LOOK_SECONDS = 0.005


class RoomDatabase:
    """Clones the town.

    Args:
        server_url: URL of a database that is neither the template nor a clone.
    """

    def __init__(self, server_url: str) -> None:
        self._url = server_url
        self._lock = threading.Lock()

    def ensure(self) -> None:
        """Clone the town when it is not there: at the first start, or when a reset was cut short.

        Raises:
            DatabaseError: PostgreSQL refuses.
        """
        with self._lock, self._server() as server:
            if not _is_open(server, LIVE):
                _clone(server, LIVE)

    def lay_ready(self) -> None:
        """Remove what the last reset put aside, and make the clone that the next one needs: it need not wait then.

        Raises:
            DatabaseError: PostgreSQL refuses; the reset will make it itself.
        """
        with self._lock, self._server() as server:
            _drop(server, _OLD)
            if not _is_open(server, _NEXT):
                _clone(server, _NEXT)

    def reset(self) -> None:
        """Put a fresh clone in the place of what visitors have changed.

        The names change hands, which takes no time; what had the name is removed by `lay_ready`, which does.

        Raises:
            DatabaseError: PostgreSQL refuses; the town is whole, either the old or the new one.
        """
        with self._lock, self._server() as server:
            _drop(server, _OLD)
            if not _is_open(server, _NEXT):  # PostgreSQL makes a database whole or not at all
                _clone(server, _NEXT)
            _admit(server, LIVE, open_to_all=False)
            try:
                _send_away(server, LIVE)
                with server.transaction():
                    _rename(server, LIVE, _OLD)
                    _rename(server, _NEXT, LIVE)
            except psycopg.Error:
                _admit(server, LIVE, open_to_all=True)
                raise

    @contextmanager
    def _server(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as server:
                yield server
        except psycopg.Error as error:
            raise DatabaseError(str(error).split("\n", 1)[0]) from error


def _is_open(server: psycopg.Connection[Any], name: str) -> bool:
    """Tell whether a database is there, whole, and not closed by a reset that was cut short."""
    found = server.execute(
        "SELECT 1 FROM pg_database WHERE datname = %s AND datconnlimit <> -2 AND datallowconn", [name]
    )
    return found.fetchone() is not None


def _clone(server: psycopg.Connection[Any], name: str) -> None:
    _drop(server, name)  # one whose making or removal was cut short
    server.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


def _rename(server: psycopg.Connection[Any], name: str, new: str) -> None:
    server.execute(f"ALTER DATABASE {name} RENAME TO {new}".encode())


def _admit(server: psycopg.Connection[Any], name: str, *, open_to_all: bool) -> None:
    server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(open_to_all).lower()}".encode())


def _send_away(server: psycopg.Connection[Any], name: str) -> None:
    """End who is connected to a database that nobody new gets into; renaming one would look every 100 ms only."""
    ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    deadline = time.monotonic() + _LEAVING_SECONDS
    while server.execute(ask, [name]).fetchone() is not None and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)

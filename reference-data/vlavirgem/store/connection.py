"""Connections to PostgreSQL, with errors a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from vlavirgem.errors import DatabaseError

if TYPE_CHECKING:
    from psycopg import Connection

    Row = dict[str, Any]
    DictConnection = Connection[Row]
    Pool = ConnectionPool[DictConnection]

_OPTIONS = "-c timezone=UTC"


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
        return psycopg.connect(plain_url(url), row_factory=dict_row, connect_timeout=10, options=_OPTIONS)
    except psycopg.Error as error:
        raise DatabaseError(f"The database cannot be reached: {_first_line(error)}") from error


def open_pool(url: str, *, size: int = 10) -> Pool:
    """Open a pool that checks a connection before it lends it.

    The platform resets a sandbox by dropping its database and cloning it again; the next request must
    simply work.
    """
    return ConnectionPool(
        plain_url(url),
        min_size=1,
        max_size=size,
        timeout=5,
        check=ConnectionPool.check_connection,
        kwargs={"row_factory": dict_row, "connect_timeout": 5, "options": _OPTIONS},
        open=True,
        name="vlavirgem",
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]

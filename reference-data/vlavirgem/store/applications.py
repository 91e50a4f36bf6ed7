"""Applications that may ask who somebody is, and the keys with which the answer is signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from vlavirgem.store.asking import ask_number
from vlavirgem.store.identity import APPLICATIONS, CODES, KEYS, TOKENS
from vlavirgem.store.locking import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta

    from vlavirgem.store.connection import DictConnection, Row

_MOST_KEYS = 10
"""However often somebody changes keys within the time that they stay known."""


def count_applications(connection: DictConnection) -> int:
    """Count them."""
    return ask_number(connection, f"SELECT count(*) FROM {APPLICATIONS}")  # noqa: S608 - ours


def put_application(
    connection: DictConnection, client_id: str, *, secret: str | None, metadata: Mapping[str, Any], now: datetime
) -> Row:
    """Add an application, or change the one with this `client_id`.

    Args:
        connection: A transaction.
        client_id: Its name for the provider.
        secret: Hash of its secret; None when it has none.
        metadata: What RFC 7591 calls client metadata.
        now: When.
    """
    row = connection.execute(
        f"INSERT INTO {APPLICATIONS} (client_id, geheim, gegevens, aangemaakt) VALUES (%s, %s, %s, %s)"  # noqa: S608 - ours
        " ON CONFLICT (client_id) DO UPDATE SET geheim = excluded.geheim, gegevens = excluded.gegevens,"
        f" versie = {APPLICATIONS}.versie + 1 RETURNING *".encode(),
        [client_id, secret, Jsonb(metadata), now],
    ).fetchone()
    assert row is not None  # noqa: S101 - the statement gives one row
    return row


def find_application(connection: DictConnection, client_id: str) -> Row | None:
    """Read an application by the name that the provider gave it."""
    return connection.execute(
        f"SELECT * FROM {APPLICATIONS} WHERE client_id = %s".encode(),  # noqa: S608 - ours
        [client_id.replace("\x00", "")],
    ).fetchone()


def read_application(connection: DictConnection, number: int) -> Row | None:
    """Read one application."""
    return connection.execute(
        f"SELECT * FROM {APPLICATIONS} WHERE id = %s".encode(),  # noqa: S608 - ours
        [number],
    ).fetchone()


def read_applications(connection: DictConnection, *, after: int, limit: int) -> list[Row]:
    """Read applications after a number."""
    return connection.execute(
        f"SELECT * FROM {APPLICATIONS} WHERE id > %s ORDER BY id LIMIT %s".encode(),  # noqa: S608 - ours
        [after, limit],
    ).fetchall()


def remove_application(connection: DictConnection, number: int) -> bool:
    """Remove an application with all that was given to it; say whether it was there."""
    row = connection.execute(
        f"DELETE FROM {APPLICATIONS} WHERE id = %s RETURNING client_id".encode(),  # noqa: S608 - ours
        [number],
    ).fetchone()
    if row is None:
        return False
    for table in (CODES, TOKENS):
        connection.execute(f"DELETE FROM {table} WHERE client_id = %s".encode(), [row["client_id"]])  # noqa: S608 - ours
    return True


def read_keys(
    connection: DictConnection, *, now: datetime, make: Callable[[], Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Give the keys that count, the one that signs first; the first time somebody asks, it is made.

    Args:
        connection: A transaction.
        now: When.
        make: Makes a private key.
    """
    found = _keys(connection, now=now)
    if not found:
        # Two that ask for the first time at once must agree. Negative, as nobody who writes in the town has to wait.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [-KEY])
        found = _keys(connection, now=now)
        if not found:
            _add_key(connection, make(), now=now)
            found = _keys(connection, now=now)
    return found


def rotate_keys(
    connection: DictConnection, *, now: datetime, keep: timedelta, make: Callable[[], Mapping[str, Any]]
) -> None:
    """Sign with a new key from now on; what the last one signed can be checked for a while."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [-KEY])
    read_keys(connection, now=now, make=make)
    connection.execute(f"DELETE FROM {KEYS} WHERE tot <= %s".encode(), [now])  # noqa: S608 - ours
    connection.execute(
        f"DELETE FROM {KEYS} WHERE id NOT IN (SELECT id FROM {KEYS} ORDER BY id DESC LIMIT %s)".encode(),  # noqa: S608 - ours
        [_MOST_KEYS - 1],
    )
    connection.execute(
        f"UPDATE {KEYS} SET tot = %s WHERE tot IS NULL".encode(),  # noqa: S608 - ours
        [now + keep],
    )
    _add_key(connection, make(), now=now)


def _keys(connection: DictConnection, *, now: datetime) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"SELECT jwk FROM {KEYS} WHERE tot IS NULL OR tot > %s ORDER BY id DESC".encode(),  # noqa: S608 - ours
        [now],
    )
    return [row["jwk"] for row in rows]


def _add_key(connection: DictConnection, jwk: Mapping[str, Any], *, now: datetime) -> None:
    connection.execute(f"INSERT INTO {KEYS} (jwk, aangemaakt) VALUES (%s, %s)".encode(), [Jsonb(jwk), now])  # noqa: S608 - ours

"""Sessions, codes and tokens: what was given to whom, until when, and what was taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from vlavirgem.store.identity import ASSERTIONS, CODES, SESSIONS, TOKENS, hashed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row

_REMEMBERED = timedelta(hours=1)


def add_session(
    connection: DictConnection, secret: str, *, sid: str, account: str, means: str, now: datetime, until: datetime
) -> None:
    """Remember that somebody signed in, in the browser that holds the secret."""
    connection.execute(
        f"INSERT INTO {SESSIONS} VALUES (%s, %s, %s, %s, %s, %s)".encode(),  # noqa: S608 - ours
        [hashed(secret), sid, account, means, now, until],
    )
    _forget_old(connection, now=now)


def find_session(connection: DictConnection, secret: str, *, now: datetime) -> Row | None:
    """Find the session of a browser."""
    return connection.execute(
        f"SELECT * FROM {SESSIONS} WHERE waarde = %s AND tot > %s".encode(),  # noqa: S608 - ours
        [hashed(secret), now],
    ).fetchone()


def end_session(connection: DictConnection, *, secret: str = "", sid: str = "") -> None:
    """End the session of a browser, or the one with an identifier."""
    connection.execute(
        f"DELETE FROM {SESSIONS} WHERE waarde = %s OR sid = %s".encode(),  # noqa: S608 - ours
        [hashed(secret), sid],
    )


def add_code(
    connection: DictConnection,
    code: str,
    *,
    chain: str,
    client_id: str,
    account: str,
    scope: str,
    facts: Mapping[str, Any],
    until: datetime,
) -> None:
    """Remember an authorization code; `chain` is shared by all that follows from it."""
    connection.execute(
        f"INSERT INTO {CODES} VALUES (%s, %s, %s, %s, %s, %s, %s)".encode(),  # noqa: S608 - ours
        [hashed(code), chain, client_id, account, scope, Jsonb(facts), until],
    )


def take_code(connection: DictConnection, code: str) -> Row | None:
    """Read a code, and keep others from using it until this transaction ends."""
    return connection.execute(
        f"SELECT * FROM {CODES} WHERE waarde = %s FOR UPDATE".encode(),  # noqa: S608 - ours
        [hashed(code)],
    ).fetchone()


def use_code(connection: DictConnection, row: Row) -> None:
    """A code works once."""
    connection.execute(f"UPDATE {CODES} SET gebruikt = true WHERE waarde = %s".encode(), [row["waarde"]])  # noqa: S608 - ours


def add_token(
    connection: DictConnection,
    token: str,
    *,
    kind: str,
    chain: str,
    client_id: str,
    account: str | None,
    scope: str,
    facts: Mapping[str, Any],
    now: datetime,
    until: datetime,
) -> None:
    """Remember a token."""
    connection.execute(
        f"INSERT INTO {TOKENS} (waarde, soort, keten, client_id, account, scope, gegevens, uitgegeven, tot)"  # noqa: S608 - ours
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)".encode(),
        [hashed(token), kind, chain, client_id, account, scope, Jsonb(facts), now, until],
    )
    _forget(connection, TOKENS, now=now)


def find_token(connection: DictConnection, token: str, *, alone: bool = False) -> Row | None:
    """Read a token, whether it still counts or not; `alone` keeps others from doing so until this transaction ends."""
    lock = "FOR UPDATE" if alone else ""
    return connection.execute(
        f"SELECT * FROM {TOKENS} WHERE waarde = %s {lock}".encode(),  # noqa: S608 - ours
        [hashed(token)],
    ).fetchone()


def revoke_token(connection: DictConnection, number: int) -> None:
    """Take one token back."""
    connection.execute(f"UPDATE {TOKENS} SET ingetrokken = true WHERE id = %s".encode(), [number])  # noqa: S608 - ours


def revoke_chain(connection: DictConnection, chain: str) -> None:
    """Take back all that followed from one sign-in, also what is given at this very moment."""
    # Who refreshes holds the old token: wait for them first, and only then look what there is.
    connection.execute(
        f"SELECT id FROM {TOKENS} WHERE keten = %s ORDER BY id FOR UPDATE".encode(),  # noqa: S608 - ours
        [chain],
    )
    connection.execute(f"UPDATE {TOKENS} SET ingetrokken = true WHERE keten = %s".encode(), [chain])  # noqa: S608 - ours


def revoke_all(connection: DictConnection, *, client_id: str, accounts: list[str]) -> None:
    """Take back what an application holds about a person, also what is given at this very moment."""
    whose = "client_id = %s AND account = ANY(%s)"
    for statement in (
        f"UPDATE {CODES} SET gebruikt = true WHERE {whose}",  # noqa: S608 - ours
        f"SELECT id FROM {TOKENS} WHERE {whose} ORDER BY id FOR UPDATE",  # noqa: S608 - ours
        f"UPDATE {TOKENS} SET ingetrokken = true WHERE {whose}",  # noqa: S608 - ours
    ):
        connection.execute(statement.encode(), [client_id, accounts])


def note_assertion(connection: DictConnection, *, client_id: str, jti: str, now: datetime, until: datetime) -> bool:
    """Remember a signed assertion by which an application said who it is; say whether it is a new one."""
    _forget_old(connection, now=now)
    done = connection.execute(
        f"INSERT INTO {ASSERTIONS} VALUES (%s, %s, %s) ON CONFLICT DO NOTHING".encode(),  # noqa: S608 - ours
        [client_id, jti, until],
    )
    return done.rowcount > 0


def _forget_old(connection: DictConnection, *, now: datetime) -> None:
    """Forget what nobody can use any more, so that a town that is served for months does not grow.

    Not at once: a code that is used again must be recognised.
    """
    for table in (SESSIONS, CODES, TOKENS, ASSERTIONS):
        _forget(connection, table, now=now)


def _forget(connection: DictConnection, table: str, *, now: datetime) -> None:
    connection.execute(f"DELETE FROM {table} WHERE tot < %s".encode(), [now - _REMEMBERED])  # noqa: S608 - ours

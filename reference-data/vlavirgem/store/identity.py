"""The tables of who is signed in where: applications, keys, sessions, codes and tokens.

A reset to the seed ends them all, and so does another database: nothing here is part of the town. What a bearer could
use is kept as its hash only.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

APPLICATIONS = "vlavirgem_toepassingen"
KEYS = "vlavirgem_sleutels"
SESSIONS = "vlavirgem_aanmeldingen"
CODES = "vlavirgem_codes"
TOKENS = "vlavirgem_tokens"
ASSERTIONS = "vlavirgem_verklaringen"
PLACE = "vlavirgem_aanmelddienst"
IDENTITY = (APPLICATIONS, KEYS, SESSIONS, CODES, TOKENS, ASSERTIONS, PLACE)

_STATEMENTS = (
    f"""
    CREATE TABLE {APPLICATIONS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        client_id text NOT NULL UNIQUE,
        geheim text,
        gegevens jsonb NOT NULL,
        aangemaakt timestamptz NOT NULL,
        versie integer NOT NULL DEFAULT 1
    )
    """,
    f"""
    CREATE TABLE {KEYS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        jwk jsonb NOT NULL,
        aangemaakt timestamptz NOT NULL,
        tot timestamptz
    )
    """,
    f"""
    CREATE TABLE {SESSIONS} (
        waarde text PRIMARY KEY,
        sid text NOT NULL UNIQUE,
        account text NOT NULL,
        middel text NOT NULL,
        tijdstip timestamptz NOT NULL,
        tot timestamptz NOT NULL
    )
    """,
    f"""
    CREATE TABLE {CODES} (
        waarde text PRIMARY KEY,
        keten text NOT NULL,
        client_id text NOT NULL,
        account text NOT NULL,
        scope text NOT NULL,
        gegevens jsonb NOT NULL,
        tot timestamptz NOT NULL,
        gebruikt boolean NOT NULL DEFAULT false
    )
    """,
    f"""
    CREATE TABLE {TOKENS} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        waarde text NOT NULL UNIQUE,
        soort text NOT NULL CHECK (soort IN ('access_token', 'refresh_token')),
        keten text NOT NULL,
        client_id text NOT NULL,
        account text,
        scope text NOT NULL,
        gegevens jsonb NOT NULL,
        uitgegeven timestamptz NOT NULL,
        tot timestamptz NOT NULL,
        ingetrokken boolean NOT NULL DEFAULT false
    )
    """,
    f"CREATE INDEX ON {TOKENS} (keten)",
    f"CREATE INDEX ON {TOKENS} (tot)",
    f"""
    CREATE TABLE {ASSERTIONS} (
        client_id text NOT NULL,
        jti text NOT NULL,
        tot timestamptz NOT NULL,
        PRIMARY KEY (client_id, jti)
    )
    """,
    f"CREATE TABLE {PLACE} (adres text NOT NULL)",
)


def create_identity(connection: DictConnection) -> None:
    """Make the tables."""
    for statement in _STATEMENTS:
        connection.execute(statement.encode())


def read_address(connection: DictConnection) -> str | None:
    """Give the address at which browsers find the provider, if somebody said so."""
    row = connection.execute(f"SELECT adres FROM {PLACE}".encode()).fetchone()  # noqa: S608 - ours
    return None if row is None else str(row["adres"])


def set_address(connection: DictConnection, address: str | None) -> None:
    """Say at which address browsers find the provider; without one it is where each request came in."""
    connection.execute(f"DELETE FROM {PLACE}".encode())  # noqa: S608 - ours
    if address is not None:
        connection.execute(f"INSERT INTO {PLACE} VALUES (%s)".encode(), [address])  # noqa: S608 - ours


def hashed(secret: str) -> str:
    """Give what is kept of something that only its bearer may know: it is random and long, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()

"""What was answered to a writing with a key, so that who sends it again gets the same and nothing happens twice.

An answer can hold a secret that is told once. So it is sealed with the key of who asked, and of that key only a hash
is kept: whoever reads the database learns neither, as long as the key is one that nobody guesses (a UUID, say).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from joserfc import jwe
from joserfc.jwk import OctKey
from psycopg.types.json import Jsonb

from vlavirgem.store.identity import hashed
from vlavirgem.store.tables import ANSWERS

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

_SEALED = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it went out.

    Attributes:
        fingerprint: Of what was asked.
        status: HTTP status code.
        headers: Its headers.
        body: Its body.
    """

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: bytes


def find_answer(connection: DictConnection, key: str) -> KeptAnswer | None:
    """Give what was answered to a key before."""
    row = connection.execute(
        f"SELECT * FROM {ANSWERS} WHERE sleutel = %s".encode(),  # noqa: S608 - a name of ours
        [hashed(key)],
    ).fetchone()
    if row is None:
        return None
    body = jwe.decrypt_compact(row["inhoud"], _sealing(key)).plaintext
    return KeptAnswer(row["vingerafdruk"], row["status"], row["hoofding"], body or b"")


def keep_answer(connection: DictConnection, key: str, answer: KeptAnswer) -> None:
    """Keep an answer, in the transaction of what it is about."""
    body = jwe.encrypt_compact(_SEALED, answer.body, _sealing(key)).encode()
    connection.execute(
        f"INSERT INTO {ANSWERS} (sleutel, vingerafdruk, status, hoofding, inhoud) "  # noqa: S608 - idem
        "VALUES (%s, %s, %s, %s, %s)".encode(),
        [hashed(key), answer.fingerprint, answer.status, Jsonb(answer.headers), body],
    )


def _sealing(key: str) -> OctKey:
    """Make the key of AES from that of who asked; another hash than the one that is kept."""
    return OctKey.import_key(hashlib.sha256(b"vlavirgem antwoord\x00" + key.encode()).digest())

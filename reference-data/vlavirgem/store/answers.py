"""What was answered to a writing with a key, so that who sends it again gets the same and nothing happens twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg.types.json import Jsonb

from vlavirgem.store.tables import ANSWERS

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection


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
        [key],
    ).fetchone()
    return None if row is None else KeptAnswer(row["vingerafdruk"], row["status"], row["hoofding"], row["inhoud"])


def keep_answer(connection: DictConnection, key: str, answer: KeptAnswer) -> None:
    """Keep an answer, in the transaction of what it is about."""
    connection.execute(
        f"INSERT INTO {ANSWERS} (sleutel, vingerafdruk, status, hoofding, inhoud) "  # noqa: S608 - idem
        "VALUES (%s, %s, %s, %s, %s)".encode(),
        [key, answer.fingerprint, answer.status, Jsonb(answer.headers), answer.body],
    )

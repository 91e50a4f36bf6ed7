"""Who wants to be told what: subscriptions, and what was sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.store.asking import ask_number
from vlavirgem.store.locking import write_alone
from vlavirgem.store.outbox import ATTEMPTS, DELIVERIES, SUBSCRIPTIONS, wake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vlavirgem.store.connection import DictConnection, Row


def count_subscriptions(connection: DictConnection) -> int:
    """Count them."""
    return ask_number(connection, f"SELECT count(*) FROM {SUBSCRIPTIONS}")  # noqa: S608 - ours


def add_subscription(
    connection: DictConnection, *, url: str, types: Sequence[str], prefix: str, secret: str, now: datetime
) -> int:
    """Add one that is still to be confirmed by who receives, and give its number."""
    number = ask_number(
        connection,
        f"INSERT INTO {SUBSCRIPTIONS} (url, types, onderwerp, geheim, status, aangemaakt)"  # noqa: S608 - ours
        " VALUES (%s, %s, %s, %s, 'teBevestigen', %s) RETURNING id",
        [url, list(types), prefix, secret, now],
    )
    wake(connection)
    return number


def read_subscriptions(connection: DictConnection, *, after: int, limit: int) -> list[Row]:
    """Read subscriptions after a number."""
    return connection.execute(
        f"SELECT * FROM {SUBSCRIPTIONS} WHERE id > %s ORDER BY id LIMIT %s".encode(),  # noqa: S608 - ours
        [after, limit],
    ).fetchall()


def read_subscription(connection: DictConnection, number: int) -> Row | None:
    """Read one subscription."""
    return connection.execute(
        f"SELECT * FROM {SUBSCRIPTIONS} WHERE id = %s".encode(),  # noqa: S608 - ours
        [number],
    ).fetchone()


def pause(connection: DictConnection, number: int) -> None:
    """Send nothing until it is resumed; what happens meanwhile is kept."""
    connection.execute(
        f"UPDATE {SUBSCRIPTIONS} SET status = 'gepauzeerd', versie = versie + 1"  # noqa: S608 - ours
        " WHERE id = %s AND status <> 'gepauzeerd'".encode(),
        [number],
    )


def resume(connection: DictConnection, number: int) -> None:
    """Send again; who receives is asked first, unless they agreed before."""
    connection.execute(
        f"UPDATE {SUBSCRIPTIONS} SET status = CASE WHEN bevestigd THEN 'actief' ELSE 'teBevestigen' END,"  # noqa: S608 - ours
        " reden = NULL, pogingen = 0, vanaf = 'epoch', versie = versie + 1"
        " WHERE id = %s AND status IN ('gepauzeerd', 'geweigerd')".encode(),
        [number],
    )
    wake(connection)


def remove(connection: DictConnection, number: int) -> bool:
    """Remove a subscription with all that was or was to be sent; say whether it was there.

    Alone: somebody else could be writing what becomes a message for it.
    """
    write_alone(connection)
    done = connection.execute(f"DELETE FROM {SUBSCRIPTIONS} WHERE id = %s".encode(), [number])  # noqa: S608 - ours
    return done.rowcount > 0


def add_message(connection: DictConnection, number: int, *, kind: str, subject: str, line: str) -> int:
    """Add a message for one subscription, beside what happens in the town, and give its number."""
    message = ask_number(
        connection,
        f"INSERT INTO {DELIVERIES} (abonnement_id, type, onderwerp, gebeurtenis)"  # noqa: S608 - ours
        " VALUES (%s, %s, %s, %s) RETURNING id",
        [number, kind, subject, line],
    )
    wake(connection)
    return message


def read_messages(
    connection: DictConnection, *, after: int, limit: int, subscription: int | None = None, status: str | None = None
) -> list[Row]:
    """Read messages after a number, each with its attempts."""
    where, values = _where(subscription, status)
    rows = connection.execute(
        f"SELECT * FROM {DELIVERIES} WHERE id > %s AND {where} ORDER BY id LIMIT %s".encode(),  # noqa: S608 - ours
        [after, *values, limit],
    ).fetchall()
    by_number: dict[int, list[Row]] = {row["id"]: [] for row in rows}
    attempts = connection.execute(
        f"SELECT * FROM {ATTEMPTS} WHERE levering_id = ANY(%s) ORDER BY id".encode(),  # noqa: S608 - ours
        [list(by_number)],
    )
    for attempt in attempts:
        by_number[attempt["levering_id"]].append(attempt)
    return [{**row, "log": by_number[row["id"]]} for row in rows]


def count_messages(connection: DictConnection, *, subscription: int | None = None, status: str | None = None) -> int:
    """Count what `read_messages` gives in the end."""
    where, values = _where(subscription, status)
    return ask_number(connection, f"SELECT count(*) FROM {DELIVERIES} WHERE {where}", values)  # noqa: S608 - ours


def read_message(connection: DictConnection, number: int) -> Row | None:
    """Read one message with its attempts."""
    found = read_messages(connection, after=number - 1, limit=1)
    return found[0] if found and found[0]["id"] == number else None


def send_again(connection: DictConnection, number: int) -> bool:
    """Give a dead message all its chances again, before what waits after it; say whether it was dead."""
    done = connection.execute(
        f"UPDATE {DELIVERIES} SET status = 'wachtend', pogingen = 0, vanaf = 'epoch'"  # noqa: S608 - ours
        " WHERE id = %s AND status = 'dood'".encode(),
        [number],
    )
    wake(connection)
    return done.rowcount > 0


def _where(subscription: int | None, status: str | None) -> tuple[str, list[Any]]:
    clauses: list[str] = ["TRUE"]
    values: list[Any] = []
    for clause, value in (("abonnement_id = %s", subscription), ("status = %s", status)):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    return " AND ".join(clauses), values

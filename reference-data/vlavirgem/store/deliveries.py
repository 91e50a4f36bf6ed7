"""What is to be sent now, by whom, and what became of it.

Who sends takes a lease on a message: whoever is killed leaves a lease that ends, and then another sends it again. Of
each subscription only the oldest message that waits is taken, so that messages arrive in order. The locks are of the
kind that lets new messages refer to a subscription meanwhile: what happens never waits for what is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.store.outbox import ATTEMPTS, DELIVERIES, SUBSCRIPTIONS

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from vlavirgem.store.connection import DictConnection


@dataclass(frozen=True, slots=True)
class Message:
    """One message to send now.

    Attributes:
        id: Its number.
        name: Its identifier for receivers: the same at every attempt, and never used again, also after a reset.
        subscription: The number of the subscription.
        url: Where to.
        secret: Signs it.
        event: The event, as JSON.
        attempt: Which attempt this is, counted from the last time that somebody asked for it.
        turn: Which attempt of all this is: whoever lost the lease has an older one.
        fate: What is to go wrong with it on purpose, asked for by who made it happen.
    """

    id: int
    name: str
    subscription: int
    url: str
    secret: str
    event: str
    attempt: int
    turn: int
    fate: str | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A subscription of which the receiver is to be asked whether they want it."""

    subscription: int
    url: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt went.

    Attributes:
        at: When it began.
        milliseconds: How long it took.
        status: HTTP status code of the answer, if there was one.
        error: What went wrong, in Dutch.
        disturbed: What went wrong on purpose.
    """

    at: datetime
    milliseconds: int
    status: int | None = None
    error: str | None = None
    disturbed: str | None = None


_HEAD = f"SELECT min(id) FROM {DELIVERIES} WHERE abonnement_id = s.id AND status = 'wachtend'"  # noqa: S608 - ours
_READY = "d.vanaf <= %(now)s AND d.bezet_tot <= %(now)s"


def take_messages(connection: DictConnection, *, now: datetime, lease: timedelta, limit: int) -> list[Message]:
    """Take the lease on up to `limit` messages, of different subscriptions; call this in a transaction of its own."""
    ready = connection.execute(
        f"""
        SELECT s.id FROM {SUBSCRIPTIONS} s
        WHERE s.status = 'actief' AND s.vanaf <= %(now)s
            AND EXISTS (SELECT 1 FROM {DELIVERIES} d WHERE d.id = ({_HEAD}) AND {_READY})
        ORDER BY s.id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
        """.encode(),  # noqa: S608 - ours
        {"now": now, "limit": limit},
    ).fetchall()
    # A second look, now that nobody else can take of these subscriptions.
    rows = connection.execute(
        f"""
        UPDATE {DELIVERIES} d SET bezet_tot = %(until)s, pogingen = d.pogingen + 1, beurt = d.beurt + 1
        FROM {SUBSCRIPTIONS} s
        WHERE s.id = ANY(%(ready)s) AND d.id = ({_HEAD}) AND {_READY}
        RETURNING d.*, s.url, s.geheim
        """.encode(),  # noqa: S608 - ours
        {"now": now, "until": now + lease, "ready": [row["id"] for row in ready]},
    ).fetchall()
    return [
        Message(
            id=row["id"],
            name=row["bericht"],
            subscription=row["abonnement_id"],
            url=row["url"],
            secret=row["geheim"],
            event=row["gebeurtenis"],
            attempt=row["pogingen"],
            turn=row["beurt"],
            fate=row["storing"],
        )
        for row in rows
    ]


def take_confirmations(
    connection: DictConnection, *, now: datetime, lease: timedelta, limit: int
) -> list[Confirmation]:
    """Take the lease on subscriptions that are still to be confirmed."""
    rows = connection.execute(
        f"""
        UPDATE {SUBSCRIPTIONS} SET bezet_tot = %(until)s, pogingen = pogingen + 1
        WHERE id IN (
            SELECT id FROM {SUBSCRIPTIONS}
            WHERE status = 'teBevestigen' AND vanaf <= %(now)s AND bezet_tot <= %(now)s
            ORDER BY id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED
        )
        RETURNING id, url, pogingen
        """.encode(),  # noqa: S608 - ours
        {"now": now, "until": now + lease, "limit": limit},
    ).fetchall()
    return [Confirmation(row["id"], row["url"], row["pogingen"]) for row in rows]


def next_moment(connection: DictConnection) -> datetime | None:
    """Tell when there is something to do next, as far as is known now; None when nothing waits."""
    row = connection.execute(
        f"""
        SELECT min(moment) AS moment FROM (
            SELECT greatest(d.vanaf, d.bezet_tot, s.vanaf) AS moment
            FROM {SUBSCRIPTIONS} s JOIN {DELIVERIES} d ON d.id = ({_HEAD}) WHERE s.status = 'actief'
            UNION ALL
            SELECT greatest(vanaf, bezet_tot) FROM {SUBSCRIPTIONS} WHERE status = 'teBevestigen'
        ) m WHERE moment > 'epoch'
        """.encode()  # noqa: S608 - ours
    ).fetchone()
    return None if row is None else row["moment"]


def note_attempt(connection: DictConnection, message: Message, attempt: Attempt) -> None:
    """Write down how an attempt went."""
    connection.execute(
        f"INSERT INTO {ATTEMPTS} (levering_id, tijdstip, milliseconden, status, fout, storing)"  # noqa: S608 - ours
        f" SELECT id, %s, %s, %s, %s, %s FROM {DELIVERIES} WHERE id = %s".encode(),
        [attempt.at, attempt.milliseconds, attempt.status, attempt.error, attempt.disturbed, message.id],
    )


def finish(connection: DictConnection, message: Message, *, status: str, next_after: datetime | None = None) -> None:
    """Give a message that one has the lease on its last status.

    Args:
        connection: A transaction.
        message: The message.
        status: `geleverd`, `dood` or `verloren`.
        next_after: When the receiver wants the next one at the earliest.
    """
    connection.execute(
        f"UPDATE {DELIVERIES} SET status = %s, bezet_tot = 'epoch' WHERE id = %s AND beurt = %s".encode(),  # noqa: S608 - ours
        [status, message.id, message.turn],
    )
    if next_after is not None:
        connection.execute(
            f"UPDATE {SUBSCRIPTIONS} SET vanaf = %s WHERE id = %s".encode(),  # noqa: S608 - ours
            [next_after, message.subscription],
        )


def try_later(connection: DictConnection, message: Message, *, after: datetime) -> None:
    """Give the lease back, and say when to try again."""
    connection.execute(
        f"UPDATE {DELIVERIES} SET vanaf = %s, bezet_tot = 'epoch' WHERE id = %s AND beurt = %s".encode(),  # noqa: S608 - ours
        [after, message.id, message.turn],
    )


def rate_of(connection: DictConnection, subscription: int) -> int | None:
    """Give how many messages a minute the receiver allows; None is any number."""
    row = connection.execute(
        f"SELECT per_minuut FROM {SUBSCRIPTIONS} WHERE id = %s".encode(),  # noqa: S608 - ours
        [subscription],
    ).fetchone()
    return None if row is None else row["per_minuut"]


def confirm(connection: DictConnection, confirmation: Confirmation, *, rate: int | None) -> None:
    """Begin to send: the receiver agrees."""
    connection.execute(
        f"UPDATE {SUBSCRIPTIONS} SET bevestigd = true, per_minuut = %s, reden = NULL, pogingen = 0,"  # noqa: S608 - ours
        " status = CASE status WHEN 'teBevestigen' THEN 'actief' ELSE status END, vanaf = 'epoch',"
        " bezet_tot = 'epoch', versie = versie + 1 WHERE id = %s".encode(),
        [rate, confirmation.subscription],
    )


def ask_later(connection: DictConnection, confirmation: Confirmation, *, after: datetime, reason: str) -> None:
    """Ask the receiver again."""
    connection.execute(
        f"UPDATE {SUBSCRIPTIONS} SET vanaf = %s, bezet_tot = 'epoch', reden = %s, versie = versie + 1"  # noqa: S608 - ours
        " WHERE id = %s".encode(),
        [after, reason, confirmation.subscription],
    )


def refuse(connection: DictConnection, subscription: int, *, reason: str) -> None:
    """Send nothing any more: the receiver does not want it, or is not there."""
    connection.execute(
        f"UPDATE {SUBSCRIPTIONS} SET status = 'geweigerd', bevestigd = false, reden = %s,"  # noqa: S608 - ours
        " bezet_tot = 'epoch', versie = versie + 1 WHERE id = %s".encode(),
        [reason, subscription],
    )

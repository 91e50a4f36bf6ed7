"""Leases: one worker at a time works on a thing, and a late one cannot spoil it.

A lease ends by itself when its holder stops renewing it. Each new holder gets a higher token; a writer
that shows an older token is refused (fencing).
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from proeftuin_kernel.errors import ConflictError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.tables import LeaseRow
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from proeftuin_kernel.db import Database


class LeaseHeldError(ConflictError):
    """Another worker is at it."""

    code = "lease-held"
    title = Text(nl="Wordt al aan gewerkt", en="Already being worked on")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a thing, with its fencing token."""

    name: str
    holder: str
    token: int


@contextmanager
def hold(database: Database, name: str, *, seconds: float = 15) -> Iterator[Lease]:
    """Hold a lease while the block runs; a thread renews it every third of its length.

    Raises:
        LeaseHeldError: somebody else holds it and it has not run out.
    """
    lease = _acquire(database, name, seconds=seconds)
    done = threading.Event()

    def renew() -> None:
        while not done.wait(seconds / 3):
            with database.begin() as work:
                work.session.execute(
                    update(LeaseRow)
                    .where(LeaseRow.name == name, LeaseRow.token == lease.token)
                    .values(expires_at=work.now + timedelta(seconds=seconds))
                )

    heartbeat = threading.Thread(target=renew, name=f"lease {name}", daemon=True)
    heartbeat.start()
    try:
        yield lease
    finally:
        done.set()
        heartbeat.join(timeout=5)
        with database.begin() as work:
            work.session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.token == lease.token))


def check(session: Session, lease: Lease) -> None:
    """Refuse to go on when the lease was taken over; call it before a write that matters.

    Raises:
        LeaseHeldError: another worker took over.
    """
    token = session.scalar(select(LeaseRow.token).where(LeaseRow.name == lease.name))
    if token != lease.token:
        raise _held(lease.name)


def _acquire(database: Database, name: str, *, seconds: float) -> Lease:
    holder = new_id("wrk")
    with database.begin() as work:
        expires = work.now + timedelta(seconds=seconds)
        statement = insert(LeaseRow).values(
            name=name, holder=holder, token=int(work.now.timestamp() * 1000), expires_at=expires
        )
        token = work.session.scalar(
            statement.on_conflict_do_update(
                index_elements=[LeaseRow.name],
                set_={
                    "holder": holder,
                    "token": LeaseRow.token + 1,
                    "expires_at": expires,
                },
                where=or_(LeaseRow.expires_at < work.now, LeaseRow.holder == holder),
            ).returning(LeaseRow.token)
        )
    if token is None:
        raise _held(name)
    return Lease(name, holder, token)


def _held(name: str) -> LeaseHeldError:
    return LeaseHeldError(
        Text(
            nl="Een andere bewerking is hiermee bezig. Wacht tot ze klaar is.",
            en="Another operation is working on this. Wait until it is done.",
        ),
        log_message=f"lease {name} is held",
    )

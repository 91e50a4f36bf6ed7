"""Carry stored events to their handlers, at least once, in order, with retries.

Events are written by `UnitOfWork.emit`, which also wakes the relay job; a sweep once a minute
catches what a crash left behind.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select, update

from proeftuin_kernel.tables import Delivery, StoredEvent

if TYPE_CHECKING:
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.events import EventBus

RELAY_JOB = "kernel.relay"
_BATCH = 100
_MAX_WAIT = timedelta(minutes=10)
_log = structlog.get_logger(__name__)


class Outbox:
    """Delivers stored events to the handlers of a bus."""

    def __init__(self, database: Database, bus: EventBus) -> None:
        self._database = database
        self._bus = bus

    def relay(self) -> int:
        """Deliver everything that is due and give the number of deliveries that succeeded."""
        self._fan_out()
        return self._deliver()

    def _fan_out(self) -> None:
        with self._database.begin() as work:
            waiting = work.session.scalars(
                select(StoredEvent)
                .where(~StoredEvent.fanned_out)
                .order_by(StoredEvent.id)
                .with_for_update(skip_locked=True)
            ).all()
            for event in waiting:
                for handler in self._bus.handler_names(event.name):
                    work.session.add(
                        Delivery(event_id=event.id, handler=handler, next_attempt_at=work.now, attempts=0)
                    )
                event.fanned_out = True

    def _deliver(self) -> int:
        with self._database.read() as session:
            due = session.execute(
                select(
                    Delivery.event_id,
                    Delivery.handler,
                    Delivery.attempts,
                    StoredEvent.name,
                    StoredEvent.payload,
                )
                .join(StoredEvent, StoredEvent.id == Delivery.event_id)
                .where(Delivery.delivered_at.is_(None), Delivery.next_attempt_at <= self._database.clock.now())
                .order_by(Delivery.event_id, Delivery.handler)
                .limit(_BATCH)
            ).all()
        succeeded = 0
        for event_id, handler, attempts, name, payload in due:
            error: str | None = None
            try:
                self._bus.call(name, handler, payload)
                succeeded += 1
            except Exception as failure:  # noqa: BLE001 - a handler may fail in any way; it is told and retried
                error = f"{type(failure).__name__}: {failure}"
                _log.warning(
                    "event handler failed",
                    event_name=name,
                    handler=handler,
                    error=error,
                    attempt=attempts + 1,
                )
            self._settle(event_id, handler, attempts=attempts + 1, error=error)
        return succeeded

    def _settle(self, event_id: int, handler: str, *, attempts: int, error: str | None) -> None:
        with self._database.begin() as work:
            wait = min(_MAX_WAIT, timedelta(seconds=2**attempts))
            work.session.execute(
                update(Delivery)
                .where(Delivery.event_id == event_id, Delivery.handler == handler)
                .values(
                    attempts=attempts,
                    error=error,
                    delivered_at=None if error else work.now,
                    next_attempt_at=work.now + wait,
                )
            )

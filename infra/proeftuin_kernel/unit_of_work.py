"""One transaction: rows, events, audit facts, progress and jobs succeed or fail together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from structlog.contextvars import get_contextvars

from proeftuin_kernel.outbox import RELAY_JOB
from proeftuin_kernel.tables import AuditFact, JournalEntry, StoredEvent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.events import DomainEvent
    from proeftuin_kernel.jobs import JobQueue


class UnitOfWork:
    """What a service changes in one go. Made by `Database.begin`."""

    def __init__(self, session: Session, *, clock: Clock, jobs: JobQueue | None) -> None:
        self.session = session
        self.now: datetime = clock.now()
        self._jobs = jobs

    def emit(self, event: DomainEvent) -> None:
        """Store a domain event; its handlers hear of it after the commit, at least once."""
        self.session.add(StoredEvent(name=event.name, payload=event.payload(), occurred_at=self.now))
        self.defer(RELAY_JOB, queueing_lock=RELAY_JOB, lock=RELAY_JOB)

    def audit(
        self,
        principal: Principal,
        action: str,
        subject: str,
        *,
        organisation: str | None = None,
        **details: Any,
    ) -> None:
        """Write down who changed what.

        Args:
            principal: Who.
            action: `<area>.<verb>`, such as `sandbox.create`.
            subject: Id of the thing that changed.
            organisation: On whose behalf.
            details: Plain JSON values worth keeping; never secrets.
        """
        self.session.add(
            AuditFact(
                at=self.now,
                actor=principal.person_id,
                actor_name=principal.name,
                token=principal.token_id,
                action=action,
                subject=subject,
                organisation=organisation,
                request_id=get_contextvars().get("request_id"),
                details=details,
            )
        )

    def tell(self, stream: str, kind: str, **data: Any) -> None:
        """Append a step to a progress stream (see `proeftuin_kernel.journal`)."""
        self.session.add(JournalEntry(stream=stream, at=self.now, kind=kind, data=data))

    def defer(
        self,
        job: str,
        *,
        lock: str | None = None,
        queueing_lock: str | None = None,
        delay_seconds: int = 0,
        priority: int = 0,
        **payload: Any,
    ) -> None:
        """Have a background job run after the commit.

        Args:
            job: Name of the job, as registered with `JobQueue.register`.
            lock: Jobs with the same lock never run at the same time.
            queueing_lock: At most one job with this lock waits; a second one is dropped silently.
            delay_seconds: Wait at least this long.
            priority: Of the jobs that wait, those with the highest begin first.
            payload: Plain JSON values for the job.
        """
        if self._jobs is not None:
            self.session.flush()
            self._jobs.defer(
                self.session,
                job,
                payload,
                lock=lock,
                queueing_lock=queueing_lock,
                delay_seconds=delay_seconds,
                priority=priority,
            )

    def waiting(self, job: str, queueing_locks: Sequence[str]) -> frozenset[str]:
        """Tell which of some queueing locks are taken by a job that waits, in one question for all."""
        return self._jobs.waiting(self.session, job, queueing_locks) if self._jobs is not None else frozenset()

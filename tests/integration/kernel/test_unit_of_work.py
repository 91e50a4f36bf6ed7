"""Rows, events, audit facts, progress and jobs are committed together or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest
from sqlalchemy import func, select, text

from proeftuin.schema import is_current
from proeftuin_kernel import journal, leases
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.events import DomainEvent, EventBus
from proeftuin_kernel.outbox import Outbox
from proeftuin_kernel.tables import AuditFact, Delivery, StoredEvent
from support.loops import in_a_loop

if TYPE_CHECKING:
    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.jobs import JobQueue


@dataclass(frozen=True)
class LampLit(DomainEvent):
    name: ClassVar[str] = "lamp.lit"
    lamp: str


def count(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def queued(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(text("SELECT task_name FROM procrastinate_jobs ORDER BY id")))


def test_an_exception_undoes_everything(database: Database) -> None:
    """Nothing of a failed unit of work is seen by anybody."""
    with contextlib.suppress(RuntimeError), database.begin() as work:
        work.emit(LampLit(lamp="a"))
        work.audit(SYSTEM, "lamp.light", "a")
        work.tell("lamp:a", "step", message="aan")
        work.defer("lamp.watch", lamp="a")
        raise RuntimeError

    assert (0, 0, [], []) == (
        count(database, StoredEvent),
        count(database, AuditFact),
        journal.read(database, "lamp:a"),
        queued(database),
    )


def test_events_reach_their_handlers_once_when_they_succeed(database: Database) -> None:
    """A second relay does not deliver again."""
    seen: list[str] = []
    bus = EventBus()
    bus.subscribe(LampLit, name="test.see", handler=lambda event: seen.append(event.lamp))
    with database.begin() as work:
        work.emit(LampLit(lamp="a"))
        work.emit(LampLit(lamp="b"))

    outbox = Outbox(database, bus)
    outbox.relay()
    outbox.relay()

    assert ["a", "b"] == seen


def test_a_failing_handler_is_retried_later_and_does_not_stop_others(database: Database, clock: FixedClock) -> None:
    """One broken handler costs the other handlers nothing, and gets its event again."""
    seen: list[str] = []
    broken = True

    def sometimes(event: LampLit) -> None:
        if broken:
            raise ValueError("kapot")
        seen.append("late " + event.lamp)

    bus = EventBus()
    bus.subscribe(LampLit, name="a.sometimes", handler=sometimes)
    bus.subscribe(LampLit, name="b.always", handler=lambda event: seen.append(event.lamp))
    with database.begin() as work:
        work.emit(LampLit(lamp="x"))
    outbox = Outbox(database, bus)

    assert 1 == outbox.relay()
    broken = False
    assert 0 == outbox.relay(), "not before its waiting time"
    clock.advance(timedelta(seconds=5))
    assert 1 == outbox.relay()
    assert ["x", "late x"] == seen
    with database.read() as session:
        assert [] == list(session.scalars(select(Delivery).where(Delivery.delivered_at.is_(None))))


def test_a_second_relay_job_is_not_queued_while_one_waits(database: Database) -> None:
    """Ten events cost one job."""
    with database.begin() as work:
        for number in range(10):
            work.emit(LampLit(lamp=str(number)))

    assert ["kernel.relay"] == queued(database)


def test_jobs_run_in_the_worker_with_their_payload(database: Database, jobs: JobQueue) -> None:
    """What was deferred in a transaction is run by a worker."""
    seen: list[str] = []

    def watch(lamp: str) -> None:
        seen.append(lamp)

    jobs.register("lamp.watch", watch)
    with database.begin() as work:
        work.defer("lamp.watch", lamp="a")

    async def until_done() -> None:
        worker = asyncio.create_task(jobs.run(concurrency=1))
        for _ in range(100):
            if seen:
                break
            await asyncio.sleep(0.05)
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker

    in_a_loop(until_done())
    assert ["a"] == seen


def test_a_lease_is_held_by_one_at_a_time_and_runs_out(database: Database, clock: FixedClock) -> None:
    """A dead holder blocks nobody for longer than its lease, and its token is then worthless."""
    with leases.hold(database, "sandbox:x", seconds=30) as first:
        with pytest.raises(leases.LeaseHeldError), leases.hold(database, "sandbox:x"):
            pass
        clock.advance(timedelta(seconds=31))
        with leases.hold(database, "sandbox:x", seconds=30) as second:
            assert second.token > first.token
            with database.begin() as work, pytest.raises(leases.LeaseHeldError):
                leases.check(work.session, first)


def test_a_reader_of_progress_resumes_after_the_last_number_it_saw(database: Database) -> None:
    """Whoever looks away misses nothing."""
    with database.begin() as work:
        work.tell("lamp:a", "step", message="een")
        work.tell("lamp:a", "step", message="twee")
        work.tell("lamp:b", "step", message="ander")
        work.tell("lamp:a", journal.END, message="klaar")
    first = journal.read(database, "lamp:a", limit=1)

    async def rest() -> list[str]:
        return [entry.data["message"] async for entry in journal.follow(database, "lamp:a", after=first[0].id)]

    assert ["twee", "klaar"] == in_a_loop(rest())


def test_a_reader_who_saw_the_end_gets_it_again_at_once(database: Database) -> None:
    """A browser comes back by itself with the last number it saw; it must not wait for ever for nothing."""
    with database.begin() as work:
        work.tell("lamp:a", "step", message="een")
        work.tell("lamp:a", journal.END, message="klaar")
    last = journal.read(database, "lamp:a")[-1]

    async def rest() -> list[str]:
        async with asyncio.timeout(10):
            return [entry.data["message"] async for entry in journal.follow(database, "lamp:a", after=last.id)]

    assert ["klaar"] == in_a_loop(rest())
    with database.begin() as work:
        work.tell("lamp:a", "step", message="opnieuw")
        work.tell("lamp:a", journal.END, message="weer klaar")
    assert ["opnieuw", "weer klaar"] == in_a_loop(rest())


def test_nobody_waits_for_news_of_a_platform_that_stops(database: Database) -> None:
    """The web server would wait for the stream, and the stream for what does not come."""
    with database.begin() as work:
        work.tell("lamp:a", "step", message="een")
    database.closing.set()

    async def all_of_it() -> list[str]:
        async with asyncio.timeout(10):
            return [entry.data["message"] async for entry in journal.follow(database, "lamp:a")]

    assert ["een"] == in_a_loop(all_of_it())


def test_the_migrated_database_has_the_schema_that_the_code_expects(database: Database) -> None:
    """Migrations and models never drift apart."""
    assert is_current(database.url)


def test_a_database_that_is_away_is_reported_as_unavailable(database: Database) -> None:
    """A lost database is a 503 with words, never a stack trace."""
    with pytest.raises(UnavailableError), database.read() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

"""A platform's worker in this process, how to wait for it, and what it does to its database."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from sqlalchemy import event, func, select, text

from proeftuin.schema import migrate
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.events import EventBus
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.outbox import RELAY_JOB, Outbox
from proeftuin_postgres import EmbeddedPostgres
from proeftuin_sandbox.jobs import register_jobs
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.states import SandboxState
from support.sandbox_world import SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.policy import Policy

MIB = 1024 * 1024
_DONE = (SandboxState.READY, SandboxState.FAILED, SandboxState.QUARANTINED)


class Platform:
    """A platform's worker in this process: the service, its jobs, its database."""

    def __init__(self, folder: Path, url: str, backend: SandboxBackend, *, policy: Policy, concurrency: int) -> None:
        self.queue = JobQueue(url)
        self.database = Database(url, clock=SystemClock(), jobs=self.queue, pool_size=concurrency + 10)
        self.world = SandboxWorld.on(self.database, backend, folder, policy=policy)
        self.service = self.world.service
        self.statements = 0
        event.listen(self.database.engine, "before_cursor_execute", self._count)
        register_jobs(self.queue, self.service)
        outbox = Outbox(self.database, EventBus())
        self.queue.register(RELAY_JOB, lambda: _relay(outbox))
        self.service.start()
        self._loop = asyncio.new_event_loop()
        self._worker = self._loop.create_task(self.queue.run(concurrency=concurrency))
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.database.closing.set()
        self._loop.call_soon_threadsafe(self._worker.cancel)
        self._thread.join(timeout=60)
        self.service.close()
        self.database.close()

    def states(self) -> Counter[str]:
        with self.database.read() as session:
            rows = session.execute(select(SandboxRow.state, func.count()).group_by(SandboxRow.state)).all()
        return Counter({state: count for state, count in rows})  # noqa: C416 - rows are not pairs to a type checker

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._worker)
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _count(self, *_: object) -> None:
        self.statements += 1


def _relay(outbox: Outbox) -> None:
    while outbox.relay():
        """Nobody listens here; the cost of relaying is the same."""


def wait_for_rooms(one: Platform, rooms: int, *, patience: float) -> float:
    """Wait until so many sandboxes are ready or have failed; give the least memory that was available meanwhile."""
    least, told = available_mib(), time.monotonic()
    deadline = time.monotonic() + patience
    while sum((states := one.states())[state] for state in _DONE) < rooms:
        if time.monotonic() > deadline:
            say(f"out of patience: {dict(states)}")
            break
        least = min(least, available_mib())
        if time.monotonic() - told > 15:
            told = time.monotonic()
            say(f"{dict(states)}; {available_mib():.0f} MiB available; load {os.getloadavg()[0]:.1f}")
        time.sleep(0.5)
    return min(least, available_mib())


def wait_until(question: Callable[[], object], *, patience: float) -> None:
    """Wait until something is so, or patience is at an end."""
    deadline = time.monotonic() + patience
    while not question() and time.monotonic() < deadline:
        time.sleep(0.5)


@contextmanager
def server() -> Iterator[tuple[Path, str]]:
    """Have a folder, and a PostgreSQL with the platform's tables: its URL."""
    with (
        tempfile.TemporaryDirectory(prefix="proeftuin-scale-", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as postgres,
    ):
        migrate(postgres.url())
        yield Path(folder), postgres.url()


def available_mib() -> float:
    """Tell how much memory the machine can still give."""
    return psutil.virtual_memory().available / MIB


def rows_written(one: Platform) -> dict[str, int]:
    """Read what PostgreSQL has counted since the beginning."""
    with one.database.read() as session:
        row = session.execute(
            text(
                "SELECT xact_commit AS transactions, tup_inserted AS inserted, tup_updated AS updated,"
                " tup_deleted AS deleted, tup_returned AS scanned FROM pg_stat_database"
                " WHERE datname = current_database()"
            )
        ).one()
    return {name: int(value) for name, value in row._mapping.items()}


def database_size(one: Platform) -> dict[str, Any]:
    """Read how many bytes a sandbox takes in the database, and in which tables."""
    with one.database.read() as session:
        tables = session.execute(
            text(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'"
                " AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 8"
            )
        ).all()
        rooms = session.scalar(select(func.count()).select_from(SandboxRow)) or 1
    return {
        "bytes_per_sandbox": round(sum(size for _, size in tables) / rooms),
        "tables": {name: round(size / rooms) for name, size in tables},
    }


def say(words: str) -> None:
    """Tell whoever watches how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")

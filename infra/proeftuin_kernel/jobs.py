"""Background jobs on the same PostgreSQL (procrastinate behind one small module).

Jobs are plain functions with JSON arguments. They may run twice: a worker can die at any point and
its job is taken up by another within `STALLED_SECONDS`. So a job looks at what is, and does what is missing.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import procrastinate
import psycopg
import structlog
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text

from proeftuin_kernel.job_manager import YieldingJobManager
from proeftuin_kernel.leases import LeaseHeldError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

STALLED_SECONDS = 10
_CONNECTION_SECONDS = 3.0
_OTHER_THREADS = 8
_BY_THE_CLOCK = 10
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Registration:
    name: str
    function: Callable[..., None]
    retries: int
    cron: str | None
    lock: str | None


class JobQueue:
    """Registers jobs, puts them in the queue inside a transaction, and runs a worker.

    Args:
        url: PostgreSQL URL, the same database as the rows that cause the jobs.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._registrations: dict[str, _Registration] = {}
        # Deferring always happens on the caller's connection, so this pool is never opened.
        self._deferrer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=url))

    def register(
        self,
        name: str,
        function: Callable[..., None],
        *,
        retries: int = 3,
        cron: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Name a function as a job.

        Args:
            name: `<area>.<verb>`.
            function: Called in a thread with the payload as keyword arguments.
            retries: How often a job that raised is tried again (exponential waiting).
            cron: When given, also run by the clock (five or six fields, seconds last); without payload.
            lock: For cron jobs: never two at the same time.
        """
        self._registrations[name] = _Registration(name, function, retries, cron, lock)

    def defer(
        self,
        session: Session,
        name: str,
        payload: dict[str, Any],
        *,
        lock: str | None = None,
        queueing_lock: str | None = None,
        delay_seconds: int = 0,
        priority: int = 0,
    ) -> None:
        """Put a job in the queue within the session's transaction. See `UnitOfWork.defer`."""
        connection: Any = session.connection().connection.driver_connection
        options: dict[str, Any] = {
            "connection": connection,
            "lock": lock,
            "queueing_lock": queueing_lock,
            "priority": priority,
        }
        if delay_seconds:
            options["schedule_in"] = {"seconds": delay_seconds}
        task = self._deferrer.configure_task(name, **options)
        if queueing_lock is None:
            task.defer(**payload)
            return
        # A savepoint, so that a job that already waits does not spoil the caller's transaction.
        with contextlib.suppress(AlreadyEnqueued), connection.transaction():
            task.defer(**payload)

    def waiting(self, session: Session, name: str, queueing_locks: Sequence[str]) -> frozenset[str]:
        """Tell which of some queueing locks are taken by a job that waits. See `UnitOfWork.waiting`."""
        found = session.execute(
            text(
                "SELECT queueing_lock FROM procrastinate_jobs"
                " WHERE status = 'todo' AND task_name = :name AND queueing_lock = ANY(:locks)"
            ),
            {"name": name, "locks": list(queueing_locks)},
        )
        return frozenset(found.scalars())

    async def run(self, *, concurrency: int) -> None:
        """Run jobs until cancelled. Jobs in hand get five seconds to end."""
        # Jobs run in threads of the loop's executor, and that has no more than a few on a small machine.
        threads = ThreadPoolExecutor(concurrency + _OTHER_THREADS, thread_name_prefix="job")
        asyncio.get_running_loop().set_default_executor(threads)
        while True:
            try:
                await self._work(concurrency=concurrency)
            except (procrastinate.exceptions.ConnectorException, psycopg.Error) as error:
                if _is_cancelled():
                    raise asyncio.CancelledError from error  # the worker said goodbye to a database that was gone
                _log.warning("the queue does not answer; trying again", error=str(error))
            # The worker also ends when its listening connection breaks: the database went away for a while.
            await asyncio.sleep(1)

    async def _work(self, *, concurrency: int) -> None:
        connector = procrastinate.PsycopgConnector(conninfo=self._url, timeout=_CONNECTION_SECONDS)
        app = procrastinate.App(connector=connector)
        app.job_manager = YieldingJobManager(app.connector)
        for registration in self._registrations.values():
            self._declare(app, registration)
        async with app.open_async():
            rescue = asyncio.create_task(_rescue_stalled(app))
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=2.0,
                    update_heartbeat_interval=2.0,
                    stalled_worker_timeout=float(STALLED_SECONDS),
                    shutdown_graceful_timeout=5.0,
                    delete_jobs="successful",
                )
            finally:
                rescue.cancel()

    @staticmethod
    def _declare(app: procrastinate.App, registration: _Registration) -> None:
        retry = procrastinate.RetryStrategy(max_attempts=registration.retries, exponential_wait=2)

        if registration.cron:

            @app.periodic(cron=registration.cron)
            @app.task(
                name=f"{registration.name}.tick",
                lock=registration.lock,
                queueing_lock=f"{registration.name}.tick",
                priority=_BY_THE_CLOCK,  # short, and late is worse for them than for others
            )
            def tick(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment
                registration.function()

        @app.task(name=registration.name, retry=retry)
        def job(**payload: Any) -> None:
            try:
                registration.function(**payload)
            except LeaseHeldError:  # its worker works still, or died a moment ago: no fault, and tried again
                _log.info("job waits for another worker", job=registration.name, payload=payload)
                raise
            except Exception:
                _log.exception("job failed", job=registration.name, payload=payload)
                raise


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _rescue_stalled(app: procrastinate.App) -> None:
    """Give the jobs of dead workers back to the queue."""
    while True:
        try:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
                _log.warning("job of a dead worker is taken up again", job=job.task_name, id=job.id)
                await app.job_manager.retry_job(job)
        except procrastinate.exceptions.ConnectorException as error:
            _log.warning("the queue does not answer", error=str(error))
        await asyncio.sleep(STALLED_SECONDS / 2)

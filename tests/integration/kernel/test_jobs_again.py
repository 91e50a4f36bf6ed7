"""Jobs that are asked again while they run, fail or are lost: the work is done and nothing waits for ever."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from sqlalchemy import text

from support.loops import in_a_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_kernel.db import Database
    from proeftuin_kernel.jobs import JobQueue

LOCKS = {"lock": "lamp:a", "queueing_lock": "lamp.watch:a"}


def run_until(jobs: JobQueue, is_done: Callable[[], bool]) -> None:
    """Run a worker until something is so, for ten seconds at most."""

    async def work() -> None:
        worker = asyncio.create_task(jobs.run(concurrency=2))
        for _ in range(200):
            if is_done():
                break
            await asyncio.sleep(0.05)
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker

    in_a_loop(work())


def statuses(database: Database) -> list[str]:
    with database.read() as session:
        rows = session.execute(text("SELECT status FROM procrastinate_jobs WHERE task_name = 'lamp.watch'"))
        return [row.status for row in rows]


def test_a_job_of_a_dead_worker_does_not_block_the_one_that_waits(database: Database, jobs: JobQueue) -> None:
    """Both have the same lock: the waiting one would never start, and the dead one could never go back."""
    seen: list[str] = []

    def watch(lamp: str) -> None:
        seen.append(lamp)

    jobs.register("lamp.watch", watch)
    with database.begin() as work:
        work.defer("lamp.watch", lamp="lost", **LOCKS)
        work.session.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'lamp.watch'"))
    with database.begin() as work:
        work.defer("lamp.watch", lamp="asked again", **LOCKS)

    run_until(jobs, lambda: bool(seen) and not statuses(database))

    assert ["asked again"] == seen
    assert [] == statuses(database)


def test_a_lost_job_that_nobody_asked_again_is_done_after_all(database: Database, jobs: JobQueue) -> None:
    seen: list[str] = []

    def watch(lamp: str) -> None:
        seen.append(lamp)

    jobs.register("lamp.watch", watch)
    with database.begin() as work:
        work.defer("lamp.watch", lamp="lost", **LOCKS)
        work.session.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'lamp.watch'"))

    run_until(jobs, lambda: bool(seen))

    assert ["lost"] == seen


def test_a_job_that_fails_while_the_same_is_asked_again_makes_room_for_it(database: Database, jobs: JobQueue) -> None:
    seen: list[str] = []

    def watch(lamp: str) -> None:
        seen.append(lamp)
        if lamp == "fails":
            with database.begin() as work:
                work.defer("lamp.watch", lamp="asked again", **LOCKS)
            raise RuntimeError("the lamp broke")

    jobs.register("lamp.watch", watch)
    with database.begin() as work:
        work.defer("lamp.watch", lamp="fails", **LOCKS)

    run_until(jobs, lambda: len(seen) == 2 and not statuses(database))

    assert ["fails", "asked again"] == seen
    assert [] == statuses(database)

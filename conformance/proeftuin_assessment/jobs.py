"""The background work of the assessment area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_assessment.ends import RUN_JOB

if TYPE_CHECKING:
    from proeftuin_assessment.badges import BadgeService
    from proeftuin_assessment.worker import RunWorker
    from proeftuin_kernel.jobs import JobQueue


def register_jobs(queue: JobQueue, worker: RunWorker, badges: BadgeService) -> None:
    """Name the jobs of this area: carry out a run, take up what was left, keep status lists fresh."""

    def take_up() -> None:
        worker.take_up_left_runs()

    def renew() -> None:
        badges.renew_status_lists()

    # A worker that died still holds its lease for some seconds; the retries outlast it.
    queue.register(RUN_JOB, worker.execute, retries=6)
    queue.register("assessment.take-up", take_up, cron="* * * * *", lock="assessment.take-up")
    queue.register("assessment.status-lists", renew, cron="17 * * * *", lock="assessment.status-lists")

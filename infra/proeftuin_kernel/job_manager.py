"""Let a job go that another one like it already waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

if TYPE_CHECKING:
    from datetime import datetime


class YieldingJobManager(JobManager):
    """Puts jobs back in the queue, unless one with the same queueing lock waits there.

    The queue allows one waiting job per queueing lock, so a job that failed, or whose worker died, cannot go back
    when the same was asked again meanwhile. Left as it is it would count as running for ever and keep its lock, and
    the one that waits would never start. The one that waits does the same work, so the other is let go.
    """

    async def retry_job_by_id_async(
        self,
        job_id: int,
        retry_at: datetime,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put a job back in the queue, or let it go in favour of the one that waits."""
        try:
            await super().retry_job_by_id_async(job_id, retry_at, priority, queue, lock)
        except UniqueViolation:
            await self.finish_job_by_id_async(job_id, status=Status.FAILED, delete_job=True)

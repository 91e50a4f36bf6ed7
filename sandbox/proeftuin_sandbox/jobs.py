"""The background jobs of the sandbox area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox.scheduling import ADMIT_JOB, CONVERGE_JOB, defer_later

if TYPE_CHECKING:
    from proeftuin_kernel.jobs import JobQueue
    from proeftuin_sandbox.service import SandboxService

SWEEP_JOB = "sandbox.sweep"
_EVERY_TEN_SECONDS = "* * * * * */10"
_AGAIN_SECONDS = 2


def register_jobs(queue: JobQueue, service: SandboxService) -> None:
    """Name the jobs: bring one sandbox about, let in who waits, and look over all of them every ten seconds."""

    def converge(sandbox_id: str) -> None:
        try:
            service.converge(sandbox_id)
        except LeaseHeldError:  # another worker is at it, or died less than a lease ago
            with service.database.begin() as work:
                defer_later(work, sandbox_id, seconds=_AGAIN_SECONDS)

    queue.register(CONVERGE_JOB, converge)
    queue.register(ADMIT_JOB, service.admit)
    queue.register(SWEEP_JOB, service.sweep, cron=_EVERY_TEN_SECONDS, lock=SWEEP_JOB)

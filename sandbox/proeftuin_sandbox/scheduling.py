"""When a sandbox is looked at: as soon as somebody asks something, or after a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_kernel.unit_of_work import UnitOfWork

CONVERGE_JOB = "sandbox.converge"
ADMIT_JOB = "sandbox.admit"


def defer_converge(work: UnitOfWork, sandbox_id: str) -> None:
    """Have a sandbox looked at as soon as this transaction is committed."""
    work.defer(
        CONVERGE_JOB,
        lock=f"sandbox:{sandbox_id}",
        queueing_lock=f"{CONVERGE_JOB}:{sandbox_id}",
        sandbox_id=sandbox_id,
    )


def defer_later(work: UnitOfWork, sandbox_id: str, *, seconds: float) -> None:
    """Have a sandbox looked at again after a pause, beside what may be asked of it before."""
    work.defer(
        CONVERGE_JOB,
        lock=f"sandbox:{sandbox_id}",
        queueing_lock=f"{CONVERGE_JOB}:{sandbox_id}:later",
        delay_seconds=max(1, round(seconds)),
        sandbox_id=sandbox_id,
    )


def defer_admission(work: UnitOfWork) -> None:
    """Have the queue looked at as soon as this transaction is committed: a place may have come free."""
    work.defer(ADMIT_JOB, lock=ADMIT_JOB, queueing_lock=ADMIT_JOB)

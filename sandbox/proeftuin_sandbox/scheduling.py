"""When a sandbox is looked at: as soon as somebody asks something, or after a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_sandbox.states import Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.models import SandboxRow

CONVERGE_JOB = "sandbox.converge"
ADMIT_JOB = "sandbox.admit"
_AFTER_THE_OTHERS = -10


def defer_converge(work: UnitOfWork, sandbox_id: str) -> None:
    """Have a sandbox looked at as soon as this transaction is committed."""
    work.defer(
        CONVERGE_JOB,
        lock=f"sandbox:{sandbox_id}",
        queueing_lock=_waits(sandbox_id),
        sandbox_id=sandbox_id,
    )


def defer_destruction(work: UnitOfWork, row: SandboxRow) -> None:
    """Have a sandbox taken away as soon as this transaction is committed, whatever it was doing."""
    row.desired, row.state, row.next_attempt_at = Desired.DESTROYED, SandboxState.EXPIRING, None
    defer_converge(work, row.id)


def defer_creation(work: UnitOfWork, sandbox_id: str) -> None:
    """Have a sandbox made as soon as nobody waits for one that there is already: making takes long."""
    work.defer(
        CONVERGE_JOB,
        lock=f"sandbox:{sandbox_id}",
        queueing_lock=_waits(sandbox_id),
        priority=_AFTER_THE_OTHERS,
        sandbox_id=sandbox_id,
    )


def defer_many(work: UnitOfWork, sandbox_ids: Sequence[str]) -> None:
    """Have sandboxes looked at; of those that wait for it already nothing is written."""
    waiting = work.waiting(CONVERGE_JOB, [_waits(one) for one in sandbox_ids])
    for sandbox_id in sandbox_ids:
        if _waits(sandbox_id) not in waiting:
            defer_converge(work, sandbox_id)


def defer_later(work: UnitOfWork, sandbox_id: str, *, seconds: float) -> None:
    """Have a sandbox looked at again after a pause, beside what may be asked of it before."""
    work.defer(
        CONVERGE_JOB,
        lock=f"sandbox:{sandbox_id}",
        queueing_lock=f"{_waits(sandbox_id)}:later",
        delay_seconds=max(1, round(seconds)),
        sandbox_id=sandbox_id,
    )


def try_later(work: UnitOfWork, row: SandboxRow, *, pause: timedelta) -> None:
    """Have nothing tried of what is wanted of a sandbox before a pause is over, and have it looked at then."""
    row.next_attempt_at = work.now + pause
    defer_later(work, row.id, seconds=pause.total_seconds())


def defer_admission(work: UnitOfWork) -> None:
    """Have the queue looked at as soon as this transaction is committed: a place may have come free."""
    work.defer(ADMIT_JOB, lock=ADMIT_JOB, queueing_lock=ADMIT_JOB)


def _waits(sandbox_id: str) -> str:
    return f"{CONVERGE_JOB}:{sandbox_id}"

"""What asking for a run and carrying it out have in common: its place in the queue, and its ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from proeftuin_assessment.events import RunFinished
from proeftuin_assessment.views import RunState, stream_of
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.journal import END
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from proeftuin_assessment.models import RunRow
    from proeftuin_kernel.unit_of_work import UnitOfWork

RUN_JOB: Final = "assessment.run"


def put_in_queue(work: UnitOfWork, row: RunRow) -> None:
    """Have a worker carry the run out; asking twice is asking once."""
    # Two kits on one sandbox would disturb each other: each resets the town under the other's feet.
    place = row.sandbox or row.target["base_url"]
    work.defer(RUN_JOB, lock=f"target:{place}", queueing_lock=stream_of(row.id), run=row.id)


def end_cancelled(work: UnitOfWork, row: RunRow) -> None:
    """End a run that nobody wants any more. It does not *finish*: nothing was found out."""
    row.state, row.finished_at = RunState.CANCELLED, work.now
    message = Text(nl="De toets is geannuleerd.", en="The run was cancelled.")
    work.tell(stream_of(row.id), END, outcome=None, badge=None, message=message.as_dict())


def end_failed(work: UnitOfWork, row: RunRow, cause: Text) -> None:
    """End a run that broke down; that is an `error` and blames nobody."""
    row.state, row.outcome, row.finished_at, row.cause = RunState.FAILED, "error", work.now, cause.as_dict()
    work.tell(stream_of(row.id), END, outcome="error", badge=None, message=cause.as_dict())
    work.audit(SYSTEM, "run.fail", row.id, organisation=row.organisation, cause=cause.en)
    work.emit(finished(row, depth={}, badge=None))


def finished(row: RunRow, *, depth: dict[str, int], badge: str | None) -> RunFinished:
    """Give the event that tells the rest of the platform."""
    return RunFinished(
        run=row.id,
        organisation=row.organisation,
        deployment=row.deployment,
        sandbox=row.sandbox,
        solution=row.solution,
        release=row.release,
        component=row.component,
        component_version=row.component_version,
        component_digest=row.component_digest,
        town_digest=row.town_digest,
        tier=row.tier,
        kit=row.kit,
        kit_version=row.kit_version,
        kit_digest=row.kit_digest,
        outcome=row.outcome or "error",
        mode=row.mode,
        depth=depth,
        report_digest=row.report_digest or "",
        finished_at=row.finished_at.isoformat() if row.finished_at else "",
        badge=badge,
    )

"""Carrying runs out: durable, one worker at a time, and ended once.

A run is a row before it is anything else; the job that carries it out holds a lease, and when the platform dies in
the middle, another worker takes the run up again from the start, a few times at most. Whoever held the lease before
cannot write any more (fencing), so that a run ends once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog

from proeftuin_assessment import repository
from proeftuin_assessment.ends import end_cancelled, end_failed, finished, put_in_queue
from proeftuin_assessment.execution import Execution
from proeftuin_assessment.facts import clean, depth_counts, digest_of, requirement_results, serialise
from proeftuin_assessment.identity import NO_LONGER_RUNS, TOWN_LIVED, NotJudgedError, Standing
from proeftuin_assessment.place import OF_FACTS, Place, bring_up, look_back
from proeftuin_assessment.process import Job, ProcessEndedError
from proeftuin_assessment.views import Badge, RunState, stream_of
from proeftuin_conformance.badges import reasons_to_withhold
from proeftuin_kernel import leases
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.errors import UnavailableError
from proeftuin_kernel.journal import END
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_assessment.badges import BadgeService
    from proeftuin_assessment.models import RunRow
    from proeftuin_assessment.targets import Targets
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.leases import Lease
    from proeftuin_kernel.unit_of_work import UnitOfWork

MAX_ATTEMPTS: Final = 3
LEASE_SECONDS: Final = 15.0
_LEFT_AFTER: Final = timedelta(seconds=30)
_log = structlog.get_logger(__name__)


class RunWorker:
    """Carries out runs, and takes up what a dead worker left.

    Args:
        database: where runs are kept.
        badges: issues the badge when a run earns one.
        targets: brings components up, resets their sandboxes and tells what is deployed.
        wall_time_s: a run longer than this stops itself and is inconclusive.
        lease_seconds: how long after a worker died another may take over.
    """

    def __init__(
        self,
        database: Database,
        badges: BadgeService,
        targets: Targets,
        *,
        wall_time_s: float = 600.0,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        self._database = database
        self._badges = badges
        self._targets = targets
        self._wall_time_s = wall_time_s
        self._lease_seconds = lease_seconds
        self._stopping = threading.Event()
        self._active: set[str] = set()

    def execute(self, run: str) -> None:
        """Carry out a run to its end; does nothing for a run that has ended. A job calls this.

        Raises:
            LeaseHeldError: another worker is at it, or was until a moment ago.
            UnavailableError: the platform is stopping.
        """
        if self._stopping.is_set():
            raise UnavailableError(_STOPPING)
        self._active.add(run)
        try:
            self._execute(run)
        finally:
            self._active.discard(run)

    def _execute(self, run: str) -> None:
        with leases.hold(self._database, stream_of(run), seconds=self._lease_seconds) as lease:
            taken = self._take(run, lease)
            if taken is None:
                return
            job, place = taken
            execution = Execution(self._database, lease, run, reset=lambda: self._reset(run), stopping=self._stopping)
            try:
                report, objection = self._judge(job, place, execution)
            except ProcessEndedError as error:
                if self._stopping.is_set() and not execution.cancelled:
                    self._leave(run, lease)
                    return
                self._end_without_report(run, lease, cancelled=execution.cancelled, error=error)
                return
            self._finish(run, lease, report, objection=objection)

    def _judge(self, job: Job, place: Place | None, execution: Execution) -> tuple[dict[str, Any], Text | None]:
        """Give the report, and what stands in the way of a badge besides."""
        if place is None:
            return execution.report_of(job), None
        found = bring_up(place, self._targets, must_end=execution.must_end)
        report = execution.report_of(replace(job, target={**job.target, **found}))
        standing = look_back(place, self._targets)
        if standing is Standing.SAME:
            return report, None
        if standing is Standing.LIVED:
            return report, TOWN_LIVED
        if self._stopping.is_set():
            raise ProcessEndedError("the platform stops, and ended the component before its run was looked back on")
        return report, NO_LONGER_RUNS

    def take_up_left_runs(self) -> int:
        """Put runs back in the queue that nobody works on, and give how many. The clock calls this."""
        with self._database.begin() as work:
            rows = repository.unfinished(work.session, older_than=work.now - _LEFT_AFTER)
            left = [row for row in rows if not repository.lease_is_held(work.session, stream_of(row.id), now=work.now)]
            for row in left:
                put_in_queue(work, row)
        return len(left)

    def stop(self, *, patience_s: float = 5.0) -> None:
        """Have every run in hand end at once; the next worker takes them up again. Called when the platform stops.

        Args:
            patience_s: wait so long at most for the runs to have ended.
        """
        self._stopping.set()
        deadline = time.monotonic() + patience_s
        while self._active and time.monotonic() < deadline:
            time.sleep(0.05)

    def _take(self, run: str, lease: Lease) -> tuple[Job, Place | None] | None:
        """Begin an attempt, and give where; an earlier one, also one that did not count, left its traces there."""
        with self._database.begin() as work:
            leases.check(work.session, lease)
            row = repository.run_row(work.session, run, lock=True)
            if row is None or RunState(row.state).is_final:
                return None
            if row.cancel_requested:
                end_cancelled(work, row)
                return None
            if row.attempts >= MAX_ATTEMPTS:
                end_failed(work, row, _GAVE_UP)
                return None
            again = row.started_at is not None and row.sandbox is not None and row.deployment is not None
            place = Place.of(row, from_seed=again)
            row.attempts += 1
            row.state = RunState.RUNNING
            row.started_at = work.now
            if again:
                work.tell(stream_of(run), "taken-up-again", attempt=row.attempts, message=_AGAIN.as_dict())
            job = Job(
                run=run,
                kit=row.kit,
                target={
                    **{name: row.target[name] for name in OF_FACTS},
                    "component": f"{row.component} {row.component_version}",
                    "town_digest": row.town_digest,
                    "tier": row.tier,
                },
                seed=row.seed,
                mode=row.mode,
                actor=row.actor,
                resets=row.sandbox is not None,
                wall_time_s=self._wall_time_s,
            )
            return job, place

    def _leave(self, run: str, lease: Lease) -> None:
        """Give a run back, because the platform stops; the attempt does not count."""
        _log.info("run is left to the next worker", run=run)
        with self._database.begin() as work:
            leases.check(work.session, lease)
            row = repository.run_row(work.session, run, lock=True)
            if row is not None and not RunState(row.state).is_final:
                row.state, row.attempts = RunState.QUEUED, row.attempts - 1
                put_in_queue(work, row)

    def _reset(self, run: str) -> None:
        with self._database.read() as session:
            row = repository.run_row(session, run)
            sandbox = row.sandbox if row else None
        if sandbox is not None:
            self._targets.reset(sandbox)

    def _finish(self, run: str, lease: Lease, found: Mapping[str, Any], *, objection: Text | None = None) -> None:
        report = clean(found)
        text = serialise(report)
        with self._database.begin() as work:
            leases.check(work.session, lease)
            row = repository.run_row(work.session, run, lock=True)
            if row is None or RunState(row.state).is_final:
                return
            row.state, row.outcome, row.finished_at = RunState.DONE, report["outcome"], work.now
            row.report, row.report_digest = text, digest_of(text)
            row.kit_version, row.kit_digest = report["kit"]["version"], report["kit"]["digest"]
            work.session.flush()
            badge = self._award(work, row, report, objection=objection)
            message = Text(nl="De toets is klaar.", en="The run is done.")
            work.tell(stream_of(run), END, outcome=row.outcome, badge=badge, message=message.as_dict())
            work.audit(SYSTEM, "run.finish", run, organisation=row.organisation, outcome=row.outcome, badge=badge)
            work.emit(finished(row, depth=depth_counts(report), badge=badge))

    def _award(
        self, work: UnitOfWork, row: RunRow, report: Mapping[str, Any], *, objection: Text | None
    ) -> str | None:
        reasons = [objection] if objection is not None else []
        reasons += [Text(nl=one.nl, en=one.en) for one in reasons_to_withhold(requirement_results(report))]
        reasons += [Text(**problem["text"]) for problem in report["problems"] if not report["badgeReady"]]
        if not reasons and not report["badgeReady"]:
            reasons = [Text(nl="De toets als geheel is niet geslaagd.", en="The run as a whole did not pass.")]
        if not reasons:
            view = repository.run_view(row, badge=None)
            issued = self._badges.issue(work, view, report, release_uri=row.target["release_uri"])
            if isinstance(issued, Badge):
                return issued.id
            reasons = list(issued)
        row.withheld = [reason.as_dict() for reason in reasons]
        return None

    def _end_without_report(self, run: str, lease: Lease, *, cancelled: bool, error: ProcessEndedError) -> None:
        with self._database.begin() as work:
            leases.check(work.session, lease)
            row = repository.run_row(work.session, run, lock=True)
            if row is None or RunState(row.state).is_final:
                return
            if cancelled:
                end_cancelled(work, row)
                return
            _log.error("run ended without a report", run=run, reason=str(error))
            if isinstance(error, NotJudgedError):
                end_failed(work, row, error.cause)
            else:
                end_failed(work, row, _BROKE_DOWN.format(reason=clean(str(error))[:300]))


_STOPPING = Text(
    nl="Het platform stopt; de toets gaat daarna verder.", en="The platform is stopping; the run goes on after that."
)
_AGAIN = Text(nl="De toets werd onderbroken en begint opnieuw.", en="The run was interrupted and starts again.")
_GAVE_UP = Text(
    nl=f"De toets werd {MAX_ATTEMPTS} keer onderbroken, het laatst door het platform zelf. Vraag ze opnieuw aan.",
    en=f"The run was interrupted {MAX_ATTEMPTS} times, most recently by the platform itself. Ask for it again.",
)
_BROKE_DOWN = Text(
    nl="De toets is stukgelopen zonder rapport; dat zegt niets over de component. ({reason})",
    en="The run broke down without a report; that says nothing about the component. ({reason})",
)

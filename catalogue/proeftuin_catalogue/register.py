"""Where evidence enters: facts from finished runs and issued badges, never from suppliers.

The assembly calls these from event handlers. Events come at least once and in any order, so every method
may be called twice, and a badge or its revocation may come before the run it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from proeftuin_catalogue import repository
from proeftuin_catalogue.events import SolutionChanged
from proeftuin_catalogue.models import EvidenceRow, SolutionRow
from proeftuin_catalogue.repository import Component
from proeftuin_catalogue.semver import SemVer
from proeftuin_kernel.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from proeftuin_catalogue.projection import Projector
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork


class EvidenceRegister:
    """Keeps what runs have shown, and which badges rest on it.

    Args:
        changed: Called after each commit; lets this process's next answer know of the change.
    """

    def __init__(self, database: Database, *, projector: Projector, changed: Callable[[], None]) -> None:
        self._database = database
        self._projector = projector
        self._changed = changed

    def record_evidence(
        self,
        *,
        run_id: str,
        organisation: str,
        component_name: str,
        component_version: str,
        component_digest: str,
        kit_id: str,
        kit_version: str,
        kit_digest: str,
        verdict: str,
        finished_at: datetime,
        depth: Mapping[str, int],
        tier: str,
        town_digest: str,
        valid_until: datetime | None = None,
    ) -> None:
        """Keep the outcome of one kit in one run; the second call for it changes nothing.

        A run on a component that is not listed (yet) is kept aside and counts once the release is.

        Args:
            run_id: The run.
            organisation: Whose component it is.
            component_name: As in component.yaml.
            component_version: As in component.yaml.
            component_digest: Over the component as it was tested.
            kit_id: The kit.
            kit_version: SemVer.
            kit_digest: Over the files of the kit.
            verdict: `pass`, `fail`, or another outcome, which says nothing about the product.
            finished_at: End of the run.
            depth: How deep was tested: counts by name.
            tier: Isolation tier of the sandbox.
            town_digest: Over the content of the town that was used.
            valid_until: When the outcome stops counting; a badge's own end goes before it.

        Raises:
            ValueError: the kit's version is not SemVer; a programming error of the caller.
        """
        SemVer.parse(kit_version)
        component = Component(
            organisation=organisation, name=component_name, version=component_version, digest=component_digest
        )
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            release = repository.release_of(work.session, component)
            inserted = work.session.scalar(
                insert(EvidenceRow)
                .values(
                    id=new_id("evi"),
                    organisation=organisation,
                    component_name=component_name,
                    component_version=component_version,
                    component_digest=component_digest,
                    release_id=release.id if release else None,
                    run_id=run_id,
                    kit_id=kit_id,
                    kit_version=kit_version,
                    kit_digest=kit_digest,
                    verdict=verdict,
                    depth=dict(depth),
                    tier=tier,
                    town_digest=town_digest,
                    finished_at=finished_at,
                    valid_until=valid_until,
                )
                .on_conflict_do_nothing(index_elements=[EvidenceRow.run_id, EvidenceRow.kit_id])
                .returning(EvidenceRow.id)
            )
            if inserted is not None and release is not None:
                self._renew(work, release.solution_id, change="evidence.record")
        self._changed()

    def record_badge(
        self,
        *,
        badge_id: str,
        run_id: str,
        kit_id: str,
        issued_at: datetime,
        valid_until: datetime | None,
    ) -> None:
        """Note that a badge rests on a run; a second call changes nothing, a revocation is never lost."""
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            row = repository.badge_row(work.session, badge_id)
            row.run_id, row.kit_id = run_id, kit_id
            row.issued_at, row.valid_until = issued_at, valid_until
            self._renew_run(work, run_id, kit_id, change="badge.record")
        self._changed()

    def record_revocation(self, *, badge_id: str, revoked_at: datetime, reason: str) -> None:
        """Note that a badge is revoked, also when the badge itself is not known yet; the first call counts."""
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            row = repository.badge_row(work.session, badge_id)
            if row.revoked_at is None:
                row.revoked_at, row.revoked_reason = revoked_at, reason[:500]
                if row.run_id and row.kit_id:
                    self._renew_run(work, row.run_id, row.kit_id, change="badge.revoke")
        self._changed()

    def expire(self) -> int:
        """Renew the marks that changed by the passing of time; give the number of solutions. Runs as a job."""
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            ids = repository.lapsed(work.session, now=work.now)
            for solution_id in ids:
                self._renew(work, solution_id, change="evidence.expire")
        self._changed()
        return len(ids)

    def rename_supplier(self, organisation: str) -> int:
        """Renew the search rows of a supplier whose name changed; give the number of solutions."""
        with self._database.begin() as work:
            repository.lock_for_writing(work.session)
            ids = list(work.session.scalars(select(SolutionRow.id).where(SolutionRow.owner == organisation)))
            self._projector.project(work.session, ids, now=work.now)
        self._changed()
        return len(ids)

    def _renew_run(self, work: UnitOfWork, run_id: str, kit_id: str, *, change: str) -> None:
        work.session.flush()
        solution = repository.solution_of_run(work.session, run_id, kit_id)
        if solution is not None:
            self._renew(work, solution.id, change=change)

    def _renew(self, work: UnitOfWork, solution_id: str, *, change: str) -> None:
        solution = repository.find_solution(work.session, solution_id)
        self._projector.project(work.session, [solution_id], now=work.now)
        work.emit(SolutionChanged(solution_id=solution_id, organisation=solution.owner, change=change))

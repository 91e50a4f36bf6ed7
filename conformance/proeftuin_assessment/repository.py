"""Finding and keeping runs, badges and status lists. No permissions in here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.orm import defer

from proeftuin_assessment.models import BadgeRow, RunRow, StatusListRow
from proeftuin_assessment.views import Badge, Run, RunState
from proeftuin_kernel.tables import LeaseRow
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_assessment.targets import TargetFacts

_UNFINISHED = (RunState.QUEUED, RunState.RUNNING)


def run_row(session: Session, run: str, *, lock: bool = False) -> RunRow | None:
    """Give one run; with `lock`, nobody else changes it until the transaction ends."""
    query = select(RunRow).where(RunRow.id == run)
    return session.scalar(query.with_for_update() if lock else query)


def runs(
    session: Session,
    *,
    organisations: Collection[str] | None,
    deployment: str | None,
    before: str | None,
    limit: int,
) -> Sequence[Run]:
    """List runs, newest first, without their reports.

    Args:
        session: to read with.
        organisations: only theirs and those that earned a badge; None means all.
        deployment: only of this deployment.
        before: only runs older than this id.
        limit: at most so many.
    """
    query = select(RunRow).options(defer(RunRow.report)).order_by(RunRow.id.desc()).limit(limit)
    if organisations is not None:
        awarded = select(BadgeRow.run).where(BadgeRow.run == RunRow.id).exists()
        query = query.where(or_(RunRow.organisation.in_(organisations), awarded))
    if deployment is not None:
        query = query.where(RunRow.deployment == deployment)
    if before is not None:
        query = query.where(RunRow.id < before)
    rows = session.scalars(query).all()
    badges = badges_of(session, [row.id for row in rows])
    return [run_view(row, badge=badges.get(row.id)) for row in rows]


def unfinished(session: Session, *, older_than: datetime) -> Sequence[RunRow]:
    """Give the runs that should be at work, requested before a moment."""
    return session.scalars(
        select(RunRow)
        .options(defer(RunRow.report))
        .where(RunRow.state.in_(_UNFINISHED), RunRow.requested_at < older_than)
        .order_by(RunRow.requested_at)
    ).all()


def same_unfinished(
    session: Session, facts: TargetFacts, *, kit: str, actor: str | None, mode: str, seed: int
) -> RunRow | None:
    """Give a run that waits or runs and asks exactly the same, of the very upload that runs now."""
    return session.scalar(
        select(RunRow).where(
            RunRow.deployment == facts.deployment,
            RunRow.component_digest == facts.component_digest,
            RunRow.target["revision"].as_integer() == facts.revision,
            RunRow.kit == kit,
            RunRow.actor.is_not_distinct_from(actor),
            RunRow.mode == mode,
            RunRow.seed == seed,
            RunRow.state.in_(_UNFINISHED),
            ~RunRow.cancel_requested,
        )
    )


def count_unfinished(session: Session, organisation: str) -> int:
    """Count the runs of an organisation that wait or run."""
    query = select(func.count()).where(RunRow.organisation == organisation, RunRow.state.in_(_UNFINISHED))
    return session.scalar(query) or 0


def cancel_is_requested(session: Session, run: str) -> bool:
    """Tell whether somebody wants this run to stop."""
    return bool(session.scalar(select(RunRow.cancel_requested).where(RunRow.id == run)))


def lease_is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Tell whether a worker holds a lease that has not run out."""
    query = select(LeaseRow.name).where(LeaseRow.name == name, LeaseRow.expires_at > now)
    return session.scalar(query) is not None


def badges_of(session: Session, run_ids: Collection[str]) -> dict[str, str]:
    """Give the badge of each of these runs that has one."""
    found = session.execute(select(BadgeRow.run, BadgeRow.id).where(BadgeRow.run.in_(run_ids)))
    return {row.run: row.id for row in found}


def badge_row(session: Session, badge: str, *, lock: bool = False) -> BadgeRow | None:
    """Give one badge; with `lock`, nobody else changes it until the transaction ends."""
    query = select(BadgeRow).where(BadgeRow.id == badge)
    return session.scalar(query.with_for_update() if lock else query)


def badges(
    session: Session, *, solution: str | None, release: str | None, run: str | None, before: str | None, limit: int
) -> Sequence[Badge]:
    """List badges, newest first."""
    query = select(BadgeRow).order_by(BadgeRow.id.desc()).limit(limit)
    for column, value in ((BadgeRow.solution, solution), (BadgeRow.release, release), (BadgeRow.run, run)):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(BadgeRow.id < before)
    return [badge_view(row) for row in session.scalars(query)]


def status_list_row(session: Session, status_list: str, *, lock: bool = False) -> StatusListRow | None:
    """Give one status list; with `lock`, nobody else changes it until the transaction ends."""
    query = select(StatusListRow).where(StatusListRow.id == status_list)
    return session.scalar(query.with_for_update() if lock else query)


def open_status_list(session: Session, *, issuer: str, room: int) -> StatusListRow | None:
    """Give, locked, the newest list of this issuer with fewer than `room` places taken."""
    return session.scalar(
        select(StatusListRow)
        .where(StatusListRow.issuer == issuer, StatusListRow.taken < room)
        .order_by(StatusListRow.id.desc())
        .limit(1)
        .with_for_update()
    )


def index_is_taken(session: Session, status_list: str, index: int) -> bool:
    """Tell whether a badge has this place already."""
    query = select(BadgeRow.id).where(BadgeRow.status_list == status_list, BadgeRow.status_index == index)
    return session.scalar(query) is not None


def status_list_at(session: Session, url: str) -> str | None:
    """Give the list that is published at an address, if it is one of ours."""
    return session.scalar(select(StatusListRow.id).where(StatusListRow.url == url))


def issuers(session: Session) -> Sequence[str]:
    """Give every address under which this platform has issued badges."""
    return session.scalars(select(StatusListRow.issuer).distinct().order_by(StatusListRow.issuer)).all()


def stale_status_lists(session: Session, *, now: datetime) -> Sequence[str]:
    """Give the lists that are due to be signed again."""
    return session.scalars(select(StatusListRow.id).where(StatusListRow.renew_at <= now)).all()


def run_view(row: RunRow, *, badge: str | None) -> Run:
    """Show a run."""
    return Run(
        id=row.id,
        organisation=row.organisation,
        requested_at=row.requested_at,
        deployment=row.deployment,
        sandbox=row.sandbox,
        solution=row.solution,
        release=row.release,
        component=row.component,
        component_version=row.component_version,
        component_digest=row.component_digest,
        title=_title(row.target["title"]),
        base_url=row.target["base_url"],
        town_digest=row.town_digest,
        tier=row.tier,
        kit=row.kit,
        kit_version=row.kit_version,
        kit_digest=row.kit_digest,
        actor=row.actor,
        mode=row.mode,
        seed=row.seed,
        state=RunState(row.state),
        outcome=row.outcome,
        attempts=row.attempts,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cause=Text(**row.cause) if row.cause else None,
        withheld=tuple(Text(**reason) for reason in row.withheld),
        report_digest=row.report_digest,
        badge=badge,
    )


def _title(stored: str | dict[str, str]) -> Text:
    """Read what a component is called; a run of an earlier version kept its Dutch title alone."""
    return Text(nl=stored, en=stored) if isinstance(stored, str) else Text(**stored)


def badge_view(row: BadgeRow) -> Badge:
    """Show a badge."""
    return Badge(
        id=row.id,
        run=row.run,
        organisation=row.organisation,
        solution=row.solution,
        release=row.release,
        component=row.component,
        component_version=row.component_version,
        kit=row.kit,
        kit_version=row.kit_version,
        issued_at=row.issued_at,
        valid_until=row.valid_until,
        status_list=row.status_list,
        status_index=row.status_index,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
        credential=json.loads(row.credential),
    )

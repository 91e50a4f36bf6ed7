"""Questions to the tables of the sandbox area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import defer

from proeftuin_kernel.text import Text
from proeftuin_sandbox.errors import ComponentNotFoundError, SandboxNotFoundError
from proeftuin_sandbox.models import DeploymentRow, SandboxRow
from proeftuin_sandbox.pool_size import Kind
from proeftuin_sandbox.states import Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_PLACED = or_(
    SandboxRow.state.in_(
        [SandboxState.REQUESTED, SandboxState.PROVISIONING, SandboxState.READY, SandboxState.QUARANTINED]
    ),
    # On its way to rest or out: until the last of it has stopped. Who was never let in holds nothing.
    and_(SandboxRow.state == SandboxState.SUSPENDED, SandboxRow.suspended_at.is_(None)),
    and_(
        SandboxRow.state == SandboxState.EXPIRING,
        SandboxRow.admitted_at.is_not(None),
        SandboxRow.suspended_at.is_(None),
    ),
)

_BRIEFLY = tuple(
    defer(column, raiseload=True)
    for column in (SandboxRow.isolation, SandboxRow.destruction, SandboxRow.cause, SandboxRow.drift)
)
"""Tens of kilobytes of a row that nobody needs who looks over thousands of them."""


def lock(session: Session, name: str) -> None:
    """Let one at a time do what has this name, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def get_sandbox(session: Session, sandbox_id: str, *, lock: bool = False) -> SandboxRow:
    """Read one sandbox.

    Raises:
        SandboxNotFoundError: there is none.
    """
    row = session.get(SandboxRow, sandbox_id, with_for_update=lock, populate_existing=True)
    if row is None:
        raise sandbox_not_found()
    return row


def get_deployment(session: Session, sandbox_id: str, name: str, *, lock: bool = False) -> DeploymentRow:
    """Read one component of a sandbox.

    Raises:
        ComponentNotFoundError: there is none.
    """
    row = find_deployment(session, sandbox_id, name, lock=lock)
    if row is None:
        raise ComponentNotFoundError(
            Text(
                nl="Deze proeftuin heeft geen component met die naam.",
                en="This sandbox has no component of that name.",
            )
        )
    return row


def find_deployment(session: Session, sandbox_id: str, name: str, *, lock: bool = False) -> DeploymentRow | None:
    """Read one component of a sandbox, if it is there."""
    question = select(DeploymentRow).where(DeploymentRow.sandbox_id == sandbox_id, DeploymentRow.name == name)
    return session.scalar(question.with_for_update() if lock else question)


def deployments(session: Session, sandbox_id: str) -> Sequence[DeploymentRow]:
    """Read the components of a sandbox, by name."""
    return session.scalars(
        select(DeploymentRow).where(DeploymentRow.sandbox_id == sandbox_id).order_by(DeploymentRow.name)
    ).all()


def count_living(session: Session, organisation: str) -> int:
    """Count the sandboxes of an organisation that are not destroyed."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SandboxRow)
            .where(SandboxRow.organisation == organisation, SandboxRow.state != SandboxState.DESTROYED)
        )
        or 0
    )


def queued(session: Session, *, lock: bool = False) -> Sequence[SandboxRow]:
    """Read every sandbox that waits for a place."""
    question = select(SandboxRow).where(SandboxRow.state == SandboxState.QUEUED).order_by(SandboxRow.queued_at)
    return session.scalars(question.with_for_update() if lock else question).all()


def count_placed(session: Session) -> int:
    """Count the sandboxes that hold one of the places of this platform."""
    return session.scalar(select(func.count()).select_from(SandboxRow).where(_PLACED)) or 0


def places_end_at(session: Session) -> list[datetime]:
    """List when those who hold a place lose it at the latest, earliest first."""
    return list(session.scalars(select(SandboxRow.expires_at).where(_PLACED).order_by(SandboxRow.expires_at)))


def pool_members(session: Session, *, lock: bool = False) -> Sequence[SandboxRow]:
    """Read the sandboxes that were made before anybody asked and are not on their way out, oldest first."""
    question = (
        select(SandboxRow)
        .where(SandboxRow.pooled, SandboxRow.desired == Desired.READY)
        .order_by(SandboxRow.created_at, SandboxRow.id)
    )
    return session.scalars(question.with_for_update(skip_locked=True) if lock else question).all()


def demand(session: Session, backend: str, *, since: datetime) -> dict[Kind, int]:
    """Count what people asked for, by kind."""
    rows = session.execute(
        select(SandboxRow.profile, SandboxRow.seed, func.count())
        .where(~SandboxRow.pooled, SandboxRow.backend == backend, SandboxRow.created_at > since)
        .group_by(SandboxRow.profile, SandboxRow.seed)
    )
    return {Kind(profile, seed): count for profile, seed, count in rows}


def last_served(session: Session, organisations: Collection[str]) -> dict[str, datetime]:
    """Tell of each organisation when it last got a place; not of those that never did."""
    rows = session.execute(
        select(SandboxRow.organisation, func.max(SandboxRow.admitted_at))
        .where(SandboxRow.organisation.in_(organisations), SandboxRow.admitted_at.is_not(None))
        .group_by(SandboxRow.organisation)
    )
    return {organisation: moment for organisation, moment in rows if moment is not None}


def living(session: Session) -> Sequence[SandboxRow]:
    """Read every sandbox that is not destroyed, without what is long: proofs, causes, what was removed."""
    return session.scalars(
        select(SandboxRow).where(SandboxRow.state != SandboxState.DESTROYED).order_by(SandboxRow.id).options(*_BRIEFLY)
    ).all()


def ready_among(session: Session, sandbox_ids: Collection[str]) -> Sequence[SandboxRow]:
    """Read those of some sandboxes that are ready and stay so, as briefly as `living`."""
    return session.scalars(
        select(SandboxRow)
        .where(
            SandboxRow.id.in_(sandbox_ids),
            SandboxRow.state == SandboxState.READY,
            SandboxRow.desired == Desired.READY,
        )
        .options(*_BRIEFLY)
    ).all()


def deployments_of_ready(
    session: Session, sandbox_ids: Collection[str] | None = None
) -> dict[str, list[DeploymentRow]]:
    """Read the components of every ready sandbox, or of some, in one question; without their manifests."""
    question = (
        select(DeploymentRow)
        .join(SandboxRow, SandboxRow.id == DeploymentRow.sandbox_id)
        .where(SandboxRow.state == SandboxState.READY)
        .options(defer(DeploymentRow.manifest, raiseload=True), defer(DeploymentRow.cause, raiseload=True))
    )
    if sandbox_ids is not None:
        question = question.where(SandboxRow.id.in_(sandbox_ids))
    found: dict[str, list[DeploymentRow]] = {}
    for row in session.scalars(question):
        found.setdefault(row.sandbox_id, []).append(row)
    return found


def page_of(
    session: Session,
    *,
    organisations: Collection[str] | None,
    state: SandboxState | None,
    before: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[SandboxRow]:
    """Read one page of sandboxes, newest first.

    Args:
        session: Where to read.
        organisations: Only of these; None for all.
        state: Only in this state.
        before: Moment and id of the last one on the page before.
        limit: Size of the page.
    """
    newest = (SandboxRow.created_at.desc(), SandboxRow.id.desc())
    question = select(SandboxRow).where(~SandboxRow.pooled).order_by(*newest).limit(limit)
    if organisations is not None:
        question = question.where(SandboxRow.organisation.in_(organisations))
    if state is not None:
        question = question.where(SandboxRow.state == state)
    if before is not None:
        question = question.where(tuple_(SandboxRow.created_at, SandboxRow.id) < before)
    return session.scalars(question).all()


def digests_in_use(session: Session) -> frozenset[str]:
    """List the digests of the bundles that a living sandbox may still need."""
    return frozenset(
        session.scalars(
            select(DeploymentRow.digest)
            .join(SandboxRow, SandboxRow.id == DeploymentRow.sandbox_id)
            .where(SandboxRow.state != SandboxState.DESTROYED)
            .distinct()
        )
    )


def towns_in_use(session: Session) -> frozenset[tuple[str, int]]:
    """List profile and seed of the towns of living sandboxes."""
    found = session.execute(
        select(SandboxRow.profile, SandboxRow.seed).where(SandboxRow.state != SandboxState.DESTROYED).distinct()
    )
    return frozenset((profile, seed) for profile, seed in found)


def sandbox_not_found() -> SandboxNotFoundError:
    """Make the error; the same for what does not exist and for what somebody may not see."""
    return SandboxNotFoundError(
        Text(nl="Deze proeftuin bestaat niet, of is niet van u.", en="This sandbox does not exist, or is not yours.")
    )


def find_sandbox(session: Session, sandbox_id: str) -> SandboxRow | None:
    """Read one sandbox, if it is there."""
    return session.get(SandboxRow, sandbox_id)

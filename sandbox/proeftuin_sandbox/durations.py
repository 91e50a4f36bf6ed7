"""How long the acts of a sandbox's life took, lately: for who waits, and for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from proeftuin_sandbox.models import DurationRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.models import SandboxRow

KEPT = timedelta(days=30)
_LATELY = timedelta(days=7)
_ENOUGH = 50


class Act(StrEnum):
    """What was measured."""

    CREATE = "create"
    """From the first step until the town serves."""
    PROVE = "prove"
    """The isolation proof."""
    DEPLOY = "deploy"
    """From the first step until the component answers."""
    RESET = "reset"
    LIVE = "live"
    """However many days."""
    SUSPEND = "suspend"
    DESTROY = "destroy"
    WAIT = "wait"
    """In the queue."""
    HOLD = "hold"
    """How long a place was held, until the sandbox was suspended or gone."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What was measured of one act, in seconds."""

    act: Act
    count: int
    p50: float
    p95: float


def note(work: UnitOfWork, row: SandboxRow, act: Act, seconds: float) -> None:
    """Write down how long an act took."""
    work.session.add(
        DurationRow(at=work.now, kind=act, seconds=max(0.0, seconds), sandbox_id=row.id, backend=row.backend)
    )


def typical(session: Session, act: Act) -> timedelta | None:
    """Give the median of the latest ones; None when nothing was measured."""
    latest = (
        select(DurationRow.seconds).where(DurationRow.kind == act).order_by(DurationRow.at.desc()).limit(_ENOUGH)
    ).subquery()
    median = session.scalar(select(func.percentile_cont(0.5).within_group(latest.c.seconds)))
    return timedelta(seconds=median) if median is not None else None


def spreads(session: Session, *, now: datetime) -> list[Spread]:
    """Give median and 95th percentile of each act in the last seven days."""
    rows = session.execute(
        select(
            DurationRow.kind,
            func.count(),
            func.percentile_cont(0.5).within_group(DurationRow.seconds),
            func.percentile_cont(0.95).within_group(DurationRow.seconds),
        )
        .where(DurationRow.at > now - _LATELY)
        .group_by(DurationRow.kind)
    )
    found = {Act(kind): Spread(Act(kind), count, p50, p95) for kind, count, p50, p95 in rows}
    return [found[act] for act in Act if act in found]


def forget(session: Session, *, now: datetime) -> None:
    """Take away what is too old to tell anything."""
    session.execute(delete(DurationRow).where(DurationRow.at < now - KEPT))

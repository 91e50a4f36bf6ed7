"""What components use, looked at now and then: enough for a small picture of the last half hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from proeftuin_sandbox.models import UsageRow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Observed

KEPT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one component used at one moment.

    Attributes:
        cpu_seconds: Since its program started; it begins anew when the program does.
    """

    at: datetime
    memory_mib: float
    cpu_seconds: float
    disk_mib: float
    processes: int


def note(work: UnitOfWork, seen: Mapping[str, Observed]) -> None:
    """Write down what runs in each sandbox uses now, and take away what is too old to be shown."""
    for sandbox_id, observed in seen.items():
        for view in observed.components:
            if view.status is None or not view.status.alive:
                continue
            work.session.add(
                UsageRow(
                    at=work.now,
                    sandbox_id=sandbox_id,
                    component=view.name,
                    memory_mib=view.status.memory_mib,
                    cpu_seconds=view.status.cpu_seconds,
                    disk_mib=view.status.disk_mib,
                    processes=view.status.processes,
                )
            )
    work.session.execute(delete(UsageRow).where(UsageRow.at < work.now - KEPT))


def recent(session: Session, sandbox_id: str, *, now: datetime) -> dict[str, list[Sample]]:
    """Give the samples of the last half hour by component, oldest first."""
    rows = session.scalars(
        select(UsageRow)
        .where(UsageRow.sandbox_id == sandbox_id, UsageRow.at >= now - KEPT)
        .order_by(UsageRow.at, UsageRow.id)
    )
    found: dict[str, list[Sample]] = {}
    for row in rows:
        found.setdefault(row.component, []).append(
            Sample(
                at=row.at,
                memory_mib=row.memory_mib,
                cpu_seconds=row.cpu_seconds,
                disk_mib=row.disk_mib,
                processes=row.processes,
            )
        )
    return found

"""The operator's cordon: no new sandbox is made while one is open; what runs goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin_kernel.text import Text
from proeftuin_sandbox.models import CordonRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Cordon:
    """A cordon that is open.

    Attributes:
        since: When it began.
        by: Who began it.
        reason: Shown to who waits.
    """

    since: datetime
    by: str
    reason: Text


def open_cordon(session: Session) -> Cordon | None:
    """Give the cordon of now, if there is one."""
    row = _open_row(session)
    if row is None:
        return None
    return Cordon(row.begun_at, row.begun_by, Text(nl=row.reason["nl"], en=row.reason["en"]))


def begin(work: UnitOfWork, principal: Principal, reason: Text) -> None:
    """Begin a cordon, or give the open one another reason."""
    row = _open_row(work.session)
    if row is None:
        work.session.add(CordonRow(begun_at=work.now, begun_by=principal.name, reason=reason.as_dict()))
    else:
        row.reason = reason.as_dict()


def end(work: UnitOfWork, principal: Principal) -> bool:
    """End the cordon; False when there was none."""
    row = _open_row(work.session)
    if row is None:
        return False
    row.ended_at, row.ended_by = work.now, principal.name
    return True


def _open_row(session: Session) -> CordonRow | None:
    return session.scalar(select(CordonRow).where(CordonRow.ended_at.is_(None)))

"""When a sandbox was last used, to the minute; and what follows when it was not for long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, update

from proeftuin_sandbox.models import SandboxRow

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.policy import Policy

_GRAIN = timedelta(minutes=1)


def note_use(database: Database, row: SandboxRow, principal: Principal) -> None:
    """Write down that a sandbox is used, at most once a minute.

    Its own people count, and the platform when it judges or passes on traffic; an operator who looks does not.
    """
    if not principal.is_system and row.organisation not in principal.organisations:
        return
    now = database.clock.now()
    if row.touched_at is not None and now - row.touched_at < _GRAIN:
        return
    with database.begin() as work:
        work.session.execute(
            update(SandboxRow)
            .where(
                SandboxRow.id == row.id,
                or_(SandboxRow.touched_at.is_(None), SandboxRow.touched_at <= now - _GRAIN),
            )
            .values(touched_at=now, idle_warned_at=None)
        )


def rests_at(row: SandboxRow, policy: Policy) -> datetime | None:
    """Tell when an unused sandbox is suspended; None when it never is."""
    if policy.idle is None:
        return None
    return (row.touched_at or row.ready_at or row.created_at) + policy.idle


def warned_before_rest(policy: Policy) -> timedelta:
    """Give how long before that its people are warned; never more than a quarter of the whole."""
    return min(policy.warn_before, (policy.idle or timedelta(0)) / 4)

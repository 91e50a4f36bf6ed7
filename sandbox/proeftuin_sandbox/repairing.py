"""A repair that only waits, such as for a cluster to start a pod again, keeps no worker from other sandboxes.

It gives its worker back, writes down since when it waits, and is come back to every few seconds. A look is enough
until the building blocks serve; now and then all of it is gone through again, which finds out what is wrong when they
do not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.failures import town_failure
from proeftuin_sandbox.failing import write_failure
from proeftuin_sandbox.scheduling import try_later
from proeftuin_sandbox.states import SandboxState

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.fence import Fence
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy

_AT_FIRST: Final = 10.0
"""Seconds that a repair may wait at once: most are done by then, and coming back would only make them later."""
_LATER: Final = 3.0
_LOOK: Final = timedelta(seconds=2)
_BREATH: Final = timedelta(seconds=4)
"""What runs may not answer yet: it is not gone through more often than this."""
_GO_THROUGH: Final = timedelta(seconds=15)
_GIVE_UP: Final = timedelta(seconds=120)
_SINCE, _TRIED = "since", "tried"


def patience(row: SandboxRow) -> float | None:
    """Tell for how many seconds a wait may hold the worker; None when this is no repair."""
    if row.drift is None:
        return None
    return _LATER if _SINCE in row.drift else _AT_FIRST


def come_back(fence: Fence, policy: Policy) -> bool:
    """Write down that a repair waits, and have it looked at again; after two minutes it has failed.

    Returns:
        False: there is nothing more to do now.
    """
    with fence.write() as (work, row):
        drift = row.drift or {}
        since = _moment(drift, _SINCE) or work.now
        is_late = work.now - since >= _GIVE_UP
        if not is_late:
            row.drift = {**drift, _SINCE: since.isoformat(), _TRIED: work.now.isoformat()}
            try_later(work, row, pause=_LOOK)
    if is_late:
        forget_wait(fence)
        failure = town_failure("town-start-failed", f"{_GIVE_UP.total_seconds():.0f} s")
        return write_failure(fence, failure, policy, otherwise=SandboxState.FAILED)
    return False


def waits(fence: Fence, row: SandboxRow, backend: SandboxBackend) -> bool:
    """Look whether a repair that waits must wait on; it is looked at again then.

    Args:
        fence: The right to write.
        row: The sandbox, a moment ago.
        backend: What really runs.
    """
    tried = _moment(row.drift, _TRIED)
    if tried is None:
        return False
    waited = fence.database.clock.now() - tried
    try:
        if waited >= _GO_THROUGH or (waited >= _BREATH and backend.observe(row.id).is_serving):
            return False
    except FailureError:  # going through all of it tells what is wrong
        return False
    with fence.write() as (work, current):
        try_later(work, current, pause=_LOOK)
    return True


def forget_wait(fence: Fence) -> None:
    """Have the next attempt begin with a new patience."""
    with fence.write() as (_, row):
        if row.drift is not None:
            row.drift = {key: value for key, value in row.drift.items() if key not in {_SINCE, _TRIED}}


def _moment(drift: dict[str, str] | None, key: str) -> datetime | None:
    found = (drift or {}).get(key)
    return datetime.fromisoformat(found) if found is not None else None

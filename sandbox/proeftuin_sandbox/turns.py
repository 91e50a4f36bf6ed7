"""Whose turn it is when there is no room for all, and when that will be. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiter:
    """A request that waits for a place.

    Attributes:
        sandbox_id: Of the sandbox that is waited for.
        organisation: On whose behalf.
        since: Since when.
    """

    sandbox_id: str
    organisation: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the queue.

    Attributes:
        position: 1 is next.
        expected_at: When the sandbox is expected to be ready; None when that cannot be said.
    """

    position: int
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly places come free.

    Attributes:
        capacity: Places in all.
        leaving: When those who have a place lose it at the latest, earliest first.
        hold: How long a place was held lately, as measured; None when nobody left yet.
        making: How long it takes from getting a place to being ready.
    """

    capacity: int
    leaving: Sequence[datetime]
    hold: timedelta | None
    making: timedelta


def fair_order(waiting: Sequence[Waiter], last_served: Mapping[str, datetime]) -> list[Waiter]:
    """Put requests in the order in which they get a place: organisations in turn, the oldest of each first.

    Who was served longest ago (or never) goes first, so that the turns go on where they were after a restart, and
    an organisation that asks a hundred times does not keep another one waiting.

    Args:
        waiting: In any order.
        last_served: When each organisation last got a place; who is not in it never did.
    """
    lines: dict[str, list[Waiter]] = {}
    for waiter in sorted(waiting, key=lambda one: (one.since, one.sandbox_id)):
        lines.setdefault(waiter.organisation, []).append(waiter)
    ring = sorted(lines, key=lambda one: (last_served.get(one, _NEVER), lines[one][0].since, one))
    longest = max(map(len, lines.values()), default=0)
    return [lines[one][turn] for turn in range(longest) for one in ring if turn < len(lines[one])]


def expected_at(position: int, pace: Pace, *, now: datetime) -> datetime | None:
    """Estimate when the request at a position is ready; None when there is nothing to go by.

    The two things known are the moments at which sandboxes expire (a place comes free then at the latest), and how
    long places were held lately (with `capacity` places one comes free every `hold / capacity`). The earlier of
    both counts.

    Args:
        position: 1 is next.
        pace: How quickly places come free.
        now: Not earlier than this.
    """
    estimates = []
    if pace.capacity > 0 and pace.hold is not None:
        estimates.append(now + position * pace.hold / pace.capacity)
    if position <= len(pace.leaving):
        estimates.append(pace.leaving[position - 1])
    return max(now, min(estimates)) + pace.making if estimates else None

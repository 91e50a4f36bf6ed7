"""How many cases come in, on which days, and how long they take: one rule for the generator and a town's life.

What is in the making at any moment follows from the two together (Little's law: arrivals per day times days that
each takes), and nothing else decides it. All of it is whole numbers, and the same expressions hold for one case and
for a column of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vlavirgem.holidays import last_working_days, next_working_days
from vlavirgem.process import case_types, week

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.process import CaseType
    from vlavirgem.randomness import Integers

MILLION = 1_000_000
YEARS_BACK = 2
"""A new town knows the cases of its last years."""
AROUND = 5
"""What would fall on a day off goes to one of so many working days around it."""
_BEFORE = 2
"""So many of those lie before it."""
_LATER = 30
"""After so many days any day off is over."""
WINDOW = 365 * YEARS_BACK
"""So many days back they go."""
_EPOCH = date(1970, 1, 1).toordinal()

Days = TypeVar("Days", int, "Integers")


class Draw(Protocol[Days]):
    """Gives a random number of a case from 0 up to but not including a bound, by the name of what is drawn."""

    def __call__(self, column: str, bound: Days | int, /) -> Days:
        """Draw."""
        ...


@dataclass(frozen=True, slots=True)
class Pace(Generic[Days]):
    """How fast a case goes, in days; see `CaseType`.

    Attributes:
        decision: The place in its road where the decision falls.
        term: Within so many days it must be decided.
        on_time: So many in a million are.
        fastest: No decision comes within fewer days.
        overrun: A decision that is late is so by at most this many days.
        carrying_out: At most so many days from one status to the next after the decision.
    """

    decision: Days
    term: Days
    on_time: Days
    fastest: Days
    overrun: Days
    carrying_out: Days


def pace_of(case_type: CaseType) -> Pace[int]:
    """Say how fast cases of a kind go."""
    return Pace(
        decision=case_type.decision,
        term=case_type.term,
        on_time=round(case_type.on_time * MILLION),
        fastest=case_type.fastest,
        overrun=case_type.overrun,
        carrying_out=case_type.carrying_out,
    )


def busyness(day: int, *, season: tuple[int, ...]) -> int:
    """Say how busy a day (since 1970) is, from its month and its day of the week."""
    when = date.fromordinal(_EPOCH + day)
    return season[when.month - 1] * week()[when.weekday()]


@cache
def busyness_before(today: int, *, season: tuple[int, ...]) -> tuple[int, ...]:
    """Say how busy each day of the window is that ends with the day before `today`."""
    return tuple(busyness(day, season=season) for day in range(today - WINDOW, today))


@cache
def _whole_window(today: int, *, season: tuple[int, ...]) -> int:
    return sum(busyness_before(today, season=season))


@cache
def mix(day: int, *, today: int) -> tuple[int, ...]:
    """Say how many cases of each kind come in on a day, in the order of the kinds.

    Args:
        day: The day, since 1970.
        today: The reference date: over the window before it the yearly rates are exact.

    Returns:
        Cases per thousand million inhabitants.
    """
    return tuple(
        kind.rate
        * busyness(day, season=kind.season)
        * MILLION
        * YEARS_BACK
        // _whole_window(today, season=kind.season)
        for kind in case_types().values()
    )


def expected(day: int, *, today: int, inhabitants: int, per_thousand: int) -> int:
    """Give how many cases may be expected to come in on a day, in millionths.

    Args:
        day: The day, since 1970.
        today: The reference date.
        inhabitants: How many people live there.
        per_thousand: How many cases of all kinds come in per thousand of them in a year.
    """
    rates = sum(kind.rate for kind in case_types().values())
    return sum(mix(day, today=today)) * inhabitants * per_thousand // (1000 * rates)


def working_day(day: Days) -> Days:
    """Give a day (since 1970) itself, or the first working day after it when it is a holiday or falls in a weekend."""
    if isinstance(day, int):
        return next_working_days()[day]
    following: Integers = _column(next_working_days).take(day, mode="clip")
    return following


def working_day_before(day: Days) -> Days:
    """Give the last working day before a day (since 1970)."""
    if isinstance(day, int):
        return last_working_days()[day - 1]
    before: Integers = _column(last_working_days).take(day - 1, mode="clip")
    return before


def spread(planned: Days, *, previous: Days, latest: Days, drawn: Days) -> Days:
    """Give the day on which something happens that falls on a day off: one of five working days around it.

    So no day of the week has more than the others, as Monday would have when all of it waited for Monday.

    Args:
        planned: The day on which it would fall; it stays where it is a working day.
        previous: It comes after this day.
        latest: It comes after this day only where no working day is left up to it.
        drawn: A number from 0 up to but not including `AROUND`.
    """
    following = working_day(planned)
    before = working_day_before(planned)
    before = before - (drawn == 0) * (before - working_day_before(before))
    # What cannot go to a day before waits for the first one after.
    ahead = (drawn > _BEFORE) * (drawn - _BEFORE)
    after = following
    for place in (1, 2):
        after = after + (ahead >= place) * (working_day(after + 1) - after)
    cap = working_day_before(latest + (latest < following) * (following - latest) + 1)
    after = after - (after > cap) * (after - cap)
    back = (drawn < _BEFORE) * (before > previous)
    moved = after - back * (after - before)
    day: Days = planned + (following > planned) * (moved - planned)
    return day


@cache
def _column(days: Callable[[], tuple[int, ...]]) -> Integers:
    import numpy as np  # noqa: PLC0415 - filling a database needs none, and starts sooner

    return np.asarray(days(), dtype=np.int64)


def deadline(opened: Days, *, term: Days) -> Days:
    """Give the last day on which a decision is on time; a term ends on a working day."""
    return working_day(opened + term)


def last_day(opened: date, *, term: int) -> date:
    """Do as `deadline`, for dates."""
    return date.fromordinal(_EPOCH + deadline(opened.toordinal() - _EPOCH, term=term))


def days_to_decision(pace: Pace[Days], draw: Draw[Days]) -> Days:
    """Draw how many days the decision takes: around half the term, or some days over it."""
    span = pace.term - pace.fastest + 1
    in_time = pace.fastest + (draw("vlot", span) + draw("grondig", span)) // 2
    over = pace.term + 1 + draw("uitloop", pace.overrun)
    return in_time + (draw("tijdig", MILLION) >= pace.on_time) * (over - in_time)


def next_day(
    place: Days, *, opened: Days, previous: Days, takes: Days, pace: Pace[Days], drawn: Days, second: Days
) -> Days:
    """Say on which day a case gets a status: a working day, after the one on which it got the status before.

    Up to the decision the first steps are the short ones; from then on every step takes as long as is drawn for it.

    Args:
        place: The place of the status in the road of the case, from 1.
        opened: The day on which the case came in.
        previous: The day of the status before.
        takes: How many days the decision takes.
        pace: How fast such a case goes.
        drawn: A number from 0 up to but not including `pace.carrying_out`, for this place.
        second: The second of that day, which is drawn too: what would fall on a day off goes by it to one of those
            around it.
    """
    decision = pace.decision
    before, next_one = (
        opened + step + (takes - decision) * step * step // (decision * decision) for step in (place, place + 1)
    )
    after = previous + 1 + drawn
    planned = before + (place > decision) * (after - before)
    planned = planned + (planned <= previous) * (previous + 1 - planned)
    # Nothing that is in time is made late by a weekend, nor the other way around.
    due = deadline(opened, term=pace.term)
    in_time = planned <= opened + pace.term
    soon = (place < decision) * (working_day_before(next_one) - due) + due
    latest = soon + (place > decision) * (planned + _LATER - soon)
    late = (place == decision) * (1 - in_time)
    latest = latest + late * (planned + _LATER - latest)
    return spread(planned, previous=previous + late * (planned - previous), latest=latest, drawn=second % AROUND)

"""When the bodies meet in the two years before the reference date.

The council meets ten times a year (Decreet over het lokaal bestuur, article 18), not in July and August, and the
council for social welfare right before it in the same room. The college meets every week; a very small town does
with less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.functions import Body
from vlavirgem.holidays import is_holiday

if TYPE_CHECKING:
    from collections.abc import Iterator

YEARS = 2
_SUMMER = (7, 8)
_TUESDAY, _WEDNESDAY, _THURSDAY = 1, 2, 3
_WEEKS = ((1_000, 1), (500, 2), (0, 4))
"""Weeks between two meetings of the college, from so many inhabitants on. Our choice."""
HOURS = {
    Body.COUNCIL: time(20),
    Body.WELFARE_COUNCIL: time(18),
    Body.COLLEGE: time(16),
    Body.STANDING_BUREAU: time(19),
    Body.SOCIAL_COMMITTEE: time(17, 30),
}
PUBLIC = (Body.COUNCIL, Body.WELFARE_COUNCIL)
"""Bodies that meet in public; the others decide behind closed doors and publish what they decided."""


@dataclass(frozen=True, slots=True, order=True)
class Appointment:
    """A meeting as planned."""

    day: date
    hour: time
    body: Body


def appointments(*, until: date, inhabitants: int) -> list[Appointment]:
    """Give all meetings of the two years before a day, in the order of time."""
    return appointments_from(two_years_before(until), until=until, inhabitants=inhabitants)


def appointments_from(since: date, *, until: date, inhabitants: int) -> list[Appointment]:
    """Give all meetings from a day until the day before another, in the order of time."""
    found = [*_monthly(since, until), *_of_college(since, until, inhabitants=inhabitants)]
    return sorted(Appointment(day, HOURS[body], body) for day, body in found if since <= day < until)


def two_years_before(day: date) -> date:
    """Give the same day two years earlier; 28 February for 29 February."""
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return day.replace(year=day.year - YEARS, day=28)


def _monthly(since: date, until: date) -> Iterator[tuple[date, Body]]:
    month = since.replace(day=1)
    while month < until:
        if month.month not in _SUMMER:
            evening = _nth(month, weekday=_TUESDAY, nth=3)
            yield evening, Body.COUNCIL
            yield evening, Body.WELFARE_COUNCIL
        yield _nth(month, weekday=_THURSDAY, nth=2), Body.SOCIAL_COMMITTEE
        month = (month + timedelta(days=31)).replace(day=1)


def _of_college(since: date, until: date, *, inhabitants: int) -> Iterator[tuple[date, Body]]:
    weeks = next(step for least, step in _WEEKS if inhabitants >= least)
    day = since + timedelta(days=(_WEDNESDAY - since.weekday()) % 7)
    last_bureau = 0
    while day < until:
        if not is_holiday(day):
            yield day, Body.COLLEGE
            if day.month != last_bureau:
                last_bureau = day.month
                yield day, Body.STANDING_BUREAU
        day += timedelta(weeks=weeks)


def _nth(month: date, *, weekday: int, nth: int) -> date:
    """Give the nth weekday of a month; a week later when that is a holiday."""
    day = month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * (nth - 1))
    return day + timedelta(weeks=1) if is_holiday(day) else day

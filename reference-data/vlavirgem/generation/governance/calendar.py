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

if TYPE_CHECKING:
    from collections.abc import Iterator

YEARS = 2
_SUMMER = (7, 8)
_TUESDAY, _WEDNESDAY, _THURSDAY = 1, 2, 3
_WEEKS = ((1_000, 1), (500, 2), (0, 4))
"""Weeks between two meetings of the college, from so many inhabitants on. Our choice."""
_HOLIDAYS = ((1, 1), (5, 1), (7, 11), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
"""Legal holidays, and days on which town halls close too: of the Flemish Community and the day after Christmas."""
_AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension and Whit Monday."""
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


def is_holiday(day: date) -> bool:
    """Say whether the town hall is closed for a holiday."""
    return (day.month, day.day) in _HOLIDAYS or (day - easter(day.year)).days in _AFTER_EASTER


def easter(year: int) -> date:
    """Give Easter Sunday: the first one after the full moon of spring.

    Source: Meeus, Astronomical Algorithms (1991), chapter 8, for the Gregorian calendar.
    """
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


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

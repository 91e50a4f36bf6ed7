"""Days on which the town hall is closed: holidays, and for who works there weekends too."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_HOLIDAYS = ((1, 1), (5, 1), (7, 11), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
"""Legal holidays, and days on which town halls close too: of the Flemish Community and the day after Christmas."""
_AFTER_EASTER = (1, 39, 50)
"""Easter Monday, Ascension and Whit Monday."""
_EPOCH = date(1970, 1, 1).toordinal()
_YEARS = range(1970, 2200)
_DAYS = date(_YEARS.stop, 1, 1).toordinal() - _EPOCH
_THURSDAY = 3
_WEEKEND, _WEEK = 5, 7


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


@cache
def next_working_days() -> tuple[int, ...]:
    """Give for each day since 1970, until 2199, itself or the first working day after it, in days since 1970."""
    following = list(range(_DAYS))
    closed = _closed_days()
    for day in reversed(following[:-1]):
        if day in closed:
            following[day] = following[day + 1]
    return tuple(following)


@cache
def last_working_days() -> tuple[int, ...]:
    """Give for each of those days itself or the last working day before it."""
    last = list(range(_DAYS))
    closed = _closed_days()
    for day in last[1:]:
        if day in closed:
            last[day] = last[day - 1]
    return tuple(last)


@cache
def _closed_days() -> frozenset[int]:
    fixed = {date(year, month, day) for year in _YEARS for month, day in _HOLIDAYS}
    moving = {easter(year) + timedelta(days=days) for year in _YEARS for days in _AFTER_EASTER}
    weekends = (day for day in range(_DAYS) if (day + _THURSDAY) % _WEEK >= _WEEKEND)
    return frozenset((*weekends, *(day.toordinal() - _EPOCH for day in fixed | moving)))

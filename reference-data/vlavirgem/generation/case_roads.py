"""The roads that cases take through the generic process: which statuses, and on which day and hour each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.caseload import WINDOW, Pace, busyness_before, days_to_decision, next_day, pace_of
from vlavirgem.casework import (
    AT_HOME,
    BY_OFFICIAL,
    ELSEWHERE,
    OPEN_SECONDS,
    OPENING_SECOND,
    REFUSED_SHARE,
    STOPPED_SHARE,
    classification_of,
)
from vlavirgem.process import REFUSED, STATUSES, STOPPED, case_types

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from vlavirgem.process import CaseType
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers, Random

ABSENT = -1
DAY = 86_400
_EPOCH = date(1970, 1, 1)
_STOPPED_FOR_SURE = 8
_SEASON = 1 << 24
"""More than the busyness of all days of a window together."""


@dataclass(frozen=True)
class Kinds:
    """What holds for each kind of case, as columns: an index is that of the kind.

    Attributes:
        types: The kinds.
        roads: The statuses of a case that goes well: indices in `STATUSES`, `ABSENT` after the last.
        pace: How fast it goes.
        season: Which of the seasons holds for it.
        refusable: Whether the decision can be negative.
        stoppable: Whether the applicant can withdraw.
        ends: Whether a case with a status is closed.
        titles: Titles of documents, as many for each kind.
        documents: Which of those there are.
        by_official: Which of those the municipality makes.
        where: 0 about nowhere, 1 about the applicant's home, 2 about any place.
        classification: Who may see it.
    """

    types: tuple[CaseType, ...]
    roads: Integers
    pace: Pace[Integers]
    season: Integers
    refusable: Flags
    stoppable: Flags
    ends: NDArray[np.bool_]
    titles: pl.Series
    documents: NDArray[np.bool_]
    by_official: NDArray[np.bool_]
    where: Integers
    classification: pl.Series


@dataclass(frozen=True, slots=True)
class Roads:
    """One row per case, one column per status: index in `STATUSES` and moment, `ABSENT` for none.

    Attributes:
        status: Which status.
        moment: When, in seconds since 1970.
        term: Within so many days each case must be decided.
    """

    status: Integers
    moment: Integers
    term: Integers

    @property
    def length(self) -> Integers:
        """How many statuses each case had."""
        length: Integers = (self.status != ABSENT).sum(axis=1)
        return length

    @property
    def last(self) -> Integers:
        """The column of the status that a case has now."""
        return self.length - 1


@cache
def kinds_of_cases() -> Kinds:
    """Lay out the kinds of cases as columns."""
    types = tuple(case_types().values())
    width = max(len(t.road) for t in types)
    roads = np.full((len(types), width), ABSENT, dtype=np.int64)
    for index, case_type in enumerate(types):
        roads[index, : len(case_type.road)] = [STATUSES.index(status) for status in case_type.road]
    widest = max(len(t.documents) for t in types)
    titles = [[*t.documents, *[""] * (widest - len(t.documents))] for t in types]
    seasons = _seasons()
    return Kinds(
        types=types,
        roads=roads,
        pace=Pace(**{one.name: _column(getattr(pace_of(t), one.name) for t in types) for one in fields(Pace)}),
        season=_column(seasons.index(t.season) for t in types),
        refusable=np.asarray([t.can_be_refused for t in types]),
        stoppable=np.asarray([t.can_be_stopped for t in types]),
        ends=np.asarray([[t.is_end(status) for status in STATUSES] for t in types]),
        titles=pl.Series([title for row in titles for title in row]),
        documents=np.asarray([[bool(title) for title in row] for row in titles]),
        by_official=np.asarray([[title.startswith(BY_OFFICIAL) for title in row] for row in titles]),
        where=_column(1 if t.code in AT_HOME else 2 if t.code in ELSEWHERE else 0 for t in types),
        classification=pl.Series([classification_of(t.code) for t in types]),
    )


def make_roads(profile: Profile, *, random: Random, ids: Integers, kind: Integers) -> Roads:
    """Draw the road of each case as far as it got before the reference date.

    Args:
        profile: The profile.
        random: The random numbers of cases.
        ids: Number of each case.
        kind: Which kind it is.
    """
    kinds = kinds_of_cases()
    status = kinds.roads[kind]
    decision = kinds.pace.decision[kind]
    refused = random.chance("geweigerd", rows=ids, share=REFUSED_SHARE) & kinds.refusable[kind]
    # Some of the first wijk stop for sure, for who looks for one.
    looked_for = (ids > len(kinds.types)) & (ids <= len(kinds.types) + _STOPPED_FOR_SURE)
    stopped = random.chance("stopgezet", rows=ids, share=STOPPED_SHARE) | looked_for
    stopped &= kinds.stoppable[kind] & ~refused
    stop = 1 + random.below("stop", rows=ids, bound=decision)
    column = np.arange(status.shape[1])
    for ended, place, code in ((refused, decision, REFUSED), (stopped, stop, STOPPED)):
        status = np.where(ended[:, None] & (column == place[:, None]), STATUSES.index(code), status)
        status = np.where(ended[:, None] & (column > place[:, None]), ABSENT, status)
    today = (profile.reference_date - _EPOCH).days
    moment = planned_moments(random, ids=ids, kind=kind, today=today)
    status = np.where(moment >= today * DAY, ABSENT, status)
    return Roads(status=status, moment=np.where(status == ABSENT, 0, moment), term=kinds.pace.term[kind])


def planned_moments(random: Random, *, ids: Integers, kind: Integers, today: int) -> Integers:
    """Give a moment in office hours for each status, in seconds since 1970; only the first always lies back.

    Args:
        random: The random numbers of cases.
        ids: Number of each case.
        kind: Which kind it is.
        today: The reference date, in days since 1970.
    """
    every = kinds_of_cases().pace
    width = kinds_of_cases().roads.shape[1]
    pace = Pace(**{one.name: getattr(every, one.name)[kind] for one in fields(Pace)})
    draw = partial(_draw, random, ids)
    opened = day = today - WINDOW + _arrival(random, ids=ids, season=kinds_of_cases().season[kind], today=today)
    takes = days_to_decision(pace, draw)
    moments = np.zeros((ids.size, width), dtype=np.int64)
    for place in range(width):
        second = draw(f"uur{place}", OPEN_SECONDS)
        if place:
            drawn = draw(f"uitvoering{place}", pace.carrying_out)
            at = np.full_like(ids, place)
            day = next_day(at, opened=opened, previous=day, takes=takes, pace=pace, drawn=drawn, second=second)
        moments[:, place] = day * DAY + OPENING_SECOND + second
    return moments


def _draw(random: Random, ids: Integers, column: str, bound: Integers | int) -> Integers:
    return random.below(column, rows=ids, bound=bound)


def _arrival(random: Random, *, ids: Integers, season: Integers, today: int) -> Integers:
    """Draw the day of the window on which each case comes in, on busy days more than on others."""
    edges = [np.cumsum(busyness_before(today, season=one)) for one in _seasons()]
    totals = np.asarray([int(of_one[-1]) for of_one in edges], dtype=np.int64)
    line = np.concatenate([of_one + index * _SEASON for index, of_one in enumerate(edges)])
    drawn = random.below("opening", rows=ids, bound=totals[season])
    days: Integers = np.searchsorted(line, drawn + season * _SEASON, side="right") - season * WINDOW
    return days


@cache
def _seasons() -> tuple[tuple[int, ...], ...]:
    return tuple(dict.fromkeys(t.season for t in case_types().values()))


def _column(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)

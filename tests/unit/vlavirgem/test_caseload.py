"""Cases come in and take their time: what is open follows from the two, and deadlines are kept as often as is said."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vlavirgem.caseload import (
    AROUND,
    WINDOW,
    deadline,
    expected,
    last_day,
    mix,
    spread,
    working_day,
    working_day_before,
)
from vlavirgem.casework import REFUSED_SHARE, STOPPED_SHARE
from vlavirgem.generation.case_roads import ABSENT, DAY, kinds_of_cases, make_roads, planned_moments
from vlavirgem.holidays import is_holiday
from vlavirgem.living import live
from vlavirgem.living.events import STEPPED
from vlavirgem.process import REFUSED, STATUSES, case_types
from vlavirgem.profile import load_profile
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem import Town
    from vlavirgem.generation.case_roads import Roads
    from vlavirgem.process import CaseType
    from vlavirgem.randomness import Integers

PROFILE = load_profile("stad")
EPOCH = date(1970, 1, 1)
TODAY = (PROFILE.reference_date - date(1970, 1, 1)).days
THOUSANDS = 1_000
"""A million inhabitants, so that chance hides nothing."""


@pytest.fixture(scope="module")
def many() -> tuple[Integers, Roads]:
    """The kind and the road of each case of a million inhabitants."""
    random = Random(1830, kind="dossier")
    types = kinds_of_cases().types
    ids = np.arange(100, 100 + 2 * THOUSANDS * sum(t.rate for t in types), dtype=np.int64)
    kind = random.pick("dossiertype", rows=ids, weights=[t.rate for t in types])
    return kind, make_roads(PROFILE, random=random, ids=ids, kind=kind)


def test_the_profile_has_as_many_cases_as_the_kinds_together() -> None:
    """One number for a town, its parts with their sources in the list of kinds."""
    assert PROFILE.number("dossiers.per_duizend") == sum(one.rate for one in case_types().values())


@pytest.mark.parametrize("kind", case_types().values(), ids=lambda kind: kind.code)
def test_each_kind_can_be_decided_in_time(kind: CaseType) -> None:
    """Every status has a day of its own before the term is over, and nothing takes as long as the window."""
    assert kind.decision <= kind.fastest < kind.term
    assert 0.8 <= kind.on_time <= 1
    assert kind.term + kind.overrun + 2 * kind.carrying_out < WINDOW
    assert (12, True) == (len(kind.season), all(60 <= month <= 140 for month in kind.season))


def times(kind: CaseType) -> list[tuple[str, float]]:
    """Give for each status of a kind how many days a case has it on average, per case that comes in."""
    span = kind.term - kind.fastest
    takes = kind.on_time * (kind.fastest + span / 2 - 0.25) + (1 - kind.on_time) * (kind.term + (kind.overrun + 1) / 2)
    refused = REFUSED_SHARE if kind.can_be_refused else 0.0
    stopped = STOPPED_SHARE * (1 - refused) if kind.can_be_stopped else 0.0
    last, decision = len(kind.road) - 1, kind.decision
    reached = [place + (takes - decision) * place**2 / decision**2 for place in range(decision + 1)]
    found = []
    for place in range(last):
        if place < decision:
            there = 1 - stopped * place / decision
            stay = reached[place + 1] - reached[place]
        else:
            there, stay = 1 - stopped - refused, 1 + (kind.carrying_out - 1) / 2
        found.append((kind.road[place], there * (stay + (3 / 7 if place in {0, last - 1} else 0))))
    return found


def test_what_is_open_follows_from_arrivals_and_durations(many: tuple[Integers, Roads]) -> None:
    """Little's law, per status: arrivals per day times the days that a case has that status."""
    kind, roads = many
    types = kinds_of_cases().types
    now = roads.status[np.arange(kind.size), roads.last]
    is_open = ~kinds_of_cases().ends[kind, now]
    wanted: Counter[str] = Counter()
    for index, one in enumerate(types):
        weeks = range(TODAY - max(7, one.term // 14 * 7), TODAY)
        daily = sum(mix(day, today=TODAY)[index] for day in weeks) / len(weeks) / 1e9 * 1000 * THOUSANDS
        for status, days in times(one):
            wanted[status] += daily * days  # type: ignore[assignment]  # expected counts are no whole numbers
    found = Counter(STATUSES[status] for status in now[is_open].tolist())

    assert set(wanted) == set(found)
    for status, count in wanted.items():
        assert abs(found[status] - count) <= 0.08 * count + 4 * sqrt(count), (status, found[status], count)
    assert sum(found.values()) == pytest.approx(sum(wanted.values()), rel=0.04)


def test_deadlines_are_kept_as_often_as_each_kind_says(many: tuple[Integers, Roads]) -> None:
    """Of the decisions of a year ago and before, to four standard deviations and half a percent."""
    kind, roads = many
    day = roads.moment // DAY
    decided = np.isin(roads.status, [STATUSES.index(s) for s in ("Goedgekeurd", "Beslist", REFUSED)])
    place = decided.argmax(axis=1)
    rows = np.flatnonzero(decided.any(axis=1) & (day[:, 0] < TODAY - 365))
    due = deadline(day[rows, 0], term=roads.term[rows])
    kept = day[rows, place[rows]] <= due
    for index, one in enumerate(kinds_of_cases().types):
        mine = kept[kind[rows] == index]
        error = 4 * sqrt(one.on_time * (1 - one.on_time) / mine.size)
        assert abs(mine.mean() - one.on_time) <= 0.01 + error, (one.code, mine.mean())


def test_a_status_is_given_on_a_working_day_after_the_one_before(many: tuple[Integers, Roads]) -> None:
    """Officials work from Monday to Friday, not on holidays; an application comes in on any day."""
    _, roads = many
    there = roads.status != ABSENT
    days = roads.moment // DAY
    weekday = (days + 3) % 7
    assert (weekday[:, 1:][there[:, 1:]] < 5).all()
    later = there[:, 1:]
    assert (days[:, 1:][later] > days[:, :-1][later]).all()
    assert days[there].max() < TODAY
    assert not [day for day in np.unique(days[:, 1:][later]).tolist() if is_holiday(EPOCH + timedelta(days=day))]
    in_weekend = (weekday[:, 0] >= 5).mean()
    assert 0.05 < in_weekend < 0.2


def test_no_day_of_the_week_has_much_more_statuses_than_another(many: tuple[Integers, Roads]) -> None:
    """What would fall in a weekend goes to all days around it, and does not wait for Monday."""
    _, roads = many
    there = roads.status[:, 1:] != ABSENT
    weekday = (roads.moment[:, 1:][there] // DAY + 3) % 7
    share = np.bincount(weekday, minlength=5) / weekday.size * 5

    assert 5 == share.size
    assert 0.85 < share.min() < share.max() < 1.15


@given(
    planned=st.integers(15_000, 30_000),
    before=st.integers(1, 5),
    slack=st.integers(-10, 30),
    drawn=st.integers(0, AROUND - 1),
)
@example(planned=22064, before=1, slack=2, drawn=3)  # the latest day is a day off too
def test_a_day_off_gives_way_to_a_working_day_around_it(planned: int, before: int, slack: int, drawn: int) -> None:
    """After the status before, no later than needed, at most a week away; the same for one day and for a column."""
    previous, latest = planned - before, planned + slack
    day = spread(planned, previous=previous, latest=latest, drawn=drawn)
    days = [np.asarray([one], dtype=np.int64) for one in (planned, previous, latest, drawn)]

    assert [day] == spread(days[0], previous=days[1], latest=days[2], drawn=days[3]).tolist()
    assert working_day(day) == day > previous
    assert day == planned or working_day(planned) > planned
    assert day <= max(latest, working_day(planned))
    assert abs(day - planned) <= 10


def test_cases_do_not_pile_up_before_the_reference_date(many: tuple[Integers, Roads]) -> None:
    """Each month of the window has about a twenty-fourth of them, in a modest rhythm."""
    _, roads = many
    since = roads.moment[:, 0] // DAY - (TODAY - WINDOW)
    months = np.bincount(since * 24 // WINDOW, minlength=24) / since.size * 24
    assert 0.7 < months.min() < 0.9
    assert 1.05 < months.max() < 1.3


def test_the_yearly_rate_is_exact_over_the_window() -> None:
    """Days differ, but together they give what the profile says; a life goes on at the same pace."""
    for since in (TODAY - WINDOW, TODAY):
        total = sum(
            expected(day, today=TODAY, inhabitants=1000, per_thousand=163) for day in range(since, since + WINDOW)
        )
        assert total / 1e6 == pytest.approx(2 * 163, rel=0.005)


def test_a_case_goes_on_in_life_on_the_days_that_were_planned_for_it(hamlet: Town) -> None:
    """What was open when the town was made gets its next statuses at the very second at which it always would."""
    dossiers = hamlet.tables["dossiers"]
    codes = list(case_types())
    ids = dossiers["id"].to_numpy()
    kind = np.asarray([codes.index(code) for code in dossiers["dossiertype"]], dtype=np.int64)
    random = Random(hamlet.seed, kind="dossier")
    planned = planned_moments(random, ids=ids, kind=kind, today=TODAY)
    place = {int(number): at for at, number in enumerate(ids)}
    steps = 0
    for event in live(hamlet, days=60):
        if event.happening.kind == STEPPED and (number := int(event.subject.rpartition("/")[2])) in place:
            [status] = event.happening.changes.added["dossierstatussen"]
            moment = datetime.fromtimestamp(int(planned[place[number], status["volgnummer"] - 1]), tz=UTC)
            assert moment == event.time, event.line()
            steps += 1
    assert steps > 10


@pytest.mark.parametrize(
    ("day", "expected_day"),
    [
        ("2026-01-02", "2026-01-02"),
        ("2026-01-03", "2026-01-05"),
        ("2026-01-04", "2026-01-05"),
        ("2026-01-01", "2026-01-02"),
        ("2025-12-25", "2025-12-29"),
        ("2026-04-04", "2026-04-07"),
    ],
)
def test_a_weekend_ends_on_the_next_working_day(day: str, expected_day: str) -> None:
    """A term that ends on a Saturday, a Sunday or a holiday ends on the first working day after it."""
    wanted, found = date.fromisoformat(expected_day), date.fromisoformat(day)
    epoch = date(1970, 1, 1)

    assert (wanted - epoch).days == working_day((found - epoch).days)
    assert wanted == last_day(found - timedelta(days=7), term=7)


@given(day=st.dates(date(1971, 1, 1), date(2190, 12, 31)))
def test_work_goes_on_the_first_day_that_the_town_hall_is_open(day: date) -> None:
    """One day and a column of days give the same; between a day and its working day all are closed."""
    number = (day - EPOCH).days
    found = working_day(number)
    before = int(working_day_before(np.asarray([number], dtype=np.int64))[0])

    assert [found] == working_day(np.asarray([number], dtype=np.int64)).tolist()
    assert is_open(found)
    assert is_open(before)
    assert not any(is_open(one) for one in (*range(before + 1, number), *range(number, found)))


def is_open(number: int) -> bool:
    """Say whether officials work on a day since 1970."""
    day = EPOCH + timedelta(days=number)
    return day.weekday() < 5 and not is_holiday(day)

"""One day after the other: what is on the agenda of a day, and what comes of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from vlavirgem.casework import OPEN_SECONDS, OPENING_SECOND
from vlavirgem.errors import VlavirgemError
from vlavirgem.living import (
    addresses,
    building,
    cases,
    couples,
    delegations,
    events,
    handovers,
    mandates,
    meetings,
    moving,
    people,
)
from vlavirgem.living.chance import Chance, Dice
from vlavirgem.living.events import (
    DELEGATION_ENDED,
    HANDED_OVER,
    KINDS,
    MET,
    PUBLISHED,
    RESIGNED,
    STEPPED,
    SUBMITTED,
    Event,
    source_of,
)
from vlavirgem.living.rates import Odds, Rates, odds, rates_of
from vlavirgem.living.state import State, as_json, read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from vlavirgem.living.events import Happening
    from vlavirgem.profile import Profile
    from vlavirgem.town import Town

MOST_DAYS = 3650
"""A town is not lived further than ten years: its generation is made for the people of its reference date."""
_WHOLE_DAY = 86_400
_PLACES_A_DAY = 1 << 20


class Life:
    """What a town's life follows from, besides its state.

    Args:
        profile: The profile, or its name; its rates are used.
        seed: The town's seed.
    """

    def __init__(self, profile: str | Profile, *, seed: int) -> None:
        self.source = source_of(profile if isinstance(profile, str) else profile.name, seed)
        self.rates: Rates = rates_of(profile)
        self.dice = Dice(
            life=Chance(seed, kind="leven"),
            person=Chance(seed, kind="persoon"),
            household=Chance(seed, kind="huishouden"),
            case=Chance(seed, kind="dossier"),
            meeting=Chance(seed, kind="zitting"),
            item=Chance(seed, kind="agendapunt"),
            vote=Chance(seed, kind="stem"),
        )


def live(town: Town, *, days: int, profile: Profile | None = None) -> Iterator[Event]:
    """Live a town forward from its reference date.

    Memory is what the town takes, whatever the number of days.

    Args:
        town: The town; it is not changed.
        days: How many days, from 1 to 3650.
        profile: Whose rates; those of the town's profile by its name unless given.

    Raises:
        VlavirgemError: the number of days is none of those.
    """
    check_days(days)
    return _live(town, Life(profile or town.profile, seed=town.seed), days)


def check_days(days: int) -> None:
    """Refuse a number of days that cannot be lived.

    Raises:
        VlavirgemError: it is below 1 or above 3650.
    """
    if not 1 <= days <= MOST_DAYS:
        raise VlavirgemError(f"A town lives 1 to {MOST_DAYS} days, not {days}.")


def _live(town: Town, life: Life, days: int) -> Iterator[Event]:
    state = read_state(InMemory(town), reference_date=town.reference_date)
    for day in range(1, days + 1):
        yield from live_day(state, life, day=day)


def live_day(state: State, life: Life, *, day: int) -> Iterator[Event]:
    """Live one day: yields its events in the order of their time, and changes the state on the way.

    Args:
        state: The town at the end of the day before.
        life: What the rest follows from.
        day: Which day; 1 is the reference date.
    """
    today = state.reference_date + timedelta(days=day - 1)
    midnight = datetime.combine(today, time(), tzinfo=UTC)
    number = 0
    for second, kind, row in sorted(_agenda(state, life, day=day, today=today)):
        now = midnight + timedelta(seconds=second)
        happening = _happen(state, life, kind=kind, row=row, now=now)
        if happening is not None:
            number += 1
            yield Event(life.source, day, number, now, happening)


def _agenda(state: State, life: Life, *, day: int, today: date) -> Iterator[tuple[int, int, int]]:
    """Give what may happen today: at which second, what (a place in `KINDS`), and its row of random numbers.

    For a case that goes on the row is its number; for one that a colleague takes over it is that below zero.
    """
    dice, rates = life.dice, life.rates
    for kind, chances, opening, length in (
        *((kind, odds(rate, inhabitants=state.inhabitants), 0, _WHOLE_DAY) for kind, rate in rates.at_any_hour),
        *(
            (kind, odds(rate, inhabitants=state.inhabitants), OPENING_SECOND, OPEN_SECONDS)
            for kind, rate in rates.at_the_counter
        ),
        (RESIGNED, mandates.resigning(state, rates.resigning, today=today), OPENING_SECOND, OPEN_SECONDS),
        (SUBMITTED, cases.arriving(state, rates.cases, today=today), OPENING_SECOND, OPEN_SECONDS),
    ):
        for row in _drawn(dice.life, kind, chances, day=day):
            yield opening + dice.life.below(f"{kind}-uur", row=row, bound=length), KINDS.index(kind), row
    for place, appointment in enumerate(meetings.planned(state, today=today)):
        yield meetings.second_of(appointment), KINDS.index(MET), place
    for meeting in meetings.to_publish(state, today=today):
        yield meetings.publishing_second(today), KINDS.index(PUBLISHED), meeting
    for second, case in cases.due(state, dice, today=today):
        yield second, KINDS.index(STEPPED), case
    for case in handovers.left_behind(state, today=today):
        second = dice.case.below("overgenomen", row=case, bound=OPEN_SECONDS)
        yield OPENING_SECOND + second, KINDS.index(HANDED_OVER), -case
    for given in delegations.ending_early(state, dice, today=today):
        second = dice.life.below("delegatie-einde-uur", row=given, bound=OPEN_SECONDS)
        yield OPENING_SECOND + second, KINDS.index(DELEGATION_ENDED), given


def _happen(state: State, life: Life, *, kind: int, row: int, now: datetime) -> Happening | None:
    """Have something happen; none when there is nobody to whom it can."""
    today = now.date()
    match KINDS[kind]:
        case events.SUBMITTED:
            return cases.submit(state, life.dice, today=today, now=now, row=row)
        case events.STEPPED:
            return cases.go_on(state, life.dice, today=today, now=now, number=row)
        case events.HANDED_OVER if row < 0:
            return handovers.take_over(state, life.dice, now=now, number=-row)
        case events.HANDED_OVER:
            return handovers.hand_over(state, life.dice, now=now, row=row)
        case other:
            return _HAPPENS[other](state, life, today, row)


_HAPPENS: dict[str, Callable[[State, Life, date, int], Happening | None]] = {
    events.BORN: lambda state, life, today, row: people.birth(state, life.dice, life.rates, today=today, row=row),
    events.DIED: lambda state, life, today, row: people.death(state, life.dice, life.rates, today=today, row=row),
    events.MOVED: lambda state, life, today, row: moving.move(state, life.dice, today=today, row=row),
    events.ARRIVED: lambda state, life, today, row: moving.arrive(state, life.dice, life.rates, today=today, row=row),
    events.LEFT: lambda state, life, today, row: moving.leave(state, life.dice, life.rates, today=today, row=row),
    events.MARRIED: lambda state, life, today, row: couples.marry(state, life.dice, today=today, row=row),
    events.DIVORCED: lambda state, life, today, row: couples.divorce(state, life.dice, today=today, row=row),
    events.MOVED_IN: lambda state, life, today, row: couples.move_in(
        state, life.dice, life.rates, today=today, row=row
    ),
    events.RENUMBERED: lambda state, life, today, row: addresses.renumber(state, life.dice, today=today, row=row),
    events.BUILDING_BEGUN: lambda state, life, today, row: building.begin(state, life.dice, today=today, row=row),
    events.BUILDING_FINISHED: lambda state, life, today, row: building.finish(state, life.dice, today=today, row=row),
    events.RESIGNED: lambda state, life, today, row: mandates.resign(state, life.dice, today=today, row=row),
    events.MET: lambda state, life, today, row: meetings.meet(state, life.dice, today=today, place=row),
    events.PUBLISHED: lambda state, _, today, row: meetings.publish(state, today=today, number=row),
    events.DELEGATED: lambda state, life, today, row: delegations.delegate(state, life.dice, today=today, row=row),
    events.DELEGATION_ENDED: lambda state, _, today, row: delegations.end_early(state, today=today, number=row),
    events.LEFT_HOME: lambda state, life, today, row: couples.leave_home(state, life.dice, today=today, row=row),
}


def _drawn(chance: Chance, kind: str, chances: Odds, *, day: int) -> Iterator[int]:
    """Give the rows of a day's random numbers at which something of this kind happens."""
    for place in range(chances.places):
        row = day * _PLACES_A_DAY + place
        if chance.below(kind, row=row, bound=1_000_000) < chances.share:
            yield row


class InMemory:
    """A town in memory as a source of its state."""

    def __init__(self, town: Town) -> None:
        self._tables = town.tables

    def rows(self, table: str, *columns: str, empty: str | None = None) -> Iterator[tuple[Any, ...]]:
        """Give columns of all rows, or of those where the column `empty` holds nothing."""
        frame = self._tables[table]
        if empty is not None:
            frame = frame.filter(frame[empty].is_null())
        return frame.select(columns).iter_rows()

    def highest(self, table: str) -> int:
        """Give the highest number in a table, 0 when it has no row."""
        return int(self._tables[table]["id"].max() or 0)  # type: ignore[arg-type]  # a whole number

    def row(self, table: str, number: int) -> dict[str, Any]:
        """Give a whole row, with values as in JSON."""
        frame = self._tables[table]
        return as_json(frame.filter(frame["id"] == number).row(0, named=True))

    def added(self, table: str) -> int:  # noqa: ARG002 - a town in memory is as it was made
        """Give how many rows a table got since: none."""
        return 0

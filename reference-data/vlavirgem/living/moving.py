"""Households that move within the town, come from elsewhere, and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from vlavirgem.living import homes
from vlavirgem.living.events import ARRIVED, LEFT, MOVED, Happening
from vlavirgem.living.ledger import BIRTH, MARRIAGE, MOVE, Ledger
from vlavirgem.living.naming import FEMALE, MALE, family_name, first_names, issue_before, origin_of
from vlavirgem.living.people import person_row
from vlavirgem.living.state import CHILD, HEAD, PARTNER, Person
from vlavirgem.place import OTHER_TOWNS

if TYPE_CHECKING:
    from vlavirgem.living.chance import Dice
    from vlavirgem.living.rates import Rates
    from vlavirgem.living.state import Household, State

_BELGIUM = "BEL"
_COUPLES = ("koppel", "koppelMetKinderen")
_WITH_CHILDREN = ("koppelMetKinderen", "eenouder")
_ADULT, _LAST_BAND, _MOST_CHILDREN = 18, 10, 3
_GENERATION = 20
"""Years between a parent who comes and their eldest child, at least."""


def move(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have a household move to an address where nobody lives; none when there is none."""
    number = dice.life.seek(
        "verhuizing-wie", row=row, among=state.household_numbers, fits=lambda one, _: one in state.households
    )
    address = homes.free_home(state, dice.life, "verhuizing-naar", row=row)
    if number is None or address is None:
        return None
    household = state.households[number]
    homes.move_to(state, household, address=address)
    ledger = Ledger(state, today=today)
    ledger.change("huishoudens", number, adres_id=address)
    for one in state.members(number):
        ledger.change("personen", one.id, adres_id=address)
        ledger.settle(one, address=address)
        ledger.note(one, MOVE, address=address)
    return ledger.happening(MOVED, f"huishouden/{number}")


def leave(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have a household leave for another municipality or country; who governs stays.

    Whoever told that they leave the country goes first, as soon as their case is done.
    """
    bound = state.council.bound(today)
    told = _told(state, bound=bound)
    stays = bound | set(state.leaving.values())

    def fits(number: int, _attempt: int) -> bool:
        household = state.households.get(number)
        return household is not None and not household.members & stays

    number = told or dice.life.seek("vertrek-wie", row=row, among=state.household_numbers, fits=fits)
    if number is None:
        return None
    household = state.households[number]
    town, land = (
        _abroad(dice, rates, row=row, column="vertrek") if told else _elsewhere(dice, rates, row=row, column="vertrek")
    )
    ledger = Ledger(state, today=today)
    for one in state.members(number):
        ledger.change("personen", one.id, huishouden_id=None, adres_id=None)
        ledger.settle(one, address=None, town=town, land=land)
        ledger.note(one, MOVE)
        del state.persons[one.id]
    homes.end(state, household)
    ledger.remove("huishoudens", number)
    return ledger.happening(LEFT, f"huishouden/{number}")


def _told(state: State, *, bound: set[int]) -> int | None:
    """Give the household of who told first that they leave, and can; whoever left otherwise is forgotten."""
    for case, applicant in list(state.leaving.items()):
        person = state.persons.get(applicant)
        if person is None:
            del state.leaving[case]
        elif case not in state.cases and not state.households[person.household].members & bound:
            del state.leaving[case]
            return person.household
    return None


def arrive(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have a household come to live here; none when no home is free."""
    address = homes.free_home(state, dice.life, "aankomst-naar", row=row)
    if address is None:
        return None
    household = homes.found(state, address=address)
    town, land = _elsewhere(dice, rates, row=row, column="aankomst")
    origin = land if land != _BELGIUM else origin_of(dice, rates, household=household.id)
    ledger = Ledger(state, today=today)
    newcomers = _Newcomers(ledger, dice, household=household, origin=origin, town=town, land=land)
    kinds = list(rates.arriving)
    kind = kinds[dice.life.pick("aankomst-type", row=row, weights=list(rates.arriving.values()))]
    age = _age(dice, rates, row=row)
    head = newcomers.adult(age, role=HEAD, sex=(FEMALE, MALE)[dice.life.below("aankomst-geslacht", row=row, bound=2)])
    parents = [head]
    if kind in _COUPLES:
        is_same = dice.life.chance("aankomst-zelfde", row=row, share=rates.same_sex)
        other = head.sex if is_same else MALE if head.sex == FEMALE else FEMALE
        years = max(_ADULT, age - 3 + dice.life.below("aankomst-verschil", row=row, bound=7))
        parents.append(newcomers.adult(years, role=PARTNER, sex=other))
        if dice.life.chance("aankomst-gehuwd", row=row, share=rates.married):
            _married_before(ledger, dice, parents, row=row)
    youngest = min(one.age(today) for one in parents)
    if kind in _WITH_CHILDREN and youngest > _GENERATION:
        oldest = min(youngest - _GENERATION, _ADULT)
        for place in range(1 + dice.life.below("aankomst-kinderen", row=row, bound=_MOST_CHILDREN)):
            newcomers.child(oldest, parents=parents, row=row * _MOST_CHILDREN + place)
    homes.add_household(ledger, household)
    return ledger.happening(ARRIVED, f"huishouden/{household.id}")


class _Newcomers:
    """Who comes to live in a new household."""

    def __init__(
        self, ledger: Ledger, dice: Dice, *, household: Household, origin: str, town: str | None, land: str
    ) -> None:
        self._ledger = ledger
        self._dice = dice
        self._household = household
        self._origin = origin
        self._town = town
        self._land = land

    def adult(self, age: int, *, role: str, sex: str) -> Person:
        """Have an adult of about an age come."""
        number = self._ledger.state.next_number("personen")
        name = family_name(self._dice, number=number, land=self._origin)
        return self._come(number, age=age, role=role, sex=sex, name=name, parents=())

    def child(self, oldest: int, *, parents: list[Person], row: int) -> Person:
        """Have a child come that is at most so old; it has its father's name, or its only parent's."""
        number = self._ledger.state.next_number("personen")
        age = self._dice.life.below("aankomst-kind", row=row, bound=oldest)
        sex = (FEMALE, MALE)[self._dice.life.below("aankomst-kindgeslacht", row=row, bound=2)]
        name = next((one.family_name for one in parents if one.sex == MALE), parents[0].family_name)
        return self._come(number, age=age, role=CHILD, sex=sex, name=name, parents=tuple(one.id for one in parents))

    def _come(self, number: int, *, age: int, role: str, sex: str, name: str, parents: tuple[int, ...]) -> Person:
        state, today = self._ledger.state, self._ledger.today
        days = age * 365 + age // 4 + 1 + self._dice.person.below("verjaardag", row=number, bound=364)
        born, insz = issue_before(state, today - timedelta(days=days), sex=sex)
        nationality = self._origin if self._land != _BELGIUM else _BELGIUM
        person = Person(
            number, born, sex, name, nationality, "ongehuwd", self._household.id, role,
            (parents[0] if parents else None, parents[1] if len(parents) > 1 else None),
        )  # fmt: skip
        state.persons[number] = person
        self._household.members.add(number)
        names = first_names(self._dice, number=number, sex=sex, land=self._origin, born=born)
        place = self._town or "onbekend"
        row = person_row(state, person, insz=insz, names=names, place=place, land=self._land)
        self._ledger.add("personen", row)
        self._ledger.settle(person, address=None, town=self._town, land=self._land, since=born)
        self._ledger.settle(person, address=self._household.address)
        self._ledger.note(person, BIRTH, on=born)
        self._ledger.note(person, MOVE, address=self._household.address)
        return person


def _married_before(ledger: Ledger, dice: Dice, both: list[Person], *, row: int) -> None:
    """Have a couple come that married as adults, some time ago."""
    grown = max(one.born.toordinal() for one in both) + _ADULT * 366
    ago = ledger.today.toordinal() - 1 - grown
    if ago < 1:
        return
    when = date.fromordinal(grown + dice.life.below("aankomst-huwelijk", row=row, bound=ago))
    for one, other in (both, both[::-1]):
        one.civil_status = "gehuwd"
        ledger.change("personen", one.id, burgerlijke_staat="gehuwd")
        ledger.note(one, MARRIAGE, partner=other.id, on=when)


def _elsewhere(dice: Dice, rates: Rates, *, row: int, column: str) -> tuple[str | None, str]:
    """Draw where people come from or go to: a town in Belgium, or none of one in another country."""
    if not dice.life.chance(f"{column}-buitenland", row=row, share=rates.abroad):
        return OTHER_TOWNS[dice.life.below(f"{column}-gemeente", row=row, bound=len(OTHER_TOWNS))], _BELGIUM
    return _abroad(dice, rates, row=row, column=column)


def _abroad(dice: Dice, rates: Rates, *, row: int, column: str) -> tuple[None, str]:
    """Draw another country."""
    lands = {land: weight for land, weight in rates.origins.items() if land != _BELGIUM}
    return None, list(lands)[dice.life.pick(f"{column}-land", row=row, weights=list(lands.values()))]


def _age(dice: Dice, rates: Rates, *, row: int) -> int:
    """Draw an age from bands of which each begins where the one before ends."""
    starts = [since for since, _ in rates.arriving_ages.steps]
    band = dice.life.pick("aankomst-leeftijd", row=row, weights=[weight for _, weight in rates.arriving_ages.steps])
    ends = [*starts[1:], starts[-1] + _LAST_BAND]
    return starts[band] + dice.life.below("aankomst-jaren", row=row, bound=ends[band] - starts[band])

"""Names and national numbers of who comes to live in a town that is there already, drawn as the generator does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.insz import EPOCH, FORMS, GROUPS, national_number, of_municipality, of_wijk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.rates import Rates
    from vlavirgem.living.state import Person, State

MALE, FEMALE = "MALE", "FEMALE"
SEXES = (FEMALE, MALE)
_ON_REAL_DAYS = [place for place, form in enumerate(FORMS) if form.day == 0]
"""The forms that a newborn can have; the others are for large towns when they are made."""


def origin_of(dice: Dice, rates: Rates, *, household: int) -> str:
    """Give the origin of a household, ISO 3166-1 alpha-3."""
    lands = list(rates.origins)
    return lands[dice.household.pick("herkomst", row=household, weights=list(rates.origins.values()))]


def first_names(dice: Dice, *, number: int, sex: str, land: str, born: date) -> list[str]:
    """Draw one or two first names from the list of an origin, a sex and a generation."""
    fitting = [
        one
        for one in dataset("voornamen")
        if one["herkomst"] == land and one["geslacht"] == sex and int(one["vanaf_jaar"]) <= born.year
    ]
    newest = max(int(one["vanaf_jaar"]) for one in fitting)
    names = [one for one in fitting if int(one["vanaf_jaar"]) == newest]
    weights = [int(one["gewicht"]) for one in names]
    drawn = [names[dice.person.pick(column, row=number, weights=weights)]["naam"] for column in ("voornaam", "tweede")]
    return list(dict.fromkeys(drawn))


def family_name(dice: Dice, *, number: int, land: str) -> str:
    """Draw the family name of somebody without parents here."""
    names = [one for one in dataset("achternamen") if one["herkomst"] == land]
    return names[dice.person.pick("achternaam", row=number, weights=[int(one["gewicht"]) for one in names])]["naam"]


def name_of_child(
    state: State, dice: Dice, rates: Rates, *, mother: Person, parents: list[Person], number: int
) -> str:
    """Children of the same parents have the same name; a first child gets it by the law of 8 May 2014."""
    both = {one.id for one in parents}
    for sibling in state.members(mother.household):
        if {parent for parent in sibling.parents if parent is not None} == both:
            return sibling.family_name
    other = next((one for one in parents if one.id != mother.id), None)
    if other is None:
        return mother.family_name
    drawn = dice.person.below("naamkeuze", row=number, bound=1_000_000)
    from_father = round(rates.fathers_name * 1_000_000)
    if drawn < from_father:
        return other.family_name
    if drawn < from_father + round(rates.double_name * 1_000_000):
        return f"{other.family_name} {mother.family_name}"
    return mother.family_name


def issue_on(state: State, born: date, *, sex: str) -> str | None:
    """Give a national number for a day of birth, and none when those that there are for a sex are given."""
    for number in _numbers_on(state, born, is_male=sex == MALE):
        if number not in state.issued:
            state.issued.add(number)
            return number
    return None


def _numbers_on(state: State, born: date, *, is_male: bool) -> Iterator[str]:
    """Give the national numbers that the town may give on a day, and no other town that was made with it."""
    if state.number == 0:
        yield from (national_number(born, is_male=is_male, form=form) for form in _ON_REAL_DAYS)
        return
    yield of_municipality(state.number, born, is_male=is_male)
    group = (born - EPOCH).days % GROUPS
    yield from (of_wijk(wijk, born, is_male=is_male) for wijk in sorted(state.wijken) if wijk % GROUPS == group)


def issue_before(state: State, born: date, *, sex: str) -> tuple[date, str]:
    """Give the latest day up to the one that is wanted for which a national number is left, and the number."""
    number = issue_on(state, born, sex=sex)
    while number is None:
        born -= timedelta(days=1)
        number = issue_on(state, born, sex=sex)
    return born, number

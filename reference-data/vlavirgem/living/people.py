"""Births, deaths and moves: who they happen to, and which rows they change.

What is left simple on purpose: nobody comes from elsewhere or leaves, a child is born to a couple or a mother who
heads a household, and whoever is the last adult with minors does not die. Of each sex at most three children are
born on a day: there are no more national numbers that can never be real.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.living.events import BORN, DIED, MOVED, Changes, Happening
from vlavirgem.living.state import CHILD, HEAD, OTHER_ADULT, PARTNER, Person

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Chance
    from vlavirgem.living.rates import Rates
    from vlavirgem.living.state import State

_ADULT = 18
_FORMS = 3
_MONTH_OFFSETS = (0, 40, 20)
_AFTER_A_BIRTH = timedelta(days=300)
_YEAR_2000, _CENTURY_PREFIX = 2000, 2_000_000_000
_SEXES = ("FEMALE", "MALE")
_PLACES = ("Gent", "Brugge", "Leuven", "Hasselt", "Antwerpen", "Kortrijk", "Mechelen", "Aalst", "Genk")
"""Where there is a maternity hospital, among the places of birth of the generator."""


@dataclass(frozen=True, slots=True)
class Dice:
    """The random numbers of a town's life, with those of the kinds of entity that the generator knows."""

    life: Chance
    person: Chance
    household: Chance
    case: Chance


def birth(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have a child born; none when no mother is found, or no national number is left for this day."""
    mother = _mother(state, dice, rates, today=today, row=row)
    sex = _SEXES[dice.life.below("geboorte-geslacht", row=row, bound=2)]
    form = state.born.get((today, sex), 0)
    if mother is None or form >= _FORMS:
        return None
    others = [one for one in state.members(mother.household) if one.role in {HEAD, PARTNER} and one.id != mother.id]
    parents = [mother, *others][:2]
    number = state.next_number("personen")
    names = _first_names(dice, rates, number=number, sex=sex, household=mother.household, today=today)
    in_order = sorted(parents, key=lambda one: (one.role != HEAD, one.id))
    child = Person(
        id=number,
        born=today,
        sex=sex,
        family_name=_family_name(state, dice, rates, mother=mother, parents=in_order, number=number),
        nationality="BEL" if any(one.nationality == "BEL" for one in parents) else mother.nationality,
        civil_status="ongehuwd",
        household=mother.household,
        role=CHILD,
        parents=(in_order[0].id, in_order[1].id if len(in_order) > 1 else None),
    )
    state.persons[number] = child
    state.born[today, sex] = form + 1
    household = state.households[mother.household]
    household.members.add(number)
    household.kind = kind_of(state.members(household.id))
    born = {
        "id": number,
        "insz": national_number(today, is_male=sex == "MALE", form=form),
        "voornaam": names[0],
        "voornamen": names,
        "achternaam": child.family_name,
        "geslacht": sex,
        "geboortedatum": today.isoformat(),
        "geboorteplaats": _PLACES[dice.life.below("geboorte-plaats", row=row, bound=len(_PLACES))],
        "geboorteland": "BEL",
        "nationaliteit": child.nationality,
        "thuistaal": None,
        "burgerlijke_staat": child.civil_status,
        "huishouden_id": household.id,
        "rol": CHILD,
        "ouder1_id": child.parents[0],
        "ouder2_id": child.parents[1],
        "adres_id": household.address,
        "email": None,
        "telefoon": None,
        "overlijdensdatum": None,
    }
    home = {"id": household.id, "type": household.kind, "aantal_leden": len(household.members)}
    return Happening(BORN, f"persoon/{number}", Changes(added={"personen": [born]}, changed={"huishoudens": [home]}))


def death(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have somebody die; none when nobody is found."""
    weights = rates.mortality

    def fits(number: int, attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and dice.life.below("overlijden-leeftijd", row=attempt, bound=weights.highest)
            < weights.at(person.age(today))
            and not _is_needed(state, person, today=today)
        )

    number = dice.life.seek("overlijden-wie", row=row, among=state.person_numbers, fits=fits)
    if number is None:
        return None
    gone = state.persons.pop(number)
    household = state.households[gone.household]
    household.members.discard(number)
    people = [
        {
            "id": number,
            "overlijdensdatum": today.isoformat(),
            "huishouden_id": None,
            "adres_id": None,
        }
    ]
    left = state.members(household.id)
    before = {one.id: (one.role, one.civil_status) for one in left}
    if gone.role in {HEAD, PARTNER} and gone.civil_status == "gehuwd":
        for one in left:
            if one.role in {HEAD, PARTNER} and one.civil_status == "gehuwd":
                one.civil_status = "weduwstaat"
    if not left:
        del state.households[household.id]
        state.taken.discard(household.address)
        return Happening(
            DIED, f"persoon/{number}", Changes(changed={"personen": people}, removed={"huishoudens": [household.id]})
        )
    if gone.role == HEAD:
        _succeed(left, today=today)
    household.kind = kind_of(left)
    people += [
        {"id": one.id, "rol": one.role, "burgerlijke_staat": one.civil_status}
        for one in left
        if before[one.id] != (one.role, one.civil_status)
    ]
    home = {
        "id": household.id,
        "type": household.kind,
        "gezinshoofd_id": next(one.id for one in left if one.role == HEAD),
        "aantal_leden": len(left),
    }
    return Happening(DIED, f"persoon/{number}", Changes(changed={"personen": people, "huishoudens": [home]}))


def move(state: State, dice: Dice, *, row: int) -> Happening | None:
    """Have a household move to an address where nobody lives; none when there is none."""
    number = dice.life.seek(
        "verhuizing-wie", row=row, among=state.household_numbers, fits=lambda one, _: one in state.households
    )
    address = dice.life.seek(
        "verhuizing-naar",
        row=row,
        among=state.address_numbers,
        fits=lambda one, _: state.is_free(one),
    )
    if number is None or address is None:
        return None
    household = state.households[number]
    state.taken.discard(household.address)
    state.taken.add(address)
    household.address = address
    people = [{"id": member, "adres_id": address} for member in sorted(household.members)]
    home = {"id": number, "adres_id": address}
    return Happening(MOVED, f"huishouden/{number}", Changes(changed={"huishoudens": [home], "personen": people}))


def kind_of(members: list[Person]) -> str:
    """Say what kind of household these people are."""
    roles = {one.role for one in members}
    if len(members) == 1:
        return "alleenstaand"
    if OTHER_ADULT in roles:
        return "anders"
    if PARTNER in roles:
        return "koppelMetKinderen" if CHILD in roles else "koppel"
    return "eenouder"


def national_number(born: date, *, is_male: bool, form: int) -> str:
    """Give a national number that is never issued; see `vlavirgem.identifiers.national_numbers`."""
    serial = 999 if is_male else 0
    nine = ((born.year % 100) * 10_000 + (born.month + _MONTH_OFFSETS[form]) * 100 + born.day) * 1000 + serial
    checked = nine + _CENTURY_PREFIX if born.year >= _YEAR_2000 else nine
    return f"{nine * 100 + 97 - checked % 97:011d}"


def _mother(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Person | None:
    weights = rates.fertility

    def fits(number: int, attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and person.sex == "FEMALE"
            and person.role in {HEAD, PARTNER}
            and dice.life.below("geboorte-leeftijd", row=attempt, bound=weights.highest)
            < weights.at(person.age(today))
            and state.households[person.household].kind != "anders"
            and not any(
                number in one.parents and today - one.born < _AFTER_A_BIRTH for one in state.members(person.household)
            )
        )

    number = dice.life.seek("geboorte-moeder", row=row, among=state.person_numbers, fits=fits)
    return None if number is None else state.persons[number]


def _first_names(dice: Dice, rates: Rates, *, number: int, sex: str, household: int, today: date) -> list[str]:
    """Draw names as the generator does: from the list of the household's origin, the sex and the generation."""
    lands = list(rates.origins)
    land = lands[dice.household.pick("herkomst", row=household, weights=list(rates.origins.values()))]
    fitting = [
        one
        for one in dataset("voornamen")
        if one["herkomst"] == land and one["geslacht"] == sex and int(one["vanaf_jaar"]) <= today.year
    ]
    newest = max(int(one["vanaf_jaar"]) for one in fitting)
    names = [one for one in fitting if int(one["vanaf_jaar"]) == newest]
    weights = [int(one["gewicht"]) for one in names]
    drawn = [names[dice.person.pick(column, row=number, weights=weights)]["naam"] for column in ("voornaam", "tweede")]
    return list(dict.fromkeys(drawn))


def _family_name(state: State, dice: Dice, rates: Rates, *, mother: Person, parents: list[Person], number: int) -> str:
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


def _is_needed(state: State, person: Person, *, today: date) -> bool:
    """Say whether only minors would be left."""
    left = [one.age(today) for one in state.members(person.household) if one.id != person.id]
    return bool(left) and max(left) < _ADULT


def _succeed(left: list[Person], *, today: date) -> None:
    """Give a household a new head: the partner, else the eldest adult; the others are then adults beside them."""
    partner = next((one for one in left if one.role == PARTNER), None)
    if partner is not None:
        partner.role = HEAD
        return
    eldest = max(left, key=lambda one: (one.age(today), -one.id))
    for one in left:
        one.role = HEAD if one is eldest else OTHER_ADULT

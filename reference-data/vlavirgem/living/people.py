"""Births and deaths: who they happen to, and which rows they change.

What is left simple on purpose: a child is born to a couple or a mother who heads a household, and whoever is the last
adult with minors does not die. Of each sex at most three children are born on a day: there are no more national
numbers that can never be real.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from vlavirgem.living import homes
from vlavirgem.living.events import BORN, DIED, Happening
from vlavirgem.living.ledger import BIRTH, DEATH, LOSS, Ledger
from vlavirgem.living.mandates import end_mandates
from vlavirgem.living.naming import FEMALE, SEXES, first_names, issue_on, name_of_child, origin_of
from vlavirgem.living.state import CHILD, HEAD, PARTNER, Person
from vlavirgem.place import OTHER_TOWNS

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.rates import Rates
    from vlavirgem.living.state import State

_AFTER_A_BIRTH = timedelta(days=300)
_BELGIUM = "BEL"


def birth(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have a child born; none when no mother is found, or no national number is left for this day."""
    mother = _mother(state, dice, rates, today=today, row=row)
    sex = SEXES[dice.life.below("geboorte-geslacht", row=row, bound=2)]
    insz = issue_on(state, today, sex=sex) if mother is not None else None
    if mother is None or insz is None:
        return None
    others = [one for one in state.members(mother.household) if one.role in {HEAD, PARTNER} and one.id != mother.id]
    parents = [mother, *others][:2]
    number = state.next_number("personen")
    land = mother.nationality if mother.nationality in rates.origins else _BELGIUM
    if land == _BELGIUM:
        land = origin_of(dice, rates, household=mother.household)
    in_order = sorted(parents, key=lambda one: (one.role != HEAD, one.id))
    child = Person(
        id=number,
        born=today,
        sex=sex,
        family_name=name_of_child(state, dice, rates, mother=mother, parents=in_order, number=number),
        nationality=_BELGIUM if any(one.nationality == _BELGIUM for one in parents) else mother.nationality,
        civil_status="ongehuwd",
        household=mother.household,
        role=CHILD,
        parents=(in_order[0].id, in_order[1].id if len(in_order) > 1 else None),
    )
    household = state.households[mother.household]
    state.persons[number] = child
    household.members.add(number)
    ledger = Ledger(state, today=today)
    names = first_names(dice, number=number, sex=sex, land=land, born=today)
    place = OTHER_TOWNS[dice.life.below("geboorte-plaats", row=row, bound=len(OTHER_TOWNS))]
    ledger.add("personen", person_row(state, child, insz=insz, names=names, place=place, land=_BELGIUM))
    ledger.settle(child, address=household.address)
    ledger.note(child, BIRTH)
    homes.settle_kind(ledger, household)
    return ledger.happening(BORN, f"persoon/{number}")


def person_row(state: State, person: Person, *, insz: str, names: list[str], place: str, land: str) -> dict[str, Any]:
    """Give the row of a new inhabitant.

    Args:
        state: The town.
        person: Who.
        insz: National number.
        names: First names.
        place: Where they were born.
        land: In which country.
    """
    return {
        "id": person.id,
        "insz": insz,
        "voornaam": names[0],
        "voornamen": names,
        "achternaam": person.family_name,
        "geslacht": person.sex,
        "geboortedatum": person.born.isoformat(),
        "geboorteplaats": place,
        "geboorteland": land,
        "nationaliteit": person.nationality,
        "thuistaal": None,
        "burgerlijke_staat": person.civil_status,
        "huishouden_id": person.household,
        "rol": person.role,
        "ouder1_id": person.parents[0],
        "ouder2_id": person.parents[1],
        "adres_id": state.households[person.household].address,
        "email": None,
        "telefoon": None,
        "overlijdensdatum": None,
    }


def death(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have somebody die; none when nobody is found."""
    weights = rates.mortality

    def fits(number: int, attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and dice.life.below("overlijden-leeftijd", row=attempt, bound=weights.highest)
            < weights.at(person.age(today))
            and not homes.is_needed(state, person, today=today)
        )

    number = dice.life.seek("overlijden-wie", row=row, among=state.person_numbers, fits=fits)
    if number is None:
        return None
    gone = state.persons.pop(number)
    household = state.households[gone.household]
    household.members.discard(number)
    ledger = Ledger(state, today=today)
    ledger.change("personen", number, overlijdensdatum=today.isoformat(), huishouden_id=None, adres_id=None)
    ledger.note(gone, DEATH)
    ledger.end_residence(gone)
    end_mandates(ledger, dice, person=number, row=row)
    left = state.members(household.id)
    if not left:
        homes.end(state, household)
        ledger.remove("huishoudens", household.id)
        return ledger.happening(DIED, f"persoon/{number}")
    before = {one.id: (one.role, one.civil_status) for one in left}
    if gone.role in {HEAD, PARTNER} and gone.civil_status == "gehuwd":
        for one in left:
            if one.role in {HEAD, PARTNER} and one.civil_status == "gehuwd":
                one.civil_status = "weduwstaat"
                ledger.note(one, LOSS)
    if gone.role == HEAD:
        homes.succeed(left, today=today)
    for one in left:
        if before[one.id] != (one.role, one.civil_status):
            ledger.rewrite(one)
    homes.settle_kind(ledger, household)
    return ledger.happening(DIED, f"persoon/{number}")


def _mother(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Person | None:
    weights = rates.fertility

    def fits(number: int, attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and person.sex == FEMALE
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

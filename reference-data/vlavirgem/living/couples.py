"""Couples that move in together, marry and part, and children who leave home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.living import homes
from vlavirgem.living.events import DIVORCED, LEFT_HOME, MARRIED, MOVED_IN, Happening
from vlavirgem.living.ledger import DIVORCE, MARRIAGE, Ledger
from vlavirgem.living.state import CHILD, HEAD, PARTNER

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.rates import Rates
    from vlavirgem.living.state import Household, Person, State

_ADULT, _OLD = 18, 70
_LEAVES_FROM, _LEAVES_UNTIL = 20, 35
_APART = 10
_ALONE = "alleenstaand"
_WED = "gehuwd"


def marry(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have a couple that lives together marry; none when none is found."""

    def fits(number: int, _attempt: int) -> bool:
        both = _couple(state, number)
        return len(both) > 1 and all(one.civil_status != _WED and one.age(today) >= _ADULT for one in both)

    number = dice.life.seek("huwelijk-wie", row=row, among=state.household_numbers, fits=fits)
    if number is None:
        return None
    ledger = Ledger(state, today=today)
    both = _couple(state, number)
    for one, other in (both, both[::-1]):
        one.civil_status = _WED
        ledger.change("personen", one.id, burgerlijke_staat=_WED)
        ledger.note(one, MARRIAGE, partner=other.id)
    return ledger.happening(MARRIED, f"huishouden/{number}")


def divorce(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have a married couple part, and one of the two leave for a home of their own; none when none is free."""

    def fits(number: int, _attempt: int) -> bool:
        both = _couple(state, number)
        return len(both) > 1 and all(one.civil_status == _WED for one in both)

    number = dice.life.seek("scheiding-wie", row=row, among=state.household_numbers, fits=fits)
    address = homes.free_home(state, dice.life, "scheiding-naar", row=row)
    if number is None or address is None:
        return None
    both = _couple(state, number)
    ledger = Ledger(state, today=today)
    for one in both:
        one.civil_status = "gescheiden"
        ledger.note(one, DIVORCE)
    goes = both[dice.life.below("scheiding-vertrekt", row=row, bound=2)]
    stays = both[0] if goes is both[1] else both[1]
    stays.role = HEAD
    _go(ledger, goes, address=address)
    ledger.rewrite(stays)
    homes.settle_kind(ledger, state.households[number])
    return ledger.happening(DIVORCED, f"huishouden/{number}")


def move_in(state: State, dice: Dice, rates: Rates, *, today: date, row: int) -> Happening | None:
    """Have two people who live alone live together, at the home of one of them; none when no two fit."""

    def alone(number: int, _attempt: int) -> bool:
        return _single(state, number, today=today) is not None

    first = dice.life.seek("samenwonen-wie", row=row, among=state.household_numbers, fits=alone)
    host = None if first is None else _single(state, first, today=today)
    if host is None:
        return None
    same = dice.life.chance("samenwonen-zelfde", row=row, share=rates.same_sex)

    def suits(number: int, _attempt: int) -> bool:
        guest = _single(state, number, today=today)
        return (
            guest is not None
            and guest is not host
            and (guest.sex == host.sex) is same
            and abs(guest.age(today) - host.age(today)) <= _APART
            and not set(guest.parents) & {host.id, *(one for one in host.parents if one)}
            and guest.id not in host.parents
        )

    second = dice.life.seek("samenwonen-met", row=row, among=state.household_numbers, fits=suits)
    guest = None if second is None else _single(state, second, today=today)
    if second is None or guest is None:
        return None
    ledger = Ledger(state, today=today)
    left = state.households[second]
    homes.join(ledger, guest, state.households[host.household], role=PARTNER)
    homes.end(state, left)
    ledger.remove("huishoudens", second)
    homes.settle_kind(ledger, state.households[host.household])
    return ledger.happening(MOVED_IN, f"huishouden/{host.household}")


def leave_home(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have a grown-up child go and live alone in the town; none when no home is free."""

    def fits(number: int, _attempt: int) -> bool:
        person = state.persons.get(number)
        return person is not None and person.role == CHILD and _LEAVES_FROM <= person.age(today) < _LEAVES_UNTIL

    number = dice.life.seek("uithuis-wie", row=row, among=state.person_numbers, fits=fits)
    address = homes.free_home(state, dice.life, "uithuis-naar", row=row)
    if number is None or address is None:
        return None
    person = state.persons[number]
    before = state.households[person.household]
    ledger = Ledger(state, today=today)
    _go(ledger, person, address=address)
    homes.settle_kind(ledger, before)
    return ledger.happening(LEFT_HOME, f"persoon/{number}")


def _go(ledger: Ledger, person: Person, *, address: int) -> None:
    household = homes.found(ledger.state, address=address)
    homes.join(ledger, person, household, role=HEAD)
    homes.add_household(ledger, household)


def _couple(state: State, number: int) -> list[Person]:
    """Give both of a couple, the head first; nobody when the household has none."""
    household: Household | None = state.households.get(number)
    if household is None or household.kind not in {"koppel", "koppelMetKinderen"}:
        return []
    both = [one for one in state.members(number) if one.role in {HEAD, PARTNER}]
    return sorted(both, key=lambda one: one.role != HEAD)


def _single(state: State, number: int, *, today: date) -> Person | None:
    """Give who lives alone in a household and is neither young nor old."""
    household = state.households.get(number)
    if household is None or household.kind != _ALONE:
        return None
    (person,) = state.members(number)
    return person if _LEAVES_FROM <= person.age(today) < _OLD else None

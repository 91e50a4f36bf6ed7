"""Who lives together and where: households that move, grow, split and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.living.ledger import MOVE
from vlavirgem.living.state import CHILD, HEAD, OTHER_ADULT, PARTNER, Household

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Chance
    from vlavirgem.living.ledger import Ledger
    from vlavirgem.living.state import Person, State

_ADULT = 18


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


def free_home(state: State, chance: Chance, column: str, *, row: int) -> int | None:
    """Draw an address where nobody lives; none when there is none."""
    return chance.seek(column, row=row, among=state.address_numbers, fits=lambda one, _: state.is_free(one))


def move_to(state: State, household: Household, *, address: int) -> None:
    """Have a household live at an address where nobody lives."""
    state.taken.discard(household.address)
    state.taken.add(address)
    household.address = address


def found(state: State, *, address: int) -> Household:
    """Begin a household without members at an address where nobody lives."""
    household = Household(state.next_number("huishoudens"), "alleenstaand", address, set())
    state.households[household.id] = household
    state.taken.add(address)
    return household


def end(state: State, household: Household) -> None:
    """End a household without members."""
    del state.households[household.id]
    state.taken.discard(household.address)


def join(ledger: Ledger, person: Person, household: Household, *, role: str) -> None:
    """Have somebody of this town live in another household from today on."""
    state = ledger.state
    if person.household in state.households:
        state.households[person.household].members.discard(person.id)
    person.household, person.role = household.id, role
    household.members.add(person.id)
    ledger.settle(person, address=household.address)
    ledger.note(person, MOVE, address=household.address)
    ledger.rewrite(person)


def add_household(ledger: Ledger, household: Household) -> None:
    """Add the row of a new household."""
    ledger.add(
        "huishoudens",
        {"id": household.id, "type": "", "adres_id": household.address, "gezinshoofd_id": 0, "aantal_leden": 0},
    )
    settle_kind(ledger, household)


def settle_kind(ledger: Ledger, household: Household) -> None:
    """Write a household whose members changed."""
    household.kind = kind_of(ledger.state.members(household.id))
    ledger.rewrite_household(household)


def is_needed(state: State, person: Person, *, today: date) -> bool:
    """Say whether only minors would be left without somebody."""
    left = [one.age(today) for one in state.members(person.household) if one.id != person.id]
    return bool(left) and max(left) < _ADULT


def succeed(left: list[Person], *, today: date) -> None:
    """Give a household a new head: the partner, else the eldest adult; the others are then adults beside them."""
    partner = next((one for one in left if one.role == PARTNER), None)
    if partner is not None:
        partner.role = HEAD
        return
    eldest = max(left, key=lambda one: (one.age(today), -one.id))
    for one in left:
        one.role = HEAD if one is eldest else OTHER_ADULT

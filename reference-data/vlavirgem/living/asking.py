"""Who asks for what in a town that lives: the rule of `vlavirgem.demand`, one inhabitant at a time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vlavirgem.demand import NEVER, Asker, demands, instead, misfits
from vlavirgem.living.state import CHILD, HEAD, PARTNER

if TYPE_CHECKING:
    from vlavirgem.demand import Demand
    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import Person, State

_ADULT = 18
_BELGIUM, _MARRIED = "BEL", "gehuwd"
_EPOCH = date(1970, 1, 1)


def ask(
    state: State, dice: Dice, kind: str, *, today: date, row: int, number: int
) -> tuple[int, tuple[int, str]] | None:
    """Say who opens a case of a kind, and for which product; none when nobody is found who can.

    When what was drawn suits nobody, the case is about what most people ask for.

    Args:
        state: The town.
        dice: Its random numbers.
        kind: The kind of case.
        today: The day on which it opens.
        row: Which event of the life this is.
        number: The number that the case gets.
    """
    offered = demands()[kind]
    drawn = offered[dice.case.pick("product", row=number, weights=[one.weight for one in offered])]
    for demand in (drawn, instead(kind)):
        applicant = _who(state, dice, demand, today=today, row=row)
        if applicant is not None:
            return applicant, state.products[demand.product]
    return None


def asker_of(state: State, person: Person) -> Asker[int]:
    """Say what it takes for somebody to ask for some products."""
    children = [
        _number(one.born)
        for one in state.members(person.household)
        if one.role == CHILD and person.role in {HEAD, PARTNER}
    ]
    return Asker(
        since=NEVER if person.residence is None else _number(person.residence.since),
        born=_number(person.born),
        belgian=_number(person.born) if person.nationality == _BELGIUM else NEVER,
        youngest=max(children, default=NEVER),
        married=_number(person.born) if person.civil_status == _MARRIED else NEVER,
        business=_number(state.businesses[person.id]) if person.id in state.businesses else NEVER,
    )


def _who(state: State, dice: Dice, demand: Demand, *, today: date, row: int) -> int | None:
    def fits(number: int, _attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and person.age(today) >= _ADULT
            and not misfits(demand.terms, asker_of(state, person), opened=_number(today))
        )

    return dice.life.seek("dossier-wie", row=row, among=state.person_numbers, fits=fits)


def _number(day: date) -> int:
    return (day - _EPOCH).days

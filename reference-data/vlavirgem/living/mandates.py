"""Mandates that end early, and who takes over.

Source: Decreet van 22 december 2017 over het lokaal bestuur, articles 12 to 14 (councillors are succeeded by the next
on their list) and 49 (aldermen). Simplified: the town has no lists of candidates any more, so an inhabitant who holds
no mandate follows; and for an office the next councillor of the same group does.
"""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.functions import Function
from vlavirgem.living.council import Mandate, at
from vlavirgem.living.events import RESIGNED, Happening, moment
from vlavirgem.living.ledger import Ledger
from vlavirgem.living.rates import Odds, odds_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import State

_MAJORITY = 18
_SEATS = (Function.COUNCILLOR, Function.WELFARE_COUNCILLOR)
_PLAIN = frozenset({*_SEATS, Function.COMMITTEE_MEMBER})
_MILLION, _DAYS = 1_000_000, 365


def resigning(state: State, share: float, *, today: date) -> Odds:
    """Give the odds that a councillor stops on a day.

    Args:
        state: The town.
        share: How many of them do in a year.
        today: The day.
    """
    functions = state.council.functions()
    seats = sum(functions[one.mandate][1] is Function.COUNCILLOR for one in state.council.active(today))
    return odds_of(seats * round(share * _MILLION) // _DAYS)


def resign(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have a councillor without an office stop at the end of the day; none when nobody can."""
    functions = state.council.functions()
    held: dict[int, set[Function]] = {}
    for one in state.council.active(today):
        held.setdefault(one.person, set()).add(functions[one.mandate][1])
    plain = sorted(person for person, all_of_them in held.items() if Function.COUNCILLOR in all_of_them <= _PLAIN)
    if not plain:
        return None
    person = plain[dice.life.below("ontslag-wie", row=row, bound=len(plain))]
    ledger = Ledger(state, today=today)
    first = end_mandates(ledger, dice, person=person, row=row)
    return None if first is None else ledger.happening(RESIGNED, f"mandataris/{first}")


def end_mandates(ledger: Ledger, dice: Dice, *, person: int, row: int) -> int | None:
    """End everything that somebody governs at the end of the day, and have others follow the next day.

    Args:
        ledger: Gets the rows.
        dice: The random numbers.
        person: Whose mandates end.
        row: Row of random numbers.

    Returns:
        The number of the first of those mandates; none when there was none.
    """
    state, today = ledger.state, ledger.today
    council, functions = state.council, state.council.functions()
    ended = [one for one in council.active(today) if one.person == person]
    follower = _inhabitant(ledger, dice, row=row) if ended else None
    for one in ended:
        following = follower if functions[one.mandate][1] in _SEATS else _councillor(ledger, one, leaver=person)
        until, one.until = one.until, at(today, time(23, 59, 59))
        ledger.change("mandatarissen", one.id, einde=moment(one.until))
        begin = at(today + timedelta(days=1), time(0))
        if following is not None and begin < until and functions[one.mandate][1] is not Function.COMMITTEE_MEMBER:
            _follow(ledger, one, person=following, since_until=(begin, until))
    return ended[0].id if ended else None


def _follow(ledger: Ledger, before: Mandate, *, person: int, since_until: tuple[datetime, datetime]) -> None:
    since, until = since_until
    number = ledger.state.next_number("mandatarissen")
    after = Mandate(
        number, before.mandate, person, before.group, before.order, before.rank, list(before.domains), before.status,
        since, until,
    )  # fmt: skip
    ledger.state.council.mandates[number] = after
    ledger.add(
        "mandatarissen",
        {
            "id": number,
            "mandaat_id": after.mandate,
            "persoon_id": person,
            "fractie_id": after.group,
            "volgorde": after.order,
            "rangorde": after.rank,
            "beleidsdomeinen": after.domains,
            "status": after.status,
            "start": moment(since),
            "einde": moment(until),
            "opvolger_van_id": before.id,
            "tijdelijk_vervangen_door_id": None,
        },
    )


def _inhabitant(ledger: Ledger, dice: Dice, *, row: int) -> int | None:
    """Draw an adult who governs nothing and lives with nobody who does."""
    state, today = ledger.state, ledger.today
    bound = state.council.bound(today)

    def fits(number: int, _attempt: int) -> bool:
        person = state.persons.get(number)
        return (
            person is not None
            and person.age(today) >= _MAJORITY
            and not state.households[person.household].members & bound
        )

    return dice.life.seek("opvolger", row=row, among=state.person_numbers, fits=fits)


def _councillor(ledger: Ledger, before: Mandate, *, leaver: int) -> int | None:
    """Give the first councillor of a group who has no office yet, or of any group when there is none."""
    council, functions = ledger.state.council, ledger.state.council.functions()
    active = [one for one in council.active(ledger.today) if one.person != leaver]
    busy = {one.person for one in council.coming(ledger.today) if functions[one.mandate][1] not in _PLAIN}
    seats = [one for one in active if functions[one.mandate][1] is Function.COUNCILLOR and one.person not in busy]
    seats.sort(key=lambda one: (one.group != before.group, one.order, one.id))
    return seats[0].person if seats else None

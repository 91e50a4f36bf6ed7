"""Roles that employees give to a colleague for a time, and that come back earlier than was agreed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vlavirgem.living.events import DELEGATED, DELEGATION_ENDED, Happening
from vlavirgem.living.handlers import wijk_of
from vlavirgem.living.ledger import Ledger
from vlavirgem.living.roles import Delegation
from vlavirgem.standing_in import EARLY, MORE, MOST_AHEAD, REASONS, SHORTEST, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import State


def delegate(state: State, dice: Dice, *, today: date, row: int) -> Happening | None:
    """Have somebody who handles cases give the other role to a colleague of the same wijk; none when nobody can."""
    since = today + timedelta(days=1 + dice.life.below("delegatie-van", row=row, bound=MOST_AHEAD))
    until = since + timedelta(days=SHORTEST + dice.life.below("delegatie-duur", row=row, bound=MORE))
    roles, staff = state.roles, state.handlers
    able = sorted(
        number
        for number, one in roles.rights.items()
        if one.role not in roles.handling
        and one.since <= today
        and (one.until is None or until <= one.until)
        and staff.may(one.employee, on=today)
        and roles.is_free(one.employee, since=since, until=until)
    )
    if not able:
        return None
    number = able[dice.life.below("delegatie-wat", row=row, bound=len(able))]
    giver, role = roles.rights[number].employee, roles.rights[number].role
    others = [
        one
        for one in sorted(staff.rights)
        if one != giver
        and wijk_of(one) == wijk_of(giver)
        and staff.may(one, on=today)
        and roles.is_free(one, since=since, until=until)
        and not roles.has(one, role, since=since, until=until)
    ]
    if not others:
        return None
    taker = others[dice.life.below("delegatie-aan", row=row, bound=len(others))]
    ledger, given = Ledger(state, today=today), state.next_number("delegaties")
    roles.delegations[given] = Delegation(number, giver, taker, since, until)
    ledger.add(
        "delegaties",
        {
            "id": given,
            "toegangsrecht_id": number,
            "gever_id": giver,
            "nemer_id": taker,
            "van": since.isoformat(),
            "tot": until.isoformat(),
            "voorzien_tot": until.isoformat(),
            "reden": REASONS[dice.life.pick("delegatie-reden", row=row, weights=WEIGHTS)],
            "toelichting": None,
        },
    )
    return ledger.happening(DELEGATED, f"delegatie/{given}")


def ending_early(state: State, dice: Dice, *, today: date) -> Iterator[int]:
    """Give the delegations for which today is the last day, though more days were agreed."""
    for number, one in state.roles.delegations.items():
        days = (one.until - one.since).days
        if one.since <= today and days > 1 and dice.life.chance("delegatie-vroeger", row=number, share=EARLY):
            last = one.since + timedelta(days=dice.life.below("delegatie-laatste-dag", row=number, bound=days - 1))
            if last == today:
                yield number


def end_early(state: State, *, today: date, number: int) -> Happening:
    """End a delegation with the end of today."""
    until = state.roles.delegations[number].until = today + timedelta(days=1)
    ledger = Ledger(state, today=today)
    ledger.change("delegaties", number, tot=until.isoformat())
    return ledger.happening(DELEGATION_ENDED, f"delegatie/{number}")

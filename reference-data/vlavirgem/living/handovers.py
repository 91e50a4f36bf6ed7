"""Cases that go from one handler to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.casework import DESK, END_OF_SERVICE, ILLNESS, WORKLOAD, service_at
from vlavirgem.living.events import HANDED_OVER, Changes, Happening, moment
from vlavirgem.process import case_types

if TYPE_CHECKING:
    from datetime import date, datetime

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.state import Case, State

_REASONS = (ILLNESS, WORKLOAD)


def hand_over(state: State, dice: Dice, *, now: datetime, row: int) -> Happening | None:
    """Have a handler give a case to a colleague; none when there is no open case or nobody else.

    A case that a visitor changed at a moment that is yet to come in the town, or that changed today, is left alone.
    """
    today = now.date()
    at_hand = sorted(number for number, case in state.cases.items() if case.changed < today)
    if not at_hand:
        return None
    case = state.cases[at_hand[dice.life.below("overdracht-wat", row=row, bound=len(at_hand))]]
    chosen = state.handlers.another(dice.life, handler=case.handler, row=row, on=today)
    if chosen is None:
        return None
    reason = _REASONS[dice.life.below("overdracht-reden", row=row, bound=len(_REASONS))]
    return _handed_over(state, case, to=chosen, reason=reason, now=now)


def left_behind(state: State, *, today: date) -> list[int]:
    """Give the open cases of who may not handle them any more: somebody took the right away.

    A case that a visitor changed at a moment that is yet to come in the town waits for that day.
    """
    return [
        number
        for number, case in state.cases.items()
        if case.changed < today and not state.handlers.may(case.handler, on=today)
    ]


def take_over(state: State, dice: Dice, *, now: datetime, number: int) -> Happening | None:
    """Have a colleague take over what somebody left behind; none when it went on meanwhile, or when nobody may."""
    case, today = state.cases.get(number), now.date()
    if case is None or state.handlers.may(case.handler, on=today):
        return None
    case_type = case_types()[case.kind]
    chosen = state.handlers.choose(
        dice.case,
        case_type,
        service=service_at(case_type, case.status) or DESK,
        case=number,
        applicant=case.applicant,
        on=today,
    )
    if chosen is None:
        return None
    return _handed_over(state, case, to=chosen, reason=END_OF_SERVICE, now=now)


def _handed_over(state: State, case: Case, *, to: int, reason: str, now: datetime) -> Happening:
    given = give(state, case, to=to, reason=reason, now=now)
    case.changed = now.date()
    changed = {"id": case.id, "medewerker_id": case.handler, "versie": case.version, "gewijzigd": moment(now)}
    return Happening(
        HANDED_OVER,
        f"dossier/{case.id}",
        Changes(added={"overdrachten": [given]}, changed={"dossiers": [changed]}),
    )


def give(state: State, case: Case, *, to: int, reason: str, now: datetime) -> dict[str, Any]:
    """Put a case in somebody's hands, and give the row that says so; the caller writes the case."""
    giver, case.handler = case.handler, to
    case.version += 1
    return handover_row(state, case, giver=giver, reason=reason, now=now)


def handover_row(state: State, case: Case, *, giver: int | None, reason: str, now: datetime) -> dict[str, Any]:
    """Write a hand-over to who has the case now."""
    return {
        "id": state.next_number("overdrachten"),
        "dossier_id": case.id,
        "volgnummer": case.handovers,
        "tijdstip": moment(now),
        "overdrager_id": giver,
        "overnemer_id": case.handler,
        "reden": reason,
        "toelichting": None,
    }

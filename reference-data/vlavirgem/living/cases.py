"""Cases that people submit, and cases that go on along the generic process.

Whether a case will be refused or withdrawn, how long it waits and at what time of the day it goes on are the random
numbers that the generator drew for it: a case that was open when the town was made goes on as if it had never stopped.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from vlavirgem.caseload import days_to_decision, expected, last_day, mix, next_day, pace_of
from vlavirgem.casework import (
    AT_HOME,
    BY_OFFICIAL,
    DESK,
    ELSEWHERE,
    INTAKE,
    LEAST_BYTES,
    MORE_BYTES,
    OPEN_SECONDS,
    OPENING_SECOND,
    REFUSED_SHARE,
    STOPPED_SHARE,
    case_number,
    classification_of,
    handler_of,
    reason_at,
    service_at,
)
from vlavirgem.demand import demands
from vlavirgem.living.asking import ask
from vlavirgem.living.events import STEPPED, SUBMITTED, Changes, Happening, moment
from vlavirgem.living.handovers import give, handover_row
from vlavirgem.living.rates import odds_of
from vlavirgem.living.state import Case
from vlavirgem.process import REFUSED, STOPPED, CaseType, case_types, phase_of, step_of

if TYPE_CHECKING:
    from datetime import datetime

    from vlavirgem.living.chance import Chance, Dice
    from vlavirgem.living.rates import Odds
    from vlavirgem.living.state import State

_EPOCH = date(1970, 1, 1)


def submit(state: State, dice: Dice, *, today: date, now: datetime, row: int) -> Happening | None:
    """Have somebody ask for something; none when nobody is found who can."""
    weights = mix(_number(today), today=_number(state.reference_date))
    types = {
        one: weight
        for one, weight in zip(case_types().values(), weights, strict=True)
        if weight and all(demand.product in state.products for demand in demands()[one.code])
    }
    if not types:
        return None
    number = state.last["dossiers"] + 1
    case_type = list(types)[dice.case.pick("dossiertype", row=number, weights=list(types.values()))]
    asked = ask(state, dice, case_type.code, today=today, row=row, number=number)
    if asked is None:
        return None
    applicant, (product, name) = asked
    place = _place(state, dice, case_type, applicant=applicant, row=row)
    first = case_type.road[0]
    handler = state.handlers.choose(dice.case, case_type, service=DESK, case=number, applicant=applicant, on=today)
    if handler is None:
        return None
    state.last["dossiers"] = number
    step = state.next_number("procedurestappen")
    case = Case(
        number, case_type.code, first, 1, today, today, applicant, classification_of(case_type.code), step, handler,
        changed=today,
    )  # fmt: skip
    state.cases[number] = case
    if product in state.departing:
        state.leaving[number] = applicant
    line = state.homes.get(place) if place is not None else None
    opened = {
        "id": number,
        "dossiernummer": case_number(number, year=today.year),
        "dossiertype": case_type.code,
        "titel": f"{name} ({line})" if line else name,
        "product_id": product,
        "aanvrager_id": applicant,
        "behandelaar_id": handler_of(applicant),
        "medewerker_id": handler,
        "adres_id": place,
        "status": first,
        "statusdatum": today.isoformat(),
        "informatieclassificatie": case.classification,
        "openingsdatum": today.isoformat(),
        "uiterste_datum": last_day(today, term=case_type.term).isoformat(),
        "sluitingsdatum": None,
        "versie": 1,
        "gewijzigd": moment(now),
    }
    added: dict[str, list[dict[str, Any]]] = {
        "dossiers": [opened],
        "dossierstatussen": [_status(state, case, place=1, now=now)],
        "procedurestappen": [_step(number, step, str(step_of(first)), today=today)],
        "overdrachten": [handover_row(state, case, giver=None, reason=INTAKE, now=now)],
    }
    if documents := _documents(state, dice.case, case, place=0, today=today):
        added["stukken"] = documents
    return Happening(SUBMITTED, f"dossier/{number}", Changes(added=added))


def due(state: State, dice: Dice, *, today: date) -> list[tuple[int, int]]:
    """Give the cases that go on today, with the second of the day at which they do.

    A case that a visitor took further at a moment that is yet to come in the town waits for that day.
    """
    found = []
    for case in state.cases.values():
        if case.following is None:
            case.following = _following(dice.case, case)
        if case.following <= today and case.changed <= today:
            second = dice.case.below(f"uur{case.place}", row=case.id, bound=OPEN_SECONDS)
            found.append((OPENING_SECOND + second, case.id))
    return found


def go_on(state: State, dice: Dice, *, today: date, now: datetime, number: int) -> Happening:
    """Give a case its next status."""
    case = state.cases[number]
    case_type = case_types()[case.kind]
    before, place = case.status, case.place
    case.status = _next_status(dice.case, case, case_type)
    case.version, case.since, case.following, case.changed = case.version + 1, today, None, today
    is_end = case_type.is_end(case.status)
    added: dict[str, list[dict[str, Any]]] = {"dossierstatussen": [_status(state, case, place=place + 1, now=now)]}
    given = _goes_to(state, dice, case, before=before, now=now)
    if given is not None:
        added["overdrachten"] = [given]
    changed: dict[str, list[dict[str, Any]]] = {
        "dossiers": [
            {
                "id": number,
                "status": case.status,
                "statusdatum": today.isoformat(),
                "medewerker_id": case.handler,
                "versie": case.version,
                "gewijzigd": moment(now),
                "sluitingsdatum": today.isoformat() if is_end else None,
            }
        ]
    }
    step = step_of(case.status)
    is_new_step = step is not None and step != step_of(before)
    if case.step is not None and (is_new_step or is_end):
        changed["procedurestappen"] = [{"id": case.step, "einddatum": today.isoformat()}]
        case.step = None
    if is_new_step:
        case.step = state.next_number("procedurestappen")
        row = _step(number, case.step, str(step), today=today)
        added["procedurestappen"] = [{**row, "einddatum": today.isoformat() if is_end else None}]
    if documents := _documents(state, dice.case, case, place=place, today=today):
        added["stukken"] = documents
    if is_end:
        del state.cases[number]
    if case.status == REFUSED:
        state.leaving.pop(number, None)
    return Happening(STEPPED, f"dossier/{number}", Changes(added=added, changed=changed))


def arriving(state: State, per_thousand: int, *, today: date) -> Odds:
    """Give the odds that a case comes in on a day: more on busy days and in busy months."""
    found = expected(
        _number(today),
        today=_number(state.reference_date),
        inhabitants=state.inhabitants,
        per_thousand=per_thousand,
    )
    return odds_of(found)


def _following(chance: Chance, case: Case) -> date:
    """Say when a case gets its next status, by the random numbers that are its own."""
    pace = pace_of(case_types()[case.kind])

    def draw(column: str, bound: int) -> int:
        return chance.below(column, row=case.id, bound=bound)

    day = next_day(
        case.place,
        opened=_number(case.opened),
        previous=_number(case.since),
        takes=days_to_decision(pace, draw),
        pace=pace,
        drawn=draw(f"uitvoering{case.place}", pace.carrying_out),
        second=draw(f"uur{case.place}", OPEN_SECONDS),
    )
    return _EPOCH + timedelta(days=day)


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _next_status(chance: Chance, case: Case, case_type: CaseType) -> str:
    """Follow the road that the generator would have given this case."""
    place, row = case.place, case.id
    refused = case_type.can_be_refused and chance.chance("geweigerd", row=row, share=REFUSED_SHARE)
    if refused and place == case_type.decision:
        return REFUSED
    stopped = case_type.can_be_stopped and not refused and chance.chance("stopgezet", row=row, share=STOPPED_SHARE)
    if stopped and place == 1 + chance.below("stop", row=row, bound=case_type.decision):
        return STOPPED
    return case_type.road[place]


def _place(state: State, dice: Dice, case_type: CaseType, *, applicant: int, row: int) -> int | None:
    if case_type.code in AT_HOME:
        return state.households[state.persons[applicant].household].address
    if case_type.code in ELSEWHERE:
        return dice.life.seek(
            "dossier-plaats", row=row, among=state.address_numbers, fits=lambda one, _: one in state.homes
        )
    return None


def _goes_to(state: State, dice: Dice, case: Case, *, before: str, now: datetime) -> dict[str, Any] | None:
    """Give a case that got a status to the service that it belongs to now; none when that has it already."""
    case_type = case_types()[case.kind]
    service = service_at(case_type, case.status)
    if service is None or service == service_at(case_type, before):
        return None
    chosen = state.handlers.choose(
        dice.case, case_type, service=service, case=case.id, applicant=case.applicant, on=now.date()
    )
    if chosen is None or chosen == case.handler:
        return None
    return give(state, case, to=chosen, reason=reason_at(case.status), now=now)


def _status(state: State, case: Case, *, place: int, now: datetime) -> dict[str, Any]:
    return {
        "id": state.next_number("dossierstatussen"),
        "dossier_id": case.id,
        "volgnummer": place,
        "status": case.status,
        "fase": phase_of(case.status),
        "tijdstip": moment(now),
        "toelichting": None,
    }


def _step(case: int, number: int, step: str, *, today: date) -> dict[str, Any]:
    return {"id": number, "dossier_id": case, "stap": step, "startdatum": today.isoformat(), "einddatum": None}


def _documents(state: State, chance: Chance, case: Case, *, place: int, today: date) -> list[dict[str, Any]]:
    """The first document comes with the application, each further one with a further status."""
    titles = case_types()[case.kind].documents
    if place >= len(titles):
        return []
    widest = max(len(one.documents) for one in case_types().values())
    by_official = titles[place].startswith(BY_OFFICIAL)
    return [
        {
            "id": state.next_number("stukken"),
            "dossier_id": case.id,
            "titel": titles[place],
            "creatiedatum": today.isoformat(),
            "auteur": f"organisatie/{handler_of(case.applicant)}" if by_official else f"persoon/{case.applicant}",
            "informatieclassificatie": case.classification,
            "mediatype": "application/pdf",
            "bytes": LEAST_BYTES + chance.below("bytes", row=case.id * widest + place, bound=MORE_BYTES),
        }
    ]

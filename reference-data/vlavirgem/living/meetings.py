"""Bodies that meet on the days of their calendar, and what they decide, vote and publish.

Source: the same law as `vlavirgem.generation.governance.sittings` and `.votes` name.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from vlavirgem.generation.governance.calendar import PUBLIC, Appointment, appointments_from, two_years_before
from vlavirgem.generation.governance.functions import body_in_term_number
from vlavirgem.generation.governance.sittings import (
    CHAIRS,
    EXCUSED,
    LEAST_MINUTES,
    MINUTES_PER_ITEM,
    MORE_MINUTES,
    MOST_LATE,
    NOT_ACCEPTED,
    PUBLICATION_DAYS,
    PUBLISHED_AT,
    REGULATIONS,
    ROOMS,
    VOTES_IN,
)
from vlavirgem.living import votes
from vlavirgem.living.agenda import Item, agenda_of
from vlavirgem.living.council import Unpublished, at
from vlavirgem.living.events import MET, PUBLISHED, Happening, moment
from vlavirgem.living.ledger import Ledger

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.living.chance import Dice
    from vlavirgem.living.council import Mandate
    from vlavirgem.living.state import State

_MOST_DAYS = 3700


def planned(state: State, *, today: date) -> list[Appointment]:
    """Give the meetings of a day; none when the term of those who were elected is over."""
    if state.council.term_of(today) is None:
        return []
    return _calendar(state.reference_date, state.inhabitants).get(today, [])


@cache
def _calendar(reference_date: date, inhabitants: int) -> dict[date, list[Appointment]]:
    """Give the meetings of a whole life; weeks are counted as before the reference date."""
    found: dict[date, list[Appointment]] = {}
    until = reference_date + timedelta(days=_MOST_DAYS)
    for one in appointments_from(two_years_before(reference_date), until=until, inhabitants=inhabitants):
        found.setdefault(one.day, []).append(one)
    return found


def second_of(appointment: Appointment) -> int:
    """Give the second of the day, in UTC, at which a meeting is planned to begin."""
    begin = at(appointment.day, appointment.hour)
    return begin.hour * 3600 + begin.minute * 60


def publishing_second(today: date) -> int:
    """Give the second of the day, in UTC, at which decisions are published."""
    return at(today, PUBLISHED_AT).hour * 3600


def meet(state: State, dice: Dice, *, today: date, place: int) -> Happening | None:
    """Have a body meet; none when there are too few people to do so.

    Args:
        state: The town.
        dice: The random numbers.
        today: The day.
        place: Which of the meetings of the day.
    """
    appointment = planned(state, today=today)[place]
    functions, body = state.council.functions(), appointment.body
    active = state.council.active(today)
    members = [one for one in active if VOTES_IN.get(functions[one.mandate][1]) is body]
    chair = next((one for one in active if functions[one.mandate][1] is CHAIRS[body]), None)
    if not members or chair is None or not state.council.officers:
        return None
    number = state.next_number("zittingen")
    ledger = Ledger(state, today=today)
    items = agenda_of(state, dice, appointment, number=number)
    late = dice.meeting.below("start", row=number, bound=MOST_LATE)
    lasts = MINUTES_PER_ITEM * len(items) + LEAST_MINUTES + dice.meeting.below("duur", row=number, bound=MORE_MINUTES)
    begin = at(today, appointment.hour)
    term = state.council.term_of(today) or 0
    ledger.add(
        "zittingen",
        {
            "id": number,
            "orgaan_in_tijd_id": state.council.before + body_in_term_number(body, term=term),
            "geplande_start": moment(begin),
            "start": moment(begin + timedelta(minutes=late)),
            "einde": moment(begin + timedelta(minutes=late + lasts)),
            "plaats": ROOMS[body],
            "openbaar": body in PUBLIC,
            "voorzitter_id": chair.id,
            "secretaris_id": min(state.council.officers),
            "publicatiedatum": None,
        },
    )
    present = _attend(ledger, dice, members=members, chair=chair, meeting=number)
    state.council.unpublished[number] = Unpublished(today)
    before: int | None = None
    for item in items:
        before = _decide(
            ledger, dice, appointment, item, meeting=number, members=members, present=present, before=before
        )
    return ledger.happening(MET, f"zitting/{number}")


def publish(state: State, *, today: date, number: int) -> Happening | None:
    """Publish what a meeting decided a week ago."""
    waiting = state.council.unpublished.pop(number, None)
    if waiting is None:
        return None
    ledger = Ledger(state, today=today)
    ledger.change("zittingen", number, publicatiedatum=today.isoformat())
    when = moment(at(today, PUBLISHED_AT))
    for decision, (is_rejected, in_force) in waiting.decisions.items():
        ledger.change("besluiten", decision, publicatiedatum=today.isoformat(), gepubliceerd=when)
        if not is_rejected and not in_force:
            holds = today + timedelta(days=REGULATIONS)
            ledger.change("besluiten", decision, inwerkingtreding=holds.isoformat())
    return ledger.happening(PUBLISHED, f"zitting/{number}")


def to_publish(state: State, *, today: date) -> list[int]:
    """Give the meetings whose decisions are published today, by number; what waited longer too."""
    week = timedelta(days=PUBLICATION_DAYS)
    return [number for number, one in sorted(state.council.unpublished.items()) if one.day + week <= today]


def _attend(ledger: Ledger, dice: Dice, *, members: list[Mandate], chair: Mandate, meeting: int) -> list[Mandate]:
    """Write who is there: the chair is, and always more than half of the members are."""
    present, away = [], 0
    for one in members:
        wants = dice.meeting.chance("verontschuldigd", row=votes.address(meeting, one.id), share=EXCUSED)
        is_away = wants and one.person != chair.person and away < (len(members) - 1) // 2
        away += is_away
        if not is_away:
            present.append(one)
        ledger.add(
            "aanwezigheden",
            {
                "id": ledger.state.next_number("aanwezigheden"),
                "zitting_id": meeting,
                "mandataris_id": one.id,
                "aanwezigheid": "verontschuldigd" if is_away else "aanwezig",
            },
        )
    return present


def _decide(
    ledger: Ledger,
    dice: Dice,
    appointment: Appointment,
    item: Item,
    *,
    meeting: int,
    members: list[Mandate],
    present: list[Mandate],
    before: int | None,
) -> int:
    """Write an item of the agenda, the vote on it and the decision; gives the number of the item."""
    state, template = ledger.state, item.template
    number = state.next_number("agendapunten")
    is_open = appointment.body in PUBLIC and not template.closed
    ledger.add(
        "agendapunten",
        {
            "id": number,
            "zitting_id": meeting,
            "volgnummer": item.place,
            "titel": item.title,
            "beschrijving": item.text,
            "gepland_openbaar": is_open,
            "openbaar": is_open,
            "beleidsdomein": template.domain,
            "vorige_id": before,
        },
    )
    accepted = votes.vote(
        ledger, dice, template=template, item=number, title=item.title, members=members, present=present
    )
    decision = _write_decision(ledger, appointment, item, number=number, accepted=accepted)
    in_force = accepted and not template.regulation
    state.council.unpublished[meeting].decisions[decision] = (not accepted, in_force)
    return number


def _write_decision(ledger: Ledger, appointment: Appointment, item: Item, *, number: int, accepted: bool) -> int:
    state, today, template = ledger.state, ledger.today, item.template
    decision = state.next_number("besluiten")
    key = today.year, str(appointment.body)
    state.council.decided[key] = state.council.decided.get(key, 0) + 1
    ledger.add(
        "besluiten",
        {
            "id": decision,
            "agendapunt_id": number,
            "orgaan_in_tijd_id": state.council.before
            + body_in_term_number(appointment.body, term=state.council.term_of(today) or 0),
            "nummer": f"{today.year}_{appointment.body}_{state.council.decided[key]:05d}",
            "titel": item.title,
            "beschrijving": item.text,
            "motivering": item.reason,
            "besluittype": template.type,
            "besluittype_naam": template.type_name,
            "datum": today.isoformat(),
            "gepubliceerd": None,
            "publicatiedatum": None,
            "inwerkingtreding": today.isoformat() if accepted and not template.regulation else None,
            "bekrachtigt_aanstelling_id": None,
            "bekrachtigt_ontslag_id": None,
        },
    )
    for place, text in enumerate(item.articles if accepted else (NOT_ACCEPTED,), start=1):
        article = {"id": state.next_number("artikelen"), "besluit_id": decision, "nummer": str(place), "inhoud": text}
        ledger.add("artikelen", article)
    for ground in template.grounds:
        reference = {
            "id": state.next_number("verwijzingen"),
            "besluit_id": decision,
            "rechtsgrond_id": state.council.before + ground,
        }
        ledger.add("verwijzingen", reference)
    return decision

"""Handing cases over to somebody else."""

from typing import Literal

from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.dossiers.resource import CASES
from vlavirgem.blocks.dossiers.writing import Note, case_to_change, identifier_pattern, number_of
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.resources import MemberNumber
from vlavirgem.blocks.routes import add_route
from vlavirgem.blocks.writing import (
    IdempotencyKey,
    IfMatch,
    Writing,
    answer_written,
    conflict,
    write,
    writing_answers,
)
from vlavirgem.living.events import HANDED_OVER
from vlavirgem.store.handovers import hand_over, may_handle
from vlavirgem.store.today import town_day

Reason = Literal["behandeling", "besluit", "uitvoering", "ziekte", "uitdiensttreding", "werkverdeling", "andere"]
"""`vlavirgem.casework.REASONS` without the intake, which nobody hands over: a type cannot be computed."""


class NewHandover(BaseModel):
    """Een medewerker die het dossier overneemt."""

    model_config = ConfigDict(extra="forbid", title="NieuweOverdracht")

    overnemer: str = Field(
        pattern=identifier_pattern("medewerker"),
        description="Medewerker uit `/medewerkers/v1/medewerkers` met het recht om dossiers te behandelen.",
    )
    reden: Reason = Field(default="andere", description="Waarom.")
    toelichting: Note | None = Field(default=None, description="Uitleg, voor in de historiek.")


def add_routes(app: FastAPI) -> None:
    """Add the route that hands a case over."""
    add_route(
        app,
        "/dossiers/{id}/overdrachten",
        give,
        name="draag-dossier-over",
        summary="Draag het dossier over aan een andere medewerker",
        answers=writing_answers("Dossier", status=201, conflict="Het dossier kan niet naar die medewerker."),
        method="POST",
        status=201,
    )


def give(
    request: Request,
    number: MemberNumber,
    wanted: NewHandover,
    if_match: IfMatch = None,
    key: IdempotencyKey = None,
) -> Response:
    """Draag een open dossier over aan een medewerker die dossiers mag behandelen."""

    def do(writing: Writing) -> Response:
        case = case_to_change(request, number, writing=writing, if_match=if_match)
        if case["sluitingsdatum"] is not None:
            raise Problem(
                409,
                "dossier-gesloten",
                nl=f"Dossier {number} is gesloten. Niemand behandelt het nog.",
                en=f"Case {number} is closed. Nobody handles it any more.",
            )
        taker = number_of(wanted.overnemer)
        _check(writing, taker, holder=case["medewerker_id"])
        hand_over(writing.connection, case, to=taker, reason=wanted.reden, note=wanted.toelichting, now=writing.now)
        writing.tell(HANDED_OVER, f"dossier/{number}")
        return answer_written(request, CASES, number, writing=writing)

    return write(request, do, given=wanted, key=key)


def _check(writing: Writing, taker: int, *, holder: int) -> None:
    may = may_handle(writing.connection, taker, day=town_day(writing.connection))
    if may is None:
        raise conflict("overnemer", "deze medewerker is er niet", en="There is no such employee.")
    if taker == holder:
        raise conflict("overnemer", "deze medewerker heeft het dossier al", en="The employee has the case already.")
    if not may:
        raise conflict(
            "overnemer",
            "deze medewerker mag vandaag geen dossiers behandelen",
            en="The employee may not handle cases today.",
        )

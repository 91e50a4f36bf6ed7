"""What was sent, and what could not be: read it, and have a dead message sent again."""

from functools import partial
from operator import itemgetter
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, chosen_format, read_cursor, respond
from vlavirgem.blocks.notificaties.documents import message_document
from vlavirgem.blocks.paging import DEFAULT_LIMIT, Cursor, Limit, respond_with_page
from vlavirgem.blocks.problems import Problem, not_found
from vlavirgem.blocks.resources import MemberNumber, Number
from vlavirgem.blocks.routes import (
    INVALID,
    MISSING,
    UNREACHABLE,
    add_route,
    problem_answer,
    reading_answers,
    reference,
)
from vlavirgem.store import subscriptions as store

STATUSES = ("wachtend", "geleverd", "dood", "verloren")
_PATH, _DEAD = "leveringen", "dode-letters"


class _DeadQuestion(BaseModel):
    model_config = ConfigDict(extra="forbid")

    abonnementId: Number | None = Field(default=None, description="Alleen van dit abonnement.")  # noqa: N815 - as asked
    limiet: Limit = DEFAULT_LIMIT
    cursor: Cursor = None


class _Question(_DeadQuestion):
    status: Literal[STATUSES] | None = Field(default=None, description="Alleen met deze status.")  # type: ignore[valid-type]  # a constant of ours


def add_routes(app: FastAPI) -> None:
    """Add the routes of messages."""
    one, many = ({JSON: {"schema": reference(name)}} for name in ("Levering", "LeveringVerzameling"))
    for path, read, name, text in (
        (_PATH, read_all, "lees-leveringen", "Lees wat verstuurd is of wacht"),
        (_DEAD, read_dead, "lees-dode-letters", "Lees wat niet afgeleverd raakte"),
    ):
        add_route(app, f"/{path}", read, name=name, summary=text, answers=reading_answers(many))
    add_route(
        app,
        f"/{_PATH}/{{id}}",
        read_one,
        name="lees-levering",
        summary="Lees één levering met haar pogingen",
        answers={**reading_answers(one), **MISSING},
    )
    add_route(
        app,
        f"/{_DEAD}/{{id}}/herzendingen",
        send_again,
        name="herzend-dode-letter",
        summary="Stuur een dode letter opnieuw",
        answers={
            202: {"description": "Staat weer klaar om te sturen.", "content": one},
            400: INVALID,
            **MISSING,
            409: problem_answer("Deze levering is geen dode letter."),
            503: UNREACHABLE,
        },
        method="POST",
        status=202,
    )


def read_all(request: Request, query: Annotated[_Question, Query()]) -> Response:
    """Lees het logboek van meldingen, het oudste eerst, met elke poging."""
    return _page(request, query, path=_PATH, status=query.status)


def read_dead(request: Request, query: Annotated[_DeadQuestion, Query()]) -> Response:
    """Lees welke meldingen na alle pogingen niet afgeleverd raakten."""
    return _page(request, query, path=_DEAD, status="dood")


def read_one(request: Request, number: MemberNumber) -> Response:
    """Lees één melding en hoe elke poging verliep."""
    chosen_format(request, offered=(JSON,))
    with request.app.state.connections.transaction() as connection:
        row = store.read_message(connection, number)
    if row is None:
        raise _missing(number)
    return respond(request, message_document(row, base=base_url(request)))


def send_again(request: Request, number: MemberNumber) -> Response:
    """Geef een dode letter alle kansen opnieuw; ze gaat voor op wat na haar kwam."""
    with request.app.state.connections.transaction() as connection:
        is_dead = store.send_again(connection, number)
        row = store.read_message(connection, number)
    if row is None:
        raise _missing(number)
    if not is_dead:
        raise Problem(
            409,
            "geen-dode-letter",
            nl=f"Levering {number} is geen dode letter: haar status is {row['status']}.",
            en=f"Message {number} is no dead letter: its status is {row['status']}.",
        )
    base = base_url(request)
    location = {"Location": f"{base}/{_PATH}/{number}"}
    return respond(request, message_document(row, base=base), status=202, headers=location)


def _page(request: Request, query: _DeadQuestion, *, path: str, status: str | None) -> Response:
    chosen_format(request, offered=(JSON,))
    subscription = query.abonnementId
    with request.app.state.connections.transaction() as connection:
        rows = store.read_messages(
            connection,
            after=read_cursor(query.cursor),
            limit=query.limiet + 1,
            subscription=subscription,
            status=status,
        )
        total = store.count_messages(connection, subscription=subscription, status=status)
    document = partial(message_document, base=base_url(request))
    return respond_with_page(
        request, path, rows, question=query, total=total, document=document, place=itemgetter("id")
    )


def _missing(number: int) -> Problem:
    return not_found(f"Er is geen levering met nummer {number}.", f"There is no message with number {number}.")

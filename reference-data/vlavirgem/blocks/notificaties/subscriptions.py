"""Subscribing: make one, look, pause, resume, end, and try it out."""

import json
import secrets
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response

from vlavirgem.blocks.answers import JSON, base_url, respond
from vlavirgem.blocks.gebeurtenissen import TYPES
from vlavirgem.blocks.kept import Kept
from vlavirgem.blocks.notificaties.documents import message_document, subscription_document, subscription_tag
from vlavirgem.blocks.paging import PageQuestion
from vlavirgem.blocks.problems import Problem
from vlavirgem.blocks.resources import MemberNumber
from vlavirgem.blocks.routes import BROKEN, LOCATION, MISSING, add_route, problem_answer, reading_answers, reference
from vlavirgem.blocks.writing import IdempotencyKey, IfMatch, Writing, write
from vlavirgem.living.events import moment, type_of
from vlavirgem.notifying.sending import UrlError, check_url
from vlavirgem.notifying.signing import new_secret
from vlavirgem.place import ID_BASE
from vlavirgem.store import subscriptions as store

MOST = 100
"""So many subscriptions a town has at most."""
TEST = type_of("notificaties.test")
_PATH = "abonnementen"


def _reachable(url: str) -> str:
    try:
        check_url(url)
    except UrlError as error:
        raise ValueError(str(error)) from error
    return url


class NewSubscription(BaseModel):
    """Waarover u iets wilt horen, en waar."""

    model_config = ConfigDict(extra="forbid", title="NieuwAbonnement")

    url: Annotated[str, AfterValidator(_reachable)] = Field(
        max_length=2000,
        json_schema_extra={"format": "uri"},
        description="Adres (http of https) dat een POST per melding krijgt, en vooraf één OPTIONS.",
    )
    types: list[Literal[TYPES]] = Field(  # type: ignore[valid-type]  # made elsewhere
        default=[], max_length=len(TYPES), description="Alleen deze types; geen betekent alle."
    )
    onderwerp: str = Field(
        default="",
        max_length=200,
        pattern=r"^[^\x00-\x20]*$",
        description=f"Alleen als `subject` zo begint, bijvoorbeeld `{ID_BASE}dossier/`.",
    )


class NewStatus(BaseModel):
    """Stil, of weer aan."""

    model_config = ConfigDict(extra="forbid", title="NieuweAbonnementstatus")

    status: Literal["actief", "gepauzeerd"] = Field(
        description="`gepauzeerd` houdt meldingen bij; `actief` stuurt ze, als u toestemde of dat nu doet."
    )


def add_routes(app: FastAPI) -> None:
    """Add the routes of subscriptions."""
    one, many = ({JSON: {"schema": reference(name)}} for name in ("Abonnement", "AbonnementVerzameling"))
    made = {
        "description": "Gemaakt. Het geheim staat alleen in dit antwoord.",
        "content": {JSON: {"schema": reference("GemaaktAbonnement")}},
        "headers": LOCATION,
    }
    queued = {
        "description": "Staat klaar om te sturen.",
        "content": {JSON: {"schema": reference("Levering")}},
        "headers": LOCATION,
    }
    add_route(
        app,
        f"/{_PATH}",
        subscribe,
        name="maak-abonnement",
        summary="Abonneer u op wat er gebeurt",
        answers={
            **BROKEN,
            201: made,
            409: problem_answer("Er zijn er te veel, of de sleutel hoort bij iets anders."),
        },
        method="POST",
        status=201,
    )
    add_route(
        app,
        f"/{_PATH}",
        read_all,
        name="lees-abonnementen",
        summary="Lees abonnementen",
        answers=reading_answers(many),
    )
    add_route(
        app,
        f"/{_PATH}/{{id}}",
        read_one,
        name="lees-abonnement",
        summary="Lees één abonnement",
        answers={**reading_answers(one), **MISSING},
    )
    add_route(
        app,
        f"/{_PATH}/{{id}}",
        change,
        name="wijzig-abonnement",
        summary="Pauzeer of hervat een abonnement",
        answers={
            **BROKEN,
            **MISSING,
            200: {"description": "Gebeurd.", "content": one},
            412: problem_answer("Intussen gewijzigd."),
        },
        method="PATCH",
    )
    add_route(
        app,
        f"/{_PATH}/{{id}}",
        end,
        name="stop-abonnement",
        summary="Stop een abonnement",
        answers={**BROKEN, **MISSING, 204: {"description": "Gestopt; ook zijn leveringen zijn weg."}},
        method="DELETE",
        status=204,
    )
    add_route(
        app,
        f"/{_PATH}/{{id}}/testgebeurtenissen",
        try_out,
        name="stuur-testgebeurtenis",
        summary="Stuur een testmelding",
        answers={**BROKEN, **MISSING, 202: queued},
        method="POST",
        status=202,
    )


def subscribe(request: Request, wanted: NewSubscription, key: IdempotencyKey = None) -> Response:
    """Maak een abonnement; het begint als de ontvanger op OPTIONS toestemt."""

    def do(writing: Writing) -> Response:
        if store.count_subscriptions(writing.connection) >= MOST:
            raise Problem(
                409,
                "te-veel-abonnementen",
                nl=f"Een gemeente heeft hoogstens {MOST} abonnementen. Stop er eerst een.",
                en=f"A town has {MOST} subscriptions at most. End one first.",
            )
        secret = new_secret(secrets.token_bytes(32))
        number = store.add_subscription(
            writing.connection,
            url=wanted.url,
            types=list(dict.fromkeys(wanted.types)),
            prefix=wanted.onderwerp,
            secret=secret,
            now=writing.now,
        )
        row = store.read_subscription(writing.connection, number)
        assert row is not None  # noqa: S101 - it was just written
        base = base_url(request)
        return respond(
            request,
            {**subscription_document(row, base=base), "geheim": secret},
            status=201,
            etag=subscription_tag(row),
            headers={"Location": f"{base}/{_PATH}/{number}"},
        )

    return write(request, do, given=wanted, key=key)


def read_all(request: Request, query: Annotated[PageQuestion, Query()]) -> Response:
    """Lees wie waarop geabonneerd is; geheimen staan er niet in."""
    return _KEPT.answer_page(request, query)


def read_one(request: Request, number: MemberNumber) -> Response:
    """Lees hoe het met een abonnement staat; `reden` zegt waarom er niets verstuurd wordt."""
    return _KEPT.answer_one(request, number)


def change(request: Request, number: MemberNumber, new: NewStatus, if_match: IfMatch = None) -> Response:
    """Pauzeer of hervat; wat intussen gebeurt, wordt bijgehouden."""
    with request.app.state.connections.transaction() as connection:
        _KEPT.to_change(connection, number, if_match=if_match)
        if new.status == "gepauzeerd":
            store.pause(connection, number)
        else:
            store.resume(connection, number)
        row = _KEPT.one(connection, number)
    return _KEPT.answer(request, row)


def end(request: Request, number: MemberNumber) -> Response:
    """Stop een abonnement; wat nog niet verstuurd was, wordt niet meer verstuurd."""
    with request.app.state.connections.transaction() as connection:
        if not store.remove(connection, number):
            raise _KEPT.missing(number)
    return Response(status_code=204)


def try_out(request: Request, number: MemberNumber) -> Response:
    """Stuur een melding waaraan niets gebeurde; ze komt na wat al wacht."""
    now = request.app.state.clock()
    base = base_url(request)
    subject = f"{base}/{_PATH}/{number}"
    with request.app.state.connections.transaction() as connection:
        _KEPT.one(connection, number)
        event = {
            "specversion": "1.0",
            "id": f"test-{secrets.token_hex(8)}",
            "source": base,
            "type": TEST,
            "subject": subject,
            "time": moment(now),
            "datacontenttype": JSON,
            "data": {"verklaring": "Dit is een test: er gebeurde niets."},
        }
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        message = store.add_message(connection, number, kind=TEST, subject=subject, line=line)
        row = store.read_message(connection, message)
    assert row is not None  # noqa: S101 - it was just written
    location = {"Location": f"{base}/leveringen/{message}"}
    return respond(request, message_document(row, base=base), status=202, headers=location)


_KEPT = Kept(
    _PATH,
    "abonnement",
    "subscription",
    find=store.read_subscription,
    read=store.read_subscriptions,
    count=store.count_subscriptions,
    describe=subscription_document,
    tag=subscription_tag,
)

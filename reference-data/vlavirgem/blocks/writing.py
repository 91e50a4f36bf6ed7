"""How a visitor writes: alone, on the version that is there, and once however often it is sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated

from fastapi import Header
from starlette.responses import Response

from vlavirgem.blocks.answers import base_url, matches, respond
from vlavirgem.blocks.faults import NOTIFYING
from vlavirgem.blocks.problems import Problem, not_found
from vlavirgem.blocks.routes import INVALID, LOCATION, MISSING, UNREACHABLE, Answers, problem_answer, reference
from vlavirgem.store.answers import KeptAnswer, find_answer, keep_answer
from vlavirgem.store.changes import last_change, set_moment
from vlavirgem.store.events import tell
from vlavirgem.store.locking import write_alone
from vlavirgem.store.outbox import set_fate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from pydantic import BaseModel
    from starlette.requests import Request

    from vlavirgem.blocks.resources import Resource, Row
    from vlavirgem.store.connection import DictConnection

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="ETag van wat u wijzigt, zoals u het las; anders 412.", max_length=500),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Sleutel van deze ene opdracht. Stuurt u ze nog eens met dezelfde sleutel, dan krijgt u hetzelfde "
        "antwoord en gebeurt er niets meer. Neem iets dat niemand raadt, een UUID bijvoorbeeld: wie de sleutel kent, "
        "krijgt het antwoord.",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
    ),
]
REPLAYED = "Idempotent-Replayed"
"""Header of an answer that was given before."""


class Writing:
    """One change, while it is made.

    Attributes:
        connection: Its transaction.
        now: When it happens.
    """

    def __init__(self, connection: DictConnection, *, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._before = last_change(connection)

    def tell(self, kind: str, subject: str) -> None:
        """Make what was changed an event of the town: what happened, and `persoon/12` to whom."""
        tell(self.connection, kind=kind, subject=subject, now=self.now, after=self._before)


def write(request: Request, do: Callable[[Writing], Response], *, given: BaseModel, key: str | None) -> Response:
    """Change something, whole or not at all.

    Nobody else writes meanwhile. So whoever sends the same key at the same time waits, and then gets this answer.

    Args:
        request: The request.
        do: Makes the change and the answer; a problem that it raises undoes everything.
        given: The body.
        key: The `Idempotency-Key`, if there is one (draft-ietf-httpapi-idempotency-key-header).

    Raises:
        Problem: 409, the key was used for something else.
    """
    with request.app.state.connections.transaction() as connection:
        now: datetime = request.app.state.clock()
        writing = begin_writing(connection, now=now)
        if key is None:
            return do(writing)
        fingerprint = _fingerprint(request, given)
        earlier = find_answer(connection, key)
        if earlier is not None:
            return _again(earlier, fingerprint=fingerprint)
        answer = do(writing)
        kept = KeptAnswer(fingerprint, answer.status_code, dict(answer.headers), bytes(answer.body))
        keep_answer(connection, key, kept)
        return answer


def begin_writing(connection: DictConnection, *, now: datetime) -> Writing:
    """Begin to change what belongs to the town: alone, with the moment noted, and told as the request wants it."""
    write_alone(connection)
    set_moment(connection, now)
    if fate := NOTIFYING.get():
        set_fate(connection, fate)
    return Writing(connection, now=now)


def _fingerprint(request: Request, given: BaseModel) -> str:
    asked = f"{request.method} {request.url.path} {given.model_dump_json()}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _again(earlier: KeptAnswer, *, fingerprint: str) -> Response:
    if earlier.fingerprint != fingerprint:
        raise Problem(
            409,
            "sleutel-al-gebruikt",
            nl="Deze Idempotency-Key hoort bij een andere opdracht. Neem een nieuwe sleutel.",
            en="This Idempotency-Key belongs to another request. Use a new key.",
        )
    return Response(earlier.body, status_code=earlier.status, headers={**earlier.headers, REPLAYED: "true"})


def demand_version(
    request: Request, resource: Resource, row: Row, *, if_match: str | None, optional: bool = False
) -> None:
    """Check that a visitor knows what is changed as it is now (RFC 9110, 13.1.1; RFC 6585, 3).

    Raises:
        Problem: 428 without `If-Match` unless that is optional; 412 when it is of another version.
    """
    if if_match is None:
        if optional:
            return
        raise Problem(
            428,
            "voorwaarde-vereist",
            nl="Stuur in If-Match de ETag mee van wat u las. Zo overschrijft u niemand.",
            en="Send the ETag of what you read in If-Match. So you overwrite nobody.",
        )
    if not any(matches(if_match, tag=tag, strong=True) for tag in resource.tags(request, row)):
        raise Problem(
            412,
            "intussen-gewijzigd",
            nl=f"De gegevens van {resource.singular} {row['id']} zijn gewijzigd sinds u ze las. Lees ze opnieuw.",
            en=f"What you read with number {row['id']} has changed since. Read it again.",
        )


def read_to_change(
    request: Request, resource: Resource, number: int, *, writing: Writing, if_match: str | None
) -> Row:
    """Read what is to be changed, in the version that the visitor knows.

    Raises:
        Problem: 404, 412 or 428.
    """
    row = resource.reader.one(writing.connection, number)
    if row is None:
        raise not_found(
            f"Er is geen {resource.singular} met nummer {number}.",
            f"There is no {resource.singular} with number {number}.",
        )
    demand_version(request, resource, row, if_match=if_match)
    return row


def answer_written(
    request: Request, resource: Resource, number: int, *, writing: Writing, status: int = 201
) -> Response:
    """Answer with what a row has become, and its address."""
    row = resource.reader.one(writing.connection, number)
    assert row is not None  # noqa: S101 - it was just written
    return respond(
        request,
        resource.document(request, row),
        status=status,
        etag=resource.etag(row) if resource.etag else None,
        headers={"Location": f"{base_url(request)}/{resource.path}/{number}"},
    )


def conflict(name: str, reason: str, *, en: str) -> Problem:
    """Refuse what the data do not allow now: a member of the body, and why, in Dutch and in English."""
    return Problem(
        409,
        "gegevens-laten-het-niet-toe",
        nl=f"Dat kan nu niet: {reason}.",
        en=en,
        extra={"fouten": [{"plaats": "body", "naam": name, "reden": reason}]},
    )


def nothing_given() -> Problem:
    """Refuse a change of nothing."""
    return Problem(
        400,
        "ongeldige-invoer",
        nl="Geef minstens één gegeven.",
        en="Give one member at least.",
        extra={
            "fouten": [
                {"plaats": "body", "naam": "", "reden": "er staat niets in", "redenEn": "there is nothing in it"}
            ]
        },
    )


def writing_answers(schema: str, *, status: int, conflict: str) -> Answers:
    """Describe how a change of something that is there answers: with what it has become."""
    changed = {
        "description": "Gebeurd.",
        "content": {"application/json": {"schema": reference(schema)}},
        "headers": {
            **LOCATION,
            "ETag": {"schema": {"type": "string"}, "description": "Versie zoals ze nu is."},
        },
    }
    return {
        status: changed,
        400: INVALID,
        **MISSING,
        409: problem_answer(conflict),
        412: problem_answer("Intussen gewijzigd."),
        428: problem_answer("De header If-Match ontbreekt."),
        503: UNREACHABLE,
    }

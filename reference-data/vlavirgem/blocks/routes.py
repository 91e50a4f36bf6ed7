"""Adding a route to a building block, and describing how it answers."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request  # FastAPI reads the annotation of `_asks_nothing` at run time
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from vlavirgem.blocks.accepting import MOST_BYTES, JsonRoute, takes_body
from vlavirgem.blocks.methods import header_of
from vlavirgem.blocks.problems import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI

Answers = dict[int | str, dict[str, Any]]
"""How an operation may answer, by status."""


def add_route(
    app: FastAPI,
    path: str,
    handler: Callable[..., Any],
    *,
    name: str,
    summary: str,
    answers: Answers,
    method: str = "GET",
    status: int = 200,
    tag: str = "",
) -> None:
    """Add one route. One that takes no `query` refuses every parameter: a misspelt one must not pass unseen.

    One that takes a `query` refuses a parameter that is given twice: which of the two would count?

    One that takes a body takes JSON, up to `MOST_BYTES`.

    Args:
        app: The application of the block.
        path: Its address within the block.
        handler: Answers; what its docstring says is in the OpenAPI document.
        name: Its operation, unique within the block.
        summary: What it does, in Dutch.
        answers: How it answers, by status.
        method: Of HTTP.
        status: Of an answer when all is well.
        tag: What it belongs to; by default the first part of its address.
    """
    has_body = takes_body(handler)
    app.router.add_api_route(
        path,
        handler,
        methods=[method],
        status_code=status,
        operation_id=name,
        summary=summary,
        tags=[tag or path.split("/")[1]],
        response_class=Response,
        responses={**answers, **_answers_to_bodies(method)} if has_body else answers,
        dependencies=[Depends(_asks_once if "query" in signature(handler).parameters else _asks_nothing)],
        route_class_override=JsonRoute if has_body else None,
    )


async def _asks_nothing(request: Request) -> None:
    strange = [{"type": "extra_forbidden", "loc": ("query", name), "msg": ""} for name in request.query_params]
    if strange:
        raise RequestValidationError(strange)


async def _asks_once(request: Request) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    if len(given) > len(set(given)):
        twice = sorted({name for name in given if given.count(name) > 1})
        raise RequestValidationError([{"type": "given_twice", "loc": ("query", name), "msg": ""} for name in twice])


def reference(name: str) -> dict[str, str]:
    """Point at a schema of the OpenAPI document."""
    return {"$ref": f"#/components/schemas/{name}"}


def problem_answer(text: str) -> dict[str, Any]:
    """Describe an answer with problem details."""
    return {"description": text, "content": {MEDIA_TYPE: {"schema": reference("Probleem")}}}


def _answers_to_bodies(method: str) -> Answers:
    told = {header_of(method): {"schema": {"type": "string"}, "description": "Wat u wel kunt sturen."}}
    return {
        413: problem_answer(f"De inhoud is langer dan {MOST_BYTES} bytes."),
        415: {**problem_answer("De inhoud is geen JSON, of zegt dat niet in Content-Type."), "headers": told},
    }


def reading_answers(content: Mapping[str, Any]) -> Answers:
    """Describe how a reading answers; `content` holds a schema by media type."""
    return {
        200: {"description": "Gevonden.", "content": content},
        304: {"description": "Ongewijzigd sinds de ETag die u meegaf."},
        400: INVALID,
        406: problem_answer("Het gevraagde formaat bestaat niet."),
        503: UNREACHABLE,
    }


INVALID = problem_answer("De invoer klopt niet.")
UNREACHABLE = problem_answer("De databank antwoordt niet.")
BROKEN: Answers = {400: INVALID, 503: UNREACHABLE}
"""What any writing may answer."""
MISSING: Answers = {404: problem_answer("Niet gevonden.")}
"""What whoever names one thing may hear."""
LOCATION: dict[str, Any] = {"Location": {"schema": {"type": "string", "format": "uri"}, "description": "Adres."}}
"""The header of what was made."""

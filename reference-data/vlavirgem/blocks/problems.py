"""Errors as problem details (RFC 9457), whatever went wrong."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from vlavirgem.blocks.methods import told_of
from vlavirgem.blocks.reasons import explain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "https://data.vlavirgem.example/problemen/"

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Probleem",
    "description": "Probleemdetails volgens RFC 9457.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detailEn": {"type": "string", "description": "The same explanation in English."},
        "instance": {"type": "string", "format": "uri-reference"},
        "fouten": {
            "type": "array",
            "description": "Alle fouten in de invoer samen.",
            "items": {
                "type": "object",
                "properties": {
                    "plaats": {"type": "string"},
                    "naam": {"type": "string"},
                    "reden": {"type": "string"},
                    "redenEn": {"type": "string", "description": "The same reason in English."},
                },
                "required": ["plaats", "naam", "reden"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}

_TITLES = {
    400: "Ongeldige invoer",
    404: "Niet gevonden",
    405: "Methode niet toegelaten",
    406: "Formaat niet beschikbaar",
    409: "Conflict",
    410: "Bestaat niet meer",
    412: "Voorwaarde niet vervuld",
    413: "Inhoud te lang",
    415: "Formaat niet ondersteund",
    428: "Voorwaarde vereist",
    500: "Interne fout",
    503: "Tijdelijk niet beschikbaar",
}
_TEXTS = {
    400: ("ongeldige-invoer", "Wat u stuurde, is niet te lezen.", "What you sent cannot be read."),
    404: ("niet-gevonden", "Op dit adres is er niets.", "There is nothing at this address."),
    405: ("methode-niet-toegelaten", "Deze methode kan hier niet.", "This method is not allowed here."),
}
"""What is said of an error that did not come from a building block itself."""
_PATH_CHARACTERS = "/%!$&'()*+,;=:@-._~"
_log = logging.getLogger("vlavirgem")


class Problem(HTTPException):
    """An error that the caller can read and act on.

    Args:
        status: HTTP status code.
        code: Stable code, the last part of the problem's `type`.
        nl: What is wrong, in Dutch.
        en: The same in English.
        headers: Headers for the answer.
        extra: More members for the problem.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        nl: str,
        en: str,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail=nl, headers=headers)
        self.code = code
        self.english = en
        self.extra = dict(extra or {})


def not_found(nl: str, en: str) -> Problem:
    """Make the problem for a thing that is not there."""
    return Problem(404, "niet-gevonden", nl=nl, en=en)


def install(app: FastAPI) -> None:
    """Make an application answer every error with problem details."""
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_input)
    app.add_exception_handler(psycopg.OperationalError, _database_gone)
    app.add_exception_handler(psycopg.errors.UndefinedTable, _database_gone)
    app.add_exception_handler(Exception, _internal_error)


def problem_response(request: Request, problem: Problem) -> Response:
    """Write a problem as a response."""
    content = {
        "type": TYPE_BASE + problem.code,
        "title": _TITLES.get(problem.status_code, HTTPStatus(problem.status_code).phrase),
        "status": problem.status_code,
        "detail": problem.detail,
        "detailEn": problem.english,
        "instance": _sent_path(request),
        **problem.extra,
    }
    return Response(
        json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"),
        status_code=problem.status_code,
        media_type=MEDIA_TYPE,
        headers=dict(problem.headers or {}),
    )


def _sent_path(request: Request) -> str:
    """Give the path as it was sent, escapes included, so that it is a valid URI reference."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return quote(raw, safe=_PATH_CHARACTERS)


async def _http_error(request: Request, error: Exception) -> Response:
    if isinstance(error, Problem):
        return problem_response(request, error)
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    status = error.status_code
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers |= told_of(request)
        if request.method == "OPTIONS":  # RFC 9110, 9.3.7
            return Response(status_code=204, headers=headers)
    code, nl, en = _TEXTS.get(status, (f"http-{status}", str(error.detail), str(error.detail)))
    return problem_response(request, Problem(status, code, nl=nl, en=en, headers=headers))


async def _invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    faults = [_fault(fault) for fault in error.errors()]
    names = ", ".join(sorted({fault["naam"] or fault["plaats"] for fault in faults}))
    return problem_response(
        request,
        Problem(
            400,
            "ongeldige-invoer",
            nl=f"De invoer klopt niet: {names}. Zie `fouten`.",
            en=f"The input is not valid: {names}. See `fouten`.",
            extra={"fouten": faults},
        ),
    )


def _fault(fault: Mapping[str, Any]) -> dict[str, str]:
    dutch, english = explain(fault)
    place, *name = fault["loc"] or ("",)
    return {
        "plaats": str(place),
        # Where it stops to be JSON is a place in the text, and no name.
        "naam": "" if fault.get("type") == "json_invalid" else ".".join(map(str, name)),
        "reden": dutch,
        "redenEn": english,
    }


async def _database_gone(request: Request, error: Exception) -> Response:
    _log.warning("The database does not answer: %s", str(error).split("\n", 1)[0])
    return problem_response(
        request,
        Problem(
            503,
            "databank-onbereikbaar",
            nl="De databank antwoordt niet. Probeer het zo meteen opnieuw.",
            en="The database does not answer. Please try again in a moment.",
            headers={"Retry-After": "1"},
        ),
    )


async def _internal_error(request: Request, error: Exception) -> Response:
    _log.error("Unexpected error on %s", request.url.path, exc_info=error)
    return problem_response(
        request,
        Problem(
            500,
            "interne-fout",
            nl="Er ging iets mis in deze dienst. Het ligt niet aan uw vraag.",
            en="Something went wrong in this service. Your request is not the cause.",
        ),
    )

"""Every error becomes one problem document (RFC 9457), rendered in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from structlog.contextvars import get_contextvars

from proeftuin_kernel.errors import BadInputError, LimitReachedError, ProeftuinError
from proeftuin_kernel.text import Text
from proeftuin_kernel.web.deps import language_of
from proeftuin_kernel.web.models import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

_log = structlog.get_logger(__name__)

PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "model": Problem,
        "description": "A problem document (RFC 9457).",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""Pass as `responses=` to a router: every error of the platform has this form."""


def problem_response(request: Request, error: ProeftuinError) -> JSONResponse:
    """Render an error in the reader's language."""
    language = language_of(request)
    body: dict[str, Any] = {
        "type": f"/docs/fouten#{error.code}",
        "title": error.title.in_(language),
        "status": error.status,
        "detail": error.detail.in_(language),
        "code": error.code,
        "instance": get_contextvars().get("request_id"),
        **_in_language(error.extra, language),
    }
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if isinstance(error, LimitReachedError) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, error.status, headers, media_type="application/problem+json")


def install_problems(app: FastAPI) -> None:
    """Make an application answer every failure with a problem document."""

    @app.exception_handler(ProeftuinError)
    async def _known(request: Request, error: ProeftuinError) -> Response:
        if error.log_message:
            _log.warning("request failed", code=error.code, reason=error.log_message)
        return _answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, _from_validation(error))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        response = _answer(request, _from_http(error))
        response.headers.update(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(sorted(_methods_here(request)))
        return response

    @app.exception_handler(Exception)
    async def _unknown(request: Request, error: Exception) -> Response:
        _log.exception("unexpected failure", exc_info=error)
        return _answer(
            request,
            ProeftuinError(
                Text(
                    nl="Dit had niet mogen gebeuren. Geef de code bij 'instance' door aan de beheerder.",
                    en="This should not have happened. Quote the code at 'instance' to the operator.",
                )
            ),
        )


def _answer(request: Request, error: ProeftuinError) -> Response:
    renderer = getattr(request.app.state, "render_problem", None)
    if renderer is not None:  # the portal shows a page to people; see `proeftuin.portal`
        page: Response | None = renderer(request, error)
        if page is not None:
            return page
    return problem_response(request, error)


def _methods_here(request: Request) -> set[str]:
    """Collect the methods of every route of this path; the framework names those of the first one only."""
    contexts = iter_route_contexts(request.app.routes)
    here = (one for one in contexts if one.path_regex.match(request.scope["path"]))
    return {method for one in here for method in (one.methods or ())}


def _from_validation(error: RequestValidationError) -> BadInputError:
    faults = [
        {
            "pointer": "/" + "/".join(str(part) for part in fault["loc"]),
            "detail": {"nl": _dutch(fault), "en": str(fault["msg"])},
        }
        for fault in error.errors()
    ]
    return BadInputError(
        Text(
            nl="De invoer klopt niet; zie 'errors' voor elke fout.",
            en="The input is not valid; see 'errors' for each fault.",
        ),
        extra={"errors": faults},
    )


_DUTCH = {
    "missing": "dit veld is verplicht",
    "extra_forbidden": "dit veld bestaat niet",
    "json_invalid": "dit is geen geldige JSON",
    "string_too_short": "deze tekst is te kort",
    "string_too_long": "deze tekst is te lang",
    "string_pattern_mismatch": "deze tekst heeft niet de juiste vorm",
    "enum": "deze waarde staat niet in de lijst",
    "literal_error": "deze waarde staat niet in de lijst",
    "int_parsing": "dit is geen geheel getal",
    "int_type": "dit is geen geheel getal",
    "int_from_float": "dit is geen geheel getal",
    "datetime_parsing": "dit is geen datum of tijdstip, zoals 2026-11-21 of 2026-11-21T12:00:00Z",
    "string_type": "dit is geen tekst",
    "list_type": "dit is geen lijst",
    "model_attributes_type": "dit is geen JSON-object",
    "too_long": "dit zijn er te veel",
    "greater_than_equal": "dit getal is te klein",
    "less_than_equal": "dit getal is te groot",
}


def _dutch(fault: dict[str, Any]) -> str:
    return _DUTCH.get(str(fault["type"]), f"ongeldige waarde ({fault['type']})")


def _from_http(error: HTTPException) -> ProeftuinError:
    class _HttpError(ProeftuinError):
        status = error.status_code
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-").replace("'", "")
        title = _HTTP_TITLES.get(error.status_code, Text(nl=str(error.detail), en=str(error.detail)))

    unreadable = Text(nl=f"Het verzoek kan niet gelezen worden: {error.detail}", en=str(error.detail))
    return _HttpError(_HTTP_DETAILS.get(error.status_code, unreadable))


_HTTP_TITLES = {
    404: Text(nl="Niet gevonden", en="Not found"),
    405: Text(nl="Deze methode kan hier niet", en="Method not allowed"),
    400: Text(nl="Ongeldige invoer", en="Invalid input"),
}
_HTTP_DETAILS = {
    404: Text(
        nl="Op dit adres is niets. Controleer de link.",
        en="There is nothing at this address. Check the link.",
    ),
    405: Text(
        nl="Dit adres kent deze methode niet; zie de kop Allow.",
        en="This address does not know this method; see the Allow header.",
    ),
}


def _in_language(extra: Any, language: str) -> Any:
    """Turn every `{"nl", "en"}` in the extension members into one text."""
    if isinstance(extra, dict):
        if extra.keys() == {"nl", "en"}:
            return extra[language]
        return {key: _in_language(value, language) for key, value in extra.items()}
    if isinstance(extra, list):
        return [_in_language(value, language) for value in extra]
    return extra

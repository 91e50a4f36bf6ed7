"""Errors as pages: what happened, why, what to do, and the code to quote."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from structlog.contextvars import get_contextvars

from proeftuin.portal.visit import visit_without_asking
from proeftuin_kernel.errors import LimitReachedError, ProeftuinError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_WHAT_NEXT = {
    400: Text(
        nl="Ga terug, verbeter wat hierboven staat en probeer opnieuw.",
        en="Go back, correct what is said above and try again.",
    ),
    401: Text(
        nl="Meld u aan. Daarna komt u vanzelf terug op deze pagina.",
        en="Sign in. You will then return to this page.",
    ),
    403: Text(
        nl="Denkt u dat u dit wel mag? Vraag het aan de beheerder van uw organisatie.",
        en="Do you think that you should be allowed? Ask the administrator of your organisation.",
    ),
    404: Text(
        nl="Controleer het adres, of zoek in de catalogus. Misschien is wat u zoekt opgeruimd.",
        en="Check the address, or search the catalogue. What you look for may have been cleaned up.",
    ),
    409: Text(
        nl="Bekijk eerst hoe het er nu voor staat, en probeer daarna opnieuw.",
        en="First look at how things stand now, then try again.",
    ),
    410: Text(
        nl="Wat hier stond, is opgeruimd en komt niet terug. U kunt een nieuwe proeftuin openen.",
        en="What was here is cleaned up and will not return. You can open a new sandbox.",
    ),
    429: Text(nl="Wacht even, of maak eerst plaats.", en="Wait a moment, or make room first."),
    500: Text(
        nl="Probeer het nog eens. Blijft het misgaan, geef dan de code hieronder door aan de beheerder.",
        en="Try again. If it keeps going wrong, quote the code below to the operator.",
    ),
    503: Text(
        nl="Er is niets verloren. Probeer het over een minuut opnieuw.",
        en="Nothing is lost. Try again in a minute.",
    ),
}
_LAST_STATUS_BELOW_500 = 499


def render_problem(request: Request, error: ProeftuinError) -> Response | None:
    """Show an error to a person; None when a program asked and must get a problem document."""
    path = request.url.path
    accept = request.headers.get("accept", "")
    if path.startswith("/api/") or path.endswith(".json") or "text/html" not in accept:
        return None
    visit = visit_without_asking(request)
    fallback = _WHAT_NEXT[400] if error.status <= _LAST_STATUS_BELOW_500 else _WHAT_NEXT[500]
    response = visit.html(
        "probleem.html",
        {
            "error": error,
            "faults": _faults(error),
            "what_next": _WHAT_NEXT.get(error.status, fallback),
            "request_id": get_contextvars().get("request_id"),
            "sign_in": f"/aanmelden?terug={quote(_return_address(request), safe='')}",
        },
        twin="",
        status=error.status,
    )
    response.headers["Cache-Control"] = "no-store"
    if isinstance(error, LimitReachedError) and error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _faults(error: ProeftuinError) -> list[tuple[str, Text]]:
    faults = []
    for fault in error.extra.get("errors", []):
        detail = fault.get("detail")
        text = Text(**detail) if isinstance(detail, dict) else Text(nl=str(detail), en=str(detail))
        faults.append((str(fault.get("pointer", "")).rsplit("/", 1)[-1], text))
    return faults


def fields_in_error(error: ProeftuinError) -> dict[str, Text]:
    """The faults of a form by field; the last part of the pointer names the field."""
    return dict(_faults(error))


def _return_address(request: Request) -> str:
    if request.method != "GET":
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")

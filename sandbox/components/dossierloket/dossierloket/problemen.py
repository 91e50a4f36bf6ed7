"""Turns what goes wrong into problem details (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from dossierloket.fouten import LoketError

_TITELS = {404: "Niet gevonden", 405: "Methode niet toegestaan", 413: "Vraag te groot", 500: "Fout in het loket"}
_MELDINGEN = {
    "missing": "Deze waarde ontbreekt.",
    "extra_forbidden": "Deze waarde hoort hier niet.",
    "string_too_short": "Deze tekst is te kort.",
    "string_too_long": "Deze tekst is te lang.",
    "string_pattern_mismatch": "Deze tekst heeft niet de gevraagde vorm.",
    "string_type": "Dit moet tekst zijn.",
    "string_unicode": "Deze tekst is geen geldige Unicode.",
    "int_parsing": "Dit moet een geheel getal zijn.",
    "greater_than_equal": "Dit getal is te klein.",
    "less_than_equal": "Dit getal is te groot.",
    "too_long": "Deze lijst is te lang.",
    "list_type": "Dit moet een lijst zijn.",
    "json_invalid": "De inhoud is geen geldige JSON.",
}


def probleem(status: int, *, code: str | None, titel: str, detail: str, **meer: Any) -> JSONResponse:
    """One problem, as an answer."""
    soort = f"urn:problem-type:dossierloket:{code}" if code else "about:blank"
    inhoud = {"type": soort, "title": titel, "status": status, "detail": detail, **meer}
    return JSONResponse(inhoud, status_code=status, media_type="application/problem+json")


def meld_problemen(app: FastAPI, *, routes: Sequence[BaseRoute]) -> None:
    """Let `app`, which has these routes, answer every error with problem details."""
    app.state.adressen = [route for route in routes if isinstance(route, Route)]
    app.add_exception_handler(LoketError, _van_het_loket)
    app.add_exception_handler(RequestValidationError, _ongeldig)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _onverwacht)


async def _van_het_loket(_: Request, fout: Exception) -> JSONResponse:
    assert isinstance(fout, LoketError)  # noqa: S101 - registered for this class; tells the type checker
    return probleem(fout.status, code=fout.code, titel=fout.titel, detail=str(fout))


async def _ongeldig(_: Request, fout: Exception) -> JSONResponse:
    """All invalid values together, without repeating what was sent."""
    assert isinstance(fout, RequestValidationError)  # noqa: S101 - registered for this class
    fouten = [
        {
            "plaats": "/".join(str(deel) for deel in een["loc"]),
            "melding": _MELDINGEN.get(een["type"], "Deze waarde is ongeldig."),
        }
        for een in fout.errors()
    ]
    aantal = "Eén waarde is" if len(fouten) == 1 else f"{len(fouten)} waarden zijn"
    return probleem(400, code="ongeldig", titel="Ongeldige vraag", detail=f"{aantal} ongeldig.", fouten=fouten)


async def _http(request: Request, fout: Exception) -> JSONResponse:
    assert isinstance(fout, HTTPException)  # noqa: S101 - registered for this class
    titel = _TITELS.get(fout.status_code, HTTPStatus(fout.status_code).phrase)
    antwoord = probleem(
        fout.status_code, code=None, titel=titel, detail=f"{titel}: {request.method} {request.url.path}"
    )
    antwoord.headers.update(fout.headers or {})
    if fout.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        antwoord.headers["Allow"] = ", ".join(_methoden(request))
    return antwoord


def _methoden(request: Request) -> list[str]:
    """The methods that this address has; the framework names those of one route only."""
    passend = (route for route in request.app.state.adressen if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({methode for route in passend for methode in route.methods or ()})


async def _onverwacht(_: Request, __: Exception) -> JSONResponse:
    return probleem(500, code=None, titel=_TITELS[500], detail="Er ging iets mis. Probeer het later opnieuw.")

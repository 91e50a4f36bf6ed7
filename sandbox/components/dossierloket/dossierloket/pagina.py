"""The pages for officials: a list, a case, and the acts on it. They work without JavaScript."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dossierloket.dossier import Agent, Dossier
from dossierloket.fouten import LoketError, OnbekendError
from dossierloket.loket import Aanvraag, Loket
from dossierloket.proces import PROCES, Bron, StatusCode
from dossierloket.teksten import Taal, woorden

if TYPE_CHECKING:
    from collections.abc import Callable

router = APIRouter(include_in_schema=False)

LANGSTE_TEKST = 2000
_SJABLONEN = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "sjablonen"), autoescape=True, undefined=StrictUndefined
)


class OnvolledigError(LoketError):
    """A form came in with an empty or much too long field."""

    status = 400
    code = "onvolledig"
    titel = "Onvolledig"


@router.get("/")
def lijst(request: Request) -> Response:
    """The list of cases and the form for a new application."""
    return _lijst(request)


@router.get("/dossiers/{dossier_id}")
def toon(request: Request, dossier_id: str) -> Response:
    """One case with what can be done now."""
    return _dossier(request, dossier_id)


@router.post("/aanvragen")
async def nieuwe_aanvraag(request: Request) -> Response:
    """Intake."""
    velden = await _velden(request)
    try:
        product = _verplicht(velden, "product")
        bekend = _loket(request).producten.get(product)
        dossier = _loket(request).neem_in(
            Aanvraag(
                product=product,
                aanvrager=Agent(_verplicht(velden, "naam")[:200]),
                naam=bekend.naam[:200] if bekend else product,
            )
        )
    except LoketError as fout:
        return _lijst(request, fout=fout)
    return _naar(request, dossier)


@router.post("/dossiers/{dossier_id}/{daad}")
async def doe(request: Request, dossier_id: str, daad: str) -> Response:
    """One act on a case: `status`, `besluit`, `levering` or `intrekking`."""
    loket, velden = _loket(request), await _velden(request)
    daden: dict[str, Callable[[], Dossier]] = {
        "status": lambda: loket.zet_status(dossier_id, _status(velden, "status")),
        "besluit": lambda: loket.beslis(
            dossier_id, _status(velden, "uitkomst"), motivering=_verplicht(velden, "motivering")
        ),
        "levering": lambda: loket.lever(dossier_id, naam=_verplicht(velden, "naam")[:200]),
        "intrekking": lambda: loket.trek_in(dossier_id, reden=_verplicht(velden, "reden")),
    }
    if daad not in daden:
        return _onbekend(request)
    try:
        dossier = daden[daad]()
    except OnbekendError:
        return _onbekend(request)
    except LoketError as fout:
        return _dossier(request, dossier_id, fout=fout)
    return _naar(request, dossier)


def _loket(request: Request) -> Loket:
    loket: Loket = request.app.state.loket
    return loket


def _lijst(request: Request, *, fout: LoketError | None = None) -> Response:
    na = request.query_params.get("cursor", "")
    bladzijde = _loket(request).lijst(na=int(na) if na.isdecimal() and len(na) < 16 else 0)  # noqa: PLR2004 - SQLite counts to 2^63
    return _bladzijde(
        request,
        "lijst.html",
        fout=fout,
        dossiers=bladzijde.dossiers,
        volgende=bladzijde.volgende,
        producten=_loket(request).producten.values(),
    )


def _dossier(request: Request, dossier_id: str, *, fout: LoketError | None = None) -> Response:
    try:
        dossier = _loket(request).haal(dossier_id)
    except OnbekendError:
        return _onbekend(request)
    volgende = dossier.plaats.volgende
    per_bron = {bron: [code for code in volgende if PROCES[code].bron is bron] for bron in Bron}
    return _bladzijde(request, "dossier.html", fout=fout, dossier=dossier, mogelijk=per_bron)


def _onbekend(request: Request) -> Response:
    return _bladzijde(request, "onbekend.html", status=404)


def _bladzijde(
    request: Request, sjabloon: str, *, fout: LoketError | None = None, status: int = 200, **waarden: Any
) -> Response:
    taal = _taal(request)
    melding = None
    if fout is not None:
        status = fout.status
        melding = "invullen" if isinstance(fout, OnvolledigError) else "niet_mogelijk"
    inhoud = _SJABLONEN.get_template(sjabloon).render(
        t=woorden(taal),
        taal=taal,
        andere_taal="en" if taal == "nl" else "nl",
        pad=request.url.path if request.method == "GET" else "/",
        melding=melding,
        **waarden,
    )
    return HTMLResponse(inhoud, status_code=status)


def _taal(request: Request) -> Taal:
    """The language asked for: by the address, else by the browser, else Dutch."""
    gevraagd = request.query_params.get("taal")
    if gevraagd in {"nl", "en"}:
        return "en" if gevraagd == "en" else "nl"
    return "en" if request.headers.get("accept-language", "").lower().startswith("en") else "nl"


def _naar(request: Request, dossier: Dossier) -> Response:
    return RedirectResponse(f"/dossiers/{quote(dossier.id)}?taal={_taal(request)}", status_code=303)


async def _velden(request: Request) -> dict[str, str]:
    """The fields of a form, the first value of each."""
    ontvangen = (await request.body()).decode("utf-8", errors="replace")
    return {naam: waarden[0] for naam, waarden in parse_qs(ontvangen).items()}


def _verplicht(velden: dict[str, str], naam: str) -> str:
    waarde = velden.get(naam, "").strip()
    if not waarde or len(waarde) > LANGSTE_TEKST:
        raise OnvolledigError(naam)
    return waarde


def _status(velden: dict[str, str], naam: str) -> StatusCode:
    try:
        return StatusCode(_verplicht(velden, naam))
    except ValueError:
        raise OnvolledigError(naam) from None

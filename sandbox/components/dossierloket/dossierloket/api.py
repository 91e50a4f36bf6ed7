"""The HTTP API: routes that only translate between the wire and the desk."""

from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from dossierloket import jsonld
from dossierloket import modellen as m
from dossierloket.dossier import Agent, Dossier
from dossierloket.fouten import OnbekendError
from dossierloket.loket import Aanvraag, Loket, NieuwStuk, Versies
from dossierloket.openapi import CREATED, LEZEN, WIJZIGEN, fouten
from dossierloket.proces import StatusCode

Ding = TypeVar("Ding")
Antwoord = TypeVar("Antwoord", bound=m.Document)


class _Route(APIRoute):
    """A route that leaves out what has no value, instead of answering `null`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "response_model_exclude_none": True})


router = APIRouter(route_class=_Route)


def _loket(request: Request) -> Loket:
    loket: Loket = request.app.state.loket
    return loket


def _vorm(request: Request) -> jsonld.Vorm:
    vorm: jsonld.Vorm = request.app.state.vorm
    return vorm


def _versies(
    if_match: Annotated[
        Annotated[str, Field(max_length=400)] | SkipJsonSchema[None],
        Header(
            alias="If-Match",
            description="De ETag van het dossier dat u las. De ETag geldt voor het dossier en alles eronder.",
        ),
    ] = None,
) -> Versies:
    """The versions that the client accepts; weak tags never match (RFC 9110, 13.1.1)."""
    if if_match is None or if_match.strip() == "*":
        return None
    return {tag.strip().removeprefix('"').removesuffix('"') for tag in if_match.split(",")}


LoketDep = Annotated[Loket, Depends(_loket)]
VormDep = Annotated[jsonld.Vorm, Depends(_vorm)]
VersiesDep = Annotated[Versies, Depends(_versies)]
DossierId = Annotated[str, Path(description="Het `id` van een dossier.", max_length=100)]
StukId = Annotated[str, Path(description="Het laatste deel van het adres van een stuk.")]


@router.get("/proces", tags=["proces"])
def proces() -> m.Proces:
    """Toon het proces: de stappen, de statussen en wat op wat mag volgen."""
    return jsonld.proces()


@router.get("/producten", tags=["producten"])
def producten(loket: LoketDep, *, vorm: VormDep) -> m.ProductLijst:
    """Toon de producten waarvoor men een aanvraag kan doen."""
    return m.ProductLijst(context=vorm.context, items=[vorm.product(product) for product in loket.producten.values()])


@router.get("/context", tags=["proces"], response_class=JSONResponse)
def context() -> Response:
    """Toon de JSON-LD-context van alle antwoorden."""
    return JSONResponse({"@context": jsonld.CONTEXT}, media_type="application/ld+json")


@router.get("/dossiers", tags=["dossiers"], responses=fouten(400))
def lijst(
    *,
    loket: LoketDep,
    vorm: VormDep,
    status: Annotated[StatusCode | SkipJsonSchema[None], Query(description="Alleen dossiers met deze status.")] = None,
    cursor: Annotated[
        Annotated[str, Field(pattern="^[0-9]{1,15}$")] | SkipJsonSchema[None],
        Query(description="Uit `volgende`; heeft zelf geen betekenis."),
    ] = None,
    limiet: Annotated[int, Query(ge=1, le=100, description="Hoeveel dossiers hoogstens.")] = 20,
) -> m.DossierLijst:
    """Toon de dossiers, de oudste eerst, bladzijde per bladzijde."""
    bladzijde = loket.lijst(status=status, na=int(cursor or 0), limiet=limiet)
    volgende = None
    if bladzijde.volgende is not None:
        filter_ = f"&status={status}" if status else ""
        volgende = f"{vorm.basis}/dossiers?limiet={limiet}&cursor={bladzijde.volgende}{filter_}"
    return m.DossierLijst(
        context=vorm.context, items=[vorm.dossier(dossier) for dossier in bladzijde.dossiers], volgende=volgende
    )


@router.post("/dossiers", tags=["dossiers"], status_code=201, responses=CREATED | fouten(400, 409))
def neem_in(
    aanvraag: m.AanvraagIn,
    *,
    loket: LoketDep,
    vorm: VormDep,
    response: Response,
    sleutel: Annotated[
        Annotated[str, Field(min_length=1, max_length=200)] | SkipJsonSchema[None],
        Header(
            alias="Idempotency-Key",
            description="Herhaal een aanvraag met dezelfde sleutel en u krijgt hetzelfde dossier.",
        ),
    ] = None,
) -> m.Dossier:
    """Dien een aanvraag in (intake): er komt een nieuw dossier."""
    dossier = loket.neem_in(_aanvraag(aanvraag), sleutel=sleutel)
    response.headers["Location"] = vorm.adres(dossier)
    return _antwoord(dossier, vorm, response, vorm.dossier(dossier))


@router.get("/dossiers/{dossier_id}", tags=["dossiers"], responses=LEZEN)
def lees(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.Dossier:
    """Toon één dossier met alles wat erin zit."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, vorm.dossier(dossier))


@router.get("/dossiers/{dossier_id}/statussen", tags=["behandelen"], responses=LEZEN)
def statussen(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.StatusLijst:
    """Toon de geschiedenis van de statussen, de oudste eerst."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, m.StatusLijst(items=vorm.statussen(dossier)))


@router.post("/dossiers/{dossier_id}/statussen", tags=["behandelen"], status_code=201, responses=WIJZIGEN)
def zet_status(
    dossier_id: DossierId,
    *,
    status: m.StatusIn,
    loket: LoketDep,
    vorm: VormDep,
    versies: VersiesDep,
    response: Response,
) -> m.Status:
    """Zet de volgende status van de behandeling (behandelen)."""
    dossier = loket.zet_status(dossier_id, StatusCode(status.status), toelichting=status.toelichting, versies=versies)
    return _antwoord(dossier, vorm, response, vorm.status(dossier.statussen[-1]))


@router.get("/dossiers/{dossier_id}/stukken", tags=["dossiers"], responses=LEZEN)
def stukken(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.StukLijst:
    """Toon de stukken van een dossier."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, m.StukLijst(items=vorm.stukken(dossier)))


@router.post("/dossiers/{dossier_id}/stukken", tags=["dossiers"], status_code=201, responses=CREATED | WIJZIGEN)
def voeg_stuk_toe(
    dossier_id: DossierId,
    *,
    stuk: m.StukIn,
    loket: LoketDep,
    vorm: VormDep,
    versies: VersiesDep,
    response: Response,
) -> m.Stuk:
    """Voeg een stuk toe aan een open dossier."""
    dossier = loket.voeg_stuk_toe(dossier_id, NieuwStuk(**stuk.model_dump()), versies=versies)
    nieuw = vorm.stuk(dossier, dossier.stukken[-1])
    response.headers["Location"] = nieuw.id
    return _antwoord(dossier, vorm, response, nieuw)


@router.get("/dossiers/{dossier_id}/stukken/{stuk_id}", tags=["dossiers"], responses=LEZEN)
def lees_stuk(dossier_id: DossierId, *, stuk_id: StukId, loket: LoketDep, vorm: VormDep, response: Response) -> m.Stuk:
    """Toon één stuk."""
    dossier = loket.haal(dossier_id)
    for stuk in dossier.stukken:
        if stuk.id == stuk_id:
            return _antwoord(dossier, vorm, response, vorm.stuk(dossier, stuk))
    raise OnbekendError(f"Dossier {dossier.nummer} heeft geen stuk '{stuk_id}'.")


@router.get("/dossiers/{dossier_id}/besluit", tags=["besluiten"], responses=LEZEN)
def lees_besluit(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.Besluit:
    """Toon het besluit."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, _er_is(vorm.besluit(dossier), dossier, "besluit"))


@router.put("/dossiers/{dossier_id}/besluit", tags=["besluiten"], status_code=201, responses=WIJZIGEN)
def beslis(
    dossier_id: DossierId,
    *,
    besluit: m.BesluitIn,
    loket: LoketDep,
    vorm: VormDep,
    versies: VersiesDep,
    response: Response,
) -> m.Besluit:
    """Neem een besluit over de aanvraag (besluiten)."""
    dossier = loket.beslis(dossier_id, StatusCode(besluit.uitkomst), motivering=besluit.motivering, versies=versies)
    return _antwoord(dossier, vorm, response, _er_is(vorm.besluit(dossier), dossier, "besluit"))


@router.get("/dossiers/{dossier_id}/levering", tags=["leveren"], responses=LEZEN)
def lees_levering(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.Output:
    """Toon wat er geleverd is."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, _er_is(vorm.levering(dossier), dossier, "levering"))


@router.put("/dossiers/{dossier_id}/levering", tags=["leveren"], status_code=201, responses=WIJZIGEN)
def lever(
    dossier_id: DossierId,
    *,
    levering: m.LeveringIn,
    loket: LoketDep,
    vorm: VormDep,
    versies: VersiesDep,
    response: Response,
) -> m.Output:
    """Lever het resultaat na een positief besluit (leveren)."""
    dossier = loket.lever(dossier_id, naam=levering.naam, versies=versies)
    return _antwoord(dossier, vorm, response, _er_is(vorm.levering(dossier), dossier, "levering"))


@router.get("/dossiers/{dossier_id}/intrekking", tags=["intake"], responses=LEZEN)
def lees_intrekking(dossier_id: DossierId, *, loket: LoketDep, vorm: VormDep, response: Response) -> m.Intrekking:
    """Toon de intrekking van de aanvraag."""
    dossier = loket.haal(dossier_id)
    return _antwoord(dossier, vorm, response, _er_is(vorm.intrekking(dossier), dossier, "intrekking"))


@router.put("/dossiers/{dossier_id}/intrekking", tags=["intake"], status_code=201, responses=WIJZIGEN)
def trek_in(
    dossier_id: DossierId,
    *,
    intrekking: m.IntrekkingIn,
    loket: LoketDep,
    vorm: VormDep,
    versies: VersiesDep,
    response: Response,
) -> m.Intrekking:
    """Trek een aanvraag in, zolang er geen besluit is."""
    dossier = loket.trek_in(dossier_id, reden=intrekking.reden, versies=versies)
    return _antwoord(dossier, vorm, response, _er_is(vorm.intrekking(dossier), dossier, "intrekking"))


def _aanvraag(gevraagd: m.AanvraagIn) -> Aanvraag:
    return Aanvraag(
        product=gevraagd.product,
        aanvrager=Agent(gevraagd.aanvrager.naam, gevraagd.aanvrager.identificator),
        naam=gevraagd.naam,
        informatieclassificatie=gevraagd.informatieclassificatie,
        stukken=tuple(NieuwStuk(**stuk.model_dump()) for stuk in gevraagd.stukken),
    )


def _antwoord(dossier: Dossier, vorm: jsonld.Vorm, response: Response, antwoord: Antwoord) -> Antwoord:
    """Give an answer about a case the JSON-LD context, and the version of the case as entity tag."""
    response.headers["ETag"] = f'"{dossier.versie}"'
    antwoord.context = vorm.context
    return antwoord


def _er_is(ding: Ding | None, dossier: Dossier, wat: str) -> Ding:
    if ding is None:
        raise OnbekendError(f"Dossier {dossier.nummer} heeft geen {wat}.")
    return ding

"""Puts the parts together: the API below `/v1`, the pages, the health endpoint."""

import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from dossierloket import VERSIE, pagina
from dossierloket.api import router
from dossierloket.instellingen import Instellingen
from dossierloket.jsonld import Vorm
from dossierloket.koppen import Koppen, Maat
from dossierloket.loket import Loket
from dossierloket.openapi import maak_openapi
from dossierloket.opslag import Opslag
from dossierloket.problemen import meld_problemen
from dossierloket.stad import lees_stad
from dossierloket.zaaigoed import EIGEN_PERSONEN, EIGEN_PRODUCTEN, zaai

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

    from dossierloket.dossier import Agent, Product

_log = logging.getLogger("dossierloket")

BESCHRIJVING = """\
Een loket voor dossiers: een aanvraag voor een product uit de productencatalogus komt binnen (intake), wordt
behandeld, krijgt een besluit en wordt geleverd. De antwoorden zijn OSLO Dossier in JSON-LD. Alle gegevens zijn
synthetisch.
"""


def maak_api(loket: Loket, vorm: Vorm) -> FastAPI:
    """The API of version 1, to be mounted at `/v1`."""
    api = FastAPI(
        title="Dossierloket",
        version=VERSIE,
        description=BESCHRIJVING,
        contact={
            "name": "Voorbeeldleverancier",
            "url": "https://leverancier.example/dossierloket",
            "email": "dossierloket@leverancier.example",
        },
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        openapi_tags=[
            {"name": "intake", "description": "Een aanvraag komt binnen of wordt ingetrokken."},
            {"name": "behandelen", "description": "De aanvraag wordt onderzocht."},
            {"name": "besluiten", "description": "Het bestuur beslist, met motivering."},
            {"name": "leveren", "description": "De aanvrager krijgt het resultaat."},
            {"name": "dossiers", "description": "Wat er in een dossier zit."},
            {"name": "proces", "description": "Hoe het proces in elkaar zit."},
            {"name": "producten", "description": "Waarvoor men een aanvraag kan doen."},
        ],
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        root_path_in_servers=False,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.loket = loket
    api.state.vorm = vorm
    api.include_router(router)
    meld_problemen(api, routes=router.routes)
    document = maak_openapi(api, basis=vorm.basis)
    api.openapi = lambda: document  # type: ignore[method-assign] # the documented way to replace it
    return api


def maak_app(loket: Loket, *, basis_url: str) -> "ASGIApp":
    """The whole component.

    Args:
        loket: the desk that it serves.
        basis_url: the address by which clients reach it, without a slash at the end.
    """
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.loket = loket
    meld_problemen(app, routes=pagina.router.routes)

    @app.get("/gezondheid")
    def gezondheid() -> JSONResponse:
        """Say whether the store answers."""
        try:
            loket.lijst(limiet=1)
        except sqlite3.Error:
            _log.exception("the store does not answer")
            return JSONResponse({"status": "ongezond"}, status_code=503)
        return JSONResponse({"status": "gezond", "versie": VERSIE})

    app.include_router(pagina.router)
    app.mount("/statisch", StaticFiles(directory=Path(__file__).parent / "statisch"))
    app.mount("/v1", maak_api(loket, Vorm(f"{basis_url}/v1")))
    return Koppen(Maat(app))


def bouw(instellingen: Instellingen, *, soort: type[Loket] = Loket) -> "ASGIApp":
    """The component as the environment describes it, with its store, its products and its first cases.

    Args:
        instellingen: the environment.
        soort: the kind of desk; who extends the desk hands in a class of its own.
    """
    producten: Sequence[Product] = EIGEN_PRODUCTEN
    personen: Sequence[Agent] = EIGEN_PERSONEN
    if instellingen.stad_url:
        van_de_stad = lees_stad(instellingen.stad_url)
        producten = van_de_stad.producten or producten
        personen = van_de_stad.personen or personen
    bestand = instellingen.map / "dossiers.sqlite3" if instellingen.map else None
    loket = soort(Opslag(bestand), {product.iri: product for product in producten})
    zaai(loket, personen)
    return maak_app(loket, basis_url=instellingen.basis_url)

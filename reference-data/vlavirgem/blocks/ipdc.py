"""The product catalogue: what the municipality offers, in the terms of IPDC-LPDC."""

from __future__ import annotations

from typing import Literal

from vlavirgem.blocks.block import Block
from vlavirgem.blocks.resources import Filter, Resource, Text
from vlavirgem.linked.services import PRODUCT

_TYPES = Literal[
    "FinancieleVerplichting",
    "Toelating",
    "Bewijs",
    "Voorwerp",
    "AdviesBegeleiding",
    "InfrastructuurMateriaal",
    "FinancieelVoordeel",
]
_THEMES = Literal[
    "BurgerOverheid",
    "CultuurSportVrijeTijd",
    "EconomieWerk",
    "MilieuEnergie",
    "MobiliteitOpenbareWerken",
    "OnderwijsWetenschap",
    "WelzijnGezondheid",
    "BouwenWonen",
]
_AUDIENCES = Literal["Burger", "Onderneming", "Organisatie", "Vereniging", "LokaalBestuur", "VlaamseOverheid"]
_SEARCH = "strpos(lower(t.naam || ' ' || t.beschrijving || ' ' || array_to_string(t.zoektermen, ' ')), lower(%s)) > 0"

PRODUCTS = Resource(
    "producten",
    "product",
    PRODUCT,
    filters=(
        Filter("zoek", _SEARCH, Text, "Tekst in de naam, de beschrijving of de zoektermen."),
        Filter("type", "t.type = %s", _TYPES, "IPDC-type."),
        Filter("thema", "%s = ANY(t.themas)", _THEMES, "IPDC-thema."),
        Filter("doelgroep", "%s = ANY(t.doelgroepen)", _AUDIENCES, "IPDC-doelgroep."),
        Filter("dossiertype", "t.dossiertype = %s", Text, "Soort dossier dat een aanvraag start."),
        Filter("productnummer", "t.productnummer = %s", Text, "Productnummer."),
    ),
)
BLOCK = Block(
    name="ipdc",
    version="1.0.0",
    title="Producten- en dienstencatalogus VlaVirGem",
    text="Producten en diensten van de verzonnen gemeente VlaVirGem, volgens het model van IPDC-LPDC.",
    resources=(PRODUCTS,),
)

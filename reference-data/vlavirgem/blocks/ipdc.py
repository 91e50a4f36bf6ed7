"""The product catalogue: what the municipality offers, in the terms of IPDC-LPDC, and the forms to ask for it."""

from __future__ import annotations

from typing import Literal

from vlavirgem.blocks import formulieren
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.resources import Filter, Number, Resource, Text
from vlavirgem.linked.services import FORM, PRODUCT
from vlavirgem.public_services import authorities, channels, life_events

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
_LEVELS = Literal["Europees", "Federaal", "Vlaams", "Provinciaal", "Lokaal"]
_LIFE_EVENTS = tuple(life_events())
_CHANNELS = tuple(channels())
_AUTHORITIES = tuple(authorities())
_SEARCHED = "t.naam || ' ' || t.naam_en || ' ' || t.beschrijving || ' ' || array_to_string(t.zoektermen, ' ')"
_SEARCH = f"strpos(lower({_SEARCHED}), lower(%s)) > 0"
_SEARCH_TEXT = "Tekst in de naam, de beschrijving of de zoektermen."
_BY_CHANNEL = "EXISTS (SELECT 1 FROM productkanalen k WHERE k.product_id = t.id AND k.kanaal = %s)"

PRODUCTS = Resource(
    "producten",
    "product",
    PRODUCT,
    filters=(
        Filter("q", _SEARCH, Text, _SEARCH_TEXT),
        Filter("zoek", _SEARCH, Text, f"{_SEARCH_TEXT} Zoals `q`."),
        Filter("type", "t.type = %s", _TYPES, "IPDC-type."),
        Filter("thema", "%s = ANY(t.themas)", _THEMES, "IPDC-thema."),
        Filter("doelgroep", "%s = ANY(t.doelgroepen)", _AUDIENCES, "IPDC-doelgroep."),
        Filter(
            "levensgebeurtenis",
            "%s = ANY(t.levensgebeurtenissen)",
            Literal[_LIFE_EVENTS],
            "Levensgebeurtenis waarbij het past.",
        ),
        Filter("bestuursniveau", "t.bevoegd_niveau = %s", _LEVELS, "IPDC-niveau van de bevoegde overheid."),
        Filter("overheid", "t.uitvoerende_overheid = %s", Literal[_AUTHORITIES], "Overheid die het uitvoert."),
        Filter("kanaal", _BY_CHANNEL, Literal[_CHANNELS], "Waar of hoe men het vraagt."),
        Filter("dossiertype", "t.dossiertype = %s", Text, "Soort dossier dat een aanvraag start."),
        Filter("productnummer", "t.productnummer = %s", Text, "Productnummer."),
    ),
)
FORMS = Resource(
    "formulieren",
    "formulier",
    FORM,
    filters=(Filter("product", "t.product_id = %s", Number, "Nummer van het product dat men aanvraagt."),),
)
BLOCK = Block(
    name="ipdc",
    version="1.1.0",
    title="Producten- en dienstencatalogus VlaVirGem",
    text="Producten en diensten van de verzonnen gemeente VlaVirGem, volgens het model van IPDC-LPDC.",
    resources=(PRODUCTS, FORMS),
    extend=formulieren.add_routes,
)

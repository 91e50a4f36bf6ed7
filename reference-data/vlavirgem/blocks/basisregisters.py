"""The base registers: persons, households, organisations; addresses, streets, buildings, parcels, roads, wijken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from vlavirgem.blocks import geojson
from vlavirgem.blocks.block import Block
from vlavirgem.blocks.looking_up import searching_route
from vlavirgem.blocks.registerwriting import writing_routes
from vlavirgem.blocks.resources import Day, Filter, Number, Resource, Text
from vlavirgem.linked import ground, lives, organisations, people, places

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI


def _address_point(row: Mapping[str, Any]) -> dict[str, Any]:
    return geojson.point(row["lengtegraad"], row["breedtegraad"])


def _footprint(row: Mapping[str, Any]) -> dict[str, Any]:
    return geojson.polygon(row["wkt_wgs84"])


def _centre_line(row: Mapping[str, Any]) -> dict[str, Any]:
    return geojson.line(row["wkt_wgs84"])


PERSONS = Resource(
    "personen",
    "persoon",
    people.PERSON,
    filters=(
        Filter("achternaam", "lower(t.achternaam) = lower(%s)", Text, "Achternaam, hoofdletters tellen niet."),
        Filter("voornaam", "lower(t.voornaam) = lower(%s)", Text, "Gebruikte voornaam."),
        Filter("geslacht", "t.geslacht = %s", Literal["MALE", "FEMALE"], "EU-code van het geslacht."),
        Filter("geboortedatum", "t.geboortedatum = %s", Day, "Juiste geboortedatum."),
        Filter("geboortedatumVan", "t.geboortedatum >= %s", Day, "Geboren op of na."),
        Filter("geboortedatumTot", "t.geboortedatum <= %s", Day, "Geboren op of voor."),
        Filter("huishoudenId", "t.huishouden_id = %s", Number, "Nummer van het huishouden."),
        Filter("adresId", "t.adres_id = %s", Number, "Nummer van het adres van de domicilie."),
    ),
)
HOUSEHOLDS = Resource(
    "huishoudens",
    "huishouden",
    people.HOUSEHOLD,
    filters=(
        Filter(
            "type",
            "t.type = %s",
            Literal["alleenstaand", "koppel", "koppelMetKinderen", "eenouder", "anders"],
            "Soort huishouden.",
        ),
        Filter("adresId", "t.adres_id = %s", Number, "Nummer van het adres."),
    ),
)
ADDRESSES = Resource(
    "adressen",
    "adres",
    places.ADDRESS,
    filters=(
        Filter("straatnaam", "lower(j1.naam) = lower(%s)", Text, "Straatnaam, hoofdletters tellen niet."),
        Filter("huisnummer", "t.huisnummer = %s", Text, "Huisnummer."),
        Filter("busnummer", "t.busnummer = %s", Text, "Busnummer, bijvoorbeeld 0101."),
        Filter("postcode", "t.postcode = %s", Text, "Postcode."),
        Filter(
            "status",
            "t.status = %s",
            Literal["voorgesteld", "inGebruik", "gehistoreerd", "afgekeurd"],
            "Status.",
        ),
        Filter("straatnaamId", "t.straatnaam_id = %s", Number, "Nummer van de straatnaam."),
        Filter("gebouwId", "t.gebouw_id = %s", Number, "Nummer van het gebouw."),
        Filter("gebouweenheidId", "t.gebouweenheid_id = %s", Number, "Nummer van de gebouweenheid."),
    ),
    geometry=_address_point,
)
STREETS = Resource(
    "straatnamen",
    "straatnaam",
    places.STREET,
    filters=(
        Filter("naam", "lower(t.naam) = lower(%s)", Text, "Naam, hoofdletters tellen niet."),
        Filter("wijkId", "t.wijk_id = %s", Number, "Nummer van de wijk."),
    ),
)
BUILDINGS = Resource(
    "gebouwen",
    "gebouw",
    places.BUILDING,
    filters=(
        Filter(
            "status",
            "t.status = %s",
            Literal["gepland", "inAanbouw", "gerealiseerd", "gehistoreerd"],
            "Status.",
        ),
        Filter("straatnaamId", "t.straatnaam_id = %s", Number, "Nummer van de straatnaam."),
        Filter("perceelId", "t.perceel_id = %s", Number, "Nummer van het perceel."),
    ),
    geometry=_footprint,
)
BUILDING_UNITS = Resource(
    "gebouweenheden",
    "gebouweenheid",
    places.BUILDING_UNIT,
    filters=(
        Filter("status", "t.status = %s", Literal["gepland", "gerealiseerd", "gehistoreerd"], "Status."),
        Filter(
            "bestemming",
            "t.bestemming = %s",
            Literal["wonen", "bedrijf", "onderwijs", "eredienst", "bestuur"],
            "Waarvoor ze gemaakt is.",
        ),
        Filter("gebouwId", "t.gebouw_id = %s", Number, "Nummer van het gebouw."),
    ),
)
PARCELS = Resource(
    "percelen",
    "perceel",
    ground.PARCEL,
    filters=(
        Filter("capakey", "t.capakey = %s", Text, "Perceelidentificator, bijvoorbeeld 99000A0001/00A000."),
        Filter("grondgebruik", "t.grondgebruik = %s", Text, "Waarvoor de grond dient, bijvoorbeeld park."),
        Filter("wijkId", "t.wijk_id = %s", Number, "Nummer van de wijk."),
    ),
    geometry=_footprint,
)
ROAD_SEGMENTS = Resource(
    "wegsegmenten",
    "wegsegment",
    ground.ROAD_SEGMENT,
    filters=(
        Filter(
            "wegcategorie",
            "t.wegcategorie = %s",
            Literal["lokaleWegType1", "lokaleWegType2", "lokaleWegType3"],
            "Wegcategorie.",
        ),
        Filter("straatnaamId", "t.straatnaam_id = %s", Number, "Nummer van de straatnaam."),
        Filter("wijkId", "t.wijk_id = %s", Number, "Nummer van de wijk."),
    ),
    geometry=_centre_line,
)
BOROUGHS = Resource(
    "wijken",
    "wijk",
    ground.BOROUGH,
    filters=(Filter("naam", "lower(t.naam) = lower(%s)", Text, "Naam, hoofdletters tellen niet."),),
    geometry=_footprint,
)
ORGANISATIONS = Resource(
    "organisaties",
    "organisatie",
    people.ORGANISATION,
    filters=(
        Filter("ondernemingsnummer", "t.ondernemingsnummer = %s", Text, "KBO-nummer, 10 cijfers."),
        Filter(
            "type",
            "t.type = %s",
            Literal["gemeente", "ocmw", "politiezone", "school", "vereniging", "onderneming"],
            "Soort organisatie.",
        ),
        Filter("naam", "lower(t.naam) = lower(%s)", Text, "Naam, hoofdletters tellen niet."),
    ),
)
ESTABLISHMENTS = Resource(
    "vestigingen",
    "vestiging",
    organisations.ESTABLISHMENT,
    filters=(
        Filter("vestigingsnummer", "t.vestigingsnummer = %s", Text, "Vestigingsnummer, 10 cijfers."),
        Filter("organisatieId", "t.organisatie_id = %s", Number, "Nummer van de organisatie."),
        Filter("adresId", "t.adres_id = %s", Number, "Nummer van het adres."),
    ),
)
RESIDENCES = Resource(
    "verblijven",
    "verblijf",
    lives.RESIDENCE,
    filters=(
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de persoon."),
        Filter("adresId", "t.adres_id = %s", Number, "Nummer van het adres."),
    ),
)
PERSONAL_EVENTS = Resource(
    "persoonsgebeurtenissen",
    "persoonsgebeurtenis",
    lives.PERSONAL_EVENT,
    filters=(
        Filter("persoonId", "t.persoon_id = %s", Number, "Nummer van de persoon."),
        Filter(
            "type",
            "t.type = %s",
            Literal[
                "geboorte", "naturalisatie", "huwelijk", "echtscheiding", "weduwschap", "verhuizing", "overlijden"
            ],
            "Soort gebeurtenis.",
        ),
    ),
)


def _extend(app: FastAPI) -> None:
    searching_route(PERSONS)(app)
    writing_routes(households=HOUSEHOLDS, addresses=ADDRESSES, persons=PERSONS, organisations=ORGANISATIONS)(app)


BLOCK = Block(
    name="basisregisters",
    version="1.1.0",
    title="Basisregisters VlaVirGem",
    text="Personen, huishoudens, organisaties, adressen, straatnamen, gebouwen, gebouweenheden, percelen, "
    "wegsegmenten en wijken van de verzonnen gemeente VlaVirGem. Alle gegevens zijn synthetisch.",
    resources=(
        PERSONS,
        HOUSEHOLDS,
        ADDRESSES,
        STREETS,
        BUILDINGS,
        BUILDING_UNITS,
        PARCELS,
        ROAD_SEGMENTS,
        BOROUGHS,
        ORGANISATIONS,
        ESTABLISHMENTS,
        RESIDENCES,
        PERSONAL_EVENTS,
    ),
    extend=_extend,
)

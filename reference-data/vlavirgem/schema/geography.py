"""Where everything is: wijken, streets, roads, parcels, buildings and their units, addresses."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import AT_SEA, POST_BASIS, numbered

_VERSION = Column("versie", Kind.MOMENT, "Tijdstip van deze versie, deel van de identificator.")
_END = Column("einde", Kind.DATE, "Dag waarop het ophield te bestaan.", nullable=True)


def _figure(what: str) -> tuple[Column, ...]:
    """Give the columns of a line or a polygon."""
    return (
        Column(
            "wkt_lambert72",
            Kind.TEXT,
            f"{what} in Lambert 72 (EPSG:31370), in meter.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
        Column(
            "wkt_wgs84",
            Kind.TEXT,
            f"{what} in WGS 84, lengte en breedte in graden.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
    )


MUNICIPALITIES = Table(
    "gemeenten",
    "De gemeente zelf: één rij.",
    (
        numbered("1; in een gewest het eigen nummer van de gemeente."),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column(
            "nis_code",
            Kind.TEXT,
            "NIS-code.",
            guarantee=Guarantee.SAFE,
            basis="Geen enkel Belgisch arrondissement begint met 99.",
        ),
        Column(
            "postcode",
            Kind.TEXT,
            "Postcode.",
            guarantee=Guarantee.SAFE,
            basis=POST_BASIS,
        ),
        Column("oppervlakte", Kind.DECIMAL, "Oppervlakte in vierkante meter."),
        *_figure("Grens"),
    ),
    once=True,
)

BOROUGHS = Table(
    "wijken",
    "Wijken: delen van de gemeente van ongeveer duizend inwoners, met hun grens.",
    (
        numbered("Nummer van de wijk."),
        Column("nummer", Kind.INTEGER, "Volgnummer van de wijk, vanaf 1."),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column(
            "code",
            Kind.TEXT,
            "Code in de vorm van een statistische sector: NIS-code, letter, twee cijfers, streepje.",
            guarantee=Guarantee.SAFE,
            basis="De code begint met de NIS-code van de gemeente, die niet kan bestaan.",
        ),
        Column("oppervlakte", Kind.DECIMAL, "Oppervlakte in vierkante meter."),
        *_figure("Grens"),
    ),
)

STREETS = Table(
    "straatnamen",
    "Straatnamen van de gemeente.",
    (
        numbered("Volgnummer van de straatnaam."),
        Column("wijk_id", Kind.INTEGER, "Wijk waarin de straat ligt.", references="wijken"),
        Column("naam", Kind.TEXT, "Naam van de straat.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("status", Kind.TEXT, "voorgesteld, inGebruik of gehistoreerd."),
        _VERSION,
    ),
)

ROAD_SEGMENTS = Table(
    "wegsegmenten",
    "Stukken weg van kruispunt tot kruispunt.",
    (
        numbered("Nummer van het wegsegment."),
        Column("wijk_id", Kind.INTEGER, "Wijk waarin het wegsegment ligt.", references="wijken"),
        Column(
            "straatnaam_id",
            Kind.INTEGER,
            "Straatnaam; wegen tussen de bouwblokken hebben er geen.",
            nullable=True,
            references="straatnamen",
        ),
        Column("wegcategorie", Kind.TEXT, "lokaleWegType1 (verbindt), lokaleWegType2 (verzamelt) of lokaleWegType3."),
        Column("morfologie", Kind.TEXT, "wegMetEenRijbaan of aardeweg."),
        Column("status", Kind.TEXT, "inGebruik."),
        Column("lengte", Kind.DECIMAL, "Lengte in meter."),
        _VERSION,
        *_figure("Middellijn"),
    ),
)

PARCELS = Table(
    "percelen",
    "Kadastrale percelen.",
    (
        numbered("Nummer van het perceel."),
        Column("wijk_id", Kind.INTEGER, "Wijk waarin het perceel ligt.", references="wijken"),
        Column(
            "capakey",
            Kind.TEXT,
            "Perceelidentificator: afdeling, sectie, grondnummer/bisnummer, exponent, macht.",
            guarantee=Guarantee.SAFE,
            basis="Geen enkele kadastrale afdeling begint met 99.",
        ),
        Column(
            "grondgebruik",
            Kind.TEXT,
            "bebouwd, bouwgrond, bedrijven, school, kerk, gemeentehuis, akker, weide, bos, park, sportterrein, "
            "begraafplaats, water of tuin.",
        ),
        Column("status", Kind.TEXT, "gerealiseerd."),
        Column("oppervlakte", Kind.DECIMAL, "Oppervlakte in vierkante meter."),
        _VERSION,
        *_figure("Grens"),
    ),
)

BUILDINGS = Table(
    "gebouwen",
    "Gebouwen met hun grondvlak, ook die er niet meer zijn.",
    (
        numbered("Volgnummer van het gebouw."),
        Column("straatnaam_id", Kind.INTEGER, "Straat waaraan het gebouw ligt.", references="straatnamen"),
        Column("perceel_id", Kind.INTEGER, "Perceel waarop het gebouw ligt.", references="percelen"),
        Column("status", Kind.TEXT, "gepland, inAanbouw, gerealiseerd of gehistoreerd."),
        Column("bouwjaar", Kind.INTEGER, "Jaar waarin het gebouw klaar was.", nullable=True),
        Column("bouwlagen", Kind.INTEGER, "Aantal bovengrondse verdiepingen."),
        Column("geometrie_methode", Kind.TEXT, "ingemetenGRB of ingeschetst."),
        _END,
        Column("vervangen_door", Kind.INTEGER, "Gebouw dat in de plaats kwam.", nullable=True, references="gebouwen"),
        _VERSION,
        *_figure("Grondvlak"),
    ),
)

BUILDING_UNITS = Table(
    "gebouweenheden",
    "Gebouweenheden: woningen en andere lokalen die een eigen adres kunnen hebben.",
    (
        numbered("Volgnummer van de gebouweenheid."),
        Column("gebouw_id", Kind.INTEGER, "Gebouw waarvan het deel uitmaakt.", references="gebouwen"),
        Column("status", Kind.TEXT, "gepland, gerealiseerd of gehistoreerd."),
        Column("functie", Kind.TEXT, "nietGekend of gemeenschappelijkDeel, zoals in het gebouwenregister."),
        Column("bestemming", Kind.TEXT, "wonen, bedrijf, onderwijs, eredienst of bestuur: waarvoor het gemaakt is."),
        _END,
        Column(
            "vervangen_door",
            Kind.INTEGER,
            "Gebouweenheid die in de plaats kwam.",
            nullable=True,
            references="gebouweenheden",
        ),
        _VERSION,
    ),
)

ADDRESSES = Table(
    "adressen",
    "Adressen in het adressenregister van de gemeente, ook die niet meer gelden.",
    (
        numbered("Volgnummer van het adres."),
        Column("straatnaam_id", Kind.INTEGER, "Straatnaam van het adres.", references="straatnamen"),
        Column("gebouw_id", Kind.INTEGER, "Gebouw waarin het adres ligt.", references="gebouwen"),
        Column("gebouweenheid_id", Kind.INTEGER, "Gebouweenheid met dit adres.", references="gebouweenheden"),
        Column("huisnummer", Kind.TEXT, "Huisnummer, soms met een letter."),
        Column("busnummer", Kind.TEXT, "Busnummer, bijvoorbeeld 0101.", nullable=True),
        Column(
            "postcode",
            Kind.TEXT,
            "Postcode.",
            guarantee=Guarantee.SAFE,
            basis=POST_BASIS,
        ),
        Column("volledig_adres", Kind.TEXT, "Het adres op één regel."),
        Column("status", Kind.TEXT, "voorgesteld, inGebruik, gehistoreerd of afgekeurd."),
        Column("officieel_toegekend", Kind.BOOLEAN, "Of de gemeente het adres officieel toekende."),
        Column("positie_methode", Kind.TEXT, "aangeduidDoorBeheerder of afgeleidVanObject."),
        Column("positie_specificatie", Kind.TEXT, "gebouw, gebouweenheid of ingang."),
        Column("x", Kind.DECIMAL, "X in Lambert 72, meter.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column("y", Kind.DECIMAL, "Y in Lambert 72, meter.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column(
            "x_lambert2008",
            Kind.DECIMAL,
            "X in Lambert 2008 (EPSG:3812), meter.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
        Column(
            "y_lambert2008",
            Kind.DECIMAL,
            "Y in Lambert 2008 (EPSG:3812), meter.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
        Column("lengtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column("breedtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        _END,
        Column("vervangen_door", Kind.INTEGER, "Adres dat in de plaats kwam.", nullable=True, references="adressen"),
        _VERSION,
    ),
)

TABLES = (
    MUNICIPALITIES,
    BOROUGHS,
    STREETS,
    ROAD_SEGMENTS,
    PARCELS,
    BUILDINGS,
    BUILDING_UNITS,
    ADDRESSES,
)

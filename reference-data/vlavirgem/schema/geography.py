"""Where everything is: streets, buildings, addresses."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import AT_SEA, numbered

MUNICIPALITIES = Table(
    "gemeenten",
    "De gemeente zelf: één rij.",
    (
        numbered("Altijd 1."),
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
            basis="De hoogste Belgische postcode is 9992.",
        ),
    ),
)

STREETS = Table(
    "straatnamen",
    "Straatnamen van de gemeente.",
    (
        numbered("Volgnummer van de straatnaam."),
        Column("naam", Kind.TEXT, "Naam van de straat.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("status", Kind.TEXT, "voorgesteld, inGebruik of gehistoreerd."),
    ),
)

BUILDINGS = Table(
    "gebouwen",
    "Gebouwen met hun grondvlak.",
    (
        numbered("Volgnummer van het gebouw."),
        Column("straatnaam_id", Kind.INTEGER, "Straat waaraan het gebouw ligt.", references="straatnamen"),
        Column("status", Kind.TEXT, "gepland, inAanbouw, gerealiseerd of gehistoreerd."),
        Column("bouwjaar", Kind.INTEGER, "Jaar waarin het gebouw klaar was.", nullable=True),
        Column("bouwlagen", Kind.INTEGER, "Aantal bovengrondse verdiepingen."),
        Column("geometrie_methode", Kind.TEXT, "ingemetenGRB of ingeschetst."),
        Column(
            "wkt_lambert72",
            Kind.TEXT,
            "Grondvlak in Lambert 72 (EPSG:31370), in meter.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
        Column(
            "wkt_wgs84",
            Kind.TEXT,
            "Grondvlak in WGS 84, lengte en breedte in graden.",
            guarantee=Guarantee.SAFE,
            basis=AT_SEA,
        ),
    ),
)

ADDRESSES = Table(
    "adressen",
    "Adressen in het adressenregister van de gemeente.",
    (
        numbered("Volgnummer van het adres."),
        Column("straatnaam_id", Kind.INTEGER, "Straatnaam van het adres.", references="straatnamen"),
        Column("gebouw_id", Kind.INTEGER, "Gebouw waarin het adres ligt.", references="gebouwen"),
        Column("huisnummer", Kind.TEXT, "Huisnummer, soms met een letter."),
        Column("busnummer", Kind.TEXT, "Busnummer, bijvoorbeeld 0101.", nullable=True),
        Column(
            "postcode",
            Kind.TEXT,
            "Postcode.",
            guarantee=Guarantee.SAFE,
            basis="De hoogste Belgische postcode is 9992.",
        ),
        Column("volledig_adres", Kind.TEXT, "Het adres op één regel."),
        Column("status", Kind.TEXT, "voorgesteld, inGebruik, gehistoreerd of afgekeurd."),
        Column("officieel_toegekend", Kind.BOOLEAN, "Of de gemeente het adres officieel toekende."),
        Column("positie_methode", Kind.TEXT, "aangeduidDoorBeheerder of afgeleidVanObject."),
        Column("positie_specificatie", Kind.TEXT, "gebouw, gebouweenheid of ingang."),
        Column("x", Kind.DECIMAL, "X in Lambert 72, meter.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column("y", Kind.DECIMAL, "Y in Lambert 72, meter.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column("lengtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=Guarantee.SAFE, basis=AT_SEA),
        Column("breedtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=Guarantee.SAFE, basis=AT_SEA),
    ),
)

TABLES = (
    MUNICIPALITIES,
    STREETS,
    BUILDINGS,
    ADDRESSES,
)

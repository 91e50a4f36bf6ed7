"""The data dictionary: every table and column, in words, with references and guarantees.

Nothing here imports a data frame library, so that services start fast. The database's tables,
the Parquet files, the digest, the documentation and the API all follow from it.
"""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table

__all__ = ["TABLES", "Column", "Guarantee", "Kind", "Table"]


def _id(text: str) -> Column:
    return Column("id", Kind.INTEGER, text)


_SHEET_FLAT = Guarantee.SAFE
_AT_SEA = "De gemeente ligt op kaart in de Noordzee, waar geen enkel gebouw staat."
_KBO_BASIS = "De reeksen 0999 en 1999 liggen ver boven elk uitgereikt nummer; controlecijfer klopt."
_PHONE_BASIS = "Na landcode 32 volgt een 0, het netnummervoorvoegsel; zo'n nummer kan niet bestaan."
_MAIL_BASIS = "RFC 2606 houdt het domein .example vrij."

MUNICIPALITIES = Table(
    "gemeenten",
    "De gemeente zelf: één rij.",
    (
        _id("Altijd 1."),
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
        _id("Volgnummer van de straatnaam."),
        Column("naam", Kind.TEXT, "Naam van de straat.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("status", Kind.TEXT, "voorgesteld, inGebruik of gehistoreerd."),
    ),
)
BUILDINGS = Table(
    "gebouwen",
    "Gebouwen met hun grondvlak.",
    (
        _id("Volgnummer van het gebouw."),
        Column("straatnaam_id", Kind.INTEGER, "Straat waaraan het gebouw ligt.", references="straatnamen"),
        Column("status", Kind.TEXT, "gepland, inAanbouw, gerealiseerd of gehistoreerd."),
        Column("bouwjaar", Kind.INTEGER, "Jaar waarin het gebouw klaar was.", nullable=True),
        Column("bouwlagen", Kind.INTEGER, "Aantal bovengrondse verdiepingen."),
        Column("geometrie_methode", Kind.TEXT, "ingemetenGRB of ingeschetst."),
        Column(
            "wkt_lambert72",
            Kind.TEXT,
            "Grondvlak in Lambert 72 (EPSG:31370), in meter.",
            guarantee=_SHEET_FLAT,
            basis=_AT_SEA,
        ),
        Column(
            "wkt_wgs84",
            Kind.TEXT,
            "Grondvlak in WGS 84, lengte en breedte in graden.",
            guarantee=_SHEET_FLAT,
            basis=_AT_SEA,
        ),
    ),
)
ADDRESSES = Table(
    "adressen",
    "Adressen in het adressenregister van de gemeente.",
    (
        _id("Volgnummer van het adres."),
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
        Column("x", Kind.DECIMAL, "X in Lambert 72, meter.", guarantee=_SHEET_FLAT, basis=_AT_SEA),
        Column("y", Kind.DECIMAL, "Y in Lambert 72, meter.", guarantee=_SHEET_FLAT, basis=_AT_SEA),
        Column("lengtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=_SHEET_FLAT, basis=_AT_SEA),
        Column("breedtegraad", Kind.DECIMAL, "WGS 84, graden.", guarantee=_SHEET_FLAT, basis=_AT_SEA),
    ),
)
HOUSEHOLDS = Table(
    "huishoudens",
    "Huishoudens: wie woont waar samen.",
    (
        _id("Volgnummer van het huishouden."),
        Column("type", Kind.TEXT, "alleenstaand, koppel, koppelMetKinderen, eenouder of anders."),
        Column("adres_id", Kind.INTEGER, "Adres van het huishouden.", references="adressen"),
        Column("gezinshoofd_id", Kind.INTEGER, "Referentiepersoon.", references="personen"),
        Column("aantal_leden", Kind.INTEGER, "Aantal personen."),
    ),
)
PERSONS = Table(
    "personen",
    "Inwoners.",
    (
        _id("Volgnummer van de persoon."),
        Column(
            "insz",
            Kind.TEXT,
            "Rijksregisternummer, 11 cijfers.",
            guarantee=Guarantee.SAFE,
            basis="Volgnummers 000 en 999 worden nooit uitgereikt; het controlecijfer klopt.",
        ),
        Column("voornaam", Kind.TEXT, "Gebruikte voornaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("voornamen", Kind.TEXTS, "Alle voornamen.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("achternaam", Kind.TEXT, "Achternaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("geslacht", Kind.TEXT, "MALE of FEMALE (EU-codelijst human-sex)."),
        Column("geboortedatum", Kind.DATE, "Geboortedatum."),
        Column("geboorteplaats", Kind.TEXT, "Plaats van geboorte."),
        Column("geboorteland", Kind.TEXT, "Land van geboorte, ISO 3166-1 alpha-3."),
        Column("nationaliteit", Kind.TEXT, "Nationaliteit, ISO 3166-1 alpha-3."),
        Column("burgerlijke_staat", Kind.TEXT, "ongehuwd, gehuwd, gescheiden of weduwstaat."),
        Column(
            "huishouden_id",
            Kind.INTEGER,
            "Huishouden; leeg na het overlijden.",
            nullable=True,
            references="huishoudens",
        ),
        Column("rol", Kind.TEXT, "gezinshoofd, partner, kind of ander."),
        Column("ouder1_id", Kind.INTEGER, "Ouder in het huishouden.", nullable=True, references="personen"),
        Column("ouder2_id", Kind.INTEGER, "Andere ouder.", nullable=True, references="personen"),
        Column("adres_id", Kind.INTEGER, "Domicilie; leeg na het overlijden.", nullable=True, references="adressen"),
        Column(
            "email",
            Kind.TEXT,
            "E-mailadres; vanaf 16 jaar.",
            nullable=True,
            guarantee=Guarantee.RESERVED,
            basis=_MAIL_BASIS,
        ),
        Column(
            "telefoon",
            Kind.TEXT,
            "Telefoonnummer; vanaf 12 jaar.",
            nullable=True,
            guarantee=Guarantee.SAFE,
            basis=_PHONE_BASIS,
        ),
        Column("overlijdensdatum", Kind.DATE, "Dag van het overlijden.", nullable=True),
    ),
)
ORGANISATIONS = Table(
    "organisaties",
    "Besturen, scholen, verenigingen en ondernemingen.",
    (
        _id("Volgnummer van de organisatie."),
        Column(
            "ondernemingsnummer",
            Kind.TEXT,
            "KBO-nummer, 10 cijfers.",
            guarantee=Guarantee.SAFE,
            basis=_KBO_BASIS,
        ),
        Column(
            "ovo_code",
            Kind.TEXT,
            "OVO-code van een bestuur.",
            nullable=True,
            guarantee=Guarantee.SAFE,
            basis="De reeks OVO9993xx is niet in gebruik.",
        ),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("type", Kind.TEXT, "gemeente, ocmw, school, vereniging of onderneming."),
        Column("rechtsvorm", Kind.TEXT, "Rechtsvorm in woorden."),
        Column("sector", Kind.TEXT, "Wat de organisatie doet, in woorden."),
        Column("oprichtingsdatum", Kind.DATE, "Datum van oprichting."),
        Column("adres_id", Kind.INTEGER, "Zetel.", references="adressen"),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=_MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=_PHONE_BASIS),
        Column("website", Kind.TEXT, "Website.", guarantee=Guarantee.RESERVED, basis=_MAIL_BASIS),
    ),
)

PRODUCTS = Table(
    "producten",
    "Producten en diensten van de gemeente (IPDC-LPDC).",
    (
        _id("Volgnummer van het product."),
        Column("productnummer", Kind.TEXT, "Productnummer.", guarantee=Guarantee.SAFE, basis="Eigen reeks VVG."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("beschrijving", Kind.TEXT, "Wat het is, in klare taal."),
        Column("type", Kind.TEXT, "Code van het IPDC-type."),
        Column("themas", Kind.TEXTS, "Codes van de IPDC-thema's."),
        Column("doelgroepen", Kind.TEXTS, "Codes van de IPDC-doelgroepen."),
        Column("voorwaarde", Kind.TEXT, "Voorwaarde."),
        Column("bewijs", Kind.TEXT, "Wat u meebrengt."),
        Column("procedure", Kind.TEXT, "Hoe het verloopt."),
        Column("kost", Kind.TEXT, "Wat het kost, in woorden."),
        Column("bedrag", Kind.DECIMAL, "Wat het kost, in euro."),
        Column("termijn_dagen", Kind.INTEGER, "Hoe lang het hoogstens duurt, in dagen."),
        Column("zoektermen", Kind.TEXTS, "Woorden waarop mensen zoeken."),
        Column("dienst", Kind.TEXT, "Dienst van de gemeente."),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=_MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=_PHONE_BASIS),
        Column("dossiertype", Kind.TEXT, "Soort dossier dat een aanvraag start.", nullable=True),
        Column("creatie", Kind.MOMENT, "Wanneer het product werd beschreven."),
        Column("gewijzigd", Kind.MOMENT, "Wanneer de beschrijving laatst veranderde."),
    ),
)
CASES = Table(
    "dossiers",
    "Dossiers die het generieke proces doorlopen.",
    (
        _id("Volgnummer van het dossier."),
        Column("dossiernummer", Kind.TEXT, "Nummer voor mensen.", guarantee=Guarantee.SAFE, basis="Eigen reeks VVG."),
        Column("dossiertype", Kind.TEXT, "Soort dossier."),
        Column("titel", Kind.TEXT, "Waarover het gaat."),
        Column("product_id", Kind.INTEGER, "Product dat is aangevraagd.", references="producten"),
        Column("aanvrager_id", Kind.INTEGER, "Wie het aanvroeg.", references="personen"),
        Column("behandelaar_id", Kind.INTEGER, "Bestuur dat het behandelt.", references="organisaties"),
        Column("adres_id", Kind.INTEGER, "Plaats waarover het gaat.", nullable=True, references="adressen"),
        Column("status", Kind.TEXT, "Huidige status (OSLO StatusVlaamseCode)."),
        Column("informatieclassificatie", Kind.TEXT, "openbaar, intern of vertrouwelijk."),
        Column("openingsdatum", Kind.DATE, "Dag waarop het dossier begon."),
        Column("sluitingsdatum", Kind.DATE, "Dag waarop het dossier sloot.", nullable=True),
        Column("versie", Kind.INTEGER, "Telt elke wijziging."),
        Column("gewijzigd", Kind.MOMENT, "Laatste wijziging."),
    ),
)
CASE_STATUSES = Table(
    "dossierstatussen",
    "Statussen die dossiers kregen, met het tijdstip.",
    (
        _id("Volgnummer van de status."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("volgnummer", Kind.INTEGER, "Hoeveelste status van het dossier."),
        Column("status", Kind.TEXT, "OSLO StatusVlaamseCode."),
        Column("fase", Kind.TEXT, "OSLO StatusVlaamseFase."),
        Column("tijdstip", Kind.MOMENT, "Wanneer het dossier de status kreeg."),
        Column("toelichting", Kind.TEXT, "Uitleg.", nullable=True),
    ),
)
CASE_STEPS = Table(
    "procedurestappen",
    "Stappen van het generieke proces die dossiers zetten.",
    (
        _id("Volgnummer van de stap."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("stap", Kind.TEXT, "intake, behandelen, besluiten of leveren."),
        Column("startdatum", Kind.DATE, "Begin."),
        Column("einddatum", Kind.DATE, "Einde.", nullable=True),
    ),
)
DOCUMENTS = Table(
    "stukken",
    "Stukken in dossiers.",
    (
        _id("Volgnummer van het stuk."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("titel", Kind.TEXT, "Titel."),
        Column("creatiedatum", Kind.DATE, "Dag waarop het stuk werd gemaakt."),
        Column("auteur", Kind.TEXT, "Wie het maakte: persoon of organisatie, met nummer."),
        Column("informatieclassificatie", Kind.TEXT, "openbaar, intern of vertrouwelijk."),
        Column("mediatype", Kind.TEXT, "Formaat van het bestand."),
        Column("bytes", Kind.INTEGER, "Grootte van het bestand."),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        MUNICIPALITIES,
        STREETS,
        BUILDINGS,
        ADDRESSES,
        HOUSEHOLDS,
        PERSONS,
        ORGANISATIONS,
        PRODUCTS,
        CASES,
        CASE_STATUSES,
        CASE_STEPS,
        DOCUMENTS,
    )
}
"""All tables, in an order in which each can be filled."""

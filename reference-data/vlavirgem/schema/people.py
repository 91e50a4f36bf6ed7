"""Who lives here, and with whom."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import MAIL_BASIS, PHONE_BASIS, numbered

HOUSEHOLDS = Table(
    "huishoudens",
    "Huishoudens: wie woont waar samen.",
    (
        numbered("Volgnummer van het huishouden."),
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
        numbered("Volgnummer van de persoon."),
        Column(
            "insz",
            Kind.TEXT,
            "Rijksregisternummer, 11 cijfers.",
            guarantee=Guarantee.SAFE,
            basis="Volgnummer 000 of 999 wordt nooit uitgereikt; een dag 41 bestaat niet.",
        ),
        Column("voornaam", Kind.TEXT, "Gebruikte voornaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("voornamen", Kind.TEXTS, "Alle voornamen.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("achternaam", Kind.TEXT, "Achternaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("geslacht", Kind.TEXT, "MALE of FEMALE (EU-codelijst human-sex)."),
        Column("geboortedatum", Kind.DATE, "Geboortedatum."),
        Column("geboorteplaats", Kind.TEXT, "Plaats van geboorte."),
        Column("geboorteland", Kind.TEXT, "Land van geboorte, ISO 3166-1 alpha-3."),
        Column("nationaliteit", Kind.TEXT, "Nationaliteit, ISO 3166-1 alpha-3."),
        Column("thuistaal", Kind.TEXT, "Taal thuis, EU-codelijst language; leeg wanneer niet gekend.", nullable=True),
        Column("burgerlijke_staat", Kind.TEXT, "ongehuwd, gehuwd, gescheiden of weduwstaat."),
        Column(
            "huishouden_id",
            Kind.INTEGER,
            "Huishouden; leeg na overlijden of vertrek.",
            nullable=True,
            references="huishoudens",
        ),
        Column("rol", Kind.TEXT, "gezinshoofd, partner, kind of ander."),
        Column(
            "ouder1_id",
            Kind.INTEGER,
            "Ouder, in het huishouden of elders in de wijk; leeg wanneer die er niet woont.",
            nullable=True,
            references="personen",
        ),
        Column(
            "ouder2_id",
            Kind.INTEGER,
            "Andere ouder, in hetzelfde huishouden als de eerste.",
            nullable=True,
            references="personen",
        ),
        Column(
            "adres_id", Kind.INTEGER, "Domicilie; leeg na overlijden of vertrek.", nullable=True, references="adressen"
        ),
        Column(
            "email",
            Kind.TEXT,
            "E-mailadres; vanaf 16 jaar.",
            nullable=True,
            guarantee=Guarantee.RESERVED,
            basis=MAIL_BASIS,
        ),
        Column(
            "telefoon",
            Kind.TEXT,
            "Telefoonnummer; vanaf 12 jaar.",
            nullable=True,
            guarantee=Guarantee.SAFE,
            basis=PHONE_BASIS,
        ),
        Column("overlijdensdatum", Kind.DATE, "Dag van het overlijden.", nullable=True),
    ),
)

RESIDENCES = Table(
    "verblijven",
    "Waar inwoners woonden sinds hun geboorte; wie vertrok, woont nu elders.",
    (
        numbered("Volgnummer van het verblijf."),
        Column("persoon_id", Kind.INTEGER, "Persoon.", references="personen"),
        Column("volgnummer", Kind.INTEGER, "Plaats in de reeks van de persoon, vanaf 1."),
        Column("soort", Kind.TEXT, "hoofdverblijf, of referentieadres voor wie geen vaste woonplaats heeft."),
        Column("adres_id", Kind.INTEGER, "Adres; leeg buiten de gemeente.", nullable=True, references="adressen"),
        Column("gemeente", Kind.TEXT, "Naam van de gemeente; leeg in het buitenland.", nullable=True),
        Column("land", Kind.TEXT, "Land, ISO 3166-1 alpha-3."),
        Column("van", Kind.DATE, "Eerste dag."),
        Column(
            "tot", Kind.DATE, "Dag van de verhuizing of het overlijden; leeg bij het huidige verblijf.", nullable=True
        ),
    ),
)

LIFE_EVENTS = Table(
    "persoonsgebeurtenissen",
    "Wat inwoners meemaakten.",
    (
        numbered("Volgnummer van de gebeurtenis."),
        Column("persoon_id", Kind.INTEGER, "Persoon.", references="personen"),
        Column(
            "type",
            Kind.TEXT,
            "geboorte, naturalisatie, huwelijk, echtscheiding, weduwschap, verhuizing of overlijden.",
        ),
        Column("datum", Kind.DATE, "Dag van de gebeurtenis."),
        Column(
            "partner_id",
            Kind.INTEGER,
            "Bij een huwelijk: met wie; leeg wanneer die geen inwoner is.",
            nullable=True,
            references="personen",
        ),
        Column(
            "adres_id",
            Kind.INTEGER,
            "Bij een verhuizing: waarheen; leeg buiten de gemeente.",
            nullable=True,
            references="adressen",
        ),
    ),
)

TABLES = (
    HOUSEHOLDS,
    PERSONS,
    RESIDENCES,
    LIFE_EVENTS,
)

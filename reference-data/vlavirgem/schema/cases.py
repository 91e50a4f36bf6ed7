"""What is asked of the municipality, and how far it is."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import numbered

CASES = Table(
    "dossiers",
    "Dossiers die het generieke proces doorlopen.",
    (
        numbered("Volgnummer van het dossier."),
        Column("dossiernummer", Kind.TEXT, "Nummer voor mensen.", guarantee=Guarantee.SAFE, basis="Eigen reeks VVG."),
        Column("dossiertype", Kind.TEXT, "Soort dossier."),
        Column("titel", Kind.TEXT, "Waarover het gaat."),
        Column("product_id", Kind.INTEGER, "Product dat is aangevraagd.", references="producten"),
        Column("aanvrager_id", Kind.INTEGER, "Wie het aanvroeg.", references="personen"),
        Column("behandelaar_id", Kind.INTEGER, "Bestuur dat het behandelt.", references="organisaties"),
        Column(
            "medewerker_id",
            Kind.INTEGER,
            "Medewerker die het in handen heeft, of het laatst had.",
            references="medewerkers",
        ),
        Column("adres_id", Kind.INTEGER, "Plaats waarover het gaat.", nullable=True, references="adressen"),
        Column("status", Kind.TEXT, "Huidige status (OSLO StatusVlaamseCode)."),
        Column("statusdatum", Kind.DATE, "Dag waarop het dossier die status kreeg."),
        Column("informatieclassificatie", Kind.TEXT, "openbaar, intern of vertrouwelijk."),
        Column("openingsdatum", Kind.DATE, "Dag waarop het dossier begon."),
        Column("uiterste_datum", Kind.DATE, "Laatste dag waarop een besluit op tijd is."),
        Column("sluitingsdatum", Kind.DATE, "Dag waarop het dossier sloot.", nullable=True),
        Column("versie", Kind.INTEGER, "Telt elke wijziging."),
        Column("gewijzigd", Kind.MOMENT, "Laatste wijziging."),
    ),
)

CASE_STATUSES = Table(
    "dossierstatussen",
    "Statussen die dossiers kregen, met het tijdstip.",
    (
        numbered("Volgnummer van de status."),
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
        numbered("Volgnummer van de stap."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("stap", Kind.TEXT, "intake, behandelen, besluiten of leveren."),
        Column("startdatum", Kind.DATE, "Begin."),
        Column("einddatum", Kind.DATE, "Einde.", nullable=True),
    ),
)

HANDOVERS = Table(
    "overdrachten",
    "Overdrachten van dossiers: wie een dossier van wie kreeg, de eerste keer van niemand.",
    (
        numbered("Volgnummer van de overdracht."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("volgnummer", Kind.INTEGER, "Hoeveelste overdracht van het dossier."),
        Column("tijdstip", Kind.MOMENT, "Vanaf wanneer wie het kreeg het dossier behandelt."),
        Column(
            "overdrager_id",
            Kind.INTEGER,
            "Medewerker die het dossier overdroeg; leeg bij de eerste.",
            nullable=True,
            references="medewerkers",
        ),
        Column("overnemer_id", Kind.INTEGER, "Medewerker die het dossier kreeg.", references="medewerkers"),
        Column(
            "reden",
            Kind.TEXT,
            "intake, behandeling, besluit, uitvoering, ziekte, uitdiensttreding, werkverdeling of andere.",
        ),
        Column("toelichting", Kind.TEXT, "Uitleg.", nullable=True),
    ),
)

DOCUMENTS = Table(
    "stukken",
    "Stukken in dossiers.",
    (
        numbered("Volgnummer van het stuk."),
        Column("dossier_id", Kind.INTEGER, "Dossier.", references="dossiers"),
        Column("titel", Kind.TEXT, "Titel."),
        Column("creatiedatum", Kind.DATE, "Dag waarop het stuk werd gemaakt."),
        Column("auteur", Kind.TEXT, "Wie het maakte: persoon of organisatie, met nummer."),
        Column("informatieclassificatie", Kind.TEXT, "openbaar, intern of vertrouwelijk."),
        Column("mediatype", Kind.TEXT, "Formaat van het bestand."),
        Column("bytes", Kind.INTEGER, "Grootte van het bestand."),
    ),
)

TABLES = (
    CASES,
    CASE_STATUSES,
    CASE_STEPS,
    HANDOVERS,
    DOCUMENTS,
)

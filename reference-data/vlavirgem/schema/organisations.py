"""Public bodies, schools, associations and businesses."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import KBO_BASIS, MAIL_BASIS, PHONE_BASIS, numbered

ORGANISATIONS = Table(
    "organisaties",
    "Besturen, scholen, verenigingen en ondernemingen.",
    (
        numbered("Volgnummer van de organisatie."),
        Column(
            "ondernemingsnummer",
            Kind.TEXT,
            "KBO-nummer, 10 cijfers.",
            guarantee=Guarantee.SAFE,
            basis=KBO_BASIS,
        ),
        Column(
            "ovo_code",
            Kind.TEXT,
            "OVO-code van een bestuur.",
            nullable=True,
            guarantee=Guarantee.SAFE,
            basis="De reeks OVO99xxxx is niet in gebruik.",
        ),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis="Verzonnen."),
        Column("type", Kind.TEXT, "gemeente, ocmw, politiezone, school, vereniging of onderneming."),
        Column("rechtsvorm", Kind.TEXT, "Rechtsvorm in woorden."),
        Column("sector", Kind.TEXT, "Wat de organisatie doet, in woorden."),
        Column("nace_code", Kind.TEXT, "Klasse van NACE Rev. 2.1, die NACE-BEL 2025 volgt."),
        Column(
            "zaakvoerder_id",
            Kind.INTEGER,
            "Inwoner die de zaak leidt; leeg wanneer dat geen inwoner is.",
            nullable=True,
            references="personen",
        ),
        Column("oprichtingsdatum", Kind.DATE, "Datum van oprichting."),
        Column("adres_id", Kind.INTEGER, "Zetel.", references="adressen"),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=PHONE_BASIS),
        Column("website", Kind.TEXT, "Website.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
    ),
)

ESTABLISHMENTS = Table(
    "vestigingen",
    "Vestigingseenheden: waar organisaties werken.",
    (
        numbered("Volgnummer van de vestiging."),
        Column(
            "vestigingsnummer",
            Kind.TEXT,
            "Vestigingsnummer, 10 cijfers.",
            guarantee=Guarantee.SAFE,
            basis="Vestigingsnummers worden vanaf 2.000.000.000 uitgereikt; wat met 8 begint, ligt daar ver boven.",
        ),
        Column("organisatie_id", Kind.INTEGER, "Organisatie.", references="organisaties"),
        Column("adres_id", Kind.INTEGER, "Adres.", references="adressen"),
        Column("is_zetel", Kind.BOOLEAN, "Of de vestiging aan de zetel is."),
        Column("nace_code", Kind.TEXT, "Klasse van NACE Rev. 2.1, die NACE-BEL 2025 volgt."),
        Column("begindatum", Kind.DATE, "Eerste dag."),
    ),
)

EMPLOYEES = Table(
    "medewerkers",
    "Wie voor de gemeente, het OCMW of de politiezone werkt of werkte.",
    (
        numbered("Volgnummer van de medewerker."),
        Column("organisatie_id", Kind.INTEGER, "Werkgever.", references="organisaties"),
        Column(
            "persoon_id", Kind.INTEGER, "Inwoner; leeg voor wie elders woont.", nullable=True, references="personen"
        ),
        Column("voornaam", Kind.TEXT, "Voornaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("achternaam", Kind.TEXT, "Achternaam.", guarantee=Guarantee.SYNTHETIC, basis="Geloot."),
        Column("functie", Kind.TEXT, "Functie in woorden."),
        Column("dienst", Kind.TEXT, "Dienst."),
        Column("email", Kind.TEXT, "E-mailadres op het werk.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
        Column("van", Kind.DATE, "Eerste werkdag."),
        Column("tot", Kind.DATE, "Dag na de laatste werkdag; leeg voor wie er werkt.", nullable=True),
    ),
)

ROLES = Table(
    "rollen",
    "Rollen die medewerkers in toepassingen kunnen hebben.",
    (
        numbered("Volgnummer van de rol."),
        Column("code", Kind.TEXT, "Code, zoals in een rolclaim van ACM/IDM: toepassing-rol."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("toepassing", Kind.TEXT, "Toepassing."),
        Column("recht", Kind.TEXT, "lezen, schrijven of beheren."),
    ),
    once=True,
)

ACCESS_RIGHTS = Table(
    "toegangsrechten",
    "Welke medewerker welke rol heeft of had.",
    (
        numbered("Volgnummer van het toegangsrecht."),
        Column("medewerker_id", Kind.INTEGER, "Medewerker.", references="medewerkers"),
        Column("rol_id", Kind.INTEGER, "Rol.", references="rollen"),
        Column("van", Kind.DATE, "Eerste dag."),
        Column("tot", Kind.DATE, "Dag waarop het recht ophield; leeg zolang het geldt.", nullable=True),
    ),
)

DELEGATIONS = Table(
    "delegaties",
    "Delegaties: een rol die een medewerker voor een tijd aan een collega geeft, en zelf houdt.",
    (
        numbered("Volgnummer van de delegatie."),
        Column(
            "toegangsrecht_id",
            Kind.INTEGER,
            "Toegangsrecht van wie de rol geeft; wat gekregen is, kan niet verder gegeven worden.",
            references="toegangsrechten",
        ),
        Column("gever_id", Kind.INTEGER, "Medewerker die de rol geeft.", references="medewerkers"),
        Column("nemer_id", Kind.INTEGER, "Medewerker die de rol krijgt.", references="medewerkers"),
        Column("van", Kind.DATE, "Eerste dag."),
        Column("tot", Kind.DATE, "Eerste dag waarop de delegatie niet meer geldt."),
        Column("voorzien_tot", Kind.DATE, "Zoals afgesproken; later dan `tot` als de delegatie vroeger ophield."),
        Column("reden", Kind.TEXT, "verlof, ziekteverlof, opleiding of andere."),
        Column("toelichting", Kind.TEXT, "Uitleg.", nullable=True),
    ),
)

VENDORS = Table(
    "leveranciers",
    "Organisaties die aan de gemeente leveren.",
    (
        numbered("Volgnummer van de leverancier."),
        Column("organisatie_id", Kind.INTEGER, "Organisatie.", references="organisaties"),
        Column("sinds", Kind.DATE, "Dag van de eerste levering."),
    ),
    once=True,
)

FRAMEWORK_CONTRACTS = Table(
    "raamcontracten",
    "Raamcontracten van de gemeente (raamovereenkomsten, wet overheidsopdrachten 17 juni 2016).",
    (
        numbered("Volgnummer van het raamcontract."),
        Column("nummer", Kind.TEXT, "Besteknummer."),
        Column("voorwerp", Kind.TEXT, "Waarover het gaat."),
        Column("soort", Kind.TEXT, "leveringen, diensten of werken."),
        Column("van", Kind.DATE, "Eerste dag."),
        Column("tot", Kind.DATE, "Laatste dag; hoogstens vier jaar later (artikel 43)."),
        Column("maximumbedrag", Kind.INTEGER, "Maximum over de hele looptijd, in euro zonder btw."),
    ),
    once=True,
)

CONTRACT_LOTS = Table(
    "raamcontract_percelen",
    "Percelen van raamcontracten, elk met een leverancier.",
    (
        numbered("Volgnummer van het perceel."),
        Column("raamcontract_id", Kind.INTEGER, "Raamcontract.", references="raamcontracten"),
        Column("volgnummer", Kind.INTEGER, "Nummer van het perceel, vanaf 1."),
        Column("naam", Kind.TEXT, "Naam van het perceel."),
        Column("leverancier_id", Kind.INTEGER, "Leverancier.", references="leveranciers"),
        Column("maximumbedrag", Kind.INTEGER, "Maximum van het perceel, in euro zonder btw."),
    ),
    once=True,
)

TABLES = (
    ORGANISATIONS,
    ESTABLISHMENTS,
    EMPLOYEES,
    ROLES,
    ACCESS_RIGHTS,
    DELEGATIONS,
    VENDORS,
    FRAMEWORK_CONTRACTS,
    CONTRACT_LOTS,
)

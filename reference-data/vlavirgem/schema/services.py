"""What the municipality, its OCMW and its police offer (IPDC-LPDC, CPSV-AP), and the forms to ask for it."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import MAIL_BASIS, PHONE_BASIS, numbered

_SITE_BASIS = "RFC 2606 houdt het domein .example vrij."
_PRODUCT = Column("product_id", Kind.INTEGER, "Product.", references="producten")
_PLACE = Column("volgnummer", Kind.INTEGER, "Hoeveelste van het product.")

AUTHORITIES = Table(
    "overheden",
    "Overheden die bevoegd zijn voor producten of ze uitvoeren.",
    (
        numbered("Volgnummer van de overheid."),
        Column("code", Kind.TEXT, "Korte naam, het laatste deel van de identificator."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("naam_en", Kind.TEXT, "Naam in het Engels."),
        Column("niveau", Kind.TEXT, "Code van het IPDC-bestuursniveau."),
    ),
    once=True,
)

LIFE_EVENTS = Table(
    "levensgebeurtenissen",
    "Gebeurtenissen in een leven waarbij mensen producten nodig hebben. Eigen lijst: er is geen officiële.",
    (
        numbered("Volgnummer van de levensgebeurtenis."),
        Column("code", Kind.TEXT, "Korte naam, het laatste deel van de identificator."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("naam_en", Kind.TEXT, "Naam in het Engels."),
    ),
    once=True,
)

PRODUCTS = Table(
    "producten",
    "Producten en diensten van de gemeente, het OCMW en de politiezone (IPDC-LPDC).",
    (
        numbered("Volgnummer van het product."),
        Column("productnummer", Kind.TEXT, "Productnummer.", guarantee=Guarantee.SAFE, basis="Eigen reeks VVG."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("naam_en", Kind.TEXT, "Naam in het Engels."),
        Column("beschrijving", Kind.TEXT, "Wat het is, in klare taal."),
        Column("beschrijving_en", Kind.TEXT, "Wat het is, in één Engelse zin."),
        Column("type", Kind.TEXT, "Code van het IPDC-type."),
        Column("themas", Kind.TEXTS, "Codes van de IPDC-thema's."),
        Column("doelgroepen", Kind.TEXTS, "Codes van de IPDC-doelgroepen."),
        Column("levensgebeurtenissen", Kind.TEXTS, "Codes van de levensgebeurtenissen waarbij het past."),
        Column("your_europe", Kind.TEXTS, "Codes van de IPDC-categorieën van Your Europe."),
        Column("voorwaarde", Kind.TEXT, "Alle voorwaarden samen, in woorden."),
        Column("bewijs", Kind.TEXT, "Alles wat u meebrengt, in woorden."),
        Column("procedure", Kind.TEXT, "Hoe het verloopt, alle stappen samen."),
        Column("kost", Kind.TEXT, "Wat het kost, in woorden."),
        Column("bedrag", Kind.DECIMAL, "Wat het meestal kost, in euro."),
        Column("voordeel", Kind.TEXT, "Wat u krijgt, bij een financieel voordeel.", nullable=True),
        Column("termijn_dagen", Kind.INTEGER, "Hoe lang het hoogstens duurt, in dagen."),
        Column("zoektermen", Kind.TEXTS, "Woorden waarop mensen zoeken."),
        Column("dienst", Kind.TEXT, "Dienst die helpt."),
        Column("email", Kind.TEXT, "E-mailadres.", guarantee=Guarantee.RESERVED, basis=MAIL_BASIS),
        Column("telefoon", Kind.TEXT, "Telefoonnummer.", guarantee=Guarantee.SAFE, basis=PHONE_BASIS),
        Column("website", Kind.TEXT, "Pagina van het product.", guarantee=Guarantee.RESERVED, basis=_SITE_BASIS),
        Column("bevoegde_overheid", Kind.TEXT, "Code van de overheid die het regelt."),
        Column("bevoegd_niveau", Kind.TEXT, "IPDC-bestuursniveau van die overheid."),
        Column("uitvoerende_overheid", Kind.TEXT, "Code van de overheid die het uitvoert."),
        Column("uitvoerend_niveau", Kind.TEXT, "IPDC-bestuursniveau van die overheid."),
        Column("regelgeving", Kind.TEXT, "Namen van de wetten, decreten en reglementen waarop het steunt."),
        Column("dossiertype", Kind.TEXT, "Soort dossier dat een aanvraag start.", nullable=True),
        Column("start", Kind.MOMENT, "Sinds wanneer het bestaat."),
        Column("einde", Kind.MOMENT, "Tot wanneer het bestaat.", nullable=True),
        Column("creatie", Kind.MOMENT, "Wanneer het product werd beschreven."),
        Column("gewijzigd", Kind.MOMENT, "Wanneer de beschrijving laatst veranderde."),
    ),
    once=True,
)

CONDITIONS = Table(
    "productvoorwaarden",
    "Voorwaarden van producten, een voor een.",
    (
        numbered("Volgnummer van de voorwaarde."),
        _PRODUCT,
        _PLACE,
        Column("omschrijving", Kind.TEXT, "De voorwaarde."),
    ),
    once=True,
)

EVIDENCE = Table(
    "productbewijzen",
    "Wat iemand voor een product meebrengt, een voor een.",
    (
        numbered("Volgnummer van het bewijs."),
        _PRODUCT,
        _PLACE,
        Column("omschrijving", Kind.TEXT, "Het bewijs."),
    ),
    once=True,
)

STEPS = Table(
    "productstappen",
    "Stappen van de procedure van producten.",
    (
        numbered("Volgnummer van de stap."),
        _PRODUCT,
        _PLACE,
        Column("omschrijving", Kind.TEXT, "Wat er gebeurt."),
    ),
    once=True,
)

COSTS = Table(
    "productkosten",
    "Kosten van producten: elk tarief apart.",
    (
        numbered("Volgnummer van de kost."),
        _PRODUCT,
        _PLACE,
        Column("omschrijving", Kind.TEXT, "Wat men betaalt, in woorden."),
        Column("bedrag", Kind.DECIMAL, "Het bedrag, in euro; nul als men niets betaalt of als het verschilt."),
    ),
    once=True,
)

CHANNELS = Table(
    "productkanalen",
    "Waar en hoe men producten vraagt.",
    (
        numbered("Volgnummer van het kanaal."),
        _PRODUCT,
        _PLACE,
        Column("kanaal", Kind.TEXT, "loket, online, telefoon, post, huisbezoek of ter-plaatse."),
        Column("naam", Kind.TEXT, "Naam van het kanaal."),
        Column("omschrijving", Kind.TEXT, "Wat u doet."),
        Column(
            "adres",
            Kind.TEXT,
            "Adres, telefoonnummer of pagina.",
            guarantee=Guarantee.SAFE,
            basis="De gemeente, haar nummers en haar domein kunnen niet bestaan.",
        ),
        Column("openingsuren", Kind.TEXT, "Wanneer het kanaal open is.", nullable=True),
    ),
    once=True,
)

RULES = Table(
    "productregelgeving",
    "Reglementen van de gemeente waarop producten steunen, met hun pagina.",
    (
        numbered("Volgnummer van de verwijzing."),
        _PRODUCT,
        _PLACE,
        Column("naam", Kind.TEXT, "Naam van het reglement."),
        Column("adres", Kind.TEXT, "Pagina.", guarantee=Guarantee.RESERVED, basis=_SITE_BASIS),
    ),
    once=True,
)

FORMS = Table(
    "formulieren",
    "Webformulieren: een voor elk product dat een dossier start.",
    (
        numbered("Volgnummer van het formulier."),
        _PRODUCT,
        Column("titel", Kind.TEXT, "Titel."),
        Column("inleiding", Kind.TEXT, "Wat er bovenaan staat."),
    ),
    once=True,
)

FORM_FIELDS = Table(
    "formuliervelden",
    "Velden van webformulieren.",
    (
        numbered("Volgnummer van het veld."),
        Column("formulier_id", Kind.INTEGER, "Formulier.", references="formulieren"),
        Column("volgnummer", Kind.INTEGER, "Hoeveelste van het formulier."),
        Column("naam", Kind.TEXT, "Naam in wat verstuurd wordt."),
        Column("label", Kind.TEXT, "Wat mensen lezen."),
        Column(
            "soort",
            Kind.TEXT,
            "tekst, langeTekst, email, telefoon, getal, bedrag, datum, jaNee, keuze, meerkeuze of bestand.",
        ),
        Column("verplicht", Kind.BOOLEAN, "Of men het moet invullen."),
        Column("patroon", Kind.TEXT, "Hoe de tekst eruitziet (ECMA 262).", nullable=True),
        Column("hulp", Kind.TEXT, "Tip.", nullable=True),
        Column("keuzes", Kind.TEXTS, "Waaruit men kiest."),
        Column("minimum", Kind.DECIMAL, "Kleinste getal.", nullable=True),
        Column("maximum", Kind.DECIMAL, "Grootste getal.", nullable=True),
    ),
    once=True,
)

TABLES = (
    AUTHORITIES,
    LIFE_EVENTS,
    PRODUCTS,
    CONDITIONS,
    EVIDENCE,
    STEPS,
    COSTS,
    CHANNELS,
    RULES,
    FORMS,
    FORM_FIELDS,
)

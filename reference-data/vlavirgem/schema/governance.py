"""How the municipality is governed: bodies, mandates, meetings, decisions and votes."""

from __future__ import annotations

from vlavirgem.dictionary import Column, Guarantee, Kind, Table
from vlavirgem.schema.words import numbered

_INVENTED = "Verzonnen; geen bestaande partij of lijst."
_OWN_SERIES = "Eigen reeks per orgaan en per jaar."

UNITS = Table(
    "bestuurseenheden",
    "De gemeente en het OCMW als besturen (LBLOD).",
    (
        numbered("Volgnummer van het bestuur."),
        Column("soort", Kind.TEXT, "gemeente of ocmw."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("classificatie", Kind.TEXT, "BestuurseenheidClassificatieCode van LBLOD."),
        Column("organisatie_id", Kind.INTEGER, "Het bestuur als organisatie.", references="organisaties"),
    ),
    once=True,
)

BODIES = Table(
    "bestuursorganen",
    "Bestuursorganen, los van wie erin zit.",
    (
        numbered("Volgnummer van het bestuursorgaan."),
        Column("afkorting", Kind.TEXT, "Afkorting die in nummers van besluiten staat."),
        Column("naam", Kind.TEXT, "Naam."),
        Column("classificatie", Kind.TEXT, "BestuursorgaanClassificatieCode van LBLOD."),
        Column("bestuurseenheid_id", Kind.INTEGER, "Bestuur dat het orgaan bestuurt.", references="bestuurseenheden"),
    ),
    once=True,
)

BODIES_IN_TERM = Table(
    "bestuursorganen_in_tijd",
    "Bestuursorganen in een bestuursperiode.",
    (
        numbered("Volgnummer van het bestuursorgaan in een periode."),
        Column("bestuursorgaan_id", Kind.INTEGER, "Bestuursorgaan.", references="bestuursorganen"),
        Column("naam", Kind.TEXT, "Naam met de periode."),
        Column("binding_start", Kind.MOMENT, "Begin van de periode; vereenvoudigd tot 1 januari."),
        Column("binding_einde", Kind.MOMENT, "Einde van de periode."),
        Column("aantal_zetels", Kind.INTEGER, "Zetels volgens het decreet, naar het aantal inwoners."),
    ),
    once=True,
)

GROUPS = Table(
    "fracties",
    "Fracties in de gemeenteraad.",
    (
        numbered("Volgnummer van de fractie."),
        Column("naam", Kind.TEXT, "Naam.", guarantee=Guarantee.SYNTHETIC, basis=_INVENTED),
        Column("orgaan_in_tijd_id", Kind.INTEGER, "Gemeenteraad.", references="bestuursorganen_in_tijd"),
        Column("fractietype", Kind.TEXT, "Samenwerkingsverband of Onafhankelijk (LBLOD Fractietype)."),
        Column("stemmen", Kind.INTEGER, "Stemmen bij de verkiezing."),
        Column("zetels", Kind.INTEGER, "Zetels bij de verkiezing."),
        Column("in_meerderheid", Kind.BOOLEAN, "Of de fractie mee bestuurt."),
    ),
    once=True,
)

MANDATES = Table(
    "mandaten",
    "Mandaten: functies in een bestuursorgaan in een periode.",
    (
        numbered("Volgnummer van het mandaat."),
        Column("orgaan_in_tijd_id", Kind.INTEGER, "Bestuursorgaan.", references="bestuursorganen_in_tijd"),
        Column("functie", Kind.TEXT, "BestuursfunctieCode van LBLOD."),
        Column("functie_naam", Kind.TEXT, "De functie in woorden."),
        Column("aantal_houders", Kind.INTEGER, "Hoeveel mensen het mandaat samen hebben."),
    ),
    once=True,
)

MANDATARIES = Table(
    "mandatarissen",
    "Wie welk mandaat heeft of had.",
    (
        numbered("Volgnummer van de mandataris."),
        Column("mandaat_id", Kind.INTEGER, "Mandaat.", references="mandaten"),
        Column("persoon_id", Kind.INTEGER, "Inwoner.", references="personen"),
        Column("fractie_id", Kind.INTEGER, "Fractie.", references="fracties"),
        Column("volgorde", Kind.INTEGER, "Plaats in de rangorde, vanaf 1."),
        Column("rangorde", Kind.TEXT, "Rangorde in woorden; bij raadsleden en schepenen.", nullable=True),
        Column("beleidsdomeinen", Kind.TEXTS, "Waar een schepen voor bevoegd is (eigen lijst)."),
        Column("status", Kind.TEXT, "MandatarisStatusCode van LBLOD: effectief, verhinderd of waarnemend."),
        Column("start", Kind.MOMENT, "Begin van het mandaat."),
        Column("einde", Kind.MOMENT, "Einde van het mandaat."),
        Column("opvolger_van_id", Kind.INTEGER, "Wie werd opgevolgd.", nullable=True, references="mandatarissen"),
        Column(
            "tijdelijk_vervangen_door_id",
            Kind.INTEGER,
            "Wie iemand die verhinderd is zo lang vervangt.",
            nullable=True,
            references="mandatarissen",
        ),
    ),
    once=True,
)

OFFICERS = Table(
    "functionarissen",
    "Leidinggevenden: algemeen directeur en financieel directeur.",
    (
        numbered("Volgnummer van de functionaris."),
        Column("bestuursorgaan_id", Kind.INTEGER, "Bestuursorgaan.", references="bestuursorganen"),
        Column("persoon_id", Kind.INTEGER, "Inwoner.", references="personen"),
        Column("functie", Kind.TEXT, "BestuursfunctieCode van LBLOD."),
        Column("functie_naam", Kind.TEXT, "De functie in woorden."),
        Column("status", Kind.TEXT, "FunctionarisStatusCode van LBLOD."),
        Column("start", Kind.MOMENT, "Begin van de aanstelling."),
    ),
    once=True,
)

MEETINGS = Table(
    "zittingen",
    "Zittingen van bestuursorganen, in de volgorde van de tijd.",
    (
        numbered("Volgnummer van de zitting."),
        Column("orgaan_in_tijd_id", Kind.INTEGER, "Wie vergaderde.", references="bestuursorganen_in_tijd"),
        Column("geplande_start", Kind.MOMENT, "Geplande begin."),
        Column("start", Kind.MOMENT, "Begin."),
        Column("einde", Kind.MOMENT, "Einde."),
        Column("plaats", Kind.TEXT, "Waar."),
        Column("openbaar", Kind.BOOLEAN, "Of het publiek erbij mag zijn."),
        Column("voorzitter_id", Kind.INTEGER, "Voorzitter.", references="mandatarissen"),
        Column("secretaris_id", Kind.INTEGER, "Secretaris.", references="functionarissen"),
        Column("publicatiedatum", Kind.DATE, "Publicatie van lijst en notulen; leeg als die nog komt.", nullable=True),
    ),
    once=True,
)

ATTENDANCE = Table(
    "aanwezigheden",
    "Wie er bij het begin van een zitting was.",
    (
        numbered("Volgnummer."),
        Column("zitting_id", Kind.INTEGER, "Zitting.", references="zittingen"),
        Column("mandataris_id", Kind.INTEGER, "Lid van het orgaan.", references="mandatarissen"),
        Column("aanwezigheid", Kind.TEXT, "aanwezig of verontschuldigd."),
    ),
    once=True,
)

AGENDA_ITEMS = Table(
    "agendapunten",
    "Agendapunten van zittingen en hoe ze behandeld zijn.",
    (
        numbered("Volgnummer van het agendapunt."),
        Column("zitting_id", Kind.INTEGER, "Zitting.", references="zittingen"),
        Column("volgnummer", Kind.INTEGER, "Hoeveelste punt van de zitting."),
        Column("titel", Kind.TEXT, "Titel."),
        Column("beschrijving", Kind.TEXT, "Waarover het gaat."),
        Column("gepland_openbaar", Kind.BOOLEAN, "Of het punt openbaar op de agenda stond."),
        Column("openbaar", Kind.BOOLEAN, "Of het punt openbaar behandeld is."),
        Column("beleidsdomein", Kind.TEXT, "Beleidsdomein (eigen lijst)."),
        Column("vorige_id", Kind.INTEGER, "Punt dat eraan voorafging.", nullable=True, references="agendapunten"),
    ),
    once=True,
)

DECISIONS = Table(
    "besluiten",
    "Besluiten, in de volgorde waarin ze zijn genomen.",
    (
        numbered("Volgnummer van het besluit."),
        Column("agendapunt_id", Kind.INTEGER, "Agendapunt.", references="agendapunten"),
        Column("orgaan_in_tijd_id", Kind.INTEGER, "Wie besliste.", references="bestuursorganen_in_tijd"),
        Column("nummer", Kind.TEXT, "Nummer voor mensen.", guarantee=Guarantee.SAFE, basis=_OWN_SERIES),
        Column("titel", Kind.TEXT, "Titel."),
        Column("beschrijving", Kind.TEXT, "Korte inhoud."),
        Column("motivering", Kind.TEXT, "Waarom; leeg bij wat over één persoon gaat.", nullable=True),
        Column("besluittype", Kind.TEXT, "BesluitType van LBLOD."),
        Column("besluittype_naam", Kind.TEXT, "Het besluittype in woorden."),
        Column("datum", Kind.DATE, "Dag van het besluit."),
        Column("gepubliceerd", Kind.MOMENT, "Wanneer het gepubliceerd is; leeg als dat nog komt.", nullable=True),
        Column("publicatiedatum", Kind.DATE, "Dag van de publicatie.", nullable=True),
        Column("inwerkingtreding", Kind.DATE, "Dag waarop het geldt.", nullable=True),
        Column(
            "bekrachtigt_aanstelling_id",
            Kind.INTEGER,
            "Mandataris die erdoor begint.",
            nullable=True,
            references="mandatarissen",
        ),
        Column(
            "bekrachtigt_ontslag_id",
            Kind.INTEGER,
            "Mandataris die erdoor stopt.",
            nullable=True,
            references="mandatarissen",
        ),
    ),
    once=True,
)

ARTICLES = Table(
    "artikelen",
    "Artikelen van besluiten.",
    (
        numbered("Volgnummer van het artikel."),
        Column("besluit_id", Kind.INTEGER, "Besluit.", references="besluiten"),
        Column("nummer", Kind.TEXT, "Nummer binnen het besluit."),
        Column("inhoud", Kind.TEXT, "Tekst."),
    ),
    once=True,
)

LEGAL_GROUNDS = Table(
    "rechtsgronden",
    "Artikelen van decreten en wetten waarop besluiten steunen.",
    (
        numbered("Volgnummer van de rechtsgrond."),
        Column("citeeropschrift", Kind.TEXT, "Hoe de regel heet."),
        Column("artikel", Kind.TEXT, "Artikel."),
        Column("eli", Kind.TEXT, "Deel van de ELI na /eli/; leeg als die niet zeker is.", nullable=True),
    ),
    once=True,
)

CITATIONS = Table(
    "verwijzingen",
    "Welk besluit op welke rechtsgrond steunt.",
    (
        numbered("Volgnummer."),
        Column("besluit_id", Kind.INTEGER, "Besluit.", references="besluiten"),
        Column("rechtsgrond_id", Kind.INTEGER, "Rechtsgrond.", references="rechtsgronden"),
    ),
    once=True,
)

VOTES = Table(
    "stemmingen",
    "Stemmingen over agendapunten.",
    (
        numbered("Volgnummer van de stemming."),
        Column("agendapunt_id", Kind.INTEGER, "Agendapunt.", references="agendapunten"),
        Column("onderwerp", Kind.TEXT, "Waarover gestemd werd."),
        Column("geheim", Kind.BOOLEAN, "Geheim: dan staat er niet bij wie wat stemde."),
        Column("aantal_voorstanders", Kind.INTEGER, "Stemmen voor."),
        Column("aantal_tegenstanders", Kind.INTEGER, "Stemmen tegen."),
        Column("aantal_onthouders", Kind.INTEGER, "Onthoudingen."),
        Column("gevolg", Kind.TEXT, "aanvaard of verworpen; bij evenveel stemmen is een voorstel verworpen."),
    ),
    once=True,
)

STANCES = Table(
    "stemgedragingen",
    "Wie wat stemde, bij stemmingen die niet geheim zijn.",
    (
        numbered("Volgnummer."),
        Column("stemming_id", Kind.INTEGER, "Stemming.", references="stemmingen"),
        Column("mandataris_id", Kind.INTEGER, "Lid van het orgaan.", references="mandatarissen"),
        Column("stem", Kind.TEXT, "voor, tegen, onthouden of afwezig."),
    ),
    once=True,
)

TABLES = (
    UNITS,
    BODIES,
    BODIES_IN_TERM,
    GROUPS,
    MANDATES,
    MANDATARIES,
    OFFICERS,
    MEETINGS,
    ATTENDANCE,
    AGENDA_ITEMS,
    DECISIONS,
    ARTICLES,
    LEGAL_GROUNDS,
    CITATIONS,
    VOTES,
    STANCES,
)

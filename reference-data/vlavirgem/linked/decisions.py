"""How meetings, agenda items, decisions and votes become linked data: OSLO Besluit publicatie as LBLOD uses it.

Sources: the application profile Besluit publicatie on data.vlaanderen.be, LBLOD's documentation for vendors and the
shapes with which it checks what municipalities publish.
"""

from __future__ import annotations

from vlavirgem.linked.governance import DOMAIN_SCHEME, MANDATE_ENTITIES
from vlavirgem.linked.mapping import (
    DUTCH,
    Children,
    Code,
    Entity,
    Join,
    Link,
    Node,
    Property,
    Text,
    Type,
    Value,
)
from vlavirgem.linked.places import EU_AUTHORITY

DOCUMENT_TYPES = "https://data.vlaanderen.be/id/concept/BesluitDocumentType/"
MINUTES, DECISION_LIST = "8e791b27-7600-4577-b24e-c7c29e0eb773", "3fa67785-ffdc-4b30-8880-2b99d97b4dee"
DECISION_TYPES = "https://data.vlaanderen.be/id/concept/BesluitType/"
ELI = "http://www.ejustice.just.fgov.be/eli/"
LANGUAGE = Property("taal", "eli:language", Code("NLD", f"{EU_AUTHORITY}language/"))
_DOCUMENT = Type("Document", "foaf:Document")
_BODY = Link("bestuursorgaan-in-tijd/{orgaan_in_tijd_id}")
_MEMBER = Link("mandataris/{mandataris_id}")


def _document(term: str, iri: str, *, fragment: str, code: str) -> Property:
    """Link a meeting to a document about it, which is there once it is published."""
    return Property(
        term,
        iri,
        Node(
            fragment,
            (_DOCUMENT,),
            (
                Property("documenttype", "dct:type", Code(code, DOCUMENT_TYPES)),
                Property("publicatiedatum", "eli:date_publication", Value("publicatiedatum", "xsd:date")),
                Property("gaatOver", "foaf:topic", Link("zitting/{id}")),
            ),
            when="publicatiedatum",
        ),
    )


def _attendance(term: str, iri: str, *values: str) -> Property:
    children = Children("aanwezigheid", "zitting_id", link=_MEMBER, only=("aanwezigheid", values))
    return Property(term, iri, children)


def _stance(term: str, iri: str, *values: str) -> Property:
    return Property(term, iri, Children("stemgedrag", "stemming_id", link=_MEMBER, only=("stem", values)))


MEETING = Entity(
    "zitting",
    "zittingen",
    (Type("Zitting", "besluit:Zitting"),),
    (
        Property("geplandeStart", "besluit:geplandeStart", Value("geplande_start", "xsd:dateTime")),
        Property("start", "prov:startedAtTime", Value("start", "xsd:dateTime")),
        Property("einde", "prov:endedAtTime", Value("einde", "xsd:dateTime")),
        Property("isGehoudenDoor", "besluit:isGehoudenDoor", _BODY),
        Property("orgaan", "vvg:orgaan", Value("orgaan")),
        Property("openbaar", "vvg:openbaar", Value("openbaar", "xsd:boolean")),
        Property(
            "locatie",
            "prov:atLocation",
            Node("plaats", (Type("Plaats", "prov:Location"),), (Property("naam", "rdfs:label", Value("plaats")),)),
        ),
        Property("heeftVoorzitter", "besluit:heeftVoorzitter", Link("mandataris/{voorzitter_id}")),
        Property("heeftSecretaris", "besluit:heeftSecretaris", Link("functionaris/{secretaris_id}")),
        _attendance("heeftAanwezigeBijStart", "besluit:heeftAanwezigeBijStart", "aanwezig"),
        _attendance("heeftAfwezigeBijStart", "ext:heeftAfwezigeBijStart", "verontschuldigd"),
        Property("behandelt", "besluit:behandelt", Children("agendapunt", "zitting_id")),
        _document("heeftNotulen", "besluit:heeftNotulen", fragment="notulen", code=MINUTES),
        _document("heeftBesluitenlijst", "besluit:heeftBesluitenlijst", fragment="besluitenlijst", code=DECISION_LIST),
    ),
    joins=(Join("bestuursorganen_in_tijd", "orgaan_in_tijd_id", (("naam", "orgaan"),)),),
)
ATTENDANCE = Entity(
    "aanwezigheid",
    "aanwezigheden",
    (Type("Aanwezigheid", "vvg:Aanwezigheid"),),
    (
        Property("zitting", "vvg:bijZitting", Link("zitting/{zitting_id}")),
        Property("mandataris", "vvg:vanMandataris", _MEMBER),
        Property("aanwezigheid", "vvg:aanwezigheid", Code("{aanwezigheid}", "concept/aanwezigheid/")),
    ),
)
AGENDA_ITEM = Entity(
    "agendapunt",
    "agendapunten",
    (Type("Agendapunt", "besluit:Agendapunt"),),
    (
        Property("titel", "dct:title", Value("titel")),
        Property("beschrijving", "dct:description", Value("beschrijving")),
        Property("volgnummer", "schema:position", Value("volgnummer", "xsd:integer")),
        Property("geplandOpenbaar", "besluit:geplandOpenbaar", Value("gepland_openbaar", "xsd:boolean")),
        Property("beleidsdomein", "vvg:beleidsdomein", Code("{beleidsdomein}", DOMAIN_SCHEME)),
        Property("aangebrachtNa", "besluit:aangebrachtNa", Link("agendapunt/{vorige_id}")),
        Property("zitting", "dct:isPartOf", Link("zitting/{zitting_id}")),
        Property("behandeling", "vvg:behandeling", Link("behandeling/{id}")),
    ),
)
TREATMENT = Entity(
    "behandeling",
    "agendapunten",
    (Type("BehandelingVanAgendapunt", "besluit:BehandelingVanAgendapunt"),),
    (
        Property("heeftOnderwerp", "dct:subject", Link("agendapunt/{id}")),
        Property("openbaar", "besluit:openbaar", Value("openbaar", "xsd:boolean")),
        Property("gebeurtNa", "besluit:gebeurtNa", Link("behandeling/{vorige_id}")),
        Property("geeftAanleidingTot", "prov:generated", Children("besluit", "agendapunt_id")),
        Property("heeftStemming", "besluit:heeftStemming", Children("stemming", "agendapunt_id")),
    ),
)
ARTICLE = Entity(
    "artikel",
    "artikelen",
    (Type("Artikel", "besluit:Artikel"),),
    (
        Property("artikelnummer", "eli:number", Value("nummer")),
        Property("inhoud", "prov:value", Value("inhoud")),
        LANGUAGE,
        Property("isDeelVan", "eli:is_part_of", Link("besluit/{besluit_id}")),
    ),
)
LEGAL_GROUND = Entity(
    "rechtsgrond",
    "rechtsgronden",
    (Type("Rechtsgrondonderdeel", "eli:LegalResourceSubdivision"),),
    (
        Property("citeeropschrift", "eli:title_short", Value("citeeropschrift")),
        Property("artikel", "eli:number", Value("artikel")),
        Property("isDeelVan", "eli:is_part_of", Link(f"{ELI}{{eli}}")),
    ),
)
CITATION = Entity(
    "verwijzing",
    "verwijzingen",
    (Type("Verwijzing", "vvg:Verwijzing"),),
    (
        Property("besluit", "vvg:vanBesluit", Link("besluit/{besluit_id}")),
        Property("rechtsgrond", "vvg:naarRechtsgrond", Link("rechtsgrond/{rechtsgrond_id}")),
    ),
)
DECISION = Entity(
    "besluit",
    "besluiten",
    (Type("Besluit", "besluit:Besluit"),),
    (
        Property("titel", "eli:title", Value("titel")),
        Property("citeeropschrift", "eli:title_short", Text("Besluit {nummer}")),
        Property("nummer", "dct:identifier", Value("nummer")),
        Property("beschrijving", "eli:description", Value("beschrijving")),
        Property("motivering", "besluit:motivering", Value("motivering", DUTCH)),
        Property("besluittype", "eli:type_document", Code("{besluittype}", DECISION_TYPES)),
        Property("besluittypeNaam", "vvg:besluittype", Value("besluittype_naam", DUTCH)),
        LANGUAGE,
        Property("datum", "eli:date_document", Value("datum", "xsd:date")),
        Property("publicatiedatum", "eli:date_publication", Value("publicatiedatum", "xsd:date")),
        Property("inwerkingtreding", "eli:first_date_entry_in_force", Value("inwerkingtreding", "xsd:date")),
        Property("aangenomenDoor", "eli:passed_by", _BODY),
        Property("orgaan", "vvg:orgaan", Value("orgaan")),
        Property("volgtUit", "prov:wasGeneratedBy", Link("behandeling/{agendapunt_id}")),
        Property("heeftDeel", "eli:has_part", Children("artikel", "besluit_id", embedded=True)),
        Property(
            "citeert", "eli:cites", Children("verwijzing", "besluit_id", link=Link("rechtsgrond/{rechtsgrond_id}"))
        ),
        Property(
            "bekrachtigtAanstellingVan",
            "mandaat:bekrachtigtAanstellingVan",
            Link("mandataris/{bekrachtigt_aanstelling_id}"),
        ),
        Property(
            "bekrachtigtOntslagVan", "mandaat:bekrachtigtOntslagVan", Link("mandataris/{bekrachtigt_ontslag_id}")
        ),
    ),
    joins=(Join("bestuursorganen_in_tijd", "orgaan_in_tijd_id", (("naam", "orgaan"),)),),
)
VOTE = Entity(
    "stemming",
    "stemmingen",
    (Type("Stemming", "besluit:Stemming"),),
    (
        Property("onderwerp", "besluit:onderwerp", Value("onderwerp", DUTCH)),
        Property("gevolg", "besluit:gevolg", Value("gevolg", DUTCH)),
        Property("geheim", "besluit:geheim", Value("geheim", "xsd:boolean")),
        Property("aantalVoorstanders", "besluit:aantalVoorstanders", Value("aantal_voorstanders", "xsd:integer")),
        Property("aantalTegenstanders", "besluit:aantalTegenstanders", Value("aantal_tegenstanders", "xsd:integer")),
        Property("aantalOnthouders", "besluit:aantalOnthouders", Value("aantal_onthouders", "xsd:integer")),
        Property("behandeling", "vvg:behandeling", Link("behandeling/{agendapunt_id}")),
        _stance("heeftAanwezige", "besluit:heeftAanwezige", "voor", "tegen", "onthouden"),
        _stance("heeftStemmer", "besluit:heeftStemmer", "voor", "tegen", "onthouden"),
        _stance("heeftVoorstander", "besluit:heeftVoorstander", "voor"),
        _stance("heeftTegenstander", "besluit:heeftTegenstander", "tegen"),
        _stance("heeftOnthouder", "besluit:heeftOnthouder", "onthouden"),
        _stance("afwezig", "vvg:heeftAfwezige", "afwezig"),
    ),
)
STANCE = Entity(
    "stemgedrag",
    "stemgedragingen",
    (Type("Stemgedrag", "vvg:Stemgedrag"),),
    (
        Property("stemming", "vvg:bijStemming", Link("stemming/{stemming_id}")),
        Property("mandataris", "vvg:vanMandataris", _MEMBER),
        Property("stem", "vvg:stem", Code("{stem}", "concept/stem/")),
    ),
)
GOVERNANCE: tuple[Entity, ...] = (
    *MANDATE_ENTITIES,
    MEETING,
    ATTENDANCE,
    AGENDA_ITEM,
    TREATMENT,
    DECISION,
    ARTICLE,
    LEGAL_GROUND,
    CITATION,
    VOTE,
    STANCE,
)

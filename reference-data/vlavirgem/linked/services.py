"""How products and services become linked data: IPDC-LPDC, with terms of CPSV-AP.

Sources: Informatievlaanderen/ipdc-lpdc, the implementation model's context and instance shapes; SEMICeu/CPSV-AP 3.2.0.
IPDC-LPDC has one condition, one piece of evidence and one procedure per product, in words; CPSV-AP has any number of
requirements, inputs and channels, each with an identifier. A product says both, each under the terms of its standard.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import (
    DUTCH,
    ENGLISH,
    Children,
    Code,
    Codes,
    Entity,
    Fixed,
    Link,
    Node,
    Property,
    Text,
    Texts,
    Type,
    Value,
)
from vlavirgem.linked.places import CONTACT_POINT, EU_AUTHORITY
from vlavirgem.linked.product_parts import (
    CHANNEL,
    CONDITION,
    COST,
    EVIDENCE,
    EVIDENCE_TYPE,
    ORDER,
    REQUIREMENT_TYPE,
    RULE,
    STEP,
)
from vlavirgem.place import NIS_CODE

IPDC = "https://productencatalogus.data.vlaanderen.be/id/concept/"
ADMINISTRATION = Link("bestuurseenheid/gemeente")
AREA = f"BE2ZZ{NIS_CODE}"
"""Like IPDC's area of a municipality: NUTS code and NIS code; ZZ is no NUTS code."""
_FIRST = Property("volgorde", "sh:order", Fixed(1, "xsd:integer"))
_NAME_EN = Property("naamEn", "dct:title", Value("naam_en", ENGLISH))

AUTHORITY = Entity(
    "overheid",
    "overheden",
    (Type("PubliekeOrganisatie", "m8g:PublicOrganisation"),),
    (
        Property("naam", "skos:prefLabel", Value("naam", DUTCH)),
        Property("naamEn", "skos:prefLabel", Value("naam_en", ENGLISH)),
        Property("bestuursniveau", "vvg:bestuursniveau", Code("{niveau}", f"{IPDC}UitvoerendBestuursniveau/")),
    ),
    path="bestuurseenheid/{code}",
)

LIFE_EVENT = Entity(
    "levensgebeurtenis",
    "levensgebeurtenissen",
    (Type("Levensgebeurtenis", "m8g:LifeEvent"), Type("Gebeurtenis", "m8g:Event")),
    (
        Property("identificator", "dct:identifier", Value("code")),
        Property("naam", "dct:title", Value("naam", DUTCH)),
        _NAME_EN,
    ),
    path="levensgebeurtenis/{code}",
)

PRODUCT = Entity(
    "product",
    "producten",
    (
        Type("Instantie", "lpdc:InstancePublicService"),
        Type("PubliekeDienstverlening", "cpsv:PublicService"),
    ),
    (
        Property("naam", "dct:title", Value("naam", DUTCH)),
        _NAME_EN,
        Property("beschrijving", "dct:description", Value("beschrijving", DUTCH)),
        Property("beschrijvingEn", "dct:description", Value("beschrijving_en", ENGLISH)),
        Property("productnummer", "schema:productID", Value("productnummer")),
        Property("identificator", "dct:identifier", Value("productnummer")),
        Property("type", "dct:type", Code("{type}", f"{IPDC}Type/")),
        Property("themas", "m8g:thematicArea", Codes("themas", f"{IPDC}Thema/")),
        Property("doelgroepen", "lpdc:targetAudience", Codes("doelgroepen", f"{IPDC}Doelgroep/")),
        Property("levensgebeurtenissen", "m8g:isGroupedBy", Codes("levensgebeurtenissen", "levensgebeurtenis/")),
        Property(
            "yourEuropeCategorieen", "lpdc:yourEuropeCategory", Codes("your_europe", f"{IPDC}YourEuropeCategorie/")
        ),
        Property("zoektermen", "dcat:keyword", Texts("zoektermen")),
        Property("talen", "dct:language", Code("NLD", f"{EU_AUTHORITY}language/")),
        Property(
            "voorwaarde",
            "belgifps:hasRequirement",
            Node(
                "voorwaarde",
                (REQUIREMENT_TYPE,),
                (
                    Property("identificator", "dct:identifier", Text("{productnummer}-V")),
                    Property("naam", "dct:title", Fixed("Voorwaarde", DUTCH)),
                    Property("beschrijving", "dct:description", Value("voorwaarde", DUTCH)),
                    _FIRST,
                    Property(
                        "bewijs",
                        "m8g:hasSupportingEvidence",
                        Node(
                            "bewijs",
                            (EVIDENCE_TYPE,),
                            (
                                Property("identificator", "dct:identifier", Text("{productnummer}-B")),
                                Property("naam", "dct:title", Fixed("Wat u meebrengt", DUTCH)),
                                Property("beschrijving", "dct:description", Value("bewijs", DUTCH)),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Property("voorwaarden", "m8g:holdsRequirement", Children(CONDITION.name, "product_id", embedded=True)),
        Property("bewijzen", "cpsv:hasInput", Children(EVIDENCE.name, "product_id", embedded=True)),
        Property(
            "procedure",
            "cpsv:follows",
            Node(
                "procedure",
                (Type("Procedure", "cpsv:Rule"),),
                (
                    Property("identificator", "dct:identifier", Text("{productnummer}-P")),
                    Property("naam", "dct:title", Fixed("Hoe het verloopt", DUTCH)),
                    Property("beschrijving", "dct:description", Value("procedure", DUTCH)),
                    _FIRST,
                    Property("stappen", "vvg:stap", Children(STEP.name, "product_id", embedded=True)),
                ),
            ),
        ),
        Property(
            "kost",
            "vvg:kostInHetKort",
            Node(
                "kost",
                (Type("KostInHetKort", "vvg:KostInHetKort"),),
                (
                    Property("naam", "dct:title", Fixed("Wat het kost", DUTCH)),
                    Property("beschrijving", "dct:description", Value("kost", DUTCH)),
                    Property("bedrag", "m8g:hasValue", Value("bedrag", "xsd:double")),
                    _FIRST,
                ),
            ),
        ),
        Property("kosten", "m8g:hasCost", Children(COST.name, "product_id", embedded=True)),
        Property(
            "financieelVoordeel",
            "cpsv:produces",
            Node(
                "voordeel",
                (Type("FinancieelVoordeel", "lpdc:FinancialAdvantage"), Type("Output", "m8g:Output")),
                (
                    Property("identificator", "dct:identifier", Text("{productnummer}-F")),
                    Property("naam", "dct:title", Fixed("Wat u krijgt", DUTCH)),
                    Property("beschrijving", "dct:description", Value("voordeel", DUTCH)),
                    _FIRST,
                ),
                when="voordeel",
            ),
        ),
        Property("kanalen", "m8g:hasChannel", Children(CHANNEL.name, "product_id", embedded=True)),
        Property("verwerkingstijd", "m8g:processingTime", Text("P{termijn_dagen}D", "xsd:duration")),
        Property("regelgevingTekst", "lpdc:regulation", Value("regelgeving", DUTCH)),
        Property("regelgeving", "m8g:hasLegalResource", Children(RULE.name, "product_id", embedded=True)),
        Property(
            "contactgegevens",
            "m8g:hasContactPoint",
            Node(
                "contact",
                (CONTACT_POINT,),
                (
                    Property("dienst", "foaf:name", Value("dienst")),
                    Property("email", "schema:email", Value("email")),
                    Property("telefoon", "schema:telephone", Value("telefoon")),
                    _FIRST,
                ),
            ),
        ),
        Property(
            "website",
            "rdfs:seeAlso",
            Node(
                "website",
                (Type("Website", "schema:WebSite"),),
                (
                    Property("naam", "dct:title", Fixed("Meer informatie", DUTCH)),
                    Property("adres", "schema:url", Value("website")),
                    _FIRST,
                ),
            ),
        ),
        Property(
            "bevoegdBestuursniveau",
            "lpdc:competentAuthorityLevel",
            Code("{bevoegd_niveau}", f"{IPDC}BevoegdBestuursniveau/"),
        ),
        Property("bevoegdeOverheid", "m8g:hasCompetentAuthority", Link("bestuurseenheid/{bevoegde_overheid}")),
        Property(
            "uitvoerendBestuursniveau",
            "lpdc:executingAuthorityLevel",
            Code("{uitvoerend_niveau}", f"{IPDC}UitvoerendBestuursniveau/"),
        ),
        Property("uitvoerendeOverheid", "lpdc:hasExecutingAuthority", Link("bestuurseenheid/{uitvoerende_overheid}")),
        Property("aangemaaktDoor", "pav:createdBy", ADMINISTRATION),
        Property("geografischToepassingsgebied", "dct:spatial", Code(AREA, "concept/gebied/")),
        Property("dossiertype", "vvg:dossiertype", Code("{dossiertype}", "concept/dossiertype/")),
        Property("formulieren", "vvg:formulier", Children("formulier", "product_id")),
        Property("startDienstVerlening", "schema:startDate", Value("start", "xsd:dateTime")),
        Property("eindeDienstVerlening", "schema:endDate", Value("einde", "xsd:dateTime")),
        Property("creatie", "schema:dateCreated", Value("creatie", "xsd:dateTime")),
        Property("laatstGewijzigd", "schema:dateModified", Value("gewijzigd", "xsd:dateTime")),
    ),
)

FORM_FIELD = Entity(
    "formulierveld",
    "formuliervelden",
    (Type("Formulierveld", "vvg:Formulierveld"),),
    (
        Property("veldnaam", "vvg:veldnaam", Value("naam")),
        Property("label", "rdfs:label", Value("label", DUTCH)),
        Property("soort", "vvg:soort", Value("soort")),
        Property("verplicht", "vvg:verplicht", Value("verplicht", "xsd:boolean")),
        Property("patroon", "sh:pattern", Value("patroon")),
        Property("hulp", "rdfs:comment", Value("hulp", DUTCH)),
        Property("keuzes", "vvg:keuze", Texts("keuzes")),
        Property("minimum", "sh:minInclusive", Value("minimum", "xsd:double")),
        Property("maximum", "sh:maxInclusive", Value("maximum", "xsd:double")),
        ORDER,
    ),
)

FORM = Entity(
    "formulier",
    "formulieren",
    (Type("Formulier", "vvg:Formulier"),),
    (
        Property("naam", "dct:title", Value("titel", DUTCH)),
        Property("inleiding", "dct:description", Value("inleiding", DUTCH)),
        Property("product", "dct:subject", Link("product/{product_id}")),
        Property("velden", "vvg:veld", Children(FORM_FIELD.name, "formulier_id", embedded=True)),
    ),
)

SERVICES: tuple[Entity, ...] = (AUTHORITY, LIFE_EVENT, PRODUCT, FORM, FORM_FIELD)

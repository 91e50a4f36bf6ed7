"""How products and services become linked data: IPDC-LPDC, with terms of CPSV-AP.

Source: Informatievlaanderen/ipdc-lpdc, the implementation model's context and instance shapes.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import DUTCH, Code, Codes, Entity, Fixed, Link, Node, Property, Text, Texts, Type, Value
from vlavirgem.linked.places import CONTACT_POINT, EU_AUTHORITY
from vlavirgem.place import NIS_CODE

IPDC = "https://productencatalogus.data.vlaanderen.be/id/concept/"
ADMINISTRATION = Link("bestuurseenheid/gemeente")
_ORDER = Property("volgorde", "sh:order", Fixed(1, "xsd:integer"))

PRODUCT = Entity(
    "product",
    "producten",
    (
        Type("Instantie", "lpdc:InstancePublicService"),
        Type("PubliekeDienstverlening", "cpsv:PublicService"),
    ),
    (
        Property("naam", "dct:title", Value("naam", DUTCH)),
        Property("beschrijving", "dct:description", Value("beschrijving", DUTCH)),
        Property("productnummer", "schema:productID", Value("productnummer")),
        Property("type", "dct:type", Code("{type}", f"{IPDC}Type/")),
        Property("themas", "m8g:thematicArea", Codes("themas", f"{IPDC}Thema/")),
        Property("doelgroepen", "lpdc:targetAudience", Codes("doelgroepen", f"{IPDC}Doelgroep/")),
        Property("zoektermen", "dcat:keyword", Texts("zoektermen")),
        Property("talen", "dct:language", Code("NLD", f"{EU_AUTHORITY}language/")),
        Property(
            "voorwaarde",
            "belgifps:hasRequirement",
            Node(
                "voorwaarde",
                (Type("Voorwaarde", "m8g:Requirement"),),
                (
                    Property("naam", "dct:title", Fixed("Voorwaarde", DUTCH)),
                    Property("beschrijving", "dct:description", Value("voorwaarde", DUTCH)),
                    _ORDER,
                    Property(
                        "bewijs",
                        "m8g:hasSupportingEvidence",
                        Node(
                            "bewijs",
                            (Type("Bewijs", "m8g:Evidence"),),
                            (
                                Property("naam", "dct:title", Fixed("Wat u meebrengt", DUTCH)),
                                Property("beschrijving", "dct:description", Value("bewijs", DUTCH)),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Property(
            "procedure",
            "cpsv:follows",
            Node(
                "procedure",
                (Type("Procedure", "cpsv:Rule"),),
                (
                    Property("naam", "dct:title", Fixed("Hoe het verloopt", DUTCH)),
                    Property("beschrijving", "dct:description", Value("procedure", DUTCH)),
                    _ORDER,
                ),
            ),
        ),
        Property(
            "kost",
            "m8g:hasCost",
            Node(
                "kost",
                (Type("Kost", "m8g:Cost"),),
                (
                    Property("naam", "dct:title", Fixed("Wat het kost", DUTCH)),
                    Property("beschrijving", "dct:description", Value("kost", DUTCH)),
                    Property("bedrag", "m8g:value", Value("bedrag", "xsd:double")),
                    _ORDER,
                ),
            ),
        ),
        Property("verwerkingstijd", "m8g:processingTime", Text("P{termijn_dagen}D", "xsd:duration")),
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
                    _ORDER,
                ),
            ),
        ),
        Property(
            "bevoegdBestuursniveau", "lpdc:competentAuthorityLevel", Code("Lokaal", f"{IPDC}BevoegdBestuursniveau/")
        ),
        Property("bevoegdeOverheid", "m8g:hasCompetentAuthority", ADMINISTRATION),
        Property("aangemaaktDoor", "pav:createdBy", ADMINISTRATION),
        Property(
            "geografischToepassingsgebied",
            "dct:spatial",
            Code(f"BE2ZZ{NIS_CODE}", "concept/gebied/"),
        ),
        Property("dossiertype", "vvg:dossiertype", Code("{dossiertype}", "concept/dossiertype/")),
        Property("creatie", "schema:dateCreated", Value("creatie", "xsd:dateTime")),
        Property("laatstGewijzigd", "schema:dateModified", Value("gewijzigd", "xsd:dateTime")),
    ),
)

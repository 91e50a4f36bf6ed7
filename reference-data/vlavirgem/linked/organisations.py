"""How organisations, who works there and what is bought from them become linked data.

Sources: the application profile Organisatie Basis on data.vlaanderen.be and the W3C Organization Ontology. What OSLO
has no term for is in our own namespace: employees with their access rights and delegations, vendors and framework
contracts.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import DUTCH, Children, Code, Entity, Fixed, Join, Link, Node, Property, Type, Value
from vlavirgem.linked.places import ADDRESS_OF, CONTACT_POINT, IDENTIFIER, STREET_OF, address_view

NACE = "http://data.europa.eu/ux2/nace2.1/"
_FROM = Property("van", "schema:startDate", Value("van", "xsd:date"))
_UNTIL = Property("tot", "schema:endDate", Value("tot", "xsd:date"))

ORGANISATION = Entity(
    "organisatie",
    "organisaties",
    (
        Type("Organisatie", "org:Organization"),
        Type("GeregistreerdeOrganisatie", "regorg:RegisteredOrganization"),
    ),
    (
        Property("naam", "skos:prefLabel", Value("naam", DUTCH)),
        Property("wettelijkeNaam", "regorg:legalName", Value("naam", DUTCH)),
        Property("classificatie", "org:classification", Code("{type}", "concept/organisatietype/")),
        Property("doel", "org:purpose", Value("sector", DUTCH)),
        Property("activiteit", "regorg:orgActivity", Code("{nace_code}", NACE)),
        Property("zaakvoerder", "vvg:zaakvoerder", Link("persoon/{zaakvoerder_id}")),
        Property("vestigingen", "org:hasSite", Children("vestiging", "organisatie_id")),
        Property("rechtsvorm", "vvg:rechtsvorm", Value("rechtsvorm", DUTCH)),
        Property("oprichtingsdatum", "schema:foundingDate", Value("oprichtingsdatum", "xsd:date")),
        Property("ovoCode", "dct:identifier", Value("ovo_code")),
        Property(
            "registratie",
            "regorg:registration",
            Node(
                "ondernemingsnummer",
                (IDENTIFIER,),
                (
                    Property("identificator", "skos:notation", Value("ondernemingsnummer")),
                    Property("toegekendDoor", "adms:schemaAgency", Fixed("KBO (verzonnen nummer)")),
                ),
            ),
        ),
        Property(
            "heeftPrimaireVestiging",
            "org:hasPrimarySite",
            Node(
                "zetel",
                (Type("Vestiging", "org:Site"),),
                (
                    Property(
                        "vestigingsadres",
                        "org:siteAddress",
                        Node(
                            "zetel-contact",
                            (CONTACT_POINT,),
                            (Property("adres", "locn:address", address_view("adres")),),
                        ),
                    ),
                ),
            ),
        ),
        Property(
            "contactinfo",
            "schema:contactPoint",
            Node(
                "contact",
                (CONTACT_POINT,),
                (
                    Property("email", "schema:email", Value("email")),
                    Property("telefoon", "schema:telephone", Value("telefoon")),
                ),
            ),
        ),
        Property("homepage", "foaf:homepage", Value("website")),
    ),
    joins=(ADDRESS_OF, STREET_OF),
)
ESTABLISHMENT = Entity(
    "vestiging",
    "vestigingen",
    (Type("Vestiging", "org:Site"),),
    (
        Property("vestigingVan", "org:siteOf", Link("organisatie/{organisatie_id}")),
        Property("isZetel", "vvg:isZetel", Value("is_zetel", "xsd:boolean")),
        Property("activiteit", "regorg:orgActivity", Code("{nace_code}", NACE)),
        Property("begindatum", "schema:startDate", Value("begindatum", "xsd:date")),
        Property(
            "registratie",
            "adms:identifier",
            Node(
                "vestigingsnummer",
                (IDENTIFIER,),
                (
                    Property("identificator", "skos:notation", Value("vestigingsnummer")),
                    Property("toegekendDoor", "adms:schemaAgency", Fixed("KBO (verzonnen nummer)")),
                ),
            ),
        ),
        Property(
            "vestigingsadres",
            "org:siteAddress",
            Node("contact", (CONTACT_POINT,), (Property("adres", "locn:address", address_view("adres")),)),
        ),
    ),
    joins=(ADDRESS_OF, STREET_OF),
)
EMPLOYEE = Entity(
    "medewerker",
    "medewerkers",
    (Type("Medewerker", "vvg:Medewerker"),),
    (
        Property("voornaam", "foaf:givenName", Value("voornaam")),
        Property("achternaam", "foaf:familyName", Value("achternaam")),
        Property("werktVoor", "org:memberOf", Link("organisatie/{organisatie_id}")),
        Property("persoon", "vvg:persoon", Link("persoon/{persoon_id}")),
        Property("functie", "vvg:functie", Value("functie", DUTCH)),
        Property("dienst", "vvg:dienst", Value("dienst", DUTCH)),
        Property("email", "schema:email", Value("email")),
        Property("toegangsrechten", "vvg:heeftToegangsrecht", Children("toegangsrecht", "medewerker_id")),
        _FROM,
        _UNTIL,
    ),
)
ROLE = Entity(
    "rol",
    "rollen",
    (Type("Rol", "org:Role"),),
    (
        Property("code", "skos:notation", Value("code")),
        Property("naam", "skos:prefLabel", Value("naam", DUTCH)),
        Property("toepassing", "vvg:toepassing", Value("toepassing", DUTCH)),
        Property("recht", "vvg:recht", Code("{recht}", "concept/recht/")),
    ),
)
ACCESS_RIGHT = Entity(
    "toegangsrecht",
    "toegangsrechten",
    (Type("Toegangsrecht", "vvg:Toegangsrecht"),),
    (
        Property("medewerker", "vvg:medewerker", Link("medewerker/{medewerker_id}")),
        Property("rol", "vvg:rol", Link("rol/{rol_id}")),
        _FROM,
        _UNTIL,
    ),
)
DELEGATION = Entity(
    "delegatie",
    "delegaties",
    (Type("Delegatie", "vvg:Delegatie"),),
    (
        Property("toegangsrecht", "vvg:toegangsrecht", Link("toegangsrecht/{toegangsrecht_id}")),
        Property("rol", "vvg:rol", Link("rol/{rol_id}")),
        Property("gever", "vvg:delegatiegever", Link("medewerker/{gever_id}")),
        Property("nemer", "vvg:delegatienemer", Link("medewerker/{nemer_id}")),
        _FROM,
        _UNTIL,
        Property("voorzienTot", "vvg:voorzienTot", Value("voorzien_tot", "xsd:date")),
        Property("reden", "dct:type", Code("{reden}", "concept/delegatiereden/")),
        Property("toelichting", "dct:description", Value("toelichting")),
    ),
    joins=(Join("toegangsrechten", "toegangsrecht_id", (("rol_id", "rol_id"),)),),
)
VENDOR = Entity(
    "leverancier",
    "leveranciers",
    (Type("Leverancier", "vvg:Leverancier"),),
    (
        Property("organisatie", "vvg:organisatie", Link("organisatie/{organisatie_id}")),
        Property("sinds", "schema:startDate", Value("sinds", "xsd:date")),
    ),
)
FRAMEWORK_CONTRACT = Entity(
    "raamcontract",
    "raamcontracten",
    (Type("Raamcontract", "vvg:Raamcontract"),),
    (
        Property("nummer", "dct:identifier", Value("nummer")),
        Property("voorwerp", "dct:title", Value("voorwerp", DUTCH)),
        Property("soort", "dct:type", Code("{soort}", "concept/opdrachtsoort/")),
        Property("maximumbedrag", "vvg:maximumbedrag", Value("maximumbedrag", "xsd:integer")),
        Property("percelen", "dct:hasPart", Children("raamcontractperceel", "raamcontract_id")),
        _FROM,
        _UNTIL,
    ),
)
CONTRACT_LOT = Entity(
    "raamcontractperceel",
    "raamcontract_percelen",
    (Type("Raamcontractperceel", "vvg:Raamcontractperceel"),),
    (
        Property("raamcontract", "dct:isPartOf", Link("raamcontract/{raamcontract_id}")),
        Property("volgnummer", "schema:position", Value("volgnummer", "xsd:integer")),
        Property("naam", "dct:title", Value("naam", DUTCH)),
        Property("leverancier", "vvg:leverancier", Link("leverancier/{leverancier_id}")),
        Property("maximumbedrag", "vvg:maximumbedrag", Value("maximumbedrag", "xsd:integer")),
    ),
)
ORGANISATIONS: tuple[Entity, ...] = (
    ORGANISATION,
    ESTABLISHMENT,
    EMPLOYEE,
    ROLE,
    ACCESS_RIGHT,
    DELEGATION,
    VENDOR,
    FRAMEWORK_CONTRACT,
    CONTRACT_LOT,
)

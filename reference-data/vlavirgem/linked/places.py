"""How the municipality, its streets, buildings and addresses become linked data, in OSLO's terms.

Sources: the application profiles Adresregister and Generiek Basis on data.vlaanderen.be, and the
contexts of the Gebouwenregister.
"""

from __future__ import annotations

from vlavirgem.linked.ground import GROUND, POLYGON, WKT
from vlavirgem.linked.identified import ended, identifier
from vlavirgem.linked.mapping import (
    DUTCH,
    Children,
    Code,
    Entity,
    Fixed,
    Join,
    Link,
    Node,
    Property,
    Text,
    Type,
    Value,
)
from vlavirgem.place import COUNTRY, NAME, NIS_CODE

CONCEPT = "https://data.vlaanderen.be/id/concept/"
EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
CRS = "http://www.opengis.net/def/crs/EPSG/0/31370"
_CRS_2008 = "http://www.opengis.net/def/crs/EPSG/0/3812"
IDENTIFIER = Type("Identificator", "adms:Identifier")
_BORDER = (*POLYGON, Type("GeneriekeGeometrie", "generiek:Geometrie"))
MUNICIPALITY = Link("bestuurseenheid/gemeente")
CONTACT_POINT = Type("Contactinfo", "schema:ContactPoint")
ADDRESS_OF = Join(
    "adressen",
    "adres_id",
    (
        ("volledig_adres", "volledig_adres"),
        ("huisnummer", "huisnummer"),
        ("busnummer", "busnummer"),
        ("postcode", "postcode"),
        ("straatnaam_id", "straatnaam_id"),
    ),
)
STREET_OF = Join("straatnamen", "straatnaam_id", (("naam", "straatnaam"),))


def _status(iri: str, *, scheme: str) -> Property:
    return Property("status", iri, Code("{status}", f"{CONCEPT}{scheme}/"))


def address_view(fragment: str) -> Node:
    """The readable form of an address (locn:Address) inside another entity; needs both joins above."""
    return Node(
        fragment,
        (Type("Adresvoorstelling", "locn:Address"),),
        (
            Property("verwijstNaar", "adres:verwijstNaar", Link("adres/{adres_id}")),
            Property("straatnaam", "locn:thoroughfare", Value("straatnaam", DUTCH)),
            Property("huisnummer", "adres:Adresvoorstelling.huisnummer", Value("huisnummer")),
            Property("busnummer", "adres:Adresvoorstelling.busnummer", Value("busnummer")),
            Property("postcode", "locn:postCode", Value("postcode")),
            Property("gemeentenaam", "adres:gemeentenaam", Fixed(NAME, DUTCH)),
            Property("land", "adres:land", Fixed(COUNTRY, DUTCH)),
            Property("volledigAdres", "locn:fullAddress", Value("volledig_adres", DUTCH)),
        ),
    )


MUNICIPALITY_NAME = Entity(
    "gemeentenaam",
    "gemeenten",
    (Type("Gemeentenaam", "adres:Gemeentenaam"),),
    (
        Property("naam", "rdfs:label", Value("naam", DUTCH)),
        Property("isAfgeleidVan", "adres:isAfgeleidVan", Link("administratieve-eenheid/{nis_code}")),
    ),
    path="gemeentenaam/{nis_code}",
)
POST_INFO = Entity(
    "postinfo",
    "gemeenten",
    (Type("Postinfo", "adres:Postinfo"),),
    (
        Property("postcode", "adres:postcode", Value("postcode")),
        Property("postnaam", "adres:postnaam", Value("naam", DUTCH)),
    ),
    path="postinfo/{postcode}",
)
ADMINISTRATIVE_UNIT = Entity(
    "administratieve-eenheid",
    "gemeenten",
    (
        Type("AdministratieveEenheid", "generiek:AdministratieveEenheid"),
        Type("Jurisdictie", "dct:Jurisdiction"),
    ),
    (
        Property(
            "plaats",
            "generiek:plaats",
            Node(
                "plaats",
                (Type("Plaats", "dct:Location"),),
                (
                    Property("plaatsnaam", "rdfs:label", Value("naam", DUTCH)),
                    Property("geometrie", "locn:geometry", Node("grens", _BORDER, WKT)),
                ),
            ),
        ),
    ),
    path="administratieve-eenheid/{nis_code}",
)
ADMINISTRATION = Entity(
    "bestuurseenheid",
    "gemeenten",
    (
        Type("BestuurseenheidOslo", "https://data.vlaanderen.be/ns/bestuur#Bestuurseenheid"),
        Type("PubliekeOrganisatie", "m8g:PublicOrganisation"),
    ),
    (
        Property("naam", "skos:prefLabel", Text("Gemeente {naam}", DUTCH)),
        Property("organisatie", "dct:relation", Link("organisatie/{id}")),
    ),
    path="bestuurseenheid/gemeente",
)
STREET = Entity(
    "straatnaam",
    "straatnamen",
    (Type("Straatnaam", "adres:Straatnaam"),),
    (
        identifier("straatnaam"),
        Property("naam", "rdfs:label", Value("naam", DUTCH)),
        _status("adres:Straatnaam.status", scheme="straatnaamstatus"),
        Property("wijk", "vvg:wijk", Link("wijk/{wijk_id}")),
        Property("isToegekendDoor", "prov:wasAttributedTo", MUNICIPALITY),
    ),
)
ADDRESS = Entity(
    "adres",
    "adressen",
    (Type("Adres", "adres:Adres"),),
    (
        identifier("adres"),
        Property("huisnummer", "adres:huisnummer", Value("huisnummer")),
        Property("busnummer", "adres:busnummer", Value("busnummer")),
        Property("heeftStraatnaam", "adres:heeftStraatnaam", Link("straatnaam/{straatnaam_id}")),
        Property("straatnaam", "locn:thoroughfare", Value("straatnaam", DUTCH)),
        Property("heeftGemeentenaam", "adres:heeftGemeentenaam", Link(f"gemeentenaam/{NIS_CODE}")),
        Property("gemeentenaam", "adres:gemeentenaam", Fixed(NAME, DUTCH)),
        Property("heeftPostinfo", "adres:heeftPostinfo", Link("postinfo/{postcode}")),
        Property("postcode", "locn:postCode", Value("postcode")),
        Property("volledigAdres", "locn:fullAddress", Value("volledig_adres", DUTCH)),
        _status("adres:Adres.status", scheme="adresstatus"),
        Property("officieelToegekend", "adres:officieelToegekend", Value("officieel_toegekend", "xsd:boolean")),
        Property("isToegekendDoor", "prov:wasAttributedTo", MUNICIPALITY),
        *ended("adres"),
        Property("gebouw", "vvg:gebouw", Link("gebouw/{gebouw_id}")),
        Property("isToegekendAan", "adres:isToegekendAan", Link("gebouweenheid/{gebouweenheid_id}")),
        Property(
            "positie",
            "adres:positie",
            Node(
                "positie",
                (Type("GeografischePositie", "generiek:GeografischePositie"),),
                (
                    Property("default", "generiek:default", Fixed(text=True, datatype="xsd:boolean")),
                    Property("methode", "generiek:methode", Code("{positie_methode}", f"{CONCEPT}geometriemethode/")),
                    Property(
                        "specificatie",
                        "generiek:specificatie",
                        Code("{positie_specificatie}", f"{CONCEPT}geometriespecificatie/"),
                    ),
                    Property(
                        "geometrie",
                        "locn:geometry",
                        Node(
                            "punt",
                            (Type("Punt", "sf:Point"),),
                            (
                                Property("wkt", "geo:asWKT", Text(f"<{CRS}> POINT ({{x}} {{y}})", "geo:wktLiteral")),
                                Property(
                                    "wktLambert2008",
                                    "vvg:wktLambert2008",
                                    Text(
                                        f"<{_CRS_2008}> POINT ({{x_lambert2008}} {{y_lambert2008}})",
                                        "geo:wktLiteral",
                                    ),
                                ),
                                Property("lengtegraad", "wgs84:long", Value("lengtegraad", "xsd:double")),
                                Property("breedtegraad", "wgs84:lat", Value("breedtegraad", "xsd:double")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    joins=(STREET_OF,),
)
BUILDING = Entity(
    "gebouw",
    "gebouwen",
    (Type("Gebouw", "gebouw:Gebouw"),),
    (
        identifier("gebouw"),
        _status("gebouw:Gebouw.status", scheme="gebouwstatus"),
        *ended("gebouw"),
        Property("ligtOp", "gebouw:ligtOp", Link("perceel/{perceel_id}")),
        Property("bestaatUit", "gebouw:bestaatUit", Children("gebouweenheid", "gebouw_id")),
        Property("bouwjaar", "gebouw:bouwjaar", Value("bouwjaar", "xsd:integer")),
        Property(
            "aantalBovengrondseVerdiepingen",
            "gebouw:aantalBovengrondseVerdiepingen",
            Value("bouwlagen", "xsd:integer"),
        ),
        Property("adressen", "gebouw:Gebouw.adres", Children("adres", "gebouw_id")),
        Property(
            "geometrie",
            "gebouw:Gebouw.geometrie",
            Node(
                "geometrie",
                (Type("2DGebouwgeometrie", "gebouw:2DGebouwgeometrie"),),
                (
                    Property(
                        "methode", "gebouw:methode", Code("{geometrie_methode}", f"{CONCEPT}2Dgeometriemethode/")
                    ),
                    Property(
                        "vlak",
                        "gebouw:geometrie",
                        Node(
                            "vlak",
                            (Type("Polygoon", "sf:Polygon"),),
                            (
                                Property("wkt", "geo:asWKT", Text(f"<{CRS}> {{wkt_lambert72}}", "geo:wktLiteral")),
                                Property("wktWgs84", "vvg:wktWgs84", Value("wkt_wgs84", "geo:wktLiteral")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
BUILDING_UNIT = Entity(
    "gebouweenheid",
    "gebouweenheden",
    (Type("Gebouweenheid", "gebouw:Gebouweenheid"), Type("AdresseerbaarObject", "adres:AdresseerbaarObject")),
    (
        identifier("gebouweenheid"),
        _status("gebouw:Gebouweenheid.status", scheme="gebouweenheidstatus"),
        Property("functie", "gebouw:functie", Code("{functie}", f"{CONCEPT}gebouweenheidfunctie/")),
        Property("bestemming", "vvg:bestemming", Code("{bestemming}", "concept/bestemming/")),
        Property("isDeelVan", "dct:isPartOf", Link("gebouw/{gebouw_id}")),
        Property("adressen", "gebouw:Gebouweenheid.adres", Children("adres", "gebouweenheid_id")),
        *ended("gebouweenheid"),
    ),
)
PLACES: tuple[Entity, ...] = (
    MUNICIPALITY_NAME,
    POST_INFO,
    ADMINISTRATIVE_UNIT,
    ADMINISTRATION,
    *GROUND,
    STREET,
    BUILDING,
    BUILDING_UNIT,
    ADDRESS,
)

"""How wijken, parcels and road segments become linked data.

Sources: the application profile Perceel (recognised standard of 2020-06-18) and the vocabulary Weg, both of
data.vlaanderen.be. Where these have no term, for instance for the category of a road, the term is ours.
"""

from __future__ import annotations

from vlavirgem.linked.identified import identifier
from vlavirgem.linked.mapping import DUTCH, Code, Entity, Fixed, Link, Node, Property, Text, Type, Value
from vlavirgem.place import NIS_CODE

_CONCEPT = "https://data.vlaanderen.be/id/concept/"
_CRS = "http://www.opengis.net/def/crs/EPSG/0/31370"
WKT = (
    Property("wkt", "geo:asWKT", Text(f"<{_CRS}> {{wkt_lambert72}}", "geo:wktLiteral")),
    Property("wktWgs84", "vvg:wktWgs84", Value("wkt_wgs84", "geo:wktLiteral")),
)
POLYGON = (Type("Geometrie", "locn:Geometry"), Type("Polygoon", "sf:Polygon"))

BOROUGH = Entity(
    "wijk",
    "wijken",
    (Type("Wijk", "vvg:Wijk"),),
    (
        Property("naam", "rdfs:label", Value("naam", DUTCH)),
        Property("nummer", "vvg:nummer", Value("nummer", "xsd:integer")),
        Property("code", "skos:notation", Value("code")),
        Property("ligtIn", "dct:isPartOf", Link(f"administratieve-eenheid/{NIS_CODE}")),
        Property("oppervlakte", "vvg:oppervlakte", Value("oppervlakte", "xsd:double")),
        Property("geometrie", "locn:geometry", Node("geometrie", POLYGON, WKT)),
    ),
)
PARCEL = Entity(
    "perceel",
    "percelen",
    (
        Type("KadastraalPlanperceel", "perceel:KadastraalPlanperceel"),
        Type("RuimtelijkeEenheid", "perceel:RuimtelijkeEenheid"),
    ),
    (
        identifier("perceel", notation="{capakey}"),
        Property("datumbijwerking", "perceel:datumbijwerking", Value("versie", "xsd:dateTime")),
        Property("type", "perceel:RuimtelijkeEenheid.type", Code("perceel", "concept/ruimtelijkeeenheidtype/")),
        Property("landgebruik", "perceel:landgebruik", Code("{grondgebruik}", "concept/landgebruik/")),
        Property("status", "adms:status", Code("{status}", f"{_CONCEPT}perceelstatus/")),
        Property("wijk", "vvg:wijk", Link("wijk/{wijk_id}")),
        Property(
            "oppervlakte",
            "perceel:RuimtelijkeEenheid.oppervlakte",
            Node(
                "oppervlakte",
                (Type("RuimtelijkeEenheidOppervlakte", "perceel:RuimtelijkeEenheidOppervlakte"),),
                (
                    Property("officieleOppervlakte", "perceel:officieleOppervlakte", Fixed(True, "xsd:boolean")),
                    Property(
                        "waarde",
                        "perceel:RuimtelijkeEenheidOppervlakte.oppervlakte",
                        Node(
                            "vierkante-meter",
                            # The profile Perceel writes schema.org with https.
                            (Type("KwantitatieveWaarde", "https://schema.org/QuantitativeValue"),),
                            (
                                Property("getal", "https://schema.org/value", Value("oppervlakte", "xsd:double")),
                                Property("eenheid", "https://schema.org/unitText", Fixed("m²")),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        Property(
            "geometrie",
            "perceel:RuimtelijkeEenheid.geometrie",
            Node(
                "geometrie",
                (Type("RuimtelijkeEenheidGeometrie", "perceel:RuimtelijkeEenheidGeometrie"),),
                (
                    Property("default", "perceel:default", Fixed(True, "xsd:boolean")),
                    Property("vlak", "perceel:RuimtelijkeEenheidGeometrie.geometrie", Node("vlak", POLYGON, WKT)),
                ),
            ),
        ),
    ),
)
ROAD_SEGMENT = Entity(
    "wegsegment",
    "wegsegmenten",
    (Type("Wegsegment", "weg:Wegsegment"),),
    (
        identifier("wegsegment"),
        Property("straatnaam", "vvg:straatnaam", Link("straatnaam/{straatnaam_id}")),
        Property("wijk", "vvg:wijk", Link("wijk/{wijk_id}")),
        Property("status", "adms:status", Code("{status}", "concept/wegsegmentstatus/")),
        Property("wegcategorie", "vvg:wegcategorie", Code("{wegcategorie}", "concept/wegcategorie/")),
        Property("morfologie", "vvg:morfologischeWegklasse", Code("{morfologie}", "concept/wegmorfologie/")),
        Property("lengte", "vvg:lengte", Value("lengte", "xsd:double")),
        Property(
            "middellijn",
            "weg:middellijnGeometrie",
            Node("middellijn", (Type("Geometrie", "locn:Geometry"), Type("Lijn", "sf:LineString")), WKT),
        ),
    ),
)
GROUND: tuple[Entity, ...] = (BOROUGH, PARCEL, ROAD_SEGMENT)

"""What a product consists of, as linked data: conditions, evidence, steps, costs, channels and regulations.

Sources: CPSV-AP 3.2.0 (each has an identifier) and the instance shapes of IPDC-LPDC (each has a title and an order).
"""

from __future__ import annotations

from vlavirgem.linked.mapping import DUTCH, Code, Entity, Join, Property, Text, Type, Value

REQUIREMENT_TYPE = Type("Voorwaarde", "m8g:Requirement")
EVIDENCE_TYPE = Type("Bewijs", "m8g:Evidence")
ORDER = Property("volgorde", "sh:order", Value("volgnummer", "xsd:integer"))
_OF_PRODUCT = (Join("producten", "product_id", (("productnummer", "productnummer"),)),)
_DESCRIPTION = Property("beschrijving", "dct:description", Value("omschrijving", DUTCH))


def _identifier(letter: str) -> Property:
    return Property("identificator", "dct:identifier", Text(f"{{productnummer}}-{letter}{{volgnummer}}"))


def _title(word: str) -> Property:
    return Property("naam", "dct:title", Text(f"{word} {{volgnummer}}", DUTCH))


CONDITION = Entity(
    "productvoorwaarde",
    "productvoorwaarden",
    (REQUIREMENT_TYPE,),
    (_identifier("V"), _title("Voorwaarde"), _DESCRIPTION, ORDER),
    joins=_OF_PRODUCT,
)
EVIDENCE = Entity(
    "productbewijs",
    "productbewijzen",
    (EVIDENCE_TYPE,),
    (_identifier("B"), _title("Bewijs"), _DESCRIPTION, ORDER),
    joins=_OF_PRODUCT,
)
STEP = Entity(
    "productstap",
    "productstappen",
    (Type("Stap", "vvg:Stap"),),
    (_identifier("S"), _title("Stap"), _DESCRIPTION, ORDER),
    joins=_OF_PRODUCT,
)
COST = Entity(
    "productkost",
    "productkosten",
    (Type("Kost", "m8g:Cost"),),
    (
        _identifier("K"),
        _title("Kost"),
        _DESCRIPTION,
        Property("bedrag", "m8g:hasValue", Value("bedrag", "xsd:double")),
        Property("munt", "m8g:currency", Code("EUR", "http://publications.europa.eu/resource/authority/currency/")),
        ORDER,
    ),
    joins=_OF_PRODUCT,
)
CHANNEL = Entity(
    "productkanaal",
    "productkanalen",
    (Type("Kanaal", "m8g:Channel"),),
    (
        _identifier("C"),
        Property("naam", "dct:title", Value("naam", DUTCH)),
        Property("kanaal", "dct:type", Code("{kanaal}", "concept/kanaal/")),
        _DESCRIPTION,
        Property("adres", "schema:url", Value("adres")),
        Property("openingsuren", "schema:openingHours", Value("openingsuren")),
        ORDER,
    ),
    joins=_OF_PRODUCT,
)
RULE = Entity(
    "productregelgeving",
    "productregelgeving",
    (Type("Regelgeving", "eli:LegalResource"),),
    (
        _identifier("R"),
        Property("naam", "dct:title", Value("naam", DUTCH)),
        Property("adres", "schema:url", Value("adres")),
        ORDER,
    ),
    joins=_OF_PRODUCT,
)
PRODUCT_PARTS: tuple[Entity, ...] = (CONDITION, EVIDENCE, STEP, COST, CHANNEL, RULE)

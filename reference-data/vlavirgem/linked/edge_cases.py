"""How edge cases become linked data: each points at the thing that it is about."""

from __future__ import annotations

from vlavirgem.linked.mapping import DUTCH, ENGLISH, Entity, Link, Property, Type, Value

EDGE_CASE = Entity(
    "randgeval",
    "randgevallen",
    (Type("Randgeval", "vvg:Randgeval"),),
    (
        Property("code", "skos:notation", Value("code")),
        Property("omschrijving", "dct:description", Value("omschrijving", DUTCH)),
        Property("omschrijvingEngels", "dct:description", Value("omschrijving_en", ENGLISH)),
        Property("betreft", "dct:subject", Link("{entiteit}/{rij_id}")),
    ),
)
EDGE_CASES: tuple[Entity, ...] = (EDGE_CASE,)

"""How the history of inhabitants becomes linked data: where they lived, and what happened to them.

OSLO Persoon asks an address of every `persoon:Verblijfplaats` and a place of every `persoon:Persoonsgebeurtenis`; what
happened elsewhere has none, so these are classes of our own.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import DUTCH, Code, Entity, Link, Property, Type, Value
from vlavirgem.linked.places import EU_AUTHORITY

RESIDENCE = Entity(
    "verblijf",
    "verblijven",
    (Type("Verblijf", "vvg:Verblijf"),),
    (
        Property("persoon", "vvg:persoon", Link("persoon/{persoon_id}")),
        Property("volgnummer", "schema:position", Value("volgnummer", "xsd:integer")),
        Property("soort", "dct:type", Code("{soort}", "concept/verblijfsoort/")),
        Property("adres", "vvg:adres", Link("adres/{adres_id}")),
        Property("gemeente", "adres:gemeentenaam", Value("gemeente", DUTCH)),
        Property("land", "persoon:land", Code("{land}", f"{EU_AUTHORITY}country/")),
        Property("van", "schema:startDate", Value("van", "xsd:date")),
        Property("tot", "schema:endDate", Value("tot", "xsd:date")),
    ),
)
PERSONAL_EVENT = Entity(
    "persoonsgebeurtenis",
    "persoonsgebeurtenissen",
    (Type("Persoonsgebeurtenis", "vvg:Persoonsgebeurtenis"),),
    (
        Property("persoon", "vvg:persoon", Link("persoon/{persoon_id}")),
        Property("type", "dct:type", Code("{type}", "concept/persoonsgebeurtenis/")),
        Property("datum", "persoon:datum", Value("datum", "xsd:date")),
        Property("partner", "vvg:partner", Link("persoon/{partner_id}")),
        Property("adres", "vvg:adres", Link("adres/{adres_id}")),
    ),
)
LIVES: tuple[Entity, ...] = (RESIDENCE, PERSONAL_EVENT)

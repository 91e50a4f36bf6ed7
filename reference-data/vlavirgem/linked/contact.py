"""How contact preferences and consents become linked data.

Source: the application profile Contactvoorkeuren en Toestemming on data.vlaanderen.be. A preference as such has no
class there; it is one of our own.
"""

from __future__ import annotations

from vlavirgem.linked.mapping import Code, Entity, Link, Property, Type, Value
from vlavirgem.linked.places import EU_AUTHORITY

_SCHEMES = "https://data.vlaanderen.be/id/conceptscheme/"
_OSLO = "https://data.vlaanderen.be/ns/toestemming#"
_CHANNEL = Property("contactkanaal", f"{_OSLO}contactkanaal", Code("{kanaal}", f"{_SCHEMES}Contactkanaal/"))

PREFERENCE = Entity(
    "contactvoorkeur",
    "contactvoorkeuren",
    (Type("Contactvoorkeur", "vvg:Contactvoorkeur"),),
    (
        Property("persoon", "vvg:persoon", Link("persoon/{persoon_id}")),
        _CHANNEL,
        Property("taal", "dct:language", Code("{taal}", f"{EU_AUTHORITY}language/")),
        Property("digitaal", "vvg:digitaal", Value("digitaal", "xsd:boolean")),
        Property("ebox", "vvg:ebox", Value("ebox", "xsd:boolean")),
        Property("sinds", "schema:startDate", Value("sinds", "xsd:date")),
    ),
)
ACTIVITY = Entity(
    "verwerkingsactiviteit",
    "verwerkingsactiviteiten",
    (Type("Verwerkingsactiviteit", f"{_OSLO}Verwerkingsactiviteit"),),
    (
        Property("code", "skos:notation", Value("code")),
        Property("label", "rdfs:label", Value("label")),
        Property("toestemmingsvraag", f"{_OSLO}toestemmingsvraag", Value("toestemmingsvraag")),
        Property(
            "verwerkingsgrond",
            f"{_OSLO}verwerkingsgrond",
            Code("{verwerkingsgrond}", f"{_SCHEMES}Verwerkingsgronden/"),
        ),
        Property("type", "dct:type", Code("{type}", f"{_SCHEMES}Verwerkingstypes/")),
        Property(
            "verwerkingsverantwoordelijke",
            f"{_OSLO}verwerkingsverantwoordelijke",
            Link("organisatie/{organisatie_id}"),
        ),
    ),
)
CONSENT = Entity(
    "toestemming",
    "toestemmingen",
    (Type("Toestemming", f"{_OSLO}Toestemming"),),
    (
        Property("dataSubject", f"{_OSLO}dataSubject", Link("persoon/{persoon_id}")),
        Property("gegevenVoor", f"{_OSLO}gegevenVoor", Link("verwerkingsactiviteit/{verwerkingsactiviteit_id}")),
        Property("status", f"{_OSLO}status", Code("{status}", f"{_SCHEMES}ToestemmingStatus/")),
        _CHANNEL,
        Property("gegevenOp", f"{_OSLO}gegevenOp", Value("gegeven_op", "xsd:date")),
        Property("vervalt", "schema:expires", Value("vervalt_op", "xsd:date")),
        Property("ingetrokkenOp", "vvg:ingetrokkenOp", Value("ingetrokken_op", "xsd:date")),
    ),
)
CONTACT: tuple[Entity, ...] = (PREFERENCE, ACTIVITY, CONSENT)

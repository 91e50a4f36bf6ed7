"""What every object of a base register has: an identifier with a version, and what came in its place."""

from __future__ import annotations

from vlavirgem.linked.mapping import Fixed, Link, Node, Property, Text, Type, Value
from vlavirgem.place import ID_BASE


def identifier(kind: str, *, notation: str = "{id}") -> Property:
    """Describe the identifier as the base registers do: name space, object, and version.

    Args:
        kind: Part of the IRI.
        notation: Template of the number that people use.
    """
    return Property(
        "identificator",
        "adms:identifier",
        Node(
            "identificator",
            (Type("Identificator", "adms:Identifier"),),
            (
                Property("notatie", "skos:notation", Text(notation, "xsd:string")),
                Property("toegekendOp", "dct:issued", Value("versie", "xsd:dateTime")),
                Property(
                    "gestructureerdeIdentificator",
                    "generiek:gestructureerdeIdentificator",
                    Node(
                        "gestructureerde-identificator",
                        (Type("GestructureerdeIdentificator", "generiek:GestructureerdeIdentificator"),),
                        (
                            Property("naamruimte", "generiek:naamruimte", Fixed(f"{ID_BASE}{kind}")),
                            Property("objectId", "generiek:lokaleIdentificator", Text("{id}", "xsd:string")),
                            Property("versieId", "generiek:versieIdentificator", Text("{versie}", "xsd:string")),
                        ),
                    ),
                ),
            ),
        ),
    )


def ended(kind: str) -> tuple[Property, Property]:
    """Describe when something ended and what came in its place; nothing for what is still there."""
    return (
        Property("einde", "vvg:einde", Value("einde", "xsd:date")),
        Property("vervangenDoor", "dct:isReplacedBy", Link(f"{kind}/{{vervangen_door}}")),
    )

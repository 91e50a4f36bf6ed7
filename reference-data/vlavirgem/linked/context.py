"""JSON-LD contexts that follow from the mapping, with links marked as links.

The official OSLO contexts give links the class of their range as `@type`, so that a plain string
becomes a typed literal; here every link has `"@type": "@id"`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.linked.mapping import (
    DUTCH,
    PREFIXES,
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
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem.linked.mapping import Type


def make_context(entity: Entity, *, find: Callable[[str], Entity]) -> dict[str, Any]:
    """Give the content of `@context` for documents about one kind of entity.

    Args:
        entity: The entity.
        find: Gives the entity of a name, for embedded children.

    Raises:
        ValueError: two properties use one term for different things; a mistake in the mapping.
    """
    terms: dict[str, Any] = {}
    used: set[str] = set()
    for term, definition, iri in _definitions(entity.types, entity.properties, find=find):
        if terms.setdefault(term, definition) != definition:
            raise ValueError(f"{entity.name}: the term {term} would mean two things")
        used.add(iri.partition(":")[0])
    prefixes = {prefix: PREFIXES[prefix] for prefix in sorted(used) if prefix in PREFIXES}
    return {"@version": 1.1, **prefixes, **terms}


def _definitions(
    types: tuple[Type, ...], properties: tuple[Property, ...], *, find: Callable[[str], Entity]
) -> Iterator[tuple[str, Any, str]]:
    for kind in types:
        yield kind.term, kind.iri, kind.iri
    for prop in properties:
        yield prop.term, _definition(prop), prop.iri
        if isinstance(prop.value, Node):
            yield from _definitions(prop.value.types, prop.value.properties, find=find)
        elif isinstance(prop.value, Children) and prop.value.embedded:
            child = find(prop.value.entity)
            yield from _definitions(child.types, child.properties, find=find)
        elif isinstance(prop.value, Value | Fixed | Text | Texts) and prop.value.datatype != DUTCH:
            yield from ((p, iri, f"{p}:") for p, iri in _prefix_of(prop.value.datatype))


def _prefix_of(datatype: str) -> Iterator[tuple[str, str]]:
    prefix = datatype.partition(":")[0]
    if prefix in PREFIXES:
        yield prefix, PREFIXES[prefix]


def _definition(prop: Property) -> Any:  # noqa: PLR0911 - one answer per kind of value
    match prop.value:
        case Link():
            return {"@id": prop.iri, "@type": "@id"}
        case Code(scheme=scheme):
            return {"@id": prop.iri, "@type": "@id", "@context": {"@base": _whole(scheme)}}
        case Codes(scheme=scheme):
            scoped = {"@base": _whole(scheme)}
            return {"@id": prop.iri, "@type": "@id", "@container": "@set", "@context": scoped}
        case Node():
            return {"@id": prop.iri, "@type": "@id"}
        case Children():
            return {"@id": prop.iri, "@type": "@id", "@container": "@set"}
        case Texts(datatype=datatype):
            return {"@id": prop.iri, **_literal(datatype), "@container": "@set"}
        case Value(datatype=datatype) | Fixed(datatype=datatype) | Text(datatype=datatype):
            return {"@id": prop.iri, **_literal(datatype)}


def _whole(scheme: str) -> str:
    return Code("", scheme).base


def _literal(datatype: str) -> dict[str, str]:
    if datatype == DUTCH:
        return {"@language": "nl"}
    return {} if datatype == "xsd:string" else {"@type": datatype}

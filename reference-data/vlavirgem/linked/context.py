"""JSON-LD contexts that follow from the mapping, with links marked as links.

The official OSLO contexts give links the class of their range as `@type`, so that a plain string
becomes a typed literal; here every link has `"@type": "@id"`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.linked.mapping import (
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
    expand,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem.linked.mapping import Type


def make_context(entity: Entity, *, find: Callable[[str], Entity]) -> dict[str, Any]:
    """Give the content of `@context` for documents about one kind of entity.

    IRIs are written in full: a prefix could be mistaken for a term of the same name.

    Args:
        entity: The entity.
        find: Gives the entity of a name, for embedded children.

    Raises:
        ValueError: two properties use one term for different things; a mistake in the mapping.
    """
    terms: dict[str, Any] = {}
    for term, definition in _definitions(entity.types, entity.properties, find=find):
        if terms.setdefault(term, definition) != definition:
            raise ValueError(f"{entity.name}: the term {term} would mean two things")
    return {"@version": 1.1, **terms}


def _definitions(
    types: tuple[Type, ...], properties: tuple[Property, ...], *, find: Callable[[str], Entity]
) -> Iterator[tuple[str, Any]]:
    for kind in types:
        yield kind.term, expand(kind.iri)
    for prop in properties:
        yield prop.term, _definition(prop)
        if isinstance(prop.value, Node):
            yield from _definitions(prop.value.types, prop.value.properties, find=find)
        elif isinstance(prop.value, Children) and prop.value.embedded:
            child = find(prop.value.entity)
            yield from _definitions(child.types, child.properties, find=find)


def _definition(prop: Property) -> Any:
    iri = expand(prop.iri)
    match prop.value:
        case Link() | Node():
            return {"@id": iri, "@type": "@id"}
        case Children():
            return {"@id": iri, "@type": "@id", "@container": "@set"}
        case Code(scheme=scheme):
            return {"@id": iri, "@type": "@id", "@context": {"@base": _whole(scheme)}}
        case Codes(scheme=scheme):
            scoped = {"@base": _whole(scheme)}
            return {"@id": iri, "@type": "@id", "@container": "@set", "@context": scoped}
        case Texts(datatype=datatype):
            return {"@id": iri, **_literal(datatype), "@container": "@set"}
        case Value(datatype=datatype) | Fixed(datatype=datatype) | Text(datatype=datatype):
            return {"@id": iri, **_literal(datatype)}


def _whole(scheme: str) -> str:
    return Code("", scheme).base


def _literal(datatype: str) -> dict[str, str]:
    if datatype.startswith("@"):
        return {"@language": datatype[1:]}
    return {} if datatype == "xsd:string" else {"@type": expand(datatype)}

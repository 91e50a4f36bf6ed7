"""JSON Schema (2020-12) of the documents, for the OpenAPI descriptions of the services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vlavirgem.linked.mapping import (
    Children,
    Code,
    Codes,
    Entity,
    Fixed,
    Join,
    Link,
    Node,
    Property,
    Text,
    Texts,
    Value,
)
from vlavirgem.schema import TABLES, Column, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    Schema = dict[str, Any]

_KINDS: dict[Kind, Schema] = {
    Kind.INTEGER: {"type": "integer"},
    Kind.DECIMAL: {"type": "number"},
    Kind.TEXT: {"type": "string"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}
_IRI: Schema = {"type": "string", "format": "uri"}


def document_schema(entity: Entity, *, find: Callable[[str], Entity]) -> Schema:
    """Describe the documents about one kind of entity, without `@context`."""
    columns = {column.name: column for column in TABLES[entity.table].columns}
    for join in entity.joins:
        columns |= _joined(join, nullable=columns[join.key].nullable)
    return _object(entity.types[0].term, entity.properties, columns=columns, find=find)


def _joined(join: Join, *, nullable: bool) -> dict[str, Column]:
    found = {}
    for theirs, ours in join.columns:
        column = TABLES[join.table].column(theirs)
        found[ours] = Column(ours, column.kind, column.text, nullable=column.nullable or nullable)
    return found


def _object(
    title: str,
    properties: tuple[Property, ...],
    *,
    columns: dict[str, Column],
    find: Callable[[str], Entity],
) -> Schema:
    schemas: dict[str, Schema] = {
        "@id": _IRI,
        "@type": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    }
    required = ["@id", "@type"]
    for prop in properties:
        schemas[prop.term] = _value(prop, columns=columns, find=find)
        if not any(columns[name].nullable for name in _columns_of(prop)):
            required.append(prop.term)
    return {"type": "object", "title": title, "properties": schemas, "required": required}


def _value(  # noqa: PLR0911 - one answer per kind of value
    prop: Property, *, columns: dict[str, Column], find: Callable[[str], Entity]
) -> Schema:
    match prop.value:
        case Value(column=name) | Texts(column=name) | Codes(column=name):
            return {**_KINDS[columns[name].kind], "description": columns[name].text}
        case Fixed(text=text):
            return {"const": text}
        case Text():
            return {"type": "string"}
        case Code(scheme=scheme):
            return {"type": "string", "description": f"Code uit {Code('', scheme).base}"}
        case Link():
            return dict(_IRI)
        case Node(types=types, properties=properties):
            return _object(types[0].term, properties, columns=columns, find=find)
        case Children(entity=name, embedded=embedded):
            return {"type": "array", "items": document_schema(find(name), find=find) if embedded else _IRI}


def _columns_of(prop: Property) -> list[str]:
    match prop.value:
        case Value(column=name):
            return [name]
        case Text(template=template) | Link(template=template) | Code(template=template):
            return re.findall(r"\{(\w+)\}", template)
        case Node(when=when) if when:
            return [when]
        case _:
            return []

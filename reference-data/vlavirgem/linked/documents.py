"""Renders rows of the database as JSON-LD, one document at a time, for the services."""

from __future__ import annotations

import re
from datetime import date
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
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vlavirgem.linked.mapping import Type

    Row = Mapping[str, Any]
    Render = Callable[[Row], Any]
    Document = dict[str, Any]

CHILDREN = "children:"
"""A row holds the children of a property under this prefix plus the property's term."""


class Renderer:
    """Turns rows of one entity into documents.

    Rows are dictionaries with the entity's columns and those of its joins; children come under
    `children:<term>` as rows, or as numbers where only their IRI is shown.
    """

    def __init__(self, entity: Entity, *, find: Callable[[str], Entity]) -> None:
        self._find = find
        self._iri = _template(entity.iri.iri)
        self._types = _type_names(entity.types)
        self._properties = [(prop.term, self._compile(prop)) for prop in entity.properties]

    def __call__(self, row: Row) -> Document:
        """Give the document of a row, without `@context`."""
        iri = self._iri(row)
        document: Document = {"@id": iri, "@type": self._types}
        named = row if "@id" in row else {**row, "@id": iri}
        for term, render in self._properties:
            value = render(named)
            if value is not None:
                document[term] = value
        return document

    def _compile(self, prop: Property) -> Render:  # noqa: PLR0911 - one answer per kind of value
        value = prop.value
        match value:
            case Value(column=column):
                return _column(column)
            case Fixed(text=text):
                return lambda _row: text
            case Text(template=template):
                return _template(template)
            case Link():
                return _template(value.iri)
            case Code(template=template):
                return _template(template)
            case Texts(column=column) | Codes(column=column):
                return lambda row: list(row[column])
            case Node():
                return self._node(value)
            case Children():
                return self._children(value, key=CHILDREN + prop.term)

    def _node(self, node: Node) -> Render:
        types = _type_names(node.types)
        properties = [(prop.term, self._compile(prop)) for prop in node.properties]

        def render(row: Row) -> Document | None:
            if node.when and row[node.when] is None:
                return None
            document: Document = {"@id": f"{row['@id']}#{node.fragment}", "@type": types}
            for term, part in properties:
                value = part(row)
                if value is not None:
                    document[term] = value
            return document

        return render

    def _children(self, children: Children, *, key: str) -> Render:
        entity = self._find(children.entity)
        if children.embedded:
            renderer = Renderer(entity, find=self._find)
            return lambda row: [renderer(child) for child in row.get(key, ())]
        if children.link:
            target = _template(children.link.iri)
            return lambda row: [target(child) for child in row.get(key, ())]
        iri = _template(entity.iri.iri)
        return lambda row: [iri({"id": number}) for number in row.get(key, ())]


def _column(name: str) -> Render:
    def render(row: Row) -> Any:
        value = row[name]
        if isinstance(value, date):  # a moment is a date too; the database answers in UTC
            return value.isoformat().replace("+00:00", "Z")
        return value

    return render


def _template(template: str) -> Render:
    names: Sequence[str] = re.findall(r"\{(\w+)\}", template)
    if not names:
        return lambda _row: template
    pattern = re.sub(r"\{\w+\}", "%s", template.replace("%", "%%"))
    columns = [_column(name) for name in names]
    if len(columns) == 1:
        (only,) = columns

        def render_one(row: Row) -> str | None:
            value = only(row)
            return None if value is None else pattern % (value,)

        return render_one

    def render(row: Row) -> str | None:
        values = tuple(column(row) for column in columns)
        return None if None in values else pattern % values

    return render


def _type_names(types: tuple[Type, ...]) -> str | list[str]:
    return types[0].term if len(types) == 1 else [kind.term for kind in types]

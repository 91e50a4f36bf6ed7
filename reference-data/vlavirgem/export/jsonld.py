"""JSON-LD: the same documents as the services give, one per line, made column by column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.children import key, with_children
from vlavirgem.export.columns import kinds, view
from vlavirgem.export.text import Given, Maybe, Ref, Rows, filled
from vlavirgem.export.values import Escape, Values
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
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vlavirgem.export.text import Piece
    from vlavirgem.linked.mapping import Type

    Pieces = tuple[Piece, ...]

ESCAPE = Escape(
    {"\\": "\\\\", '"': '\\"', **{chr(code): f"\\u{code:04x}" for code in range(0x20)}},
    suspects=b'\\"',
    controls=True,
)
AROUND = ('"', '"')
"""What stands around the IRI of a child."""
_BARE = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN)


def documents(entity: Entity, *, tables: Mapping[str, pl.DataFrame], find: Callable[[str], Entity]) -> pl.Series:
    """Give one JSON document per row, without `@context`."""
    rows = rendered(entity, view(entity, tables=tables), tables=tables, find=find)
    return pl.Series("json", rows.array(), dtype=pl.String)


def rendered(
    entity: Entity,
    frame: pl.DataFrame,
    *,
    tables: Mapping[str, pl.DataFrame],
    find: Callable[[str], Entity],
    before: str = "",
) -> Rows:
    """Give the documents of the rows of an entity's view as text, each with something before it."""

    def whole(child: Entity, children: pl.DataFrame) -> Rows:
        return rendered(child, children, tables=tables, find=find)

    shown = with_children(frame, entity=entity, tables=tables, find=find, around=AROUND, whole=whole)
    known = kinds(entity)
    return Rows((before, *_Document(entity, kinds=known).pieces()), values=Values(shown, kinds=known))


class _Document:
    def __init__(self, entity: Entity, *, kinds: Mapping[str, Kind]) -> None:
        self._entity = entity
        self._kinds = kinds
        self._iri = filled(entity.iri.iri)

    def pieces(self) -> Pieces:
        return self._thing(fragment="", types=self._entity.types, properties=self._entity.properties)

    def _thing(self, *, fragment: str, types: tuple[Type, ...], properties: tuple[Property, ...]) -> Pieces:
        names = [kind.term for kind in types]
        shown = json.dumps(names[0] if len(names) == 1 else names)
        suffix = f"#{fragment}" if fragment else ""
        members = [self._member(prop) for prop in properties]
        return ('{"@id":"', *self._iri, f'{suffix}","@type":{shown}', *members, "}")

    def _member(self, prop: Property) -> Piece:
        """Write `,"term":value`, or nothing where there is no value."""
        return Maybe((f",{json.dumps(prop.term)}:", *self._value(prop)))

    def _value(self, prop: Property) -> Pieces:  # noqa: PLR0911 - one answer per kind of value
        match prop.value:
            case Value(column=column):
                kind = self._kinds[column]
                return (Ref(column),) if kind in _BARE else ('"', Ref(column, self._escape(column)), '"')
            case Fixed(text=text):
                return (json.dumps(text, ensure_ascii=False),)
            case Text(template=template) | Code(template=template):
                return ('"', *self._filled(template), '"')
            case Link():
                return ('"', *filled(prop.value.iri), '"')
            case Texts(column=column) | Codes(column=column):
                return ("[", Ref(column, ESCAPE, around=('"', ",", '"')), "]")
            case Node(fragment=fragment, types=types, properties=properties, when=when):
                node = self._thing(fragment=fragment, types=types, properties=properties)
                return (Given(when), *node) if when else node
            case Children():
                return ("[", Maybe((Ref(key(prop)),)), "]")

    def _filled(self, template: str) -> Pieces:
        pieces = filled(template, escape=self._escape)
        return tuple(json.dumps(one, ensure_ascii=False)[1:-1] if isinstance(one, str) else one for one in pieces)

    def _escape(self, column: str) -> Escape | None:
        return ESCAPE if self._kinds[column] is Kind.TEXT else None

"""JSON-LD: the same documents as the services give, one per line, made column by column."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.columns import chosen_children, filled, joined, kinds, plain, view
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

    from vlavirgem.export.columns import Kinds
    from vlavirgem.linked.mapping import Type

_ESCAPED = {
    "\\": "\\\\",
    '"': '\\"',
    **{chr(code): f"\\u{code:04x}" for code in range(0x20)},
}
_BARE = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN)


def documents(entity: Entity, *, tables: Mapping[str, pl.DataFrame], find: Callable[[str], Entity]) -> pl.Series:
    """Give one JSON document per row, without `@context`."""
    frame = view(entity, tables=tables)
    for prop in _children(entity.properties):
        assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
        child = find(prop.value.entity)
        others = chosen_children(tables[child.table], children=prop.value)
        if prop.value.embedded:
            items = documents(child, tables=tables, find=find)
        else:
            own = filled((prop.value.link or child.iri).iri, kinds=kinds(child))
            items = others.select(joined('"', own, '"').alias("json"))["json"]
        lists = (
            pl.DataFrame({"id": others[prop.value.key], _key(prop): items})
            .group_by("id", maintain_order=True)
            .agg(pl.col(_key(prop)).str.join(","))
        )
        frame = frame.join(lists, on="id", how="left", maintain_order="left")
    writer = _Writer(entity)
    return frame.select(writer.document().alias("json"))["json"]


class _Writer:
    def __init__(self, entity: Entity) -> None:
        self._entity = entity
        self._kinds: Kinds = kinds(entity)
        self._iri = filled(entity.iri.iri, kinds=self._kinds)

    def document(self) -> pl.Expr:
        return self._thing(fragment="", types=self._entity.types, properties=self._entity.properties)

    def _thing(self, *, fragment: str, types: tuple[Type, ...], properties: tuple[Property, ...]) -> pl.Expr:
        names = [kind.term for kind in types]
        shown = json.dumps(names[0] if len(names) == 1 else names)
        suffix = f"#{fragment}" if fragment else ""
        members = [self._member(prop) for prop in properties]
        return joined('{"@id":"', self._iri, f'{suffix}","@type":{shown}', *members, "}")

    def _member(self, prop: Property) -> pl.Expr:
        """Write `,"term":value`, or nothing where there is no value."""
        return joined(f",{json.dumps(prop.term)}:", self._value(prop)).fill_null("")

    def _value(self, prop: Property) -> pl.Expr:  # noqa: PLR0911 - one answer per kind of value
        match prop.value:
            case Value(column=column):
                kind = self._kinds[column]
                text = plain(column, kind=kind)
                return text if kind in _BARE else _quoted(text, escape=kind is Kind.TEXT)
            case Fixed(text=text):
                return pl.lit(json.dumps(text, ensure_ascii=False))
            case Text(template=template) | Code(template=template):
                return _quoted(filled(template, kinds=self._kinds))
            case Link():
                return _quoted(filled(prop.value.iri, kinds=self._kinds), escape=False)
            case Texts(column=column) | Codes(column=column):
                items = pl.col(column).list.eval(_quoted(pl.element()))
                return joined("[", items.list.join(","), "]")
            case Node(fragment=fragment, types=types, properties=properties, when=when):
                node = self._thing(fragment=fragment, types=types, properties=properties)
                return pl.when(pl.col(when).is_not_null()).then(node) if when else node
            case Children():
                return joined("[", pl.col(_key(prop)).fill_null(""), "]")


def _quoted(value: pl.Expr, *, escape: bool = True) -> pl.Expr:
    return joined('"', value.str.replace_many(_ESCAPED) if escape else value, '"')


def _key(prop: Property) -> str:
    return f"children:{prop.term}"


def _children(properties: tuple[Property, ...]) -> list[Property]:
    found = []
    for prop in properties:
        if isinstance(prop.value, Children):
            found.append(prop)
        elif isinstance(prop.value, Node):
            found += _children(prop.value.properties)
    return found

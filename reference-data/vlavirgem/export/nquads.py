"""N-Quads: one graph per table, one pass per property."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.columns import chosen_children, filled, joined, kinds, plain
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
from vlavirgem.place import ID_BASE
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem.export.columns import Kinds
    from vlavirgem.linked.mapping import Type

_TYPE = expand("rdf:type")
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def quads(frame: pl.DataFrame, *, entity: Entity, find: Callable[[str], Entity]) -> Iterator[pl.Series]:
    """Give the lines about every row of an entity's view, some columns at a time.

    Children are linked from their own side: see `links_to_parents`.
    """
    writer = _Writer(entity, find=find)
    yield from (frame.select(line.alias("line"))["line"].drop_nulls() for line in writer.lines())
    for line, column in writer.list_lines():
        long = frame.select(pl.exclude(column), pl.col(column)).explode(column, empty_as_null=False)
        yield long.select(line.alias("line"))["line"].drop_nulls()


def links_to_parents(frame: pl.DataFrame, *, parent: Entity, prop: Property, subject: str, child: Entity) -> pl.Series:
    """Give the lines that link parents to their children, from the children's view.

    Args:
        frame: View of the children.
        parent: The parent entity.
        prop: The parent's property; its value is `Children`.
        subject: Fragment of the node that carries the property, or nothing for the parent itself.
        child: The child entity.
    """
    assert isinstance(prop.value, Children)  # noqa: S101 - the caller chose it so
    fragment = f"#{subject}" if subject else ""
    owner = joined(f"<{ID_BASE}{parent.name}/", pl.col(prop.value.key).cast(pl.String), f"{fragment}>")
    target = joined("<", filled((prop.value.link or child.iri).iri, kinds=kinds(child)), ">")
    line = joined(owner, f" <{expand(prop.iri)}> ", target, _end(parent))
    return chosen_children(frame, children=prop.value).select(line.alias("line"))["line"].drop_nulls()


class _Writer:
    def __init__(self, entity: Entity, *, find: Callable[[str], Entity]) -> None:
        self._entity = entity
        self._find = find
        self._kinds: Kinds = kinds(entity)
        self._iri = filled(entity.iri.iri, kinds=self._kinds)
        self._end = _end(entity)

    def lines(self) -> Iterator[pl.Expr]:
        yield from self._thing(
            joined("<", self._iri, ">"), types=self._entity.types, properties=self._entity.properties
        )

    def list_lines(self) -> Iterator[tuple[pl.Expr, str]]:
        subject = joined("<", self._iri, ">")
        for prop in self._entity.properties:
            match prop.value:
                case Texts(column=column, datatype=datatype):
                    yield self._line(subject, prop, _literal(pl.col(column), datatype=datatype)), column
                case Codes(column=column, scheme=scheme):
                    base = Code("", scheme).base
                    yield self._line(subject, prop, joined(f"<{base}", pl.col(column), ">")), column
                case _:
                    pass

    def _thing(
        self, subject: pl.Expr, *, types: tuple[Type, ...], properties: tuple[Property, ...]
    ) -> Iterator[pl.Expr]:
        for kind in types:
            yield joined(subject, f" <{_TYPE}> <{expand(kind.iri)}>", self._end)
        for prop in properties:
            match prop.value:
                case Node(fragment=fragment, types=node_types, properties=inner, when=when):
                    target = joined("<", self._iri, f"#{fragment}>")
                    if when:  # an empty subject or object empties the whole line
                        target = pl.when(pl.col(when).is_not_null()).then(target)
                    yield self._line(subject, prop, target)
                    yield from self._thing(target, types=node_types, properties=inner)
                case Texts() | Codes() | Children():
                    pass
                case _:
                    yield self._line(subject, prop, self._object(prop))

    def _line(self, subject: pl.Expr, prop: Property, target: pl.Expr) -> pl.Expr:
        return joined(subject, f" <{expand(prop.iri)}> ", target, self._end)

    def _object(self, prop: Property) -> pl.Expr:
        match prop.value:
            case Link():
                return joined("<", filled(prop.value.iri, kinds=self._kinds), ">")
            case Code(template=template):
                return joined(f"<{prop.value.base}", filled(template, kinds=self._kinds), ">")
            case Value(column=column, datatype=datatype):
                kind = self._kinds[column]
                return _literal(plain(column, kind=kind), datatype=datatype, escape=kind is Kind.TEXT)
            case Text(template=template, datatype=datatype):
                return _literal(filled(template, kinds=self._kinds), datatype=datatype)
            case Fixed(text=text, datatype=datatype):
                shown = str(text).lower() if isinstance(text, bool) else str(text)
                return _literal(pl.lit(shown), datatype=datatype)
            case _:
                raise TypeError(f"{prop.term} has no single object")


def _literal(value: pl.Expr, *, datatype: str, escape: bool = True) -> pl.Expr:
    text = value.str.replace_many(_ESCAPED) if escape else value
    if datatype.startswith("@"):
        return joined('"', text, f'"{datatype}')
    if datatype == "xsd:string":
        return joined('"', text, '"')
    return joined('"', text, f'"^^<{expand(datatype)}>')


def _end(entity: Entity) -> str:
    return f" <{ID_BASE}graaf/{entity.table}> .\n"

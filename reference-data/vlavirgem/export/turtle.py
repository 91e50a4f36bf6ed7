"""Turtle: a paragraph per subject, with prefixes for terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.children import key, with_children
from vlavirgem.export.columns import kinds, view
from vlavirgem.export.nquads import ESCAPE, literal, object_of
from vlavirgem.export.text import Given, Maybe, Ref, Rows, filled
from vlavirgem.export.values import Values
from vlavirgem.linked.mapping import PREFIXES, Children, Code, Codes, Entity, Node, Property, Texts, expand
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vlavirgem.export.text import Piece
    from vlavirgem.linked.mapping import Type

    Pieces = tuple[Piece, ...]

AROUND = ("<", ">")
"""What stands around the IRI of a child."""
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
"""Local names that need no escapes (RDF 1.1 Turtle, PN_LOCAL has many more)."""


def head() -> str:
    """Give what stands at the top of a file."""
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()) + "\n"


def term(name: str) -> str:
    """Write a term that the mapping names `prefix:local`, or an IRI."""
    prefix, colon, local = name.partition(":")
    return name if colon and prefix in PREFIXES and _LOCAL.fullmatch(local) else f"<{expand(name)}>"


def paragraphs(
    entity: Entity, *, tables: Mapping[str, pl.DataFrame], find: Callable[[str], Entity]
) -> Iterator[memoryview]:
    """Give the paragraphs about all rows of an entity that are in `tables`."""
    frame = with_children(view(entity, tables=tables), entity=entity, tables=tables, find=find, around=AROUND)
    known = kinds(entity)
    lists = [name for name, kind in known.items() if kind is Kind.TEXTS]
    # A list without items is no object at all.
    frame = frame.with_columns(pl.when(pl.col(name).list.len() > 0).then(pl.col(name)) for name in lists)
    writer = _Paragraphs(entity, kinds=known)
    yield from Rows(writer.pieces(), values=Values(frame, kinds=known)).buffers()


class _Paragraphs:
    def __init__(self, entity: Entity, *, kinds: Mapping[str, Kind]) -> None:
        self._entity = entity
        self._kinds = kinds
        self._iri = filled(entity.iri.iri)

    def pieces(self) -> Pieces:
        return tuple(self._thing("", types=self._entity.types, properties=self._entity.properties))

    def _thing(
        self, fragment: str, *, types: tuple[Type, ...], properties: tuple[Property, ...], when: str = ""
    ) -> Iterator[Piece]:
        """Write the paragraph of a thing, and behind it those of its nodes."""
        about: list[Piece] = [*self._subject(fragment), " a ", ", ".join(term(kind.iri) for kind in types)]
        about += [Maybe((f" ;\n    {term(prop.iri)} ", *self._objects(prop))) for prop in properties]
        about.append(" .\n")
        yield Maybe((*([Given(when)] if when else ()), *about))
        for prop in properties:
            if isinstance(prop.value, Node):
                node = prop.value
                yield from self._thing(
                    node.fragment, types=node.types, properties=node.properties, when=node.when or when
                )

    def _subject(self, fragment: str) -> Pieces:
        return ("<", *self._iri, f"#{fragment}>" if fragment else ">")

    def _objects(self, prop: Property) -> Pieces:
        match prop.value:
            case Node(fragment=fragment, when=when):
                return (*([Given(when)] if when else ()), *self._subject(fragment))
            case Texts(column=column, datatype=datatype):
                before, after = literal((" ",), datatype=datatype, name=term)[0], literal((), datatype=datatype)[-1]
                return (Ref(column, ESCAPE, around=(str(before), ", ", str(after))),)
            case Codes(column=column, scheme=scheme):
                return (Ref(column, around=(f"<{Code('', scheme).base}", ", ", ">")),)
            case Children():
                return (Ref(key(prop)),)
            case _:
                return object_of(prop, kinds=self._kinds, name=term)

"""N-Quads: one graph per table, one line per property, made column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.export.columns import child_properties, chosen_children, kinds, view
from vlavirgem.export.text import Given, Ref, Rows, filled, lines_of
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
    expand,
)
from vlavirgem.place import ID_BASE
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from vlavirgem.export.text import Piece
    from vlavirgem.linked.mapping import Type

Line = tuple["Piece", ...]
ESCAPE = Escape({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}, suspects=b'\\"\n\r')
_TYPE = expand("rdf:type")


def quads(entity: Entity, *, tables: Mapping[str, pl.DataFrame], graph: bool = True) -> Iterator[memoryview]:
    """Give the lines about all rows of an entity that are in `tables`.

    Children are linked from their own side: see `links_to_parents`.

    Args:
        entity: The entity.
        tables: The tables.
        graph: Whether lines name their graph; without it they are N-Triples.
    """
    lines = _Lines(entity, end=_end(entity, graph=graph))
    frame = view(entity, tables=tables)
    yield from lines_of(lines.about_each(), values=Values(frame, kinds=lines.kinds))
    for line, column in lines.about_items():
        items = frame.explode(column, empty_as_null=False)
        yield from Rows(line, values=Values(items, kinds={**lines.kinds, column: Kind.TEXT})).buffers()


def links_to_parents(
    parent: Entity,
    *,
    tables: Mapping[str, pl.DataFrame],
    find: Callable[[str], Entity],
    own: frozenset[str],
    graph: bool = True,
) -> Iterator[memoryview]:
    """Give the lines that link parents to their children, from the side of the children.

    Args:
        parent: The parent entity.
        tables: The tables.
        find: Gives the entity of a name.
        own: The tables whose rows are to be linked to their parents.
        graph: Whether lines name their graph.
    """
    for prop, fragment in child_properties(parent.properties):
        assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
        child = find(prop.value.entity)
        if child.table not in own:
            continue
        frame = chosen_children(view(child, tables=tables), children=prop.value)
        target = filled((prop.value.link or child.iri).iri)
        owner = (f"<{ID_BASE}{parent.name}/", Ref(prop.value.key), f"#{fragment}>" if fragment else ">")
        line = (*owner, f" <{expand(prop.iri)}> <", *target, ">", _end(parent, graph=graph))
        yield from Rows(line, values=Values(frame, kinds=kinds(child))).buffers()


class _Lines:
    def __init__(self, entity: Entity, *, end: str) -> None:
        self.kinds = kinds(entity)
        self._entity = entity
        self._iri = filled(entity.iri.iri)
        self._end = end

    def about_each(self) -> Iterator[Line]:
        """Give the lines that each row has."""
        subject: Line = ("<", *self._iri, ">")
        yield from self._thing(subject, types=self._entity.types, properties=self._entity.properties)

    def about_items(self) -> Iterator[tuple[Line, str]]:
        """Give the lines that each item of a list has, with the column of the list."""
        subject: Line = ("<", *self._iri, ">")
        for prop in self._entity.properties:
            match prop.value:
                case Texts(column=column, datatype=datatype):
                    yield self._line(subject, prop, literal((Ref(column, ESCAPE),), datatype=datatype)), column
                case Codes(column=column, scheme=scheme):
                    yield self._line(subject, prop, (f"<{Code('', scheme).base}", Ref(column), ">")), column
                case _:
                    pass

    def _thing(self, subject: Line, *, types: tuple[Type, ...], properties: tuple[Property, ...]) -> Iterator[Line]:
        for kind in types:
            yield (*subject, f" <{_TYPE}> <{expand(kind.iri)}>", self._end)
        for prop in properties:
            match prop.value:
                case Node(fragment=fragment, types=node_types, properties=inner, when=when):
                    target: Line = ("<", *self._iri, f"#{fragment}>", *([Given(when)] if when else ()))
                    yield self._line(subject, prop, target)
                    yield from self._thing(target, types=node_types, properties=inner)
                case Texts() | Codes() | Children():
                    pass
                case _:
                    yield self._line(subject, prop, object_of(prop, kinds=self.kinds))

    def _line(self, subject: Line, prop: Property, target: Line) -> Line:
        return (*subject, f" <{expand(prop.iri)}> ", *target, self._end)


def object_of(
    prop: Property, *, kinds: Mapping[str, Kind], name: Callable[[str], str] = lambda iri: f"<{expand(iri)}>"
) -> Line:
    """Write the one value of a property.

    Args:
        prop: The property.
        kinds: What the columns hold.
        name: Writes the IRI of a datatype.
    """

    def escape(column: str) -> Escape | None:
        return ESCAPE if kinds[column] is Kind.TEXT else None

    match prop.value:
        case Link():
            return ("<", *filled(prop.value.iri), ">")
        case Code(template=template):
            return (f"<{prop.value.base}", *filled(template), ">")
        case Value(column=column, datatype=datatype):
            return literal((Ref(column, escape(column)),), datatype=datatype, name=name)
        case Text(template=template, datatype=datatype):
            return literal(filled(template, escape=escape), datatype=datatype, name=name)
        case Fixed(text=text, datatype=datatype):
            shown = str(text).lower() if isinstance(text, bool) else escaped(str(text))
            return literal((shown,), datatype=datatype, name=name)
        case _:
            raise TypeError(f"{prop.term} has no single object")


def literal(value: Line, *, datatype: str, name: Callable[[str], str] = lambda iri: f"<{expand(iri)}>") -> Line:
    """Write a literal: with its language, its datatype, or neither where it is a string."""
    if datatype.startswith("@"):
        return ('"', *value, f'"{datatype}')
    if datatype == "xsd:string":
        return ('"', *value, '"')
    return ('"', *value, f'"^^{name(datatype)}')


def escaped(text: str) -> str:
    """Escape one text."""
    return "".join(ESCAPE.written.get(character, character) for character in text)


def _end(entity: Entity, *, graph: bool) -> str:
    return f" <{ID_BASE}graaf/{entity.table}> .\n" if graph else " .\n"

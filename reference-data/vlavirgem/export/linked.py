"""Linked data of a town, part by part: a file per kind of entity, and one with the concepts it uses."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from vlavirgem.export import jsonld, nquads, turtle
from vlavirgem.export.children import key, strays
from vlavirgem.export.columns import view
from vlavirgem.export.concepts import concepts
from vlavirgem.export.files import Sheet
from vlavirgem.export.source import catalogue_in, parts_of
from vlavirgem.export.text import Ref, Rows
from vlavirgem.export.values import Values
from vlavirgem.linked.context import make_context
from vlavirgem.linked.mapping import expand
from vlavirgem.place import ID_BASE
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from vlavirgem.export.source import Part, Source
    from vlavirgem.linked.mapping import Entity

    Concepts = Iterable[tuple[str, str, str]]
    Find = Callable[[str], Entity]


class Notation(Protocol):
    """How statements are written.

    Attributes:
        suffix: What the names of its files end in.
        between: What stands between two things.
        tail: What stands at the end of a file.
    """

    suffix: str
    between: str
    tail: str

    def head(self, entity: Entity) -> str:
        """Give what stands at the top of the file of a kind of entity."""

    def part(self, entity: Entity, part: Part) -> Iterator[memoryview]:
        """Write what a part says of the entities of a kind; before each thing stands what is `between`."""

    def concepts(self, found: Concepts) -> str:
        """Write the whole file with concepts."""


def write_linked(source: Source, folder: Path, *, fmt: str, tables: Collection[str], compress: bool) -> None:
    """Write the entities of some tables as `jsonld`, `nquads` or `turtle`."""
    catalogue = catalogue_in(source)
    notation = NOTATIONS[fmt](catalogue.find)
    entities = [entity for entity in catalogue.entities if entity.table in tables]
    found: set[tuple[str, str, str]] = set()
    with ExitStack() as stack:
        sheets = {}
        for entity in entities:
            sheet = stack.enter_context(Sheet(folder, name=entity.name + notation.suffix, compress=compress))
            sheet.text(notation.head(entity))
            sheets[entity.name] = sheet
        begun: set[str] = set()
        for part in parts_of(source):
            for entity in entities:
                buffers = notation.part(entity, part)
                sheets[entity.name].bytes(_without_first(buffers, notation=notation, entity=entity, begun=begun))
            found |= set(concepts([e for e in entities if e.table in part.own], tables=part))
        for sheet in sheets.values():
            sheet.text(notation.tail)
    with Sheet(folder, name="concepten" + notation.suffix, compress=compress) as sheet:
        sheet.text(notation.concepts(sorted(found)))


def _without_first(
    buffers: Iterator[memoryview], *, notation: Notation, entity: Entity, begun: set[str]
) -> Iterator[memoryview]:
    """Leave out what stands between two things where there is nothing before it yet."""
    for buffer in buffers:
        if not buffer.nbytes:
            continue
        if notation.between and entity.name not in begun:
            yield buffer[len(notation.between) :]
        else:
            yield buffer
        begun.add(entity.name)


def concept_triples(found: Concepts, *, graph: str = "") -> str:
    """Write concepts as N-Triples, or as N-Quads where a graph is named."""
    return "".join(
        f"<{iri}> <{expand('rdf:type')}> <{expand('skos:Concept')}>{graph} .\n"
        f"<{iri}> <{expand('skos:inScheme')}> <{scheme}>{graph} .\n"
        f'<{iri}> <{expand("skos:notation")}> "{nquads.escaped(code)}"{graph} .\n'
        for iri, scheme, code in found
    )


class _Notation:
    def __init__(self, find: Find) -> None:
        self.find = find


class _NQuads(_Notation):
    suffix, tail, between = ".nq", "", ""

    def head(self, entity: Entity) -> str:
        del entity
        return ""

    def part(self, entity: Entity, part: Part) -> Iterator[memoryview]:
        if entity.table in part.own:
            yield from nquads.quads(entity, tables=part)
        yield from nquads.links_to_parents(entity, tables=part, find=self.find, own=part.own)

    def concepts(self, found: Concepts) -> str:
        return concept_triples(found, graph=f" <{ID_BASE}graaf/concepten>")


class _Turtle(_Notation):
    suffix, tail, between = ".ttl", "", ""

    def head(self, entity: Entity) -> str:
        del entity
        return turtle.head()

    def part(self, entity: Entity, part: Part) -> Iterator[memoryview]:
        if entity.table in part.own:
            yield from turtle.paragraphs(entity, tables=part, find=self.find)
        for prop, fragment, lists in strays(entity, part=part, find=self.find, around=turtle.AROUND):
            subject = (f"<{ID_BASE}{entity.name}/", Ref("id"), f"#{fragment}>" if fragment else ">")
            line = (*subject, f" {turtle.term(prop.iri)} ", Ref(key(prop)), " .\n")
            yield from Rows(line, values=Values(lists, kinds={"id": Kind.INTEGER})).buffers()

    def concepts(self, found: Concepts) -> str:
        return turtle.head() + "".join(
            f'<{iri}> a skos:Concept ;\n    skos:inScheme <{scheme}> ;\n    skos:notation "{nquads.escaped(code)}" .\n'
            for iri, scheme, code in found
        )


class _JsonLd(_Notation):
    suffix, tail, between = ".jsonld", "\n]}\n", ",\n"

    def head(self, entity: Entity) -> str:
        return _graph(make_context(entity, find=self.find))

    def part(self, entity: Entity, part: Part) -> Iterator[memoryview]:
        def whole(child: Entity, children: pl.DataFrame) -> Rows:
            return jsonld.rendered(child, children, tables=part, find=self.find)

        if entity.table in part.own:
            frame = view(entity, tables=part)
            yield from jsonld.rendered(entity, frame, tables=part, find=self.find, before=self.between).buffers()
        for prop, fragment, lists in strays(entity, part=part, find=self.find, around=jsonld.AROUND, whole=whole):
            subject = (f'{{"@id":"{ID_BASE}{entity.name}/', Ref("id"), f'#{fragment}"' if fragment else '"')
            node = (self.between, *subject, f",{json.dumps(prop.term)}:[", Ref(key(prop)), "]}")
            yield from Rows(node, values=Values(lists, kinds={"id": Kind.INTEGER})).buffers()

    def concepts(self, found: Concepts) -> str:
        context = {
            "Concept": expand("skos:Concept"),
            "inScheme": {"@id": expand("skos:inScheme"), "@type": "@id"},
            "notatie": expand("skos:notation"),
        }
        items = [
            json.dumps({"@id": iri, "@type": "Concept", "inScheme": scheme, "notatie": code}, ensure_ascii=False)
            for iri, scheme, code in found
        ]
        return _graph(context) + self.between.join(items) + self.tail


def _graph(context: Mapping[str, object]) -> str:
    return f'{{"@context":{json.dumps(context, ensure_ascii=False)},\n"@graph":[\n'


NOTATIONS: dict[str, Callable[[Find], Notation]] = {"jsonld": _JsonLd, "nquads": _NQuads, "turtle": _Turtle}
"""By their names; each needs to find the entities that a kind of entity refers to."""

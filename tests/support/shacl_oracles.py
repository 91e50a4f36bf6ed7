"""What other engines find in statements, to hold our own check against: pyshacl, and a fast one in Rust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyshacl
import rdflib
import shacl as fast
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection

from vlavirgem.export.concepts import concepts
from vlavirgem.export.linked import concept_triples
from vlavirgem.export.nquads import links_to_parents, quads
from vlavirgem.linked.catalogue import ENTITIES, find_entity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    from vlavirgem.export.shacl.gate import Finding
    from vlavirgem.export.source import Part

Found = set[tuple[str, str, str, str]]
"""Focus, path, component and value of each finding."""
SH = Namespace("http://www.w3.org/ns/shacl#")


def statements(tables: Part, *, own: frozenset[str]) -> bytes:
    """Give what linked data says of the rows in some tables, as N-Triples."""
    entities = [entity for entity in ENTITIES if entity.table in own]
    pieces: list[memoryview | bytes] = []
    for entity in entities:
        pieces += quads(entity, tables=tables, graph=False)
    for entity in ENTITIES:
        pieces += links_to_parents(entity, tables=tables, find=find_entity, own=own, graph=False)
    pieces.append(concept_triples(concepts(entities, tables=tables)).encode())
    return b"".join(pieces)


def by_pyshacl(triples: bytes, shapes: str) -> Found:
    """Give what pyshacl finds in N-Triples."""
    normalise, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False  # or it writes moments otherwise
    try:
        data = Graph().parse(data=triples, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = normalise
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(data=shapes, format="turtle"))
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        value, path = report.value(result, SH.value), report.value(result, SH.resultPath)
        component = str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
        focus = str(report.value(result, SH.focusNode))
        found.add((focus, _path(report, path), component, "" if value is None else str(value)))
    return found


def _path(report: Graph, path: Node | None) -> str:
    match path:
        case None:
            return ""
        case URIRef():
            return f"<{path}>"
        case BNode() if (back := report.value(path, SH.inversePath)) is not None:
            return f"^{_path(report, back)}"
        case _:
            return "/".join(_path(report, step) for step in Collection(report, path))


def by_engine(triples: bytes, shapes: str) -> Found:
    """Give what the wheel `shacl` finds in N-Triples: as pyshacl, in a fiftieth of the time."""
    report = fast.Shapes.from_turtle(shapes).validate_text(triples.decode(), format="ntriples")
    return {
        (one.focus_node.strip("<>"), (one.path or "").strip("()"), one.component, one.value_plain or "")
        for one in report.results
    }


def compared(findings: Iterable[Finding]) -> Found:
    """Give our findings without their messages."""
    return {(one.focus, one.path, one.component, one.value) for one in findings}

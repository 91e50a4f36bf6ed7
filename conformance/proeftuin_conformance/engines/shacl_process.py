"""Validates RDF against SHACL shapes with pyshacl, in a process that can be stopped.

`python -m proeftuin_conformance.engines.shacl_process` reads a job (`shapes`: path, `data`: N-Quads) and
writes one event per result, and how many focus nodes each shape had.
"""

from __future__ import annotations

from typing import Any

import pyshacl
from pyshacl import ShapesGraph
from rdflib import RDF, RDFS, SH, Dataset, Graph, URIRef

from proeftuin_conformance.engines.children import Child

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target)


def main() -> None:
    """Read the job, validate, write events."""
    child = Child()
    job = child.job()
    shapes = Graph().parse(job["shapes"], format="turtle")
    data = Graph()
    for text in job["data"]:
        for subject, predicate, value, _ in Dataset(default_union=True).parse(data=text, format="nquads").quads():
            data.add((subject, predicate, value))
    for shape, count in focus_counts(shapes, data).items():
        child.emit("focus", shape=shape, count=count)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=True, allow_warnings=True)
    owners = _owners(shapes)
    for result in report.subjects(SH.resultSeverity, None):
        child.emit("result", **_result(report, result, owners=owners))
    child.emit("finished")


def focus_counts(shapes: Graph, data: Graph) -> dict[str, int]:
    """How many focus nodes each targeted shape has; a named property shape counts those of its owner."""
    counts: dict[str, int] = {}
    for shape in ShapesGraph(shapes).shapes:
        if _has_target(shapes, shape.node):
            counts[str(shape.node)] = len(shape.focus_nodes(data))
    for prop, owner in _owners(shapes).items():
        if isinstance(prop, URIRef) and owner in counts:
            counts[str(prop)] = counts.get(str(prop), 0) + counts[owner]
    return counts


def _has_target(shapes: Graph, shape: Any) -> bool:
    if any((shape, predicate, None) in shapes for predicate in _TARGETS):
        return True
    return (shape, RDF.type, RDFS.Class) in shapes


def _owners(shapes: Graph) -> dict[Any, str]:
    """Property shape → the node shape it stands in."""
    return {prop: str(node) for node, prop in shapes.subject_objects(SH.property)}


def _result(report: Graph, result: Any, *, owners: dict[Any, str]) -> dict[str, Any]:
    def value(predicate: Any) -> str | None:
        found = report.value(result, predicate)
        return None if found is None else str(found)

    source = report.value(result, SH.sourceShape)
    return {
        "shape": str(source),
        "owner": owners.get(source, str(source)),
        "focus": value(SH.focusNode),
        "path": value(SH.resultPath),
        "value": value(SH.value),
        "message": value(SH.resultMessage),
        "severity": (value(SH.resultSeverity) or "").rpartition("#")[2],
        "constraint": (value(SH.sourceConstraintComponent) or "").rpartition("#")[2],
    }


if __name__ == "__main__":
    main()

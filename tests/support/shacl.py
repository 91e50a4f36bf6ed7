"""Validation by SHACL, with violations as lines that a failing test can show."""

from __future__ import annotations

import pyshacl
from rdflib import RDF, Graph, Namespace

SH = Namespace("http://www.w3.org/ns/shacl#")


def violations(data: Graph, shapes: Graph) -> list[str]:
    """Validate, and give each violation as focus, path and message."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    return [
        f"{report.value(result, SH.focusNode)} {report.value(result, SH.resultPath)} "
        f"{report.value(result, SH.resultMessage)}"
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]

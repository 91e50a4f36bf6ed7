"""The engine that checks statements against shapes: the one place that knows it.

It is the wheel `shacl` (SHACL_Engine, in Rust), many times as fast as pyshacl. It is young, so the tests hold its
findings against those of pyshacl.
"""

from __future__ import annotations

from dataclasses import dataclass

import shacl


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place where statements do not keep a shape.

    Attributes:
        focus: IRI of the thing that does not keep it.
        path: The property as a SPARQL property path; empty where it is the thing itself.
        component: Local name of the kind of constraint, such as `MinCountConstraintComponent`.
        value: What was found there, without its datatype; empty where the constraint is about how many there are.
        message: What the shape says of it, if it says something.
    """

    focus: str
    path: str
    component: str
    value: str = ""
    message: str = ""


class Engine:
    """Shapes that are compiled once.

    Args:
        shapes: The shapes as Turtle.
    """

    def __init__(self, shapes: str) -> None:
        self._shapes = shacl.Shapes.from_turtle(shapes)

    def findings(self, triples: bytes) -> list[Finding]:
        """Check N-Triples.

        Raises:
            ValueError: they are none.
        """
        report = self._shapes.validate_text(triples.decode(), format="ntriples")
        return [
            Finding(
                focus=_bare(result.focus_node),
                path=result.path or "",
                component=result.component,
                value=result.value_plain or "",
                message=result.message or "",
            )
            for result in report.results
        ]


def _bare(term: str) -> str:
    return term[1:-1] if term.startswith("<") else term

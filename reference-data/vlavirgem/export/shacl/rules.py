"""Shapes as they are read: what each says of which things. What is not known here is refused, never skipped.

Source of every term: Shapes Constraint Language (SHACL), W3C Recommendation of 20 July 2017, parts 2 to 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import pyoxigraph as ox

from vlavirgem.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterator

Term = ox.NamedNode | ox.Literal | ox.BlankNode
Arguments = tuple[Term, ...]

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TARGETS = frozenset({"targetClass", "targetSubjectsOf"})
_LISTS = frozenset({"in", "languageIn"})
CONSTRAINTS = {
    "class": "Class",
    "datatype": "Datatype",
    "disjoint": "Disjoint",
    "hasValue": "HasValue",
    "in": "In",
    "languageIn": "LanguageIn",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "maxExclusive": "MaxExclusive",
    "maxInclusive": "MaxInclusive",
    "maxLength": "MaxLength",
    "minCount": "MinCount",
    "minExclusive": "MinExclusive",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "nodeKind": "NodeKind",
    "pattern": "Pattern",
    "uniqueLang": "UniqueLang",
}
"""Which constraints are known, and the name of each component."""
NODE_KINDS = {
    "IRI": (True, False),
    "Literal": (False, True),
    "IRIOrLiteral": (True, True),
    "BlankNode": (False, False),
    "BlankNodeOrIRI": (True, False),
    "BlankNodeOrLiteral": (False, True),
}
"""Whether IRIs and literals are of a kind of node."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: a property, or the way back along it."""

    iri: str
    inverse: bool = False

    def __str__(self) -> str:
        """Write it as a SPARQL property path."""
        return f"{'^' if self.inverse else ''}<{self.iri}>"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that must hold of values.

    Attributes:
        name: The property of SHACL, such as `minCount`.
        arguments: Its value; for a list its items.
    """

    name: str
    arguments: Arguments

    @property
    def component(self) -> str:
        """The local name of its component."""
        return f"{CONSTRAINTS[self.name]}ConstraintComponent"

    @property
    def text(self) -> str:
        """Its one value as text."""
        (argument,) = self.arguments
        return argument.value

    @property
    def number(self) -> int:
        """Its one value as a whole number."""
        return int(self.text)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds of the values at the end of a path; without a path of the thing itself."""

    path: tuple[Step, ...]
    constraints: tuple[Constraint, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Shape:
    """Rules for the things of some classes, or that have some properties.

    Attributes:
        classes: These classes.
        subjects_of: These properties.
        rules: What holds of each of them.
        either: Sets of rules, of which a thing must keep at least one whole; there may be several of such choices.
        message: What the shape says of a thing that keeps none.
    """

    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    rules: tuple[Rule, ...]
    either: tuple[tuple[tuple[Rule, ...], ...], ...]
    message: str

    def all_rules(self) -> Iterator[Rule]:
        """Give the rules, those of choices too."""
        yield from self.rules
        for choice in self.either:
            for rules in choice:
                yield from rules


def read_shapes(text: str) -> tuple[Shape, ...]:
    """Read shapes from Turtle.

    Raises:
        ShapeError: they hold something that is not known here.
    """
    graph = _Graph(text)
    return tuple(_shape(graph, subject) for subject in graph.shapes())


class _Graph:
    def __init__(self, text: str) -> None:
        self._found: dict[Term, dict[str, list[Term]]] = {}
        try:
            for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
                self._found.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        except SyntaxError as error:
            raise ShapeError(f"These shapes are no Turtle: {error}") from error

    def shapes(self) -> Iterator[Term]:
        """Give the node shapes, in the order in which they stand."""
        nested = {thing for about in self._found.values() for things in about.values() for thing in things}
        for subject, about in self._found.items():
            kinds = {kind.value for kind in about.get(f"{RDF}type", [])}
            if kinds == {f"{SH}NodeShape"}:
                yield subject
            elif kinds or subject not in nested:
                raise ShapeError(f"{subject} is no node shape or part of one, and nothing else is known.")

    def about(self, subject: Term) -> dict[str, list[Term]]:
        """Give what SHACL says of a thing, by local name.

        Raises:
            ShapeError: nothing is said of it, or something that SHACL has no name for.
        """
        if subject not in self._found:
            raise ShapeError(f"{subject} should say what holds, and nothing is said of it.")
        about = dict(self._found[subject])
        about.pop(f"{RDF}type", None)
        strange = [key for key in about if not key.startswith(SH)]
        if strange:
            raise ShapeError(f"{subject} has {strange[0]}, which is not known.")
        return {key.removeprefix(SH): values for key, values in about.items()}

    def items(self, head: Term) -> Arguments:
        """Give the items of a list.

        Raises:
            ShapeError: it is no list, or one that does not end.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        while head != ox.NamedNode(f"{RDF}nil"):
            cell = self._found.get(head, {})
            first, rest = cell.get(f"{RDF}first", []), cell.get(f"{RDF}rest", [])
            if head in seen or len(first) != 1 or len(rest) != 1:
                raise ShapeError(f"{head} is no list that ends: ( … ) was meant.")
            seen.add(head)
            found += first
            (head,) = rest
        return tuple(found)

    def is_list(self, term: Term) -> bool:
        """Say whether a thing is a list."""
        return f"{RDF}first" in self._found.get(term, {})


def _shape(graph: _Graph, subject: Term) -> Shape:
    about = graph.about(subject)
    targets = {name: tuple(term.value for term in about.pop(name, [])) for name in sorted(_TARGETS)}
    if not any(targets.values()):
        raise ShapeError(f"{subject} has no target that is known.")
    either = [graph.items(choice) for choice in about.pop("or", [])]
    messages = about.get("message", [])
    return Shape(
        classes=targets["targetClass"],
        subjects_of=targets["targetSubjectsOf"],
        rules=_rules(graph, subject, about=about),
        either=tuple(tuple(_rules(graph, one, about=graph.about(one)) for one in choice) for choice in either),
        message=messages[0].value if messages else "",
    )


def _rules(graph: _Graph, subject: Term, *, about: dict[str, list[Term]]) -> tuple[Rule, ...]:
    properties = about.pop("property", [])
    own = _rule(graph, subject, about=about, path=())
    rules = [own] if own.constraints else []
    for one in properties:
        inner = graph.about(one)
        paths = inner.pop("path", [])
        if len(paths) != 1:
            raise ShapeError(f"A property of {subject} has {len(paths)} sh:path; it needs one.")
        rules.append(_rule(graph, one, about=inner, path=_path(graph, paths[0])))
    return tuple(rules)


def _path(graph: _Graph, path: Term) -> tuple[Step, ...]:
    if isinstance(path, ox.NamedNode):
        return (Step(path.value),)
    if graph.is_list(path):
        return tuple(step for item in graph.items(path) for step in _path(graph, item))
    about = graph.about(path)
    if set(about) == {"inversePath"} and isinstance(about["inversePath"][0], ox.NamedNode):
        return (Step(about["inversePath"][0].value, inverse=True),)
    raise ShapeError(f"A path with {', '.join(sorted(about))} is not known.")


def _rule(graph: _Graph, subject: Term, *, about: dict[str, list[Term]], path: tuple[Step, ...]) -> Rule:
    messages = about.pop("message", [])
    constraints = []
    for name, values in about.items():
        if name not in CONSTRAINTS:
            raise ShapeError(f"{subject} has sh:{name}, which is not known.")
        for value in values:
            arguments = graph.items(value) if name in _LISTS else (value,)
            constraint = Constraint(name, arguments)
            _understand(constraint, has_path=bool(path))
            constraints.append(constraint)
    return Rule(path=path, constraints=tuple(constraints), message=messages[0].value if messages else "")


_ABOUT_A_PATH = frozenset(
    {"minCount", "maxCount", "lessThan", "lessThanOrEquals", "uniqueLang", "disjoint", "hasValue", "in"}
)
_COUNTS = re.compile("(min|max)(Count|Length|Inclusive|Exclusive)")


def _understand(constraint: Constraint, *, has_path: bool) -> None:
    if not has_path and constraint.name in _ABOUT_A_PATH:
        raise ShapeError(f"sh:{constraint.name} is known for properties only.")
    if constraint.name == "uniqueLang" and constraint.text != "true":
        raise ShapeError("sh:uniqueLang is known only when it is true.")
    if constraint.name == "nodeKind" and constraint.text.removeprefix(SH) not in NODE_KINDS:
        raise ShapeError(f"sh:nodeKind {constraint.text} is not known.")
    if constraint.name == "pattern":
        _understand_pattern(constraint.text)
    if _COUNTS.fullmatch(constraint.name) and not re.fullmatch(r"-?\d+", constraint.text):
        raise ShapeError(f"sh:{constraint.name} is known for whole numbers only, not {constraint.text}.")


def _understand_pattern(pattern: str) -> None:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.PolarsError as error:
        raise ShapeError(f"The pattern {pattern} is not known: {error}") from error

"""The gate: facts checked against shapes, with a finding for each thing that does not keep them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.export.shacl.constraints import CHECKS, Asked
from vlavirgem.export.shacl.paths import reached
from vlavirgem.export.shacl.rules import read_shapes
from vlavirgem.export.shacl.terms import Things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.export.shacl.facts import Facts
    from vlavirgem.export.shacl.rules import Constraint, Rule, Shape
    from vlavirgem.export.shacl.terms import Objects
    from vlavirgem.randomness import Integers


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


class Gate:
    """Shapes that are read once.

    Args:
        shapes: The shapes as Turtle.

    Raises:
        ShapeError: they hold something that is not known.
    """

    def __init__(self, shapes: str) -> None:
        self._shapes = read_shapes(shapes)

    @property
    def looks_at(self) -> frozenset[str]:
        """The properties and classes that are looked at."""
        found: set[str] = set()
        for shape in self._shapes:
            found |= {*shape.classes, *shape.subjects_of}
            for rule in shape.all_rules():
                found |= {step.iri for step in rule.path}
                for constraint in rule.constraints:
                    if constraint.name in {"class", "disjoint", "lessThan", "lessThanOrEquals"}:
                        found.add(constraint.text)
        return frozenset(found)

    def findings(self, facts: Facts) -> Iterator[Finding]:
        """Check facts."""
        for shape in self._shapes:
            for focus in _focus(shape, facts):
                for rule in shape.rules:
                    yield from _findings(rule, facts, focus)
                for choice in shape.either:
                    yield from _without(choice, facts, focus, message=shape.message)


def _focus(shape: Shape, facts: Facts) -> Iterator[Things]:
    """Give the things that a shape is for: those of a template together, each once."""
    found: dict[str, list[Things]] = defaultdict(list)
    for iri in shape.classes:
        for things in facts.own_of_class.get(iri, []):
            found[things.template].append(things)
    for iri in shape.subjects_of:
        for fact in facts.own_with_property.get(iri, []):
            found[fact.subject.template].append(fact.subject)
    for template, groups in found.items():
        keys = groups[0].keys if len(groups) == 1 else pl.concat([group.keys for group in groups])
        yield Things(template, keys if keys.n_unique() == len(keys) else keys.unique(maintain_order=True))


def _broken(rule: Rule, facts: Facts, focus: Things) -> Iterator[tuple[Constraint, Integers, Objects | None]]:
    asked = Asked(facts, focus, tuple(reached(facts, focus, path=rule.path)))
    for constraint in rule.constraints:
        for places, values in CHECKS[constraint.name](constraint, asked):
            yield constraint, places, values


def _findings(rule: Rule, facts: Facts, focus: Things) -> Iterator[Finding]:
    path = "/".join(str(step) for step in rule.path)
    for constraint, places, values in _broken(rule, facts, focus):
        told = [""] * places.size if values is None else values.written()
        for thing, value in zip(focus.take(places).written(), told, strict=True):
            yield Finding(thing, path, constraint.component, value, rule.message)


def _without(choice: tuple[tuple[Rule, ...], ...], facts: Facts, focus: Things, *, message: str) -> Iterator[Finding]:
    """Find what keeps none of some sets of rules."""
    none = np.ones(len(focus), dtype=np.bool_)
    for rules in choice:
        broken = np.zeros(len(focus), dtype=np.bool_)
        for rule in rules:
            for _, places, _ in _broken(rule, facts, focus):
                broken[places] = True
        none &= broken
    for thing in focus.take(none).written():
        yield Finding(thing, "", "OrConstraintComponent", thing, message)

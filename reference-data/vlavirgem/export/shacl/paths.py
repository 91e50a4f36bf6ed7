"""The values at the end of a path, for many things at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.export.shacl.terms import Things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.export.shacl.facts import Facts
    from vlavirgem.export.shacl.rules import Step
    from vlavirgem.export.shacl.terms import Objects
    from vlavirgem.randomness import Flags, Integers


@dataclass(frozen=True, slots=True)
class Reached:
    """Values and the places of the things that have them; a thing may have several, and one more than once."""

    place: Integers
    values: Objects


def reached(facts: Facts, focus: Things, *, path: tuple[Step, ...]) -> Iterator[Reached]:
    """Follow a path from things of one template, of which each is there once."""
    if not path:
        yield Reached(np.arange(len(focus), dtype=np.int64), focus)
        return
    *first, last = path
    for start in reached(facts, focus, path=tuple(first)):
        if isinstance(start.values, Things):
            for part, rows in start.values.parts():
                place = start.place if rows is None else start.place[rows]
                yield from _followed(facts, part, step=last, place=place)


def _followed(facts: Facts, things: Things, *, step: Step, place: Integers) -> Iterator[Reached]:
    for fact in facts.with_property.get(step.iri, []):
        sides: list[tuple[Things, Integers | None, Objects]] = [(fact.subject, None, fact.object)]
        if step.inverse:
            if not isinstance(fact.object, Things):
                continue
            sides = [(part, rows, fact.subject) for part, rows in fact.object.parts()]
        for near, rows, far in sides:
            if near.template != things.template:
                continue
            if near.keys is things.keys and rows is None:
                # The same rows of one table; each has this value.
                yield Reached(place, far)
                continue
            left = things.keys.to_frame("key").with_columns(place=pl.Series(place))
            right = near.keys.to_frame("key").with_row_index("row")
            found = left.join(right, on="key")
            at = found["row"].to_numpy().astype(np.int64)
            yield Reached(found["place"].to_numpy(), far.take(at if rows is None else rows[at]))


def is_among(things: Things, *, groups: list[Things]) -> Flags:
    """Say which things are among others."""
    among = np.zeros(len(things), dtype=np.bool_)
    for part, rows in things.parts():
        found = np.zeros(len(part), dtype=np.bool_)
        for group in groups:
            if group.template == part.template:
                if group.keys is part.keys:
                    found[:] = True
                else:
                    found |= part.keys.is_in(group.keys.implode()).to_numpy()
        among[slice(None) if rows is None else rows] = found
    return among

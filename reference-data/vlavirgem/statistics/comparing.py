"""Counts a town part by part, in memory that does not grow with it, and compares."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from vlavirgem.statistics.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from vlavirgem.profile import Profile

_SIGMAS = 5
"""A small town may be off by chance: so many standard deviations of what is counted come on top of the tolerance."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a town beside what it should be, all per thousand.

    Attributes:
        measure: What is measured.
        label: Of what kind, such as an age band.
        expected: What it should be.
        found: What it is.
        tolerance: How much it may be off in a town of any size.
        allowed: How much it may be off in a town of this size.
        of: Out of how many.
        source: Where the expected figure comes from.
    """

    measure: str
    label: str
    expected: float
    found: float
    tolerance: float
    allowed: float
    of: int
    source: str

    @property
    def is_within(self) -> bool:
        """Whether the town keeps it."""
        return abs(self.found - self.expected) <= self.allowed


def compare(parts: Iterable[Mapping[str, pl.DataFrame]], profile: Profile) -> list[Compared]:
    """Hold a town against its profile.

    Args:
        parts: The tables of some wijken at a time; a table that the town has once is in the first part only.
        profile: What the town was made with.
    """
    hits: Counter[tuple[str, str]] = Counter()
    totals: Counter[tuple[str, str]] = Counter()
    for part in parts:
        for measure in MEASURES:
            for label, (some, of) in measure.count(part, profile).items():
                hits[measure.name, label] += some
                totals[measure.name, label] += of
    found = []
    for measure in MEASURES:
        tolerance = measure.tolerance(profile)
        source = measure.source(profile)
        whole = max((of for (name, _), of in totals.items() if name == measure.name), default=0)
        for label, expected in measure.expected(profile).items():
            of = totals.get((measure.name, label), whole)
            if not of:  # nothing of the kind has happened yet, as no decision on the rarest cases in a hamlet
                continue
            share = min(expected / 1000, 1.0)
            chance = _SIGMAS * 1000 * sqrt(max(share * (1 - share), 1 / of) * measure.cluster / of)
            have = 1000 * hits[measure.name, label] / of
            found.append(
                Compared(measure.name, label, expected, have, tolerance, tolerance + chance, of=of, source=source)
            )
    return found

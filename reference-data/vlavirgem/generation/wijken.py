"""Wijken: the parts of a town that are made without knowing each other.

A wijk has a thousand inhabitants, the last one those that are left. What is in a wijk follows from the profile, the
seed and its number alone, and refers to nothing in another wijk. So the same town comes out of one process or many,
and making the last wijk costs as much as making the first.

Every row of a wijk has a number that holds that of its wijk: `wijk * STRIDE + place + 1`. The same number addresses
its random numbers. The first hundred numbers of `organisaties`, and all numbers of tables that the town has once,
belong to the town hall.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.numbering import AT_ONCE, INHABITANTS, STRIDE, wijken_count
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers


_MANY = 16
"""Owners of fewer rows each are counted where they begin, which costs a third of repeating each of them."""


@dataclass(frozen=True, slots=True)
class Wijken:
    """Wijken that are made together: their numbers, from 0, and how many people live in each."""

    numbers: Integers
    inhabitants: Integers

    def ids(self, rows: Rows) -> Integers:
        """Number rows that belong to these wijken."""
        ids: Integers = np.repeat(self.numbers * STRIDE + 1 - rows.first, rows.counts)
        ids += row_numbers(rows.size)
        return ids


@dataclass(frozen=True)
class Rows:
    """Rows in the order of what they belong to.

    Attributes:
        counts: How many rows each owner has.
        first: The row with which each owner begins.
        size: How many rows there are.
    """

    counts: Integers
    first: Integers
    size: int

    @cached_property
    def owner(self) -> Integers:
        """For each row, the index of its owner."""
        if self._is_long:
            return np.repeat(row_numbers(self.counts.size), self.counts)
        owner = np.bincount(self.first, minlength=self.size + 1)[: self.size]
        np.cumsum(owner, out=owner)
        owner -= 1
        return owner

    @cached_property
    def position(self) -> Integers:
        """For each row, its place among those of its owner, from 0."""
        position = row_numbers(self.size)
        position -= np.repeat(self.first, self.counts) if self._is_long else self.first.take(self.owner)
        return position

    @property
    def _is_long(self) -> bool:
        """Whether owners have many rows each."""
        return self.size >= _MANY * self.counts.size

    def sums(self, values: Integers) -> Integers:
        """Add up a value of each row per owner."""
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(values)])
        totals: Integers = running[self.first + self.counts] - running[self.first]
        return totals

    def running(self, values: Integers) -> Integers:
        """Give for each row the sum of a value over the rows before it that have the same owner."""
        before = np.cumsum(values) - values
        if not self.size:
            return before
        starts = before[np.minimum(self.first, self.size - 1)]
        ahead: Integers = before - starts[self.owner]
        return ahead


def rows_of(counts: Integers) -> Rows:
    """Lay out rows for owners that have so many each."""
    ends = np.cumsum(counts)
    return Rows(counts=counts, first=ends - counts, size=int(ends[-1]) if ends.size else 0)


def wijken_of(profile: Profile, *, since: int = 0, until: int | None = None) -> Wijken:
    """Give the wijken of a town from number `since` up to but not including `until`."""
    count = wijken_count(profile.inhabitants)
    numbers = row_numbers(count)[since:until]
    people = np.full(count, INHABITANTS, dtype=np.int64)
    people[-1] = profile.inhabitants - INHABITANTS * (count - 1)
    return Wijken(numbers=numbers, inhabitants=people[since:until])


def together(profile: Profile, *, at_once: int = AT_ONCE) -> Iterator[Wijken]:
    """Give all wijken of a town, as many at a time as are made together."""
    for since in range(0, wijken_count(profile.inhabitants), at_once):
        yield wijken_of(profile, since=since, until=since + at_once)

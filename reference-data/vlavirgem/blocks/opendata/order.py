"""The order of a stream: what was there at the seed, by moment, and then each version in the order it was made.

A place in it never changes hands. So pages of so many places each are full or the last, and a full one never changes.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

PAGE_SIZE = 100
PAGES_OF_A_BRANCH = 100


@dataclass(frozen=True, slots=True)
class Seed:
    """What was there at the seed, in order.

    Attributes:
        numbers: The number of each thing.
        moments: When the first and last thing of each page, and the last one of all, became as they are; by place.
    """

    numbers: array[int]
    moments: dict[int, datetime]


def read_seed_order(found: Iterable[tuple[int, datetime]], *, size: int) -> Seed:
    """Keep the order of the seed, in eight bytes for each thing."""
    numbers = array("q")
    moments: dict[int, datetime] = {}
    latest: datetime | None = None
    for place, (number, moment) in enumerate(found):
        numbers.append(number)
        if place % size in (0, size - 1):
            moments[place] = moment
        latest = moment
    if latest is not None:
        moments[len(numbers) - 1] = latest
    return Seed(numbers, moments)


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a stream with so many versions, numbered from 1."""

    versions: int
    size: int

    @property
    def count(self) -> int:
        """How many pages there are."""
        return -(-self.versions // self.size)

    @property
    def full(self) -> int:
        """How many of them are full; those come first."""
        return self.versions // self.size

    @property
    def branches(self) -> int:
        """How many branches there are: each leads to a hundred full pages, so that a root stays small."""
        return self.full // PAGES_OF_A_BRANCH

    def places(self, page: int) -> range:
        """Give the places on a page."""
        return range((page - 1) * self.size, min(page * self.size, self.versions))

    def in_branch(self, branch: int) -> range:
        """Give the pages of a branch."""
        return range((branch - 1) * PAGES_OF_A_BRANCH + 1, branch * PAGES_OF_A_BRANCH + 1)

    def at_root(self) -> range:
        """Give the pages that are in no branch yet."""
        return range(self.branches * PAGES_OF_A_BRANCH + 1, self.count + 1)

    def edges(self) -> Iterator[int]:
        """Give the first and last place of each page."""
        for page in range(1, self.count + 1):
            places = self.places(page)
            yield places.start
            yield places.stop - 1


@dataclass(slots=True)
class Orders:
    """Keeps the order of the seed of each stream until the town is reset: it is the same all that time.

    Attributes:
        size: How many versions a page has.
    """

    size: int = PAGE_SIZE
    _epoch: str = ""
    _seeds: dict[str, Seed] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def of(self, stream: str, *, epoch: str, read: Callable[[], Iterable[tuple[int, datetime]]]) -> Seed:
        """Give the order of a stream; `read` is asked once in an epoch for number and moment of each thing."""
        with self._lock:
            if epoch != self._epoch:
                self._epoch, self._seeds = epoch, {}
            if stream not in self._seeds:
                self._seeds[stream] = read_seed_order(read(), size=self.size)
            return self._seeds[stream]

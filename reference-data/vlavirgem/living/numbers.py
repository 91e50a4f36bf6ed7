"""The numbers that rows can have, laid out without holes so that one can be drawn.

A number holds that of its wijk, so most numbers are nobody's. What is drawn is a place; whether somebody has its
number is for the caller to see.
"""

from __future__ import annotations

from dataclasses import dataclass

STRIDE = 100_000
"""As in `vlavirgem.generation.wijken`, which needs a library for arrays."""
PERSONS, HOUSEHOLDS, ADDRESSES = 1_000, 1_100, 2_000
"""More numbers than a wijk uses; of persons exactly as many, but for the last wijk."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one table.

    Attributes:
        wijken: How many wijken there are.
        width: So many numbers of each wijk, from 1.
        more: So many numbers come after those of the last wijk: who was born since.
        left: So many numbers the last wijk has more, or less, than `width`.
    """

    wijken: int
    width: int
    left: int = 0
    more: int = 0

    @property
    def size(self) -> int:
        """How many places there are."""
        return self.wijken * self.width + self.left + self.more

    def at(self, place: int) -> int:
        """Give the number at a place, from 0."""
        wijk = min(place // self.width, self.wijken - 1)
        return wijk * STRIDE + place - wijk * self.width + 1


def persons(inhabitants: int, *, highest: int) -> Numbers:
    """Give the numbers of those who lived here at the reference date, and of those with the numbers after them."""
    wijken = wijken_of(inhabitants)
    at_first = Numbers(wijken, PERSONS, left=inhabitants - wijken * PERSONS)
    return Numbers(wijken, PERSONS, left=at_first.left, more=highest - at_first.at(inhabitants - 1))


def wijken_of(inhabitants: int) -> int:
    """Say how many wijken a town of so many people has; as `vlavirgem.generation.wijken.wijken_count`."""
    whole, rest = divmod(inhabitants, PERSONS)
    return max(1, whole + (rest >= 50))  # noqa: PLR2004 - a smaller rest joins the last wijk

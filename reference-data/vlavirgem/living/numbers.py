"""The numbers that rows can have, laid out without holes so that one can be drawn.

A number holds that of its wijk, so most numbers are nobody's. What is drawn is a place; whether somebody has its
number is for the caller to see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vlavirgem.numbering import INHABITANTS, STRIDE, before_town, wijken_count

HOUSEHOLDS, ADDRESSES = 1_100, 2_000
"""More numbers than a wijk uses."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one table.

    Attributes:
        wijken: How many wijken there are.
        width: So many numbers of each wijk, from 1.
        more: So many numbers come after those of the last wijk: who was born since.
        left: So many numbers the last wijk has more, or less, than `width`.
        before: The number after which those of the town begin.
    """

    wijken: int
    width: int
    left: int = 0
    more: int = 0
    before: int = 0

    @property
    def size(self) -> int:
        """How many places there are."""
        return self.wijken * self.width + self.left + self.more

    def at(self, place: int) -> int:
        """Give the number at a place, from 0."""
        wijk = min(place // self.width, self.wijken - 1)
        return self.before + wijk * STRIDE + place - wijk * self.width + 1


def numbers(inhabitants: int, *, width: int, highest: int) -> Numbers:
    """Give the numbers of a table of which every wijk uses at most `width`, and those that came after the last."""
    wijken, before = wijken_count(inhabitants), before_town(highest)
    return Numbers(wijken, width, more=max(0, highest - before - ((wijken - 1) * STRIDE + width)), before=before)


def persons(inhabitants: int, *, highest: int) -> Numbers:
    """Give the numbers of those who lived here at the reference date, and of those with the numbers after them."""
    wijken = wijken_count(inhabitants)
    at_first = Numbers(wijken, INHABITANTS, left=inhabitants - wijken * INHABITANTS, before=before_town(highest))
    return replace(at_first, more=highest - at_first.at(inhabitants - 1))

"""The random numbers of `vlavirgem.randomness`, one at a time and without arrays.

The same seed, kind, column and row give the same number here as there: so a case that was on its way when the town
was made goes on along the very road that it was given then.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vlavirgem.living.numbers import Numbers

_GAMMA = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
_MILLION = 1_000_000
_TRIES = 1024


class Chance:
    """The random numbers of one kind of entity in one town.

    Args:
        seed: The town's seed, any integer.
        kind: The entity kind, for instance `persoon`.
    """

    def __init__(self, seed: int, *, kind: str) -> None:
        self._seed = seed
        self._kind = kind
        self._starts: dict[str, int] = {}

    def below(self, column: str, *, row: int, bound: int) -> int:
        """Give an integer from 0 up to but not including `bound`."""
        return ((self._bits(column, row) >> 32) * bound) >> 32

    def chance(self, column: str, *, row: int, share: float) -> bool:
        """Say whether a row falls in the given share (0 to 1, to a millionth)."""
        return self.below(column, row=row, bound=_MILLION) < round(share * _MILLION)

    def pick(self, column: str, *, row: int, weights: Sequence[int]) -> int:
        """Pick an index in proportion to whole-number weights."""
        edges = list(accumulate(weights))
        return bisect_right(edges, self.below(column, row=row, bound=edges[-1]))

    def seek(self, column: str, *, row: int, among: Numbers, fits: Callable[[int, int], bool]) -> int | None:
        """Draw numbers until one fits; None when none of a thousand does.

        Args:
            column: What is sought.
            row: For whom.
            among: The numbers there can be.
            fits: Gets a number and the row of this try, which it may use for a draw of its own.
        """
        for turn in range(_TRIES):
            attempt = row * _TRIES + turn
            number = among.at(self.below(column, row=attempt, bound=among.size))
            if fits(number, attempt):
                return number
        return None

    def _bits(self, column: str, row: int) -> int:
        start = self._starts.get(column)
        if start is None:
            key = hashlib.blake2b(f"{self._seed}/{self._kind}/{column}".encode(), digest_size=8).digest()
            start = self._starts[column] = int.from_bytes(key, "little")
        state = (start + (row + 1) * _GAMMA) & _WORD
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _WORD
        return state ^ (state >> 31)


@dataclass(frozen=True, slots=True)
class Dice:
    """The random numbers of a town's life, with those of the kinds of entity that the generator knows."""

    life: Chance
    person: Chance
    household: Chance
    case: Chance
    meeting: Chance
    item: Chance
    vote: Chance

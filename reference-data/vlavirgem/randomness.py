"""Random numbers that are addressed, not drawn: value = f(seed, entity kind, column, row).

Row 123 456 of a column costs as much as row 0 and does not depend on how many numbers were used
before it. So a town is the same in one process or in many, and a change of one profile parameter
leaves every unrelated column as it was. Only integer arithmetic is used; floating point could
differ between machines. The mixing function is SplitMix64 (Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", OOPSLA 2014).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bits = NDArray[np.uint64]
    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_GAMMA = 0x9E3779B97F4A7C15
_STEP = np.uint64(_GAMMA)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32 = (np.uint64(shift) for shift in (30, 27, 31, 32))
_MILLION = 1_000_000
_HALF = 32
"""Bits that `below` uses of the 64."""
_TABLED = 1 << 14
"""Up to this sum of weights the items are looked up in a table, which costs less than searching."""
_SLOT_BITS = 12  # a table of all first names stays in the processor's cache
SLOTS = 1 << _SLOT_BITS
"""Into so many equal parts a list of weighted items is cut."""
_QUARTER = 16
_IN_A_QUARTER = np.uint64((1 << _QUARTER) - 1)


def _mix(state: Bits) -> Bits:
    """Mix in place: this is what a town spends most of its time on."""
    shifted = state >> _30
    state ^= shifted
    state *= _FIRST
    np.right_shift(state, _27, out=shifted)
    state ^= shifted
    state *= _SECOND
    np.right_shift(state, _31, out=shifted)
    state ^= shifted
    return state


class Random:
    """The random numbers of one kind of entity in one town.

    Args:
        seed: The town's seed, any integer.
        kind: The entity kind, for instance `persoon`.
    """

    def __init__(self, seed: int, *, kind: str) -> None:
        self.seed = seed
        self.kind = kind

    def bits(self, column: str, *, rows: Integers) -> Bits:
        """Give 64 random bits for each row number of one column."""
        state = rows.view(np.uint64) * _STEP
        state += _start(self.seed, self.kind, column)
        return _mix(state)

    def quarters(self, column: str, *, rows: Integers) -> Quarters:
        """Give four small random numbers for each row."""
        return Quarters(self.bits(column, rows=rows))

    def below(self, column: str, *, rows: Integers, bound: int | Integers) -> Integers:
        """Give an integer from 0 up to but not including `bound` (at most 2**32) for each row."""
        drawn = self.bits(column, rows=rows)
        drawn >>= _32
        drawn *= np.uint64(bound) if isinstance(bound, int) else bound.astype(np.uint64)
        drawn >>= _32
        return drawn.view(np.int64)

    def chance(self, column: str, *, rows: Integers, share: float) -> Flags:
        """Say for each row whether it falls in the given share (0 to 1, to a millionth)."""
        # As drawing below a million and comparing, with one comparison: what is drawn grows with the bits.
        limit = -(-(round(share * _MILLION) << _HALF) // _MILLION) << _HALF
        drawn = self.bits(column, rows=rows)
        return drawn < np.uint64(limit) if limit < 1 << 2 * _HALF else np.ones(drawn.shape, dtype=np.bool_)

    def pick(self, column: str, *, rows: Integers, weights: Sequence[int]) -> Integers:
        """Pick an index for each row, in proportion to whole-number weights."""
        total = sum(weights)
        drawn = self.below(column, rows=rows, bound=total)
        if total <= _TABLED:
            return _items(tuple(weights)).take(drawn)
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, drawn, side="right").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Quarters:
    """One random number for each row, cut in four: small columns share the price of mixing it.

    A quarter has sixteen bits, so a share is kept to one in 65 536. Which quarter is whose is as fixed as the name of
    a column: no two columns of a row have the same one.
    """

    bits: Bits

    def take(self, rows: Integers) -> Quarters:
        """Give those of some rows, by their places."""
        return Quarters(self.bits.take(rows))

    def whole(self, quarter: int) -> Integers:
        """Give an integer of sixteen bits for each row."""
        return self._cut(quarter).view(np.int64)

    def below(self, quarter: int, *, bound: int) -> Integers:
        """Give an integer from 0 up to but not including `bound` (at most 65 536) for each row."""
        drawn = self._cut(quarter)
        drawn *= np.uint64(bound)
        drawn >>= np.uint64(_QUARTER)
        return drawn.view(np.int64)

    def chance(self, quarter: int, *, limits: Bits | np.uint64) -> Flags:
        """Say for each row whether it falls in a share; see `limit_of`."""
        fell: Flags = self._cut(quarter) < limits
        return fell

    def pick(self, quarter: int, *, weights: Sequence[int]) -> Integers:
        """Pick an index for each row, in proportion to whole-number weights of at most 16 384 together."""
        return _items(tuple(weights)).take(self.below(quarter, bound=sum(weights)))

    def slots(self, quarter: int) -> Integers:
        """Give a slot for each row, to look up in `WeightedLists`."""
        slots = self.bits >> np.uint64((quarter + 1) * _QUARTER - _SLOT_BITS)
        slots &= np.uint64(SLOTS - 1)
        return slots.view(np.int64)

    def _cut(self, quarter: int) -> Bits:
        drawn = self.bits >> np.uint64(quarter * _QUARTER)
        drawn &= _IN_A_QUARTER
        return drawn


def limit_of(share: float) -> np.uint64:
    """Give what `Quarters.chance` asks of a share from 0 to 1."""
    return np.uint64(round(share * (1 << _QUARTER)))  # which rounds as `limits_of` does


def limits_of(shares: NDArray[np.float64]) -> Bits:
    """Give what `Quarters.chance` asks of shares from 0 to 1."""
    return np.rint(shares * (1 << _QUARTER)).astype(np.uint64)


def slots_of(weights: Sequence[int]) -> Integers:
    """Give the slot after the last one of each item: no item with a weight is left out, the others have none.

    Args:
        weights: Whole-number weights of at most 4096 items.
    """
    shares = np.asarray(weights, dtype=np.int64)
    # One slot for each that has a weight, the others in proportion: the edges only ever grow.
    sure = np.cumsum(shares > 0)
    edges: Integers = sure + np.cumsum(shares) * (SLOTS - int(sure[-1])) // int(shares.sum())
    return edges


class WeightedLists:
    """Several lists of weighted items, to draw from each row's own list in one go.

    The items of all lists are numbered through, list after list. An item's share is kept to one in 4096, and no item
    with a weight is left out.

    Args:
        weights: For each list the whole-number weights of its items; no list is empty, or has more than 4096 items.
    """

    def __init__(self, weights: Sequence[Sequence[int]]) -> None:
        tables = []
        before = 0
        for items in weights:
            tables.append(before + np.searchsorted(slots_of(items), np.arange(SLOTS), side="right"))
            before += len(items)
        self._items = np.concatenate(tables).astype(np.uint16 if before <= 1 << 16 else np.uint32)

    def pick(self, random: Random, column: str, *, rows: Integers, lists: Integers) -> Integers:
        """Pick for each row an item of the list whose index is given."""
        slot = random.bits(column, rows=rows)
        slot >>= np.uint64(64 - _SLOT_BITS)
        return self.at(slot.view(np.int64), lists=lists)

    def at(self, slots: Integers, *, lists: Integers) -> Integers:
        """Give for each row the item at a slot of the list whose index is given."""
        place = lists * SLOTS
        place += slots
        picked: Integers = self._items.take(place).astype(np.int64)
        return picked


@lru_cache(maxsize=4096)
def _start(seed: int, kind: str, column: str) -> np.uint64:
    """Give where a column begins."""
    key = hashlib.blake2b(f"{seed}/{kind}/{column}".encode(), digest_size=8).digest()
    return np.uint64((int.from_bytes(key, "little") + _GAMMA) % (1 << 64))


@lru_cache(maxsize=64)
def _items(weights: tuple[int, ...]) -> Integers:
    """Write out each item as often as it weighs."""
    return np.repeat(np.arange(len(weights), dtype=np.int64), weights)


def row_numbers(count: int) -> Integers:
    """Give the row numbers 0 to `count` - 1."""
    return np.arange(count, dtype=np.int64)

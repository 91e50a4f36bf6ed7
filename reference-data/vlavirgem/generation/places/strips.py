"""Blocks are made of strips: a street with houses along it, or land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.territory import BLOCK, OFFSET, is_lying, territory_of
from vlavirgem.generation.places.uses import MOST_STRIPS, PER_BLOCK, Role
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.uses import Uses
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.randomness import Flags, Integers

    Decimals = NDArray[np.float64]

_STRIP = BLOCK // PER_BLOCK
ROAD = 5.0
"""Half the width of a road with its pavements, in metres."""
DITCH = 0.5
"""What stays free at the back of a parcel: the bent back line of one row of parcels must not cross the next."""


@dataclass(frozen=True, slots=True)
class Strips:
    """All strips of some wijken, wijk after wijk.

    Lengths are in metres: `along` a strip from 0 to 340, `across` a block from 0 to 340.

    Attributes:
        wijk: Index of the wijk in the batch.
        key: Addresses random numbers.
        column: Place of the block on the chessboard.
        row: The same.
        lying: Whether it runs west to east.
        low: Where it begins across the block.
        high: Where it ends across the block.
        middle: Where its street runs.
        start: Where it begins along the block.
        end: Where it ends along the block.
        role: What it is for.
        plots: About how many plots a side of its street has, where it is for houses.
    """

    wijk: Integers
    key: Integers
    column: Integers
    row: Integers
    lying: Flags
    low: Decimals
    high: Decimals
    middle: Decimals
    start: Decimals
    end: Decimals
    role: Integers
    plots: Integers

    def take(self, which: Flags) -> Strips:
        """Give some of the strips."""
        return Strips(*(getattr(self, name)[which] for name in self.__slots__))

    def plan(self, along: Decimals, across: Decimals, *, of: Integers) -> tuple[Decimals, Decimals]:
        """Give places in the plan of places in the strips `of` (their index)."""
        lying = self.lying[of]
        east: Decimals = np.where(lying, along, across) + self.column[of] * BLOCK
        north: Decimals = np.where(lying, across, along) + self.row[of] * BLOCK
        return east, north

    @property
    def bottom(self) -> Decimals:
        """Where parcels begin across the block: beside the road around it, or the next strip."""
        bottom: Decimals = np.where(self.low <= 0, ROAD, self.low + self._ditch)
        return bottom

    @property
    def top(self) -> Decimals:
        """Where parcels end across the block."""
        top: Decimals = np.where(self.high >= BLOCK, BLOCK - ROAD, self.high - self._ditch)
        return top

    @property
    def _ditch(self) -> Decimals:
        # The parcels of businesses are wide, so their back lines bend more.
        return np.where(self.role == Role.BUSINESSES, 5 * DITCH, DITCH)

    @property
    def streets(self) -> Strips:
        """Those along a street, as `Uses.streets`."""
        return self.take(self.role != Role.LAND)

    @property
    def grounds(self) -> Strips:
        """The land: whole strips, and what dead ends leave free."""
        left = self.take((self.role == Role.HOUSES) & ((self.start > 0) | (self.end < BLOCK)))
        begins = left.start > 0
        rest = replace(
            left,
            key=left.key + STRIDE // 2,
            start=np.where(begins, 0.0, left.end),
            end=np.where(begins, left.start, float(BLOCK)),
        )
        whole = self.take(self.role == Role.LAND)
        order = np.argsort(np.concatenate([whole.wijk, rest.wijk]), kind="stable")
        return Strips(*(np.concatenate([getattr(whole, name), getattr(rest, name)])[order] for name in self.__slots__))


def strips_of(uses: Uses, *, seed: int, wijken: Wijken) -> Strips:
    """Lay the strips of wijken on the plan."""
    territory = territory_of(wijken.numbers, seed=seed)
    block, slot = np.divmod(np.arange(MOST_STRIPS, dtype=np.int64), PER_BLOCK)
    here, key = uses.here, uses.key
    random = Random(seed, kind="strook")
    column, row, lying = territory.column[:, block], territory.row[:, block], territory.lying[:, block]
    # Blocks beside each other whose streets run the same way have them in the same places, so that they meet.
    line = ((np.where(lying, row, column) + OFFSET) * 2 + lying) * PER_BLOCK + slot
    nudge = random.below("grens", rows=line, bound=17) - 8
    low = slot * _STRIP + np.where(slot == 0, 0, nudge)
    high = np.where(slot == PER_BLOCK - 1, BLOCK, np.roll(low, -1, axis=1))
    middle = (low + high) / 2 + (random.below("midden", rows=line, bound=7) - 3)
    # The block is sure of the road at its far end. At the near one a neighbour that lies the same way has the road, if
    # it is there at all: then no dead end begins there.
    same_before = is_lying(column - lying, row - ~lying, seed=seed) == lying
    far = same_before | (random.below("uiteinde", rows=key, bound=2) == 1)
    return Strips(
        wijk=np.repeat(np.arange(len(here), dtype=np.int64), here.sum(axis=1)),
        key=key[here],
        column=column[here],
        row=row[here],
        lying=lying[here],
        low=low[here].astype(np.float64),
        high=high[here].astype(np.float64),
        middle=middle[here],
        start=np.where(far, BLOCK - uses.length, 0.0)[here],
        end=np.where(far, float(BLOCK), uses.length)[here],
        role=uses.role[here],
        plots=uses.plots[here],
    )

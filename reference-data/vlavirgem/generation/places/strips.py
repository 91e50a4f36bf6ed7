"""Blocks are made of strips: a street with houses along it, or land."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.territory import BLOCK, MOST_BLOCKS, OFFSET, is_lying, territory_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.territory import Territory
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

    Decimals = NDArray[np.float64]

PER_BLOCK = 4
_MOST = MOST_BLOCKS * PER_BLOCK
_MOST_PLOTS = 50
"""On one side of a street; what does not fit becomes flats."""
_STRIP = BLOCK // PER_BLOCK
_KEPT_FREE = 2
"""Strips of a wijk that never get houses: the market or a business park, and some green."""
_DENSER = 3, 2
"""A street of the core has this many times more houses (a fraction)."""
BUILT_ON = 0.94
"""Share of the plots in a street that are built on."""
_DEAD_ENDS = 0.3
"""Share of the streets that do not run through: land takes up the rest of their strip."""
_MEAN_LENGTH = 0.85
"""Of a street, with those that do not run through, as share of a block."""


ROAD = 5.0
"""Half the width of a road with its pavements, in metres."""
DITCH = 0.5
"""What stays free at the back of a parcel: the bent back line of one row of parcels must not cross the next."""


class Role(IntEnum):
    """What a strip is for."""

    LAND = 0
    HOUSES = 1
    BUSINESSES = 2
    MARKET = 3


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
        """Those along a street."""
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


def strips_of(profile: Profile, *, seed: int, wijken: Wijken, homes: Integers) -> tuple[Territory, Strips]:
    """Divide wijken in strips, and say in which of them the houses come."""
    territory = territory_of(wijken.numbers, seed=seed)
    count = wijken.numbers.size
    place = np.arange(_MOST, dtype=np.int64)
    block, slot = np.divmod(place, PER_BLOCK)
    here = territory.here[:, block]
    key = wijken.numbers[:, None] * STRIDE + place[None, :] + 1
    random = Random(seed, kind="strook")
    # The nearest blocks are built on whole; farther out ever fewer streets have houses.
    spread = np.asarray([0, 5, 10, 15], dtype=np.int64)[(slot + random.below("begin", rows=key, bound=4)) % PER_BLOCK]
    late = 4 * block + np.where(territory.is_core[:, None], slot, spread) + random.below("laat", rows=key, bound=3)
    is_market = (wijken.numbers == 0)[:, None] & (place == PER_BLOCK - 1)[None, :]
    late = np.where(here, np.where(is_market, -100, late), 1000)
    rank = np.argsort(np.argsort(late, axis=1, kind="stable"), axis=1, kind="stable") - is_market.any(axis=1)[:, None]
    buildings, streets = _streets(profile, homes=homes, territory=territory)
    trades = random.chance("bedrijven", rows=wijken.numbers, share=0.4)
    role = np.full((count, _MOST), Role.LAND, dtype=np.int64)
    role[rank < streets[:, None]] = Role.HOUSES
    role[(rank == streets[:, None] + 1) & trades[:, None] & ~territory.is_core[:, None]] = Role.BUSINESSES
    role[is_market] = Role.MARKET
    column, row, lying = territory.column[:, block], territory.row[:, block], territory.lying[:, block]
    # Blocks beside each other whose streets run the same way have them in the same places, so that they meet.
    line = ((np.where(lying, row, column) + OFFSET) * 2 + lying) * PER_BLOCK + slot
    nudge = random.below("grens", rows=line, bound=17) - 8
    low = slot * _STRIP + np.where(slot == 0, 0, nudge)
    high = np.where(slot == PER_BLOCK - 1, BLOCK, np.roll(low, -1, axis=1))
    middle = (low + high) / 2 + (random.below("midden", rows=line, bound=7) - 3)
    same_before = is_lying(column - lying, row - ~lying, seed=seed) == lying
    start, end = _extents(random, key=key, role=role, from_far=same_before)
    length = np.where(role == Role.HOUSES, end - start, 0.0)
    plots = buildings[:, None] / (2 * BUILT_ON) * length / length.sum(axis=1)[:, None]
    return territory, Strips(
        wijk=np.repeat(np.arange(count, dtype=np.int64), here.sum(axis=1)),
        key=key[here],
        column=column[here],
        row=row[here],
        lying=lying[here],
        low=low[here].astype(np.float64),
        high=high[here].astype(np.float64),
        middle=middle[here],
        start=start[here],
        end=end[here],
        role=role[here],
        plots=np.clip(np.ceil(plots).astype(np.int64), 1, _MOST_PLOTS)[here],
    )


def _extents(random: Random, *, key: Integers, role: Integers, from_far: Flags) -> tuple[Decimals, Decimals]:
    """Say where along its block each strip begins and ends.

    The block is sure of the road at its far end. At the near one a neighbour that lies the same way has the road, if
    it is there at all: `from_far` says that dead ends must not begin there.
    """
    dead = (role == Role.HOUSES) & random.chance("doodlopend", rows=key, share=_DEAD_ENDS)
    length = 140.0 + random.below("lengte", rows=key, bound=100)
    far = from_far | (random.below("uiteinde", rows=key, bound=2) == 1)
    return np.where(dead & far, BLOCK - length, 0.0), np.where(dead & ~far, length, float(BLOCK))


def _streets(profile: Profile, *, homes: Integers, territory: Territory) -> tuple[Integers, Integers]:
    """Say how many buildings a wijk needs, and how many streets with houses."""
    per_flat = 8
    homes_each = 1 + profile.share("gebouwen.appartementen") * (per_flat - 1)
    finished = max(1 - profile.share("gebouwen.niet_gerealiseerd"), 0.05)
    buildings = np.maximum(np.ceil(homes / (homes_each * finished)).astype(np.int64), 1)
    times, over = _DENSER
    in_a_street = profile.number("gebouwen.per_straat") * np.where(territory.is_core, times, over) // over
    most = territory.here.sum(axis=1) * PER_BLOCK - _KEPT_FREE
    return buildings, np.clip(np.ceil(buildings / (in_a_street * _MEAN_LENGTH)).astype(np.int64), 1, most)

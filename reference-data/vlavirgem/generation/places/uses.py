"""Which strips of some wijken have a street with houses, and which are land: all that does not need a map."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.territory import BLOCK, MOST_BLOCKS, extent_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

    Decimals = NDArray[np.float64]

PER_BLOCK = 4
MOST_STRIPS = MOST_BLOCKS * PER_BLOCK
_MOST_PLOTS = 50
"""On one side of a street; what does not fit becomes flats."""
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


class Role(IntEnum):
    """What a strip is for."""

    LAND = 0
    HOUSES = 1
    BUSINESSES = 2
    MARKET = 3


@dataclass(frozen=True, slots=True)
class Streets:
    """The strips of some wijken that are along a street, wijk after wijk.

    Attributes:
        wijk: Index of the wijk in the batch.
        key: Addresses random numbers.
        length: In metres.
        role: What it is for.
        plots: About how many plots a side has, where it is for houses.
    """

    wijk: Integers
    key: Integers
    length: Decimals
    role: Integers
    plots: Integers


@dataclass(frozen=True, slots=True)
class Uses:
    """What the strips of some wijken are for: a row per wijk, and in it its strips, block after block.

    Attributes:
        here: Whether there is such a strip; the core has fewer.
        is_core: Per wijk.
        key: Addresses random numbers.
        length: How long a street along it is, in metres.
        role: What it is for.
        plots: About how many plots a side of its street has, where it is for houses.
    """

    here: Flags
    is_core: Flags
    key: Integers
    length: Decimals
    role: Integers
    plots: Integers

    @property
    def streets(self) -> Streets:
        """Those along a street."""
        wijk, place = np.nonzero(self.here & (self.role != Role.LAND))
        return Streets(wijk, *(getattr(self, name)[wijk, place] for name in ("key", "length", "role", "plots")))


def uses_of(profile: Profile, *, seed: int, wijken: Wijken, homes: Integers) -> Uses:
    """Say in which strips of wijken the houses come; `homes` says how many homes each of them needs at least."""
    is_core, there = extent_of(wijken.numbers)
    place = np.arange(MOST_STRIPS, dtype=np.int64)
    block, slot = np.divmod(place, PER_BLOCK)
    here = there[:, block]
    key = wijken.numbers[:, None] * STRIDE + place[None, :] + 1
    random = Random(seed, kind="strook")
    # The nearest blocks are built on whole; farther out ever fewer streets have houses.
    spread = np.asarray([0, 5, 10, 15], dtype=np.int64)[(slot + random.below("begin", rows=key, bound=4)) % PER_BLOCK]
    late = 4 * block + np.where(is_core[:, None], slot, spread) + random.below("laat", rows=key, bound=3)
    is_market = (wijken.numbers == 0)[:, None] & (place == PER_BLOCK - 1)[None, :]
    late = np.where(here, np.where(is_market, -100, late), 1000)
    rank = np.argsort(np.argsort(late, axis=1, kind="stable"), axis=1, kind="stable") - is_market.any(axis=1)[:, None]
    buildings, streets = _streets(profile, homes=homes, is_core=is_core, there=there)
    trades = random.chance("bedrijven", rows=wijken.numbers, share=0.4)
    role = np.full(key.shape, Role.LAND, dtype=np.int64)
    role[rank < streets[:, None]] = Role.HOUSES
    role[(rank == streets[:, None] + 1) & trades[:, None] & ~is_core[:, None]] = Role.BUSINESSES
    role[is_market] = Role.MARKET
    dead = (role == Role.HOUSES) & random.chance("doodlopend", rows=key, share=_DEAD_ENDS)
    length = np.where(dead, 140.0 + random.below("lengte", rows=key, bound=100), float(BLOCK))
    houses = np.where(role == Role.HOUSES, length, 0.0)
    plots = buildings[:, None] / (2 * BUILT_ON) * houses / houses.sum(axis=1)[:, None]
    return Uses(
        here=here,
        is_core=is_core,
        key=key,
        length=length,
        role=role,
        plots=np.clip(np.ceil(plots).astype(np.int64), 1, _MOST_PLOTS),
    )


def _streets(profile: Profile, *, homes: Integers, is_core: Flags, there: Flags) -> tuple[Integers, Integers]:
    """Say how many buildings a wijk needs, and how many streets with houses."""
    per_flat = 8
    homes_each = 1 + profile.share("gebouwen.appartementen") * (per_flat - 1)
    finished = max(1 - profile.share("gebouwen.niet_gerealiseerd"), 0.05)
    buildings = np.maximum(np.ceil(homes / (homes_each * finished)).astype(np.int64), 1)
    times, over = _DENSER
    in_a_street = profile.number("gebouwen.per_straat") * np.where(is_core, times, over) // over
    most = there.sum(axis=1) * PER_BLOCK - _KEPT_FREE
    return buildings, np.clip(np.ceil(buildings / (in_a_street * _MEAN_LENGTH)).astype(np.int64), 1, most)

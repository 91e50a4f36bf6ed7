"""Parcels along the streets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.strips import ROAD
from vlavirgem.generation.places.territory import BLOCK
from vlavirgem.generation.places.uses import BUILT_ON, Role
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random, limits_of, row_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.plane import Plane
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.generation.places.uses import Streets
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.randomness import Flags, Integers, Quarters

    Decimals = NDArray[np.float64]

_HALF_STREET = np.asarray([ROAD, ROAD, 7.0, 16.0])
"""The same for each role of a strip: the market is a wide street."""
_GAP = 1.0
"""What stays free at both ends of a row of parcels."""
_BUILT = 3
"""The quarter of the number of each plot that tells whether something stands there; `stock` has the others."""
_WIDEST = 36.0
"""Metres along the street that a plot for a house takes at most, on average."""


class Special(IntEnum):
    """A plot that holds something else than what its street is for."""

    NOTHING = 0
    SCHOOL = 1
    CHURCH = 2
    TOWN_HALL = 3


@dataclass(frozen=True, slots=True)
class Lots:
    """Parcels along streets, street after street, side after side, before they are measured out.

    Attributes:
        rows: Which parcels each wijk has.
        sides: Which parcels each side of each street has.
        id: Numbers of the parcels.
        street: Index of the street.
        side: 0 on the left of the street, 1 on the right.
        place: How many parcels of that side come before.
        role: What the street is for.
        special: What else there is.
        built: Whether something stands on it.
        drawn: A number of each, for what stands on it.
    """

    rows: Rows
    sides: Rows
    id: Integers
    street: Integers
    side: Integers
    place: Integers
    role: Integers
    special: Integers
    built: Flags
    drawn: Quarters


@dataclass(frozen=True, slots=True)
class Plots(Lots):
    """Parcels along streets on the map.

    Attributes:
        x: Lambert 72 of all corners, metres.
        y: The same.
        corners: Places in `x` and `y`: front left, front right, back right, back left, seen from the west or south.
        mirrored: Whether these run clockwise.
    """

    x: Decimals
    y: Decimals
    corners: Integers
    mirrored: Flags

    @property
    def ring(self) -> Integers:
        """The corners counter-clockwise."""
        ring: Integers = np.where(self.mirrored[:, None], self.corners[:, ::-1], self.corners)
        return ring


def lots_of(*, seed: int, wijken: Wijken, streets: Streets) -> Lots:
    """Say how many parcels both sides of streets have, and what is on them."""
    random = Random(seed, kind="perceel")
    sides, share = _plots_per_side(random, streets)
    rows = rows_of(sides)
    street, side = rows.owner >> 1, rows.owner & 1
    wijk = rows_of(np.bincount(streets.wijk.take(street), minlength=wijken.numbers.size))
    ids = wijken.ids(wijk)
    special = _special(rows, streets=streets)
    drawn = random.quarters("perceel", rows=ids)
    built = drawn.chance(_BUILT, limits=limits_of(share).take(rows.owner))
    built[np.flatnonzero(special)] = True
    built[wijk.first[np.flatnonzero(wijk.counts)]] = True
    return Lots(
        rows=wijk,
        sides=rows,
        id=ids,
        street=street,
        side=side,
        place=rows.position,
        role=streets.role.take(street),
        special=special,
        built=built,
        drawn=drawn,
    )


def plots_of(plane: Plane, *, seed: int, streets: Strips, lots: Lots) -> Plots:
    """Divide both sides of streets in plots."""
    rows, street = lots.sides, lots.street
    width = 6 + Random(seed, kind="perceel").below("breedte", rows=lots.id, bound=7)
    width = np.where(lots.special > 0, 3 * rows.counts[rows.owner] // 2, width)
    total = rows.sums(width)[rows.owner]
    start = np.where(streets.start > 0, streets.start + _GAP, ROAD + _GAP)
    end = np.where(streets.end < BLOCK, streets.end - _GAP, BLOCK - ROAD - _GAP)
    left = start[street] + (end - start)[street] * (rows.running(width) / total)
    # One more cut than plots on each side; a cut has a point in front and one at the back.
    cut = np.arange(rows.size, dtype=np.int64) + rows.owner
    cuts = rows.size + rows.counts.size
    of = np.repeat(np.arange(rows.counts.size, dtype=np.int64), rows.counts + 1)
    on, right = of // 2, of % 2 == 1
    along = end[on]
    along[cut] = left
    half = _HALF_STREET[streets.role[on]]
    front = streets.middle[on] + np.where(right, -half, half)
    back = np.where(right, streets.bottom[on], streets.top[on])
    u, v = streets.plan(np.concatenate([along, along]), np.concatenate([front, back]), of=np.concatenate([on, on]))
    x, y = plane.bend(u, v)
    return Plots(
        **{field.name: getattr(lots, field.name) for field in fields(Lots)},
        x=np.rint(x * 100) / 100,
        y=np.rint(y * 100) / 100,
        corners=np.stack([cut, cut + 1, cut + 1 + cuts, cut + cuts], axis=1),
        mirrored=(lots.side == 1) == streets.lying[street],
    )


def _plots_per_side(random: Random, streets: Streets) -> tuple[Integers, Decimals]:
    """Give for both sides of each street how many plots there are, and which share of these is built on."""
    key = np.stack([streets.key * 2, streets.key * 2 + 1], axis=1).ravel()
    role = np.repeat(streets.role, 2)
    wanted = np.maximum(np.repeat(streets.plots, 2) + random.below("meer", rows=key, bound=3) - 1, 1)
    least = np.repeat(np.ceil(streets.length / _WIDEST).astype(np.int64), 2)
    houses = np.maximum(wanted, least)
    trades = 4 + random.below("minder", rows=key, bound=3)
    sides = np.where(role == Role.BUSINESSES, trades, np.where(role == Role.MARKET, 13, houses))
    return sides, np.where(role == Role.HOUSES, BUILT_ON * wanted / houses, BUILT_ON)


def _special(rows: Rows, *, streets: Streets) -> Integers:
    """Put a school in the third street of each wijk, and the church and the town hall at the market."""
    street, side = np.divmod(row_numbers(rows.counts.size), 2)
    houses = streets.role == Role.HOUSES
    nth = np.cumsum(houses)
    before = np.zeros(int(streets.wijk.max()) + 2, dtype=np.int64)
    np.maximum.at(before, streets.wijk + 1, nth)
    before = np.maximum.accumulate(before)
    is_third = houses & (nth - before[streets.wijk] == 3)  # noqa: PLR2004 - the third
    school = is_third[street] & (side == 0) & (rows.counts > 4)  # noqa: PLR2004 - room for more
    middle = np.where(school, Special.SCHOOL, Special.NOTHING)
    at_market = np.flatnonzero(streets.role[street] == Role.MARKET)
    middle[at_market] = np.where(side[at_market] == 0, Special.CHURCH, Special.TOWN_HALL)
    special = np.zeros(rows.size, dtype=np.int64)
    special[rows.first + rows.counts // 2] = middle
    return special

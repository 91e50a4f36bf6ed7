"""Where wijken lie: which blocks of the plan are whose.

The plan is a chessboard of blocks of 340 m; the streets of one run west to east, those of another south to north. The
first nine wijken are the core, of two by two blocks each. Around it the others have three by three, in rings, so that
there is room for fields. Where a wijk lies follows from its number alone, and how the streets of a block run from its
place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.randomness import Flags, Integers

BLOCK = 340
"""Metres."""
MOST_BLOCKS = 9
CORE = 9
"""Wijken of the core."""
_TURNED = 0.4
OFFSET = 1 << 20
"""More blocks than there are in any direction."""
_FACING_THE_CORE = 21
"""Wijken up to this number touch the core, and grow from there."""


@dataclass(frozen=True, slots=True)
class Territory:
    """Blocks of some wijken, one row per wijk, in the order in which they are built on.

    Attributes:
        column: Place of each block on the chessboard, west to east.
        row: South to north.
        lying: Whether its streets run west to east.
        here: Whether there is such a block; the core has fewer.
    """

    column: Integers
    row: Integers
    lying: Flags
    here: Flags


def territory_of(numbers: Integers, *, seed: int) -> Territory:
    """Say where wijken lie."""
    corner_column, corner_row = corners_of(numbers)
    here = extent_of(numbers)[1]
    side = np.where(here[:, -1], 3, 2)[:, None]
    place = np.arange(MOST_BLOCKS, dtype=np.int64)[None, :]
    column = corner_column[:, None] + place // side
    row = corner_row[:, None] + place % side
    east, north = _focus(numbers, corner_column, corner_row, seed=seed)
    away = (2 * column + 1 - east[:, None]) ** 2 + (2 * row + 1 - north[:, None]) ** 2
    order = np.argsort(np.where(here, away, np.iinfo(np.int64).max), axis=1, kind="stable")
    column, row = np.take_along_axis(column, order, axis=1), np.take_along_axis(row, order, axis=1)
    return Territory(
        column=column,
        row=row,
        lying=is_lying(column, row, seed=seed),
        here=here,
    )


def extent_of(numbers: Integers) -> tuple[Flags, Flags]:
    """Say which wijken are of the core, and which blocks there are of each."""
    is_core = numbers < CORE
    blocks = np.where(is_core, 4, MOST_BLOCKS)
    return is_core, np.arange(MOST_BLOCKS) < blocks[:, None]


def is_lying(column: Integers, row: Integers, *, seed: int) -> Flags:
    """Say whether the streets of blocks run west to east, also of blocks that nobody has."""
    key = (column + OFFSET) * (2 * OFFSET) + row + OFFSET
    # Mostly crosswise to its neighbours; the block of the market lies.
    turned = Random(seed, kind="blok").chance("gedraaid", rows=key, share=_TURNED) & ~((column == -1) & (row == -1))
    lying: Flags = ((column + row) % 2 == 0) ^ turned
    return lying


def is_in_town(column: Integers, row: Integers, *, wijken: int) -> Flags:
    """Say whether blocks belong to a town of so many wijken."""
    blocks = _blocks(wijken)
    key = (column + OFFSET) * (2 * OFFSET) + row + OFFSET
    found: Flags = blocks[np.minimum(np.searchsorted(blocks, key), blocks.size - 1)] == key
    return found


@lru_cache(maxsize=8)
def _blocks(wijken: int) -> Integers:
    numbers = np.arange(wijken, dtype=np.int64)
    column, row = corners_of(numbers)
    side = np.where(numbers < CORE, 2, 3)[:, None]
    place = np.arange(MOST_BLOCKS, dtype=np.int64)[None, :]
    key = (column[:, None] + place // side + OFFSET) * (2 * OFFSET) + row[:, None] + place % side + OFFSET
    return np.sort(key[place < side * side])


def corners_of(numbers: Integers) -> tuple[Integers, Integers]:
    """Give the column and row of the south-western block of wijken."""
    core = numbers < CORE
    inner = _core()[np.where(core, numbers, 0)]
    last = int(numbers.max()) - CORE + 1
    rings = _rings(1 << max(6, last.bit_length()))[np.where(core, 0, numbers - CORE)]
    corner = np.where(core[:, None], inner, rings)
    return corner[:, 0], corner[:, 1]


def _focus(numbers: Integers, column: Integers, row: Integers, *, seed: int) -> tuple[Integers, Integers]:
    """Give the point around which a wijk is built, in half blocks: the town's centre, or a village of its own."""
    village = numbers >= _FACING_THE_CORE
    random = Random(seed, kind="wijk")
    east = 2 * column + 2 + random.below("dorp_x", rows=numbers, bound=3)
    north = 2 * row + 2 + random.below("dorp_y", rows=numbers, bound=3)
    return np.where(village, east, 0), np.where(village, north, 0)


@cache
def _core() -> Integers:
    cells = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    cells.sort(key=lambda cell: (cell[0] ** 2 + cell[1] ** 2, cell))
    return np.asarray([(2 * x - 1, 2 * y - 1) for x, y in cells], dtype=np.int64)


@lru_cache(maxsize=8)
def _rings(count: int) -> Integers:
    """Give the corners of the wijken around the core, from near to far."""
    reach = 3
    while (2 * reach - 2) ** 2 * 3 // 4 < count + 4:
        reach += 1
    cells = [(x, y) for x in range(-reach, reach) for y in range(-reach, reach) if not (-1 <= x <= 0 and -1 <= y <= 0)]
    cells.sort(key=lambda cell: ((2 * cell[0] + 1) ** 2 + (2 * cell[1] + 1) ** 2, cell))
    return np.asarray([(3 * x, 3 * y) for x, y in cells[:count]], dtype=np.int64)

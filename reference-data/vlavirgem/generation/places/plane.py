"""The plane that a town is drawn on, and how it is bent.

A town is planned on straight lines: square blocks around the point (0, 0), lengths in metres. Then the whole plane is
bent: drawn in a little around the centre, pushed about by smooth noise, turned, and laid down at sea. So streets curve
and nothing that did not overlap in the plan overlaps on the map. Only + - * / are used: every machine bends alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.place import VLAVIRGEM
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Decimals = NDArray[np.float64]

_COSINE, _SINE = 12 / 13, 5 / 13
_DRAWN_IN, _DRAWN_IN_WITHIN = 0.14, 1_400.0
_OCTAVES = ((4_080.0, 260.0), (1_530.0, 105.0), (850.0, 22.0))
"""Size of the noise's cells, and how far it pushes at most, in metres. With these a street is nowhere stretched by
more than about a third, and the back of a parcel bends by less than `plots.DITCH`: see the tests."""
_REACH = 16_000.0
"""How far from the centre the plane can be bent, in metres."""


class Plane:
    """The bent plane of one town.

    Args:
        seed: The town's seed.
        centre: Where (0, 0) comes to lie, in Lambert 72; a town of 500 wijken reaches 14 km from there.
    """

    def __init__(self, seed: int, *, centre: tuple[float, float] = VLAVIRGEM.centre) -> None:
        self._octaves = _octaves(seed)
        self._centre = centre

    def bend(self, u: Decimals, v: Decimals) -> tuple[Decimals, Decimals]:
        """Turn places in the plan into Lambert 72 metres."""
        drawn = 1 - _DRAWN_IN / (1 + (u * u + v * v) / (_DRAWN_IN_WITHIN * _DRAWN_IN_WITHIN))
        x, y = u * drawn, v * drawn
        for tables in self._octaves:
            push_x, push_y = _smooth(tables, u / tables.size, v / tables.size)
            x, y = x + push_x, y + push_y
        return self._centre[0] + x * _COSINE - y * _SINE, self._centre[1] + x * _SINE + y * _COSINE

    def height(self, u: Decimals, v: Decimals) -> Decimals:
        """Give a smooth value between -1 and 1 for places in the plan, to tell woods from fields."""
        tables = self._octaves[-1]
        along, _ = _smooth(tables, u / tables.size + 7.3, v / tables.size - 4.1)
        return along / _OCTAVES[-1][1]


@dataclass(frozen=True, slots=True)
class Tables:
    """How far one octave of noise pushes at the corners of its cells.

    Attributes:
        size: Of a cell, in metres.
        side: Cells in a row.
        x: Pushes to the east, row after row.
        y: Pushes to the north.
    """

    size: float
    side: int
    x: Decimals
    y: Decimals


@lru_cache(maxsize=4)
def _octaves(seed: int) -> tuple[Tables, ...]:
    random = Random(seed, kind="terrein")
    octaves = []
    for size, push in _OCTAVES:
        side = 2 * (int(_REACH / size) + 9)
        rows = np.arange(side * side, dtype=np.int64)
        x, y = (
            (random.below(f"{axis}{size:.0f}", rows=rows, bound=2001) - 1000).astype(np.float64) * (push / 1000)
            for axis in "xy"
        )
        octaves.append(Tables(size=size, side=side, x=x, y=y))
    return tuple(octaves)


def _smooth(tables: Tables, u: Decimals, v: Decimals) -> tuple[Decimals, Decimals]:
    """Blend the values at the four corners of the cell in which each place lies."""
    side = tables.side
    column, row = np.floor(u), np.floor(v)
    s, t = u - column, v - row
    s, t = s * s * (3 - 2 * s), t * t * (3 - 2 * t)
    here = (column.astype(np.int64) + side // 2) * side + row.astype(np.int64) + side // 2
    corners = here, here + side, here + 1, here + side + 1
    first, second = (_blend([np.take(table, corner) for corner in corners], s, t) for table in (tables.x, tables.y))
    return first, second


def _blend(corners: list[Decimals], s: Decimals, t: Decimals) -> Decimals:
    here, east, north, both = corners
    south = here + (east - here) * s
    return south + (north + (both - north) * s - south) * t

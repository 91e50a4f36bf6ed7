"""The plane that a town is drawn on, and how it is bent.

A town is planned on straight lines: square blocks around the point (0, 0), lengths in metres. Then the whole plane is
bent: drawn in a little around the centre, pushed about by smooth noise, turned, and laid down at sea. So streets curve
and nothing that did not overlap in the plan overlaps on the map. Only + - * / are used: every machine bends alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Decimals = NDArray[np.float64]

CENTRE = (30_000.0, 225_000.0)
"""Lambert 72 in metres: 18.6 km off the Belgian coast. The largest town, of 500 wijken, reaches 14 km from here."""
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
    """

    def __init__(self, seed: int) -> None:
        self._octaves = _octaves(seed)

    def bend(self, u: Decimals, v: Decimals) -> tuple[Decimals, Decimals]:
        """Turn places in the plan into Lambert 72 metres."""
        drawn = 1 - _DRAWN_IN / (1 + (u * u + v * v) / (_DRAWN_IN_WITHIN * _DRAWN_IN_WITHIN))
        x, y = u * drawn, v * drawn
        for size, table in self._octaves:
            push_x, push_y = _smooth(table, u / size, v / size)
            x, y = x + push_x, y + push_y
        return CENTRE[0] + x * _COSINE - y * _SINE, CENTRE[1] + x * _SINE + y * _COSINE

    def height(self, u: Decimals, v: Decimals) -> Decimals:
        """Give a smooth value between -1 and 1 for places in the plan, to tell woods from fields."""
        size, table = self._octaves[-1]
        along, _ = _smooth(table, u / size + 7.3, v / size - 4.1)
        return along / _OCTAVES[-1][1]


@lru_cache(maxsize=4)
def _octaves(seed: int) -> tuple[tuple[float, Decimals], ...]:
    random = Random(seed, kind="terrein")
    octaves: list[tuple[float, Decimals]] = []
    for size, push in _OCTAVES:
        side = 2 * (int(_REACH / size) + 9)
        rows = np.arange(side * side, dtype=np.int64)
        pushes = [random.below(f"{axis}{size:.0f}", rows=rows, bound=2001) - 1000 for axis in "xy"]
        octaves.append((size, np.stack(pushes, axis=1).reshape(side, side, 2) * np.float64(push / 1000)))
    return tuple(octaves)


def _smooth(table: Decimals, u: Decimals, v: Decimals) -> tuple[Decimals, Decimals]:
    """Blend the values at the four corners of the cell in which each place lies."""
    middle = table.shape[0] // 2
    column, row = np.floor(u), np.floor(v)
    s, t = u - column, v - row
    s, t = s * s * (3 - 2 * s), t * t * (3 - 2 * t)
    i, j = column.astype(np.int64) + middle, row.astype(np.int64) + middle
    flat = table.reshape(-1, 2)
    corner = i * table.shape[0] + j
    here, east = flat[corner], flat[corner + table.shape[0]]
    north, both = flat[corner + 1], flat[corner + table.shape[0] + 1]
    south = here + (east - here) * s[:, None]
    blend = south + (north + (both - north) * s[:, None] - south) * t[:, None]
    return blend[:, 0], blend[:, 1]

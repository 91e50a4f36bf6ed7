"""The municipality as a whole: its border and its size follow from how many wijken it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.places import wkt
from vlavirgem.generation.places.coordinates import Sheet
from vlavirgem.generation.places.plane import Plane
from vlavirgem.generation.places.territory import BLOCK, territory_of
from vlavirgem.numbering import wijken_count
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile

    Corner = tuple[int, int]

_POINTS = 4
"""Points of the border per block; wijken have theirs in the same places."""


def make_municipality(profile: Profile, *, seed: int) -> pl.DataFrame:
    """Make the table `gemeenten`, of one row."""
    corners = border_of(wijken_count(profile.inhabitants), seed=seed)
    ring = np.asarray(corners, dtype=np.float64) * BLOCK
    following = np.roll(ring, -1, axis=0)
    steps = np.arange(_POINTS) / _POINTS
    u, v = ((ring[:, i, None] + (following - ring)[:, i, None] * steps).ravel() for i in (0, 1))
    x, y = (np.rint(values * 100) / 100 for values in Plane(seed, centre=profile.municipality.centre).bend(u, v))
    here = np.arange(x.size, dtype=np.int64)
    # Every point has a map sheet of its own: the border is far longer than one sheet is wide.
    longitude, latitude = Sheet(x, y).wgs84(x, y, of=here)
    area = float(((x - x[0]) * (np.roll(y, -1) - y[0]) - (np.roll(x, -1) - x[0]) * (y - y[0])).sum()) / 2
    return pl.DataFrame(
        {
            "id": [1],
            "naam": [profile.municipality.name],
            "nis_code": [profile.municipality.nis_code],
            "postcode": [profile.municipality.post_code],
            "oppervlakte": [float(np.rint(area))],
            "wkt_lambert72": wkt.polygons(wkt.points(x, y, form=wkt.LAMBERT72), here[None, :]),
            "wkt_wgs84": wkt.polygons(wkt.points(longitude, latitude, form=wkt.WGS84), here[None, :]),
        }
    )


def border_of(wijken: int, *, seed: int) -> list[Corner]:
    """Give the corners of blocks along the border of so many wijken, counter-clockwise."""
    territory = territory_of(row_numbers(wijken), seed=seed)
    column, row = territory.column[territory.here], territory.row[territory.here]
    blocks = set(zip(column.tolist(), row.tolist(), strict=True))
    following: dict[Corner, Corner] = {}
    for c, r in sorted(blocks):
        sides = (
            ((c, r - 1), (c, r), (c + 1, r)),
            ((c + 1, r), (c + 1, r), (c + 1, r + 1)),
            ((c, r + 1), (c + 1, r + 1), (c, r + 1)),
            ((c - 1, r), (c, r + 1), (c, r)),
        )
        following |= {begin: end for beside, begin, end in sides if beside not in blocks}
    start = min(following)
    ring = [start]
    while (corner := following[ring[-1]]) != start:
        ring.append(corner)
    return ring

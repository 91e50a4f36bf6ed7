"""The ground of a town as a web map shows it: WGS 84 laid out flat (web Mercator), in whole steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.explore import mvt
from vlavirgem.report.shapes import boxes_of, corners_at, corners_of, starts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl
    from numpy.typing import NDArray

    from vlavirgem.explore.mvt import Column, Geometry, Integers

    Decimals = NDArray[np.float64]

FINEST = 15
"""The zoom of which tiles have the finest steps: 9 cm. Closer by, the same tiles are shown bigger.

A tile is 770 m wide then.
"""
_STEPS = 1 << FINEST
_BUFFER = 128
"""Steps beyond the edge of a tile from which figures are drawn too, so that no line ends at an edge."""
_BEYOND = mvt.EXTENT
"""Corners farther beyond the edge are drawn here: browsers bear no more. Sides are short: none that is seen moves."""


def across(longitude: Decimals, latitude: Decimals) -> tuple[Integers, Integers]:
    """Give steps from the west and from the north of the world map."""
    x = longitude / 360 + 0.5
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(latitude) / 2)) / (2 * np.pi)
    size = _STEPS * mvt.EXTENT
    return np.floor(x * size).astype(np.int64), np.floor(y * size).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Flat:
    """Figures on the world map.

    Attributes:
        geometry: What they are.
        ids: Their numbers.
        starts: Where the corners of each begin, and where the last ends.
        x: Corners in the finest steps.
        y: The same, growing to the south.
        boxes: Left, top, right and bottom of each.
        columns: Properties by name.
    """

    geometry: Geometry
    ids: Integers
    starts: Integers
    x: Integers
    y: Integers
    boxes: Integers
    columns: Mapping[str, Column]

    @classmethod
    def make(
        cls,
        geometry: Geometry,
        *,
        ids: Integers,
        starts: Integers,
        place: tuple[Decimals, Decimals],
        columns: Mapping[str, Column],
    ) -> Flat:
        """Lay figures out flat.

        Args:
            geometry: What they are.
            ids: Their numbers.
            starts: Where the corners of each begin, and where the last ends.
            place: Longitude and latitude of the corners.
            columns: Properties.
        """
        x, y = across(*place)
        return cls(geometry, ids, starts, x, y, boxes_of(x, y, starts), columns)

    @classmethod
    def read(cls, frame: pl.DataFrame, geometry: Geometry, *, columns: Mapping[str, Column]) -> Flat:
        """Read the column `wkt_wgs84`; of a polygon the outer ring, turned clockwise, without its closing corner."""
        starts, longitude, latitude = corners_of(frame["wkt_wgs84"])
        if geometry == mvt.Geometry.POLYGON:
            counts = np.diff(starts) - 1
            begin = starts_of(counts)
            owner = np.repeat(np.arange(counts.size), counts)
            # The last corner first: in the tables they stand counter-clockwise.
            order = starts[1:][owner] - 1 - (np.arange(owner.size) - begin[owner])
            longitude, latitude, starts = longitude[order], latitude[order], begin
        return cls.make(
            geometry, ids=frame["id"].to_numpy(), starts=starts, place=(longitude, latitude), columns=columns
        )

    def tile(self, name: str, at: tuple[int, int, int], *, only: NDArray[np.bool_] | None = None) -> bytes:
        """Write the layer of a tile.

        Args:
            name: Name of the layer.
            at: Zoom, at most `FINEST`, tiles from the west and tiles from the north.
            only: Which figures may be drawn; all where nothing is said.
        """
        z, x, y = at
        finer = FINEST - z
        size, margin = mvt.EXTENT << finer, _BUFFER << finer
        left, top, right, bottom = self.boxes
        seen = (left <= (x + 1) * size + margin) & (right >= x * size - margin)
        seen &= (top <= (y + 1) * size + margin) & (bottom >= y * size - margin)
        if only is not None:
            seen &= only
        which = np.flatnonzero(seen)
        starts, corners = corners_at(self.starts, which)
        return mvt.layer(
            name,
            mvt.Figures(
                geometry=self.geometry,
                ids=self.ids[which],
                starts=starts,
                x=_near((self.x[corners] - x * size) >> finer),
                y=_near((self.y[corners] - y * size) >> finer),
                columns={key: mvt.Column(column.values, column.codes[which]) for key, column in self.columns.items()},
            ),
        )


def _near(steps: Integers) -> Integers:
    return np.clip(steps, -_BEYOND, mvt.EXTENT + _BEYOND)

"""Points and figures as the tables hold them: well-known text in both systems, areas and lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.places import wkt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vlavirgem.generation.places.coordinates import Sheet
    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]
    Rings = Sequence[tuple[Integers, Integers]]
    """For each number of corners: which figures have so many, and the places of their points."""


class Figures:
    """Points from which figures are made.

    Args:
        sheet: Turns Lambert 72 into WGS 84.
        x: Lambert 72, metres, whole centimetres.
        y: The same.
        of: Index of the wijk of each point.
    """

    def __init__(self, sheet: Sheet, x: Decimals, y: Decimals, *, of: Integers) -> None:
        self._x, self._y = x, y
        longitude, latitude = sheet.wgs84(x, y, of=of)
        self._written = {
            "wkt_lambert72": wkt.points(x, y, form=wkt.LAMBERT72),
            "wkt_wgs84": wkt.points(longitude, latitude, form=wkt.WGS84),
        }

    def polygons(self, rings: Rings) -> dict[str, pl.Series]:
        """Write polygons in both systems, in the order of the figures."""
        order = np.argsort(np.concatenate([which for which, _ in rings]), kind="stable")
        return {
            name: pl.concat([wkt.polygons(written, ring) for _, ring in rings])[order]
            for name, written in self._written.items()
        }

    def lines(self, places: Integers) -> dict[str, pl.Series]:
        """Write lines in both systems."""
        return {name: wkt.linestrings(written, places) for name, written in self._written.items()}

    def areas(self, rings: Rings) -> Decimals:
        """Give areas in square metres, by the shoelace rule, in the order of the figures."""
        areas = np.empty(sum(which.size for which, _ in rings))
        for which, ring in rings:
            # Measured from a corner of the figure itself: far from it, digits would be lost.
            x, y = self._x[ring] - self._x[ring[:, :1]], self._y[ring] - self._y[ring[:, :1]]
            total = np.zeros(which.size)
            for corner in range(1, ring.shape[1] - 1):
                total = total + (x[:, corner] * y[:, corner + 1] - x[:, corner + 1] * y[:, corner])
            areas[which] = total / 2
        return np.rint(areas)

    def lengths(self, places: Integers) -> Decimals:
        """Give lengths of lines in metres, to a decimetre."""
        x, y = np.diff(self._x[places], axis=1), np.diff(self._y[places], axis=1)
        total = np.zeros(places.shape[0])
        for step in range(x.shape[1]):
            total = total + np.sqrt(x[:, step] * x[:, step] + y[:, step] * y[:, step])
        return np.rint(total * 10) / 10

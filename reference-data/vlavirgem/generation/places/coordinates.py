"""From Lambert 72 to WGS 84 and Lambert 2008.

PROJ computes a few points around each wijk; what lies between follows from a curve through them. Within a kilometre
the curve differs from PROJ by less than a millimetre, and costs a fraction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]

# EPSG:15929, "BD72 to WGS 84 (3)", spelled out so that no installed grid can change the result.
_FROM_LAMBERT72 = (
    "+proj=pipeline +step +inv +proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 "
    "+lat_2=49.8333339 +x_0=150000.013 +y_0=5400088.438 +ellps=intl +step +proj=cart +ellps=intl "
    "+step +proj=helmert +x=-106.8686 +y=52.2978 +z=-103.7239 +rx=-0.3366 +ry=0.457 +rz=-1.8422 "
    "+s=-1.2747 +convention=coordinate_frame "
)
TO_WGS84 = _FROM_LAMBERT72 + "+step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
# EPSG:3812 on ETRS 89, which differs from WGS 84 by less than these coordinates show; no grid here either.
_TO_LAMBERT2008 = (
    _FROM_LAMBERT72 + "+step +inv +proj=cart +ellps=GRS80 +step +proj=lcc +lat_0=50.797815 +lon_0=4.35921583333333 "
    "+lat_1=49.8333333333333 +lat_2=51.1666666666667 +x_0=649328 +y_0=665262 +ellps=GRS80"
)
_REACH = 800.0
"""Metres from the middle of a wijk to the points that PROJ computes."""


class Sheet:
    """The map sheets of some wijken.

    Args:
        x: Middles of the wijken in Lambert 72.
        y: The same.
    """

    def __init__(self, x: Decimals, y: Decimals) -> None:
        self._x, self._y = x, y
        offsets = np.asarray([-_REACH, 0.0, _REACH])
        points_x = np.broadcast_to(x[:, None, None] + offsets[None, :, None], (x.size, 3, 3))
        points_y = np.broadcast_to(y[:, None, None] + offsets[None, None, :], (x.size, 3, 3))
        self._wgs84 = _curves(TO_WGS84, points_x, points_y)
        self._lambert2008 = _curves(_TO_LAMBERT2008, points_x, points_y)

    def wgs84(self, x: Decimals, y: Decimals, *, of: Integers) -> tuple[Decimals, Decimals]:
        """Give longitude and latitude in degrees, to a centimetre, of points of the wijken `of` (their index)."""
        longitude, latitude = self._along(self._wgs84, x, y, of=of)
        return np.rint(longitude * 1e7) / 1e7, np.rint(latitude * 1e7) / 1e7

    def lambert2008(self, x: Decimals, y: Decimals, *, of: Integers) -> tuple[Decimals, Decimals]:
        """Give x and y in Lambert 2008 in metres, to a centimetre."""
        east, north = self._along(self._lambert2008, x, y, of=of)
        return np.rint(east * 100) / 100, np.rint(north * 100) / 100

    def _along(
        self, curves: tuple[Decimals, Decimals], x: Decimals, y: Decimals, *, of: Integers
    ) -> tuple[Decimals, Decimals]:
        s, t = (x - np.take(self._x, of)) / _REACH, (y - np.take(self._y, of)) / _REACH
        first, second = (_on_curve(curve, s, t, of=of) for curve in curves)
        return first, second


def _curves(pipeline: str, x: Decimals, y: Decimals) -> tuple[Decimals, Decimals]:
    """Give the six numbers of the curve through the points around each wijk, for both coordinates."""
    from pyproj import Transformer  # noqa: PLC0415 - only generating needs it

    found = Transformer.from_pipeline(pipeline).transform(x.ravel(), y.ravel())
    first, second = (_curve(np.asarray(values).reshape(x.shape)) for values in found)
    return first, second


def _curve(f: Decimals) -> Decimals:
    middle, west, east, south, north = f[:, 1, 1], f[:, 0, 1], f[:, 2, 1], f[:, 1, 0], f[:, 1, 2]
    crossed = (f[:, 2, 2] - f[:, 2, 0] - f[:, 0, 2] + f[:, 0, 0]) / 4
    return np.stack(
        [
            middle,
            (east - west) / 2,
            (north - south) / 2,
            (east + west) / 2 - middle,
            crossed,
            (north + south) / 2 - middle,
        ]
    )


def _on_curve(curve: Decimals, s: Decimals, t: Decimals, *, of: Integers) -> Decimals:
    c = [np.take(numbers, of) for numbers in curve]
    value: Decimals = c[0] + s * (c[1] + s * c[3] + t * c[4]) + t * (c[2] + t * c[5])
    return value

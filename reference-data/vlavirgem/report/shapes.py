"""Lines and polygons of a town as arrays: which lie in a window, and how they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Decimals = NDArray[np.float64]

PER_METRE = 10
"""Drawing units in a metre: whole decimetres keep pictures small and the same on every machine."""


class Box(NamedTuple):
    """A window on the map, in drawing units; y grows to the south."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its east side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its south side."""
        return self.top + self.height

    def widened(self, by: float) -> Box:
        """Add a margin all around."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)


class Origin(NamedTuple):
    """The north-west corner of all drawings of a town, Lambert 72 in metres."""

    x: float
    y: float

    def point(self, x: float, y: float) -> tuple[int, int]:
        """Give the drawing units of a place in Lambert 72."""
        return round((x - self.x) * PER_METRE), round((self.y - y) * PER_METRE)


def corners_of(wkt: pl.Series) -> tuple[Integers, Decimals, Decimals]:
    """Read well-known text: of a polygon the outer ring.

    Returns:
        Where the corners of each figure begin and where the last ends, and both coordinates of all corners.
    """
    ring = wkt.str.extract(r"\(+([^()]*)")
    numbers = ring.str.extract_all(r"-?\d+(?:\.\d+)?")
    counts = numbers.list.len().to_numpy().astype(np.int64) // 2
    flat = numbers.explode().drop_nulls().cast(pl.Float64).to_numpy()
    return starts_of(counts), flat[0::2], flat[1::2]


def starts_of(counts: Integers) -> Integers:
    """Give where the corners of each figure begin and where the last ends, of figures with so many corners."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def corners_at(starts: Integers, figures: Integers) -> tuple[Integers, Integers]:
    """Give where the corners of some figures begin when others are left out, and the places of these corners."""
    counts = starts[figures + 1] - starts[figures]
    kept = starts_of(counts)
    return kept, np.repeat(starts[figures] - kept[:-1], counts) + np.arange(int(kept[-1]))


def boxes_of(x: Integers, y: Integers, starts: Integers) -> Integers:
    """Give left, top, right and bottom of each figure."""
    first = starts[:-1]
    if not first.size:
        return np.empty((4, 0), np.int64)
    return np.stack([bound.reduceat(axis, first) for bound in (np.minimum, np.maximum) for axis in (x, y)])


@dataclass(frozen=True, slots=True)
class Shapes:
    """Lines or polygons of one kind.

    Attributes:
        ids: Their numbers.
        starts: Where the corners of each begin, and where the last ends.
        x: Corners, drawing units.
        y: The same, growing to the south.
        boxes: Left, top, right and bottom of each.
        closed: Whether they are polygons.
    """

    ids: Integers
    starts: Integers
    x: Integers
    y: Integers
    boxes: Integers
    closed: bool

    @classmethod
    def read(cls, frame: pl.DataFrame, *, origin: Origin, closed: bool) -> Shapes:
        """Read the column `wkt_lambert72`: of a polygon the outer ring."""
        starts, east, north = corners_of(frame["wkt_lambert72"])
        x = np.rint((east - origin.x) * PER_METRE).astype(np.int64)
        y = np.rint((origin.y - north) * PER_METRE).astype(np.int64)
        return cls(frame["id"].to_numpy(), starts, x, y, boxes_of(x, y, starts), closed)

    def within(self, box: Box) -> NDArray[np.bool_]:
        """Say which may be seen in a window."""
        left, top, right, bottom = self.boxes
        seen: NDArray[np.bool_] = (left <= box.right) & (right >= box.left) & (top <= box.bottom) & (bottom >= box.top)
        return seen

    def place(self, number: int) -> int | None:
        """Find the place of an id."""
        place = int(np.searchsorted(self.ids, number))
        return place if place < self.ids.size and self.ids[place] == number else None

    def box(self, place: int) -> Box:
        """Give the window that just holds one."""
        left, top, right, bottom = (int(edge) for edge in self.boxes[:, place])
        return Box(left, top, right - left, bottom - top)

    def middle(self, place: int) -> tuple[int, int]:
        """Give the mean of the corners of one."""
        corners = slice(self.starts[place], self.starts[place + 1] - self.closed)
        return round(float(self.x[corners].mean())), round(float(self.y[corners].mean()))

    def outline(self, place: int, *, unit: int = 1) -> str:
        """Draw one as the data of an SVG path, in steps of `unit` drawing units."""
        return self.outlines([place], unit=unit)

    def outlines(self, places: Sequence[int] | Integers, *, unit: int = 1) -> str:
        """Draw many as the data of one path: each from its first corner, then by steps."""
        starts, corners = corners_at(self.starts, np.asarray(places, dtype=np.int64))
        x = np.rint(self.x[corners] / unit).astype(np.int64)
        y = np.rint(self.y[corners] / unit).astype(np.int64)
        steps = [
            f"{dx} {dy}" for dx, dy in zip(np.diff(x, prepend=0).tolist(), np.diff(y, prepend=0).tolist(), strict=True)
        ]
        # `z` goes back to the first corner of a polygon, which is also its last
        end, less = ("z", 1) if self.closed else ("", 0)
        return "".join(
            f"M{x[begin]} {y[begin]}l{' '.join(steps[begin + 1 : stop - less])}{end}"
            for begin, stop in pairwise(starts.tolist())
        )

"""Well-known text of many points at once.

Every number of a town has the same number of digits, because the town is small and lies in one place. So a text is a
row of a table of bytes, and a million points are written without a loop over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]
    Bytes = NDArray[np.uint8]

_FOUR = np.frombuffer("".join(f"{number:04d}" for number in range(10_000)).encode(), dtype="<u4")
_GROUP = np.uint32(10_000)
_SPACE, _DOT = b" ."
_BETWEEN = b", "


@dataclass(frozen=True, slots=True)
class Form:
    """How coordinates look: digits before the dot of the first and of the second, and decimals."""

    first: int
    second: int
    decimals: int


LAMBERT72 = Form(5, 6, 2)
WGS84 = Form(1, 2, 7)


def points(x: Decimals, y: Decimals, *, form: Form) -> Bytes:
    """Write each point as `x y, ` in a row of bytes: as it stands within a figure."""
    first, second = form.first + form.decimals + 1, form.second + form.decimals + 1
    text = np.empty((x.size, first + 1 + second + len(_BETWEEN)), dtype=np.uint8)
    _write(text[:, :first], x, whole=form.first, decimals=form.decimals)
    text[:, first] = _SPACE
    _write(text[:, first + 1 : -len(_BETWEEN)], y, whole=form.second, decimals=form.decimals)
    text[:, -len(_BETWEEN) :] = np.frombuffer(_BETWEEN, dtype=np.uint8)
    return text


def polygons(written: Bytes, corners: Integers) -> pl.Series:
    """Write polygons: each row of `corners` holds places in `written`, without the closing point."""
    return _texts(written, np.concatenate([corners, corners[:, :1]], axis=1), before=b"POLYGON ((", after=b"))")


def linestrings(written: Bytes, places: Integers) -> pl.Series:
    """Write lines: each row of `places` holds places in `written`."""
    return _texts(written, places, before=b"LINESTRING (", after=b")")


def _texts(written: Bytes, places: Integers, *, before: bytes, after: bytes) -> pl.Series:
    count, each = places.shape
    length = each * written.shape[1] - len(_BETWEEN)
    size = len(before) + length + len(after)
    text = np.empty((count, size), dtype=np.uint8)
    text[:, : len(before)] = np.frombuffer(before, dtype=np.uint8)
    lines = np.take(written, places.ravel(), axis=0).reshape(count, each * written.shape[1])
    text[:, len(before) : len(before) + length] = lines[:, :length]
    text[:, -len(after) :] = np.frombuffer(after, dtype=np.uint8)
    ends = pa.py_buffer(np.arange(0, (count + 1) * size, size, dtype=np.int64))
    return pl.Series(pa.LargeStringArray.from_buffers(count, ends, pa.py_buffer(text)))


def _write(into: Bytes, values: Decimals, *, whole: int, decimals: int) -> None:
    """Write positive numbers with a fixed number of digits, nine at most, four at a time."""
    digits = whole + decimals
    rest = np.rint(values * 10**decimals).astype(np.uint32)
    groups = -(-digits // 4)
    plain = np.empty((values.size, groups), dtype="<u4")
    for group in reversed(range(groups)):
        above = rest // _GROUP
        plain[:, group] = np.take(_FOUR, rest - above * _GROUP)
        rest = above
    written = plain.view(np.uint8)[:, 4 * groups - digits :]
    into[:, :whole] = written[:, :whole]
    into[:, whole] = _DOT
    into[:, whole + 1 :] = written[:, whole:]

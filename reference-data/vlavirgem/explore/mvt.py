"""Writes vector tiles: the Mapbox Vector Tile specification, version 2.1, which is a small use of Protocol Buffers.

A tile of a town holds some thousands of figures and must be there at once, so commands and numbers of all figures are
written together; only putting the figures one after the other is a loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.report.shapes import starts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

EXTENT = 8192
"""Steps along the side of a tile: as many as MapLibre counts in."""
_MOVE, _LINE, _CLOSE = 1, 2, 7
"""Commands (specification, 4.3.1); with each stands how many times it is carried out."""
_VERSION = 2
_BYTES = 10
"""At most, of a number of 64 bits."""


class Geometry(IntEnum):
    """What figures are (specification, 4.3.4)."""

    POINT = 1
    LINE = 2
    POLYGON = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One property of figures.

    Attributes:
        values: The different values there are: all texts or all whole numbers that are not negative.
        codes: For each figure its place in `values`; -1 for a figure without this property.
    """

    values: Sequence[str] | Sequence[int]
    codes: Integers


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one kind, in steps of a tile; what lies outside 0 to `EXTENT` is beyond the edge.

    Attributes:
        geometry: What they are.
        ids: Their numbers.
        starts: Where the corners of each begin, and where the last ends.
        x: Corners; of a polygon clockwise as one sees it, without the closing one.
        y: The same, growing to the south.
        columns: Properties by name.
    """

    geometry: Geometry
    ids: Integers
    starts: Integers
    x: Integers
    y: Integers
    columns: Mapping[str, Column]


def layer(name: str, figures: Figures) -> bytes:
    """Write a layer; layers one after the other are a tile. Figures too small to be seen are left out."""
    seen = _seen(figures)
    if not seen.ids.size:
        return b""
    commands, lengths = _commands(seen)
    written, sizes = varints(commands)
    edges = starts_of(sizes)[starts_of(lengths)].tolist()
    tags, values = _tags(seen)
    kind = bytes((0x18, seen.geometry))
    features = [
        _field(2, b"\x08" + _varint(number) + _field(2, tag) + kind + _field(4, written[begin:end]))
        for number, tag, begin, end in zip(seen.ids.tolist(), tags, edges[:-1], edges[1:], strict=True)
    ]
    keys = b"".join(_field(3, key.encode()) for key in seen.columns)
    body = _field(1, name.encode()) + b"".join(features) + keys + values
    return _field(3, body + b"\x28" + _varint(EXTENT) + b"\x78" + _varint(_VERSION))


def varints(values: NDArray[np.uint64]) -> tuple[bytes, Integers]:
    """Write numbers as Protocol Buffers do, seven bits in a byte; also give how many bytes each takes."""
    sizes = np.ones(values.size, dtype=np.int64)
    for more in range(1, _BYTES):
        bigger = values >= np.uint64(1 << 7 * more)
        if not bigger.any():
            break
        sizes += bigger
    starts = np.cumsum(sizes) - sizes
    text = np.empty(int(sizes.sum()), dtype=np.uint8)
    for place in range(int(sizes.max(initial=0))):
        which = np.flatnonzero(sizes > place)
        seven = (values[which] >> np.uint64(7 * place)).astype(np.uint8) & np.uint8(0x7F)
        text[starts[which] + place] = seven | ((sizes[which] > place + 1).astype(np.uint8) << np.uint8(7))
    return text.tobytes(), sizes


def _seen(figures: Figures) -> Figures:
    """Leave out corners that fall on the one before, and then figures of which too little is left."""
    counts = np.diff(figures.starts)
    owner = np.repeat(np.arange(counts.size), counts)
    kept = np.ones(owner.size, dtype=np.bool_)
    kept[1:] = (np.diff(figures.x) != 0) | (np.diff(figures.y) != 0) | (np.diff(owner) != 0)
    left = np.bincount(owner[kept], minlength=counts.size)
    whole = left >= figures.geometry
    kept &= whole[owner]
    return Figures(
        geometry=figures.geometry,
        ids=figures.ids[whole],
        starts=starts_of(left[whole]),
        x=figures.x[kept],
        y=figures.y[kept],
        columns={name: Column(column.values, column.codes[whole]) for name, column in figures.columns.items()},
    )


def _commands(figures: Figures) -> tuple[NDArray[np.uint64], Integers]:
    """Write how each figure is drawn (specification, 4.3); also give how many numbers that takes."""
    counts = np.diff(figures.starts)
    is_line, is_polygon = figures.geometry >= Geometry.LINE, figures.geometry == Geometry.POLYGON
    lengths = 2 * counts + 1 + is_line + is_polygon
    begin = np.cumsum(lengths) - lengths
    commands = np.empty(int(lengths.sum()), dtype=np.int64)
    commands[begin] = 1 << 3 | _MOVE
    if is_line:
        commands[begin + 3] = (counts - 1) << 3 | _LINE
    if is_polygon:
        commands[begin + lengths - 1] = 1 << 3 | _CLOSE
    owner = np.repeat(np.arange(counts.size), counts)
    position = np.arange(owner.size) - figures.starts[owner]
    at = begin[owner] + 1 + 2 * position + (position > 0)
    for axis, values in enumerate((figures.x, figures.y)):
        step = np.diff(values, prepend=0)
        first = figures.starts[:-1]
        step[first] = values[first]
        commands[at + axis] = (step << 1) ^ (step >> 63)
    return commands.astype(np.uint64), lengths


def _tags(figures: Figures) -> tuple[list[bytes], bytes]:
    """Write the properties of each figure, and the values to which they point."""
    tags = [b""] * figures.ids.size
    values, before = b"", 0
    for key, column in enumerate(figures.columns.values()):
        used, codes = np.unique(column.codes, return_inverse=True)
        present = used[used >= 0].tolist()
        pairs = [_varint(key) + _varint(before + place) for place in range(len(present))]
        pairs = [b""] * (used.size - len(present)) + pairs
        tags = [tag + pairs[code] for tag, code in zip(tags, codes.tolist(), strict=True)]
        values += b"".join(_field(4, _value(column.values[code])) for code in present)
        before += len(present)
    return tags, values


def _value(value: str | int) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else b"\x28" + _varint(value)


def _field(number: int, content: bytes) -> bytes:
    """Write a field that says how long it is."""
    return bytes((number << 3 | 2,)) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)

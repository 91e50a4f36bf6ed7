"""Which tables lie on the map, and their figures as GeoJSON and as well-known binary."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.schema import TABLES, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

WGS84 = (("wkt_wgs84",), ("lengtegraad", "breedtegraad"))
LAMBERT72 = (("wkt_lambert72",), ("x", "y"))
_LITTLE_ENDIAN = 1
_POINT, _LINE, _POLYGON, _MULTI = 1, 2, 3, {4: 1, 5: 2, 6: 3}
_CODES = {"POINT": 1, "LINESTRING": 2, "POLYGON": 3, "MULTIPOINT": 4, "MULTILINESTRING": 5, "MULTIPOLYGON": 6}
_EVERY_COLUMN = frozenset(name for columns in (*WGS84, *LAMBERT72) for name in columns) | {
    "x_lambert2008",
    "y_lambert2008",
}
_AS_JSON = {
    "POINT": ("Point", "[", "]"),
    "LINESTRING": ("LineString", "[[", "]]"),
    "POLYGON": ("Polygon", "[[[", "]]]"),
    "MULTILINESTRING": ("MultiLineString", "[[[", "]]]"),
    "MULTIPOLYGON": ("MultiPolygon", "[[[[", "]]]]"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """How a table says where its rows are.

    Attributes:
        table: The table.
        columns: A column with well-known text, or two with the coordinates of a point.
    """

    table: Table
    columns: tuple[str, ...]

    def facts(self) -> list[str]:
        """Name the columns that say something else than where it is."""
        return [column.name for column in self.table.columns if column.name not in _EVERY_COLUMN]


def places(system: tuple[tuple[str, ...], ...], *, tables: Iterable[str]) -> list[Place]:
    """Give the tables that lie on the map, for a system of coordinates."""
    found = []
    for name in TABLES:
        if name not in tables:
            continue
        own = {column.name for column in TABLES[name].columns}
        found += [Place(TABLES[name], columns) for columns in system if own.issuperset(columns)][:1]
    return found


def as_geojson(column: str) -> pl.Expr:
    """Turn well-known text into a GeoJSON geometry, by replacing what stands between the numbers."""
    text = pl.col(column)
    result = pl.lit(None, dtype=pl.String)
    for name, (kind, before, after) in _AS_JSON.items():
        bare = text.str.strip_prefix(name).str.strip_chars(" ()")
        listed = bare
        # From the outside in: polygons of a multipolygon, rings of a polygon, positions of a ring, numbers.
        for between, written in ((")), ((", "]]],[[["), ("), (", "]],[["), (", ", "],["), (" ", ",")):
            listed = listed.str.replace_all(between, written, literal=True)
        shown = pl.concat_str([pl.lit(f'{{"type":"{kind}","coordinates":{before}'), listed, pl.lit(f"{after}}}")])
        result = pl.when(text.str.starts_with(name)).then(shown).otherwise(result)
    return result


def as_binary(text: str) -> tuple[bytes, tuple[float, float, float, float]]:
    """Turn well-known text into well-known binary (OGC 06-103r4), with its least x, most x, least y and most y.

    Raises:
        ValueError: it is a kind of figure that towns do not have.
    """
    name, _, rest = text.partition(" ")
    code = _CODES.get(name)
    if code is None or not rest.startswith("("):
        raise ValueError(f"{text[:40]!r} is no figure that can be written.")
    numbers: list[float] = []
    content = _content(rest[1:-1], code=code, numbers=numbers)
    xs, ys = numbers[::2], numbers[1::2]
    return content, (min(xs), max(xs), min(ys), max(ys))


def point_as_binary(x: float, y: float) -> tuple[bytes, tuple[float, float, float, float]]:
    """Write a point as well-known binary, with the rectangle around it."""
    return struct.pack("<BIdd", _LITTLE_ENDIAN, _POINT, x, y), (x, x, y, y)


def _content(inner: str, *, code: int, numbers: list[float]) -> bytes:
    head = struct.pack("<BI", _LITTLE_ENDIAN, code)
    if code == _POINT:
        return head + _positions(inner, numbers=numbers)
    if code == _LINE:
        return head + _counted(inner, numbers=numbers)
    if code == _POLYGON:
        rings = inner.strip("()").split("), (")
        return head + struct.pack("<I", len(rings)) + b"".join(_counted(ring, numbers=numbers) for ring in rings)
    parts = inner.strip("()").split(")), ((") if code == _CODES["MULTIPOLYGON"] else inner.strip("()").split("), (")
    each = b"".join(_content(part, code=_MULTI[code], numbers=numbers) for part in parts)
    return head + struct.pack("<I", len(parts)) + each


def _counted(inner: str, *, numbers: list[float]) -> bytes:
    return struct.pack("<I", inner.count(",") + 1) + _positions(inner, numbers=numbers)


def _positions(inner: str, *, numbers: list[float]) -> bytes:
    own = [float(number) for number in inner.replace(",", " ").split()]
    numbers += own
    return struct.pack(f"<{len(own)}d", *own)

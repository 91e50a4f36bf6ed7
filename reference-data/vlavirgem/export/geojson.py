"""GeoJSON (RFC 7946): a collection for each table that lies on the map, in WGS 84, longitude first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vlavirgem.export.files import Sheet
from vlavirgem.export.geometry import WGS84, as_geojson, places
from vlavirgem.export.jsonld import ESCAPE
from vlavirgem.export.source import parts_of
from vlavirgem.export.text import Maybe, Ref, Rows
from vlavirgem.export.values import Values
from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import polars as pl

    from vlavirgem.export.geometry import Place
    from vlavirgem.export.source import Source
    from vlavirgem.export.text import Piece

_BETWEEN = ",\n"
_GEOMETRY = "geometry"
_BARE = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN)


def write_geojson(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write a feature per row; a property that a row does not have is left out."""
    for place in places(WGS84, tables=tables):
        with Sheet(folder, name=f"{place.table.name}.geojson", compress=compress) as sheet:
            sheet.text('{"type":"FeatureCollection","features":[\n')
            is_first = True
            for part in parts_of(source):
                if place.table.name not in part.own:
                    continue
                for buffer in _features(part[place.table.name], place=place):
                    sheet.write(buffer[len(_BETWEEN) :] if is_first else buffer)
                    is_first = False
            sheet.text("\n]}\n")


def _features(frame: pl.DataFrame, *, place: Place) -> Iterator[memoryview]:
    kinds = {column.name: column.kind for column in place.table.columns}
    where: tuple[Piece, ...]
    if len(place.columns) == 1:
        frame = frame.with_columns(as_geojson(place.columns[0]).alias(_GEOMETRY))
        where = (Ref(_GEOMETRY),)
    else:
        longitude, latitude = place.columns
        where = ('{"type":"Point","coordinates":[', Ref(longitude), ",", Ref(latitude), "]}")
    facts = [Maybe((f",{json.dumps(name)}:", *_shown(name, kind=kinds[name]))) for name in place.facts()[1:]]
    feature = (f'{_BETWEEN}{{"type":"Feature","id":', Ref("id"), ',"geometry":', *where)
    pieces = (*feature, ',"properties":{"id":', Ref("id"), *facts, "}}")
    yield from Rows(pieces, values=Values(frame, kinds=kinds)).buffers()


def _shown(name: str, *, kind: Kind) -> tuple[Piece, ...]:
    if kind is Kind.TEXTS:
        return ("[", Ref(name, ESCAPE, around=('"', ",", '"')), "]")
    if kind in _BARE:
        return (Ref(name),)
    return ('"', Ref(name, ESCAPE if kind is Kind.TEXT else None), '"')

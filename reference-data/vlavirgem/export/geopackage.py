"""GeoPackage 1.4 (OGC 12-128r19): a layer for each table that lies on the map, in Lambert 72."""

from __future__ import annotations

import struct
from contextlib import closing
from typing import TYPE_CHECKING

from pyproj import CRS
from pyproj.enums import WktVersion

from vlavirgem.export.geometry import LAMBERT72, as_binary, places, point_as_binary
from vlavirgem.export.source import parts_of
from vlavirgem.export.sqlite import columns_of, open_quietly, stored, write_dictionary

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator
    from pathlib import Path

    import polars as pl

    from vlavirgem.export.geometry import Place
    from vlavirgem.export.source import Source
    from vlavirgem.manifest import About

FILE_NAME = "town.gpkg"
_APPLICATION_ID = 0x47504B47
"""`GPKG` (requirement 2)."""
_VERSION = 10400
_LAMBERT72 = 31370
_FLAGS = 0b00000011
"""Little-endian, with the rectangle around the figure: least x, most x, least y, most y (clause 2.1.3.1.1)."""
_GEOMETRY = "geom"
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
"""
"""As annex C of the standard has them, so that what reads a GeoPackage finds what it looks for."""


def write_geopackage(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write one file. Its moment of change is the reference date of the town: there is no clock."""
    del compress
    with closing(open_quietly(folder / FILE_NAME)) as connection:
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
        connection.executescript(_TABLES)
        connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _systems())
        layers = {place.table.name: _Layer(place) for place in places(LAMBERT72, tables=tables)}
        for layer in layers.values():
            layer.create(connection)
        for part in parts_of(source):
            for name, layer in layers.items():
                if name in part.own:
                    layer.insert(connection, part[name])
        for layer in layers.values():
            layer.register(connection, about=source.about)
        write_dictionary(connection, tables=[layer.place.table for layer in layers.values()])
        connection.commit()


class _Layer:
    def __init__(self, place: Place) -> None:
        self.place = place
        self._kind = "POINT"
        self._around: tuple[float, float, float, float] | None = None

    def create(self, connection: sqlite3.Connection) -> None:
        facts = set(self.place.facts())
        columns = [
            text for column, text in zip(self.place.table.columns, columns_of(self.place.table), strict=True)
            if column.name in facts
        ]  # fmt: skip
        columns[0] = '"id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL'
        columns.append(f'"{_GEOMETRY}" BLOB NOT NULL')
        connection.execute(f'CREATE TABLE "{self.place.table.name}" ({", ".join(columns)})')

    def insert(self, connection: sqlite3.Connection, frame: pl.DataFrame) -> None:
        facts = [self.place.table.column(name) for name in self.place.facts()]
        rows = frame.select(stored(column) for column in facts).iter_rows()
        marks = ", ".join("?" for _ in range(len(facts) + 1))
        statement = f'INSERT INTO "{self.place.table.name}" VALUES ({marks})'  # noqa: S608 - of the data dictionary
        connection.executemany(statement, ((*row, blob) for row, blob in zip(rows, self._blobs(frame), strict=True)))

    def _blobs(self, frame: pl.DataFrame) -> Iterator[bytes]:
        for where in frame.select(self.place.columns).iter_rows():
            if len(where) == 1:
                content, around = as_binary(where[0])
                self._kind = where[0].partition(" ")[0]
            else:
                content, around = point_as_binary(*where)
            self._widen(around)
            yield struct.pack("<2sBBi4d", b"GP", 0, _FLAGS, _LAMBERT72, *around) + content

    def _widen(self, around: tuple[float, float, float, float]) -> None:
        if self._around is None:
            self._around = around
            return
        least_x, most_x, least_y, most_y = self._around
        self._around = (
            min(least_x, around[0]),
            max(most_x, around[1]),
            min(least_y, around[2]),
            max(most_y, around[3]),
        )

    def register(self, connection: sqlite3.Connection, *, about: About) -> None:
        name, text = self.place.table.name, self.place.table.text
        least_x, most_x, least_y, most_y = self._around or (None, None, None, None)
        moment = f"{about.reference_date}T00:00:00.000Z"
        connection.execute(
            "INSERT INTO gpkg_contents VALUES (?, 'features', ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, f"{about.municipality}: {name}", text, moment, least_x, least_y, most_x, most_y, _LAMBERT72),
        )
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 0, 0)", (name, _GEOMETRY, self._kind, _LAMBERT72)
        )


def _systems() -> list[tuple[str, int, str, int, str, str]]:
    """Give the three systems that every GeoPackage has (requirement 11), and Lambert 72."""

    def known(number: int) -> tuple[str, int, str, int, str, str]:
        system = CRS.from_epsg(number)
        return (system.name, number, "EPSG", number, system.to_wkt(WktVersion.WKT1_GDAL), system.scope or "")

    return [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
        known(4326),
        known(_LAMBERT72),
    ]

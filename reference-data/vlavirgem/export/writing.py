"""Write an export: files in one format, described and proved by the manifest of the folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.errors import TownFolderError
from vlavirgem.export.geojson import write_geojson
from vlavirgem.export.geometry import LAMBERT72, WGS84, places
from vlavirgem.export.geopackage import write_geopackage
from vlavirgem.export.linked import NOTATIONS, write_linked
from vlavirgem.export.postgres import write_postgres
from vlavirgem.export.source import TownSource, open_source
from vlavirgem.export.sqlite import write_sqlite
from vlavirgem.export.tables import write_csv, write_parquet
from vlavirgem.folder import new_folder
from vlavirgem.manifest import write_manifest
from vlavirgem.schema import TABLES
from vlavirgem.town import Town

if TYPE_CHECKING:
    from vlavirgem.export.source import Source

Write = Callable[["Source", Path, Collection[str], bool], None]


@dataclass(frozen=True, slots=True)
class _Format:
    """How a town is written in a format.

    Attributes:
        write: Writes some tables, compressed or not, into a folder.
        compresses: Whether its files can be compressed: it is text.
        selects: Whether it can hold some tables without the others.
        places: The columns with which a table lies on the map, when the format holds no other tables.
    """

    write: Write
    compresses: bool = True
    selects: bool = True
    places: tuple[tuple[str, ...], ...] = ()


def _linked(fmt: str) -> _Format:
    def write(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
        write_linked(source, folder, fmt=fmt, tables=tables, compress=compress)

    return _Format(write)


_FORMATS = {
    "parquet": _Format(write_parquet, compresses=False),
    "csv": _Format(write_csv),
    "sqlite": _Format(write_sqlite, compresses=False),
    "postgres": _Format(write_postgres, selects=False),
    "geojson": _Format(write_geojson, places=WGS84),
    "geopackage": _Format(write_geopackage, compresses=False, places=LAMBERT72),
    **{name: _linked(name) for name in NOTATIONS},
}
FORMATS = tuple(_FORMATS)


def export_town(
    town: Town | Source | Path | str,
    folder: Path | str,
    *,
    fmt: str,
    tables: Collection[str] = (),
    compress: bool = False,
) -> str:
    """Write a town in a format of `FORMATS`, in memory that does not grow with it, and give its digest.

    Args:
        town: A town in memory, or the folder that holds one.
        folder: A folder that is empty or does not exist.
        fmt: The format.
        tables: The tables that are wanted; all of them when none is named.
        compress: Whether files of text are compressed with gzip.

    Raises:
        TownFolderError: the format or a table is unknown, they do not go together, or something cannot be read or
            written.
        ExistsError: the folder is not empty.
    """
    chosen = _check(fmt, tables=tables, compress=compress)
    source = _source_of(town)
    # A folder that does not hold all tables as they are is no town to be read back from.
    is_whole = not (tables or compress) or fmt not in ("parquet", "csv")
    with new_folder(Path(folder)) as partial:
        try:
            chosen.write(source, partial, tables or tuple(TABLES), compress)
        except (pl.exceptions.PolarsError, sqlite3.Error) as error:
            raise OSError(str(error).split("\n", 1)[0]) from error
        write_manifest(source.about, partial, fmt=fmt if is_whole else f"{fmt}-deel", tables=source.tables)
    return source.digest


def _source_of(town: Town | Source | Path | str) -> Source:
    if isinstance(town, Path | str):
        return open_source(town)
    return TownSource(town) if isinstance(town, Town) else town


def _check(fmt: str, *, tables: Collection[str], compress: bool) -> _Format:
    if fmt not in _FORMATS:
        raise TownFolderError(f"There is no format {fmt!r}; choose one of: {', '.join(FORMATS)}.")
    chosen = _FORMATS[fmt]
    if unknown := sorted(set(tables) - set(TABLES)):
        raise TownFolderError(f"There is no table {unknown[0]!r}; choose from: {', '.join(TABLES)}.")
    if tables and not chosen.selects:
        raise TownFolderError(f"The format {fmt} holds the whole town; leave out the tables.")
    if chosen.places and tables:
        held = [place.table.name for place in places(chosen.places, tables=TABLES)]
        if elsewhere := [name for name in tables if name not in held]:
            raise TownFolderError(f"{elsewhere[0]} does not lie on the map; {fmt} holds: {', '.join(held)}.")
    if compress and not chosen.compresses:
        raise TownFolderError(f"The format {fmt} is compact of itself or must be read in place; leave out gzip.")
    return chosen

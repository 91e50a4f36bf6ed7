"""A register as a file, piece by piece: never more than one part of a town is in memory.

Only what lies on the map waits on disk until it is whole: a GeoPackage is a database itself.
"""

from __future__ import annotations

import io
import tempfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from vlavirgem.export.geojson import write_geojson
from vlavirgem.export.geopackage import FILE_NAME, write_geopackage
from vlavirgem.export.linked import NOTATIONS
from vlavirgem.export.source import catalogue_in, parts_of
from vlavirgem.linked.catalogue import find_entity
from vlavirgem.linked.mapping import Children
from vlavirgem.schema import TABLES, Kind
from vlavirgem.store.streams import with_children

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from vlavirgem.export.source import Source
    from vlavirgem.linked.catalogue import Catalogue
    from vlavirgem.linked.mapping import Entity
    from vlavirgem.linked.opened import Opened

_PIECE = 1 << 16
_ROWS_TOGETHER = 1 << 16
"""Rows in a row group of Parquet."""


def write_csv(source: Source, opened: Opened) -> Iterator[bytes]:
    """Write CSV with the names of the columns first."""
    table = opened.entity.table
    lists = [column.name for column in TABLES[table].columns if column.kind is Kind.TEXTS]
    is_first = True
    for frame in _frames(source, opened):
        flat = frame.with_columns(pl.col(name).list.join("|") for name in lists)
        yield flat.write_csv(
            include_header=is_first, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ", quote_style="non_numeric"
        ).encode()
        is_first = False


def write_parquet(source: Source, opened: Opened) -> Iterator[bytes]:
    """Write one Parquet file, with a row group or more for each part."""
    sink = _Sink()
    writer: pq.ParquetWriter | None = None
    for frame in _frames(source, opened):
        table = frame.to_arrow()
        if writer is None:
            writer = pq.ParquetWriter(pa.PythonFile(sink, mode="w"), table.schema, compression="zstd")
        writer.write_table(table, row_group_size=_ROWS_TOGETHER)
        yield sink.drain()
    if writer is not None:
        writer.close()
    yield sink.drain()


def write_linked(fmt: str) -> Callable[[Source, Opened], Iterator[bytes]]:
    """Give what writes linked data: what the register says, and what is shown whole inside it."""

    def write(source: Source, opened: Opened) -> Iterator[bytes]:
        catalogue = catalogue_in(source)
        notation = NOTATIONS[fmt](catalogue.find)
        inside = () if fmt == "jsonld" else _embedded(opened.entity, catalogue=catalogue)
        entities = (opened.entity, *inside)
        yield notation.head(opened.entity).encode()
        is_first = True
        for part in parts_of(source):
            for buffer in chain.from_iterable(notation.part(entity, part) for entity in entities):
                if buffer.nbytes:
                    yield bytes(buffer[len(notation.between) :] if is_first else buffer)
                    is_first = False
        yield notation.tail.encode()

    return write


def write_file(write: Callable[[Source, Path, Collection[str], bool], None], *, name: str = "") -> Any:
    """Give what writes a file beside, and then reads it out."""

    def write_out(source: Source, opened: Opened) -> Iterator[bytes]:
        table = opened.entity.table
        with tempfile.TemporaryDirectory(prefix="vlavirgem-download-") as folder:
            write(source, Path(folder), [table], False)
            with (Path(folder) / (name or f"{table}.geojson")).open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece

    return write_out


WRITERS: dict[str, Callable[[Source, Opened], Iterator[bytes]]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "geojson": write_file(write_geojson),
    "geopackage": write_file(write_geopackage, name=FILE_NAME),
    **{fmt: write_linked(fmt) for fmt in ("jsonld", "nquads", "turtle")},
}


def tables_for(opened: Opened) -> frozenset[str]:
    """Name the tables that a file of a register is made of."""
    children = [find_entity(prop.value.entity) for prop in _children(opened.entity)]
    entities = (opened.entity, *children)
    return frozenset(
        chain(
            (entity.table for entity in entities),
            (join.table for entity in entities for join in entity.joins),
        )
    )


def _frames(source: Source, opened: Opened) -> Iterator[pl.DataFrame]:
    table = opened.entity.table
    for part in parts_of(source):
        if table in part.own:
            yield part[table].drop(opened.withheld)


def _embedded(entity: Entity, *, catalogue: Catalogue) -> Iterator[Entity]:
    return (catalogue.find(prop.value.entity) for prop in _children(entity) if prop.value.embedded)


def _children(entity: Entity) -> Iterator[Any]:
    return (prop for prop in with_children(entity.properties) if isinstance(prop.value, Children))


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        return len(content)

    def drain(self) -> bytes:
        found, self._pieces = b"".join(self._pieces), []
        return found

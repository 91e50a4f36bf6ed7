"""A dump for PostgreSQL: plain SQL that `psql` reads, with the very schema that `vlavirgem load` makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import polars as pl
from psycopg import sql

from vlavirgem.export.files import Sheet
from vlavirgem.export.source import parts_of
from vlavirgem.export.text import Maybe, Ref, Rows
from vlavirgem.export.values import Escape, Values
from vlavirgem.place import SYNTHETIC_STATEMENT
from vlavirgem.schema import TABLES, Kind, Table
from vlavirgem.store.tables import META, create_keys, create_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from vlavirgem.export.source import Source
    from vlavirgem.export.text import Piece
    from vlavirgem.store.connection import DictConnection

FILE_NAME = "town.sql"
_ESCAPE = Escape({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}, suspects=b"\\\t\n\r")
"""The text format of COPY (PostgreSQL documentation, COPY, File Formats)."""
_ITEM = Escape({"\\": "\\\\\\\\", '"': '\\\\"', "\t": "\\t", "\n": "\\n", "\r": "\\r"}, suspects=b'\\"\t\n\r')
"""An item of an array between quotes: escaped for the array and then for COPY."""


class _Notebook:
    """Stands in for a connection, and notes the statements."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def execute(self, query: str | bytes | sql.Composable) -> None:
        """Note a statement that needs no values."""
        if isinstance(query, sql.Composable):
            text = query.as_string(None)
        else:
            text = query if isinstance(query, str) else query.decode()
        self.statements.append(text.strip().rstrip(";") + ";\n")


def write_postgres(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write one file, in one transaction: either the whole town is loaded or nothing."""
    del tables  # it is all of them: the schema is that of the services
    with Sheet(folder, name=FILE_NAME, compress=compress) as sheet:
        sheet.text("".join(f"-- {text}\n" for text in SYNTHETIC_STATEMENT.values()))
        sheet.text("\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\nBEGIN;\n")
        sheet.text("".join(_noted(create_tables)))
        for part in parts_of(source):
            for name in TABLES:
                if name in part.own and part[name].height:
                    sheet.bytes(_copied(part[name], table=TABLES[name]))
        manifest = {
            "profile": source.about.profile,
            "seed": source.about.seed,
            "generatorVersion": source.about.generator_version,
            "referenceDate": source.about.reference_date,
            "digest": source.digest,
        }
        insert = sql.SQL("INSERT INTO {} (manifest) VALUES ({});\n")
        sheet.text(insert.format(sql.Identifier(META), sql.Literal(json.dumps(manifest))).as_string(None))
        sheet.text("".join(_noted(create_keys)))
        sheet.text("".join(_comments()))
        sheet.text("COMMIT;\nANALYZE;\n")


def _noted(make: Any) -> list[str]:
    notebook = _Notebook()
    make(cast("DictConnection", notebook))
    return notebook.statements


def _copied(frame: pl.DataFrame, *, table: Table) -> Iterator[memoryview]:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM stdin;\n").format(sql.Identifier(table.name), columns)
    yield memoryview(statement.as_string(None).encode())
    empty = [column.name for column in table.columns if frame[column.name].null_count()]
    values = Values(_with_marks(frame, empty=empty), kinds={column.name: column.kind for column in table.columns})
    pieces: list[Piece] = []
    for column in table.columns:
        if pieces:
            pieces.append("\t")
        if column.kind is Kind.TEXTS:
            pieces += ["{", Ref(column.name, _ITEM, around=('"', ",", '"')), "}"]
        else:
            pieces.append(Maybe((Ref(column.name, _ESCAPE if column.kind is Kind.TEXT else None),)))
        if column.name in empty:
            pieces.append(Maybe((Ref(_mark(column.name)),)))
    yield from Rows((*pieces, "\n"), values=values).buffers()
    yield memoryview(b"\\.\n")


def _with_marks(frame: pl.DataFrame, *, empty: Collection[str]) -> pl.DataFrame:
    """Add for each column that is empty somewhere one that holds the mark of it there."""
    return frame.with_columns(pl.when(pl.col(name).is_null()).then(pl.lit("\\N")).alias(_mark(name)) for name in empty)


def _mark(column: str) -> str:
    return f"empty:{column}"


def _comments() -> Iterator[str]:
    for table in TABLES.values():
        name = sql.Identifier(table.name)
        text = sql.SQL("COMMENT ON TABLE {} IS {};\n").format(name, sql.Literal(table.text))
        yield text.as_string(None)
        for column in table.columns:
            text = sql.SQL("COMMENT ON COLUMN {}.{} IS {};\n").format(
                name, sql.Identifier(column.name), sql.Literal(column.text)
            )
            yield text.as_string(None)

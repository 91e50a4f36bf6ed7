"""SQLite: the whole town in one file, with keys, references and indexes as the data dictionary says."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.jsonld import ESCAPE
from vlavirgem.export.source import parts_of
from vlavirgem.schema import TABLES, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from vlavirgem.export.source import Source

FILE_NAME = "town.sqlite"
DICTIONARY = "gegevenswoordenboek"
"""The table that says what every table and column holds."""
_TYPES = {
    Kind.INTEGER: "INTEGER",
    Kind.DECIMAL: "REAL",
    Kind.TEXT: "TEXT",
    Kind.TEXTS: "TEXT",
    Kind.BOOLEAN: "INTEGER",
    Kind.DATE: "TEXT",
    Kind.MOMENT: "TEXT",
}
_STORED = {
    Kind.BOOLEAN: "0 of 1",
    Kind.DATE: "JJJJ-MM-DD",
    Kind.MOMENT: "JJJJ-MM-DDTuu:mm:ssZ",
    Kind.TEXTS: "JSON",
}
"""How SQLite holds what it has no type for."""


def write_sqlite(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write one file; references to tables that are left out are left out too."""
    del compress
    with closing(open_quietly(folder / FILE_NAME)) as connection:
        chosen = [table for table in TABLES.values() if table.name in tables]
        for table in chosen:
            connection.execute(_create(table, tables=tables))
        write_dictionary(connection, tables=chosen)
        connection.execute('CREATE TABLE "vlavirgem_town" (sleutel TEXT PRIMARY KEY, waarde TEXT NOT NULL) STRICT')
        connection.executemany('INSERT INTO "vlavirgem_town" VALUES (?, ?)', summary(source).items())
        for part in parts_of(source):
            for table in chosen:
                if table.name in part.own:
                    insert(connection, part[table.name], table=table)
        for table in chosen:
            for column in table.columns:
                if column.references in tables:
                    connection.execute(
                        f'CREATE INDEX "{table.name}_{column.name}" ON "{table.name}" ("{column.name}")'
                    )
        connection.commit()


def open_quietly(path: Path) -> sqlite3.Connection:
    """Open a new file without the care for a crash that a file under its final name would need."""
    connection = sqlite3.connect(path)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "page_size = 4096"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def insert(connection: sqlite3.Connection, frame: pl.DataFrame, *, table: Table) -> None:
    """Add the rows of a table."""
    marks = ", ".join("?" for _ in table.columns)
    statement = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608 - names of the data dictionary
    connection.executemany(statement, frame.select(stored(column) for column in table.columns).iter_rows())


def stored(column: Column) -> pl.Expr:
    """Give the values of a column as SQLite holds them."""
    value = pl.col(column.name)
    match column.kind:
        case Kind.BOOLEAN:
            return value.cast(pl.Int64)
        case Kind.DATE:
            return value.cast(pl.String)
        case Kind.MOMENT:
            return value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        case Kind.TEXTS:
            item = pl.element().str.replace_many(dict(ESCAPE.written))
            items = value.list.eval(pl.concat_str([pl.lit('"'), item, pl.lit('"')])).list.join(",")
            return pl.concat_str([pl.lit("["), items, pl.lit("]")]).alias(column.name)
        case _:
            return value


def write_dictionary(connection: sqlite3.Connection, *, tables: Collection[Table]) -> None:
    """Write what every table and column holds, as SQLite has no comments on columns."""
    connection.execute(
        f'CREATE TABLE "{DICTIONARY}" (tabel TEXT NOT NULL, kolom TEXT, soort TEXT, opgeslagen_als TEXT,'
        " tekst TEXT NOT NULL, verplicht INTEGER, verwijst_naar TEXT, waarborg TEXT, grond TEXT) STRICT"
    )
    for table in tables:
        rows: list[tuple[str | int | None, ...]] = [(table.name, None, None, None, table.text, None, None, None, None)]
        rows += [_described(table, column) for column in table.columns]
        connection.executemany(f'INSERT INTO "{DICTIONARY}" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', rows)  # noqa: S608 - ours


def summary(source: Source) -> dict[str, str]:
    """Give what identifies the town."""
    return {
        "profiel": source.about.profile,
        "seed": str(source.about.seed),
        "generator": source.about.generator_version,
        "referentiedatum": source.about.reference_date,
        "digest": source.digest,
    }


def columns_of(table: Table) -> list[str]:
    """Give the columns of a table as SQL."""
    return [
        f'"{column.name}" {_TYPES[column.kind]}'
        + (" PRIMARY KEY" if column.name == "id" else "" if column.nullable else " NOT NULL")
        for column in table.columns
    ]


def _create(table: Table, *, tables: Collection[str]) -> str:
    lines = columns_of(table)
    lines += [
        f'FOREIGN KEY ("{column.name}") REFERENCES "{column.references}" (id) DEFERRABLE INITIALLY DEFERRED'
        for column in table.columns
        if column.references in tables
    ]
    return f'CREATE TABLE "{table.name}" (\n  ' + ",\n  ".join(lines) + "\n) STRICT"


def _described(table: Table, column: Column) -> tuple[str | int | None, ...]:
    return (
        table.name,
        column.name,
        column.kind.value,
        _STORED.get(column.kind),
        column.text,
        int(not column.nullable),
        column.references,
        column.guarantee.value if column.guarantee else None,
        column.basis or None,
    )

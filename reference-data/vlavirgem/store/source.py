"""A town in a database as what an export comes from: one part of one table at a time is in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from psycopg import sql
from psycopg.rows import tuple_row

from vlavirgem.frames import dtypes
from vlavirgem.manifest import About
from vlavirgem.numbering import before_town
from vlavirgem.parts import ROWS_OF_A_PART
from vlavirgem.place import NAME
from vlavirgem.schema import TABLES
from vlavirgem.store.reading import read_manifest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vlavirgem.store.connection import DictConnection


class DatabaseSource:
    """The town as it is now, for as long as the transaction of the connection lasts.

    Args:
        connection: A transaction in which every reading sees the same.
        tables: The tables that will be read.
        withheld: Columns that are left empty, by table.
    """

    def __init__(
        self, connection: DictConnection, *, tables: Collection[str], withheld: Mapping[str, Collection[str]]
    ) -> None:
        manifest = read_manifest_of(connection)
        municipality = connection.execute("SELECT id, naam FROM gemeenten").fetchone()
        number, name = (1, NAME) if municipality is None else (municipality["id"], municipality["naam"])
        self._before = before_town(number)
        self.about = About(
            profile=manifest["profile"],
            seed=manifest["seed"],
            generator_version=manifest["generatorVersion"],
            reference_date=manifest["referenceDate"],
            municipality=name,
        )
        self.tables: Mapping[str, Mapping[str, Any]] = {}
        self.digest = manifest["digest"]
        self._connection = connection
        self._withheld = withheld
        self.count = max((self._parts(name) for name in tables if not TABLES[name].once), default=1)

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        """Give the rows of a table in one part."""
        wanted = dtypes(TABLES[table])
        empty = self._withheld.get(table, ())
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(sql.SQL("NULL") if name in empty else sql.Identifier(name) for name in wanted),
            sql.Identifier(table),
        )
        if not TABLES[table].once:
            first = self._before + number * ROWS_OF_A_PART
            query += sql.SQL(" WHERE id > {} AND id <= {}").format(first, first + ROWS_OF_A_PART)
        elif number:
            return pl.DataFrame(schema=wanted)
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            rows = cursor.execute(query + sql.SQL(" ORDER BY id")).fetchall()
        return pl.DataFrame(rows, schema=wanted, orient="row")

    def _parts(self, table: str) -> int:
        query = sql.SQL("SELECT max(id) AS highest FROM {}").format(sql.Identifier(table))
        row = self._connection.execute(query).fetchone()
        highest = None if row is None else row["highest"]
        return 1 if highest is None else 1 + (int(highest) - self._before - 1) // ROWS_OF_A_PART

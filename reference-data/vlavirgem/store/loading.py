"""Fill a PostgreSQL database with a town, in one transaction."""

from __future__ import annotations

import io
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from vlavirgem.errors import DatabaseError
from vlavirgem.schema import TABLES, Kind, Table
from vlavirgem.store.connection import connect
from vlavirgem.store.finishing import finish_town
from vlavirgem.store.tables import META, OURS, create_keys, create_tables, drop_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from vlavirgem.store.connection import DictConnection
    from vlavirgem.town import Town

_AHEAD = 2  # tables; more would only take memory


def load_town(town: Town, url: str, *, reset: bool = False) -> None:
    """Put a town into a database; either all of it or nothing.

    Args:
        town: The town.
        url: URL of the database.
        reset: Replace what the database holds of an earlier town.

    Raises:
        DatabaseError: the database cannot be reached, or is not empty and `reset` is false.
    """
    with connect(url) as connection:
        try:
            if reset:
                drop_tables(connection)
            elif taken := occupied_by(connection):
                raise DatabaseError(f"The database is not empty ({taken}); use --reset to replace its town.")
            create_tables(connection)
            for table, content in _written_ahead(town):
                copy_rows(connection, content, table=table)
            note_town(connection, town)
            create_keys(connection)
        except psycopg.Error as error:
            reason = str(error).strip().split("\n", 1)[0]
            raise DatabaseError(f"The database could not be filled: {reason}") from error
    finish_town(url)


def occupied_by(connection: DictConnection) -> str | None:
    """Name a table that stands in the way of a town, if there is one."""
    row = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY(%s) LIMIT 1",
        [[*TABLES, *OURS]],
    ).fetchone()
    return None if row is None else f"table {row['tablename']}"


def note_town(connection: DictConnection, town: Town) -> None:
    """Note which town the database holds."""
    manifest = {
        "profile": town.profile,
        "seed": town.seed,
        "generatorVersion": town.generator_version,
        "referenceDate": town.reference_date.isoformat(),
        "digest": town.digest,
    }
    statement = sql.SQL("INSERT INTO {} (manifest) VALUES (%s)").format(sql.Identifier(META))
    connection.execute(statement, [Jsonb(manifest)])


def _written_ahead(town: Town) -> Iterator[tuple[Table, memoryview]]:
    """Give tables as PostgreSQL reads them; while it reads one, the next is read from disk and written."""
    with ThreadPoolExecutor(1) as pen:
        coming: deque[tuple[Table, Future[memoryview]]] = deque()
        for name in town.tables:
            coming.append((TABLES[name], pen.submit(write_rows, town, table=TABLES[name])))
            if len(coming) > _AHEAD:
                table, content = coming.popleft()
                yield table, content.result()
        for table, content in coming:
            yield table, content.result()


def write_rows(town: Town, *, table: Table) -> memoryview:
    """Write the rows of a table as PostgreSQL reads them."""
    buffer = io.BytesIO()
    lists = [column.name for column in table.columns if column.kind is Kind.TEXTS]
    flat = town.tables[table.name].with_columns(_array_literal(name) for name in lists)
    flat.write_csv(buffer, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
    return buffer.getbuffer()


def copy_rows(connection: DictConnection, content: memoryview, *, table: Table) -> None:
    """Put rows that `write_rows` wrote into a table that this transaction made.

    They are noted as there to stay, which otherwise whoever reads them first does.
    """
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FREEZE)").format(sql.Identifier(table.name), columns)
    with connection.cursor().copy(statement) as copy:
        copy.write(content)


def _array_literal(name: str) -> pl.Expr:
    """Write a list of texts as PostgreSQL does: `{"a","b"}`."""
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    items = pl.col(name).list.eval('"' + escaped + '"').list.join(",")
    return ("{" + items + "}").alias(name)

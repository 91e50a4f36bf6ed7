"""The database's tables, as the data dictionary describes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from psycopg import sql

from vlavirgem.numbering import TOWN
from vlavirgem.schema import TABLES, Column, Kind, Table
from vlavirgem.store.changes import CHANGES, NOTE, watch_tables
from vlavirgem.store.identity import IDENTITY, create_identity
from vlavirgem.store.outbox import ADDRESSED, ATTEMPTS, DELIVERIES, SUBSCRIPTIONS, create_outbox
from vlavirgem.store.streams import FUNCTIONS, KEPT, create_streams

if TYPE_CHECKING:
    from vlavirgem.store.connection import DictConnection

ANSWERS = "vlavirgem_antwoorden"
"""What was answered to writings that carried an `Idempotency-Key`."""
DISTURBANCES = "vlavirgem_storingen"
"""One row that says what is to go wrong on purpose."""
META = "vlavirgem_town"
"""One row that says which town the database holds, and which day it is there."""
EVENTS = "gebeurtenissen"
"""What happened since the seed, oldest first; `volgnummer` has no holes."""
OURS = (*KEPT, META, EVENTS, CHANGES, ANSWERS, DISTURBANCES, ATTEMPTS, DELIVERIES, SUBSCRIPTIONS, *IDENTITY)
"""Tables beside those of the town itself."""

_SQL_TYPES = {
    Kind.INTEGER: "bigint",
    Kind.DECIMAL: "double precision",
    Kind.TEXT: "text",
    Kind.TEXTS: "text[]",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.MOMENT: "timestamptz",
}
_SEARCHED = {
    "personen": ("lower(achternaam)", "lower(voornaam)", "geboortedatum", "insz"),
    "adressen": ("huisnummer",),
    "percelen": ("capakey",),
    "organisaties": ("ondernemingsnummer", "type"),
    "dossiers": ("dossiernummer", "status", "dossiertype"),
}
"""Columns, or what is made of them, that the services filter on, beside the references; our own SQL."""


def create_tables(connection: DictConnection) -> None:
    """Make all tables, without keys: filling goes faster so."""
    for table in TABLES.values():
        create_table(connection, table)
    create_ours(connection)


def create_table(connection: DictConnection, table: Table) -> None:
    """Make one table of the town, without keys."""
    columns = sql.SQL(", ").join(_column(column) for column in table.columns)
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table.name), columns))


def create_ours(connection: DictConnection) -> None:
    """Make the tables beside those of the town itself."""
    connection.execute(
        sql.SQL("CREATE TABLE {} (manifest jsonb NOT NULL, dag integer NOT NULL DEFAULT 0)").format(
            sql.Identifier(META)
        )
    )
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (volgnummer bigint PRIMARY KEY, dag integer NOT NULL, type text NOT NULL,"
            " onderwerp text NOT NULL, wijziging bigint NOT NULL, gebeurtenis text NOT NULL)"
        ).format(sql.Identifier(EVENTS))
    )
    connection.execute(
        sql.SQL(
            "CREATE TABLE {} (sleutel text PRIMARY KEY, vingerafdruk text NOT NULL, status integer NOT NULL,"
            " hoofding jsonb NOT NULL, inhoud bytea NOT NULL)"
        ).format(sql.Identifier(ANSWERS))
    )
    connection.execute(
        sql.SQL("CREATE TABLE {} (seed bigint NOT NULL, regels jsonb NOT NULL, teller bigint NOT NULL)").format(
            sql.Identifier(DISTURBANCES)
        )
    )
    connection.execute(sql.SQL("INSERT INTO {} VALUES (1, '[]', 0)").format(sql.Identifier(DISTURBANCES)))
    create_outbox(connection, events=EVENTS)
    create_identity(connection)


def create_keys(connection: DictConnection) -> None:
    """Add keys, references and indexes, let new rows go on counting after the last one, and note what changes."""
    for table in TABLES.values():
        create_key(connection, table)
    count_on(connection)
    create_indexes(connection)
    create_guards(connection)


def create_key(connection: DictConnection, table: Table) -> None:
    """Add the primary key of a table of the town."""
    connection.execute(sql.SQL("ALTER TABLE {} ADD PRIMARY KEY (id)").format(sql.Identifier(table.name)))


def create_guards(connection: DictConnection, *, unseen: bool = False) -> None:
    """Add references, and note what changes.

    Args:
        connection: A transaction.
        unseen: Leave the checking of the rows that are there to `finishing`.
    """
    for table in TABLES.values():
        for column in table.columns:
            if column.references:
                _add_reference(connection, table=table, column=column, unseen=unseen)
    watch_tables(connection)
    create_streams(connection)


def create_indexes(connection: DictConnection) -> None:
    """Add the indexes that are not there yet."""
    for table in TABLES.values():
        references = [column.name for column in table.columns if column.references]
        for searched in (*references, *_SEARCHED.get(table.name, ())):
            name = "_".join((table.name, *re.findall(r"\w+", searched)[::-1], "idx"))
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table.name} ({searched})".encode())


def count_on(connection: DictConnection) -> None:
    """Let new rows be numbered after the last one that is there; without one, after where those of the town begin."""
    one = sql.SQL("setval(pg_get_serial_sequence({}, 'id'), coalesce((SELECT max(id) FROM {}), voor, 0) + 1, false)")
    all_of_them = (one.format(sql.Literal(name), sql.Identifier(name)) for name in TABLES)
    # In one statement, so that it can stand in a dump too; as `numbering.before_town` counts.
    connection.execute(
        sql.SQL("SELECT {} FROM (SELECT (min(id) - 1) / {town} * {town} AS voor FROM gemeenten) AS begin").format(
            sql.SQL(", ").join(all_of_them), town=sql.Literal(TOWN)
        )
    )


def drop_tables(connection: DictConnection) -> None:
    """Drop our tables; it is no error when they are not there."""
    for name in (*OURS, *TABLES):
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    for function in (NOTE, ADDRESSED, *FUNCTIONS):
        connection.execute(sql.SQL("DROP FUNCTION IF EXISTS {}").format(sql.Identifier(function)))


def _column(column: Column) -> sql.Composable:
    if column.name == "id":
        return sql.SQL("id bigint GENERATED BY DEFAULT AS IDENTITY")
    parts = [sql.Identifier(column.name), sql.SQL(_SQL_TYPES[column.kind])]
    if not column.nullable:
        parts.append(sql.SQL("NOT NULL"))
    return sql.SQL(" ").join(parts)


def _add_reference(connection: DictConnection, *, table: Table, column: Column, unseen: bool) -> None:
    # Households and persons refer to each other, so references are checked at the end of a transaction.
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} (id) DEFERRABLE INITIALLY DEFERRED{}").format(
            sql.Identifier(table.name),
            sql.Identifier(column.name),
            sql.Identifier(str(column.references)),
            sql.SQL(" NOT VALID" if unseen else ""),
        )
    )

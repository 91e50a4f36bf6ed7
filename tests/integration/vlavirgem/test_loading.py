"""A town in PostgreSQL: all or nothing, and reset to the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from vlavirgem.errors import DatabaseError
from vlavirgem.schema import TABLES, Kind
from vlavirgem.store.connection import connect
from vlavirgem.store.loading import load_town
from vlavirgem.store.reading import read_manifest_of

if TYPE_CHECKING:
    from vlavirgem import Town


def test_every_row_arrives_as_it_was(town: Town, loaded: str) -> None:
    """Numbers, dates, moments, lists, diacritics and absent values."""
    with connect(loaded) as connection:
        for table in TABLES.values():
            columns = ", ".join(column.name for column in table.columns)
            query = f"SELECT {columns} FROM {table.name} ORDER BY id"  # noqa: S608 - names of the dictionary
            stored = connection.execute(query.encode()).fetchall()
            expected = town.tables[table.name].to_dicts()
            assert expected == stored, table.name


def test_the_database_says_which_town_it_holds(town: Town, loaded: str) -> None:
    """A service checks that before it serves."""
    with connect(loaded) as connection:
        assert town.digest == read_manifest_of(connection)["digest"]


def test_references_are_guarded(loaded: str) -> None:
    """A case of nobody cannot be stored."""
    with connect(loaded) as connection:
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute("UPDATE dossiers SET aanvrager_id = 999999 WHERE id = 1")
        connection.rollback()


def test_new_rows_count_on(town: Town, empty_database: str) -> None:
    """The next case gets the next number."""
    load_town(town, empty_database)
    with connect(empty_database) as connection:
        row = connection.execute("SELECT nextval(pg_get_serial_sequence('dossiers', 'id')) AS n").fetchone()
    assert row is not None
    assert town.tables["dossiers"].height + 1 == row["n"]


def test_a_second_town_needs_reset(town: Town, empty_database: str) -> None:
    """Nothing is overwritten by accident; reset brings back the seed."""
    load_town(town, empty_database)
    with connect(empty_database) as connection:
        connection.execute("UPDATE personen SET voornaam = 'Gewijzigd'")
    with pytest.raises(DatabaseError, match="--reset"):
        load_town(town, empty_database)

    load_town(town, empty_database, reset=True)

    with connect(empty_database) as connection:
        row = connection.execute("SELECT count(*) AS n FROM personen WHERE voornaam = 'Gewijzigd'").fetchone()
    assert {"n": 0} == row


def test_a_load_that_fails_leaves_the_database_as_it_was(
    town: Town, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when it was replacing another town."""
    load_town(town, empty_database)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise psycopg.OperationalError("the connection broke")

    with monkeypatch.context() as patch:
        patch.setattr("vlavirgem.store.loading.create_keys", fail)
        with pytest.raises(DatabaseError, match="the connection broke"):
            load_town(town, empty_database, reset=True)

    with connect(empty_database) as connection:
        row = connection.execute("SELECT count(*) AS n FROM personen").fetchone()
    assert {"n": 150} == row


def test_tables_of_others_stay(town: Town, empty_database: str) -> None:
    """Reset only drops what is the town's."""
    with connect(empty_database) as connection:
        connection.execute("CREATE TABLE van_een_ander (x int)")
    load_town(town, empty_database)
    load_town(town, empty_database, reset=True)
    with connect(empty_database) as connection:
        connection.execute("SELECT * FROM van_een_ander")


def test_a_database_that_is_not_there_is_a_clear_error(town: Town) -> None:
    """One line, no stack trace."""
    with pytest.raises(DatabaseError, match="cannot be reached"):
        load_town(town, "postgresql://127.0.0.1:1/nergens")


def test_every_kind_of_column_is_tested_above() -> None:
    """The comparison of rows is worth what the tables hold."""
    assert set(Kind) == {column.kind for table in TABLES.values() for column in table.columns}

"""The database of a room: changed by visitors, brought back by its name alone, whatever cut it short before."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from proeftuin_postgres import EmbeddedPostgres
from vlavirgem.errors import DatabaseError
from vlavirgem.room.database import LIVE, RoomDatabase
from vlavirgem.room.prepared import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    with (
        tempfile.TemporaryDirectory(prefix="kamer-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        EmbeddedPostgres(Path(folder) / "postgres") as server,
    ):
        order(server, f"CREATE DATABASE {TEMPLATE}")
        order(server, "CREATE TABLE seed AS SELECT 1 AS number", database=TEMPLATE)
        yield server


@pytest.fixture
def room(server: EmbeddedPostgres) -> RoomDatabase:
    room = RoomDatabase(server.url())
    room.ensure()
    room.reset()
    room.lay_ready()
    return room


def order(server: EmbeddedPostgres, sql: str, *, database: str | None = None) -> None:
    with psycopg.connect(server.url(database) if database else server.url(), autocommit=True) as connection:
        connection.execute(sql.encode())


def databases(server: EmbeddedPostgres) -> set[str]:
    with psycopg.connect(server.url()) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'stad%'")}


def numbers(server: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(server.url(LIVE)) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM seed ORDER BY number")]


@pytest.mark.parametrize("is_laid_ready", [True, False])
def test_a_reset_undoes_what_was_written_and_sends_everybody_away(
    server: EmbeddedPostgres, room: RoomDatabase, *, is_laid_ready: bool
) -> None:
    """Also twice in a row, when the next clone is not there yet; visitors connect again and see the seed."""
    if not is_laid_ready:
        room.reset()
    with psycopg.connect(server.url(LIVE)) as visitor:
        visitor.execute("INSERT INTO seed VALUES (2)")
        visitor.commit()
        room.reset()
        with pytest.raises(psycopg.OperationalError):
            visitor.execute("SELECT 1")

    assert [1] == numbers(server)
    room.lay_ready()
    assert {LIVE, f"{LIVE}_nieuw"} == databases(server)


def test_a_reset_that_was_cut_short_is_finished_by_the_next_start(
    server: EmbeddedPostgres, room: RoomDatabase
) -> None:
    """The town was closed to visitors, and the process died."""
    order(server, f"ALTER DATABASE {LIVE} ALLOW_CONNECTIONS false")

    room.ensure()

    assert [1] == numbers(server)


def test_a_town_that_cannot_be_renamed_stays_and_is_open(
    server: EmbeddedPostgres, room: RoomDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform is told, and tries again; meanwhile nobody is locked out."""
    order(server, "INSERT INTO seed VALUES (2)", database=LIVE)
    with monkeypatch.context() as patch:
        patch.setattr("vlavirgem.room.database._NEXT", "stad_die_er_niet_is")
        patch.setattr("vlavirgem.room.database._is_open", lambda _server, _name: True)
        with pytest.raises(DatabaseError):
            room.reset()

    assert [1, 2] == numbers(server)

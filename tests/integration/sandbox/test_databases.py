"""Databases by cloning: whole or not at all, and each tenant only in its own."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg
import pytest

from proeftuin_infra.databases import ClonedDatabases, DatabaseServerError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def databases(postgres: str) -> Iterator[ClonedDatabases]:
    databases = ClonedDatabases(postgres, prefix=f"pt_{uuid.uuid4().hex[:8]}_")
    yield databases
    for name in databases.owned()[1]:
        databases.drop(name)


def fill(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE adres (id int)")
        connection.execute("INSERT INTO adres SELECT generate_series(1, 5)")


def count(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM adres").fetchone()[0]


def tenant(databases: ClonedDatabases, name: str) -> str:
    """Clone for a tenant and give the URL of its role."""
    template = databases.template("sha256:abc")
    databases.build_template(template, fill)
    databases.clone(template, databases.name(name))
    return databases.open_for(databases.name(name))[0]


def test_a_tenant_reads_and_writes_its_own_clone_and_no_other(databases: ClonedDatabases) -> None:
    """A clone begins as the template and goes its own way; the neighbour's door is shut."""
    one, two = tenant(databases, "sbx-1"), tenant(databases, "sbx-2")
    with psycopg.connect(one) as connection:
        connection.execute("DELETE FROM adres")

    assert (0, 5) == (count(one), count(two))
    account, _, rest = one.partition("@")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(f"{account}@{rest.replace(databases.name('sbx-1'), databases.name('sbx-2'))}")


def test_making_and_removing_twice_is_not_an_error(databases: ClonedDatabases) -> None:
    """Every act may be repeated."""
    tenant(databases, "sbx-1")
    tenant(databases, "sbx-1")
    assert (1, 1) == tuple(map(len, databases.owned()))
    for _ in range(2):
        databases.drop(databases.name("sbx-1"))

    assert (frozenset(), frozenset()) == databases.owned()


def test_a_database_whose_removal_was_cut_short_is_made_anew(databases: ClonedDatabases, postgres: str) -> None:
    """PostgreSQL marks such a database invalid: nobody can connect to it, it can only be dropped."""
    tenant(databases, "sbx-1")
    name = databases.name("sbx-1")
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("UPDATE pg_database SET datconnlimit = -2 WHERE datname = %s", [name])

    assert not databases.has(name)
    assert name in databases.owned()[0]
    assert 5 == count(tenant(databases, "sbx-1"))


def test_a_template_whose_filling_failed_does_not_exist(databases: ClonedDatabases) -> None:
    """Half a town is never cloned; the next attempt starts afresh."""

    def fail(url: str) -> None:
        fill(url)
        raise ZeroDivisionError

    template = databases.template("sha256:def")
    with pytest.raises(ZeroDivisionError):
        databases.build_template(template, fail)
    assert not databases.has(template)
    databases.build_template(template, fill)
    assert databases.has(template)


def test_two_who_build_the_same_template_build_it_once(databases: ClonedDatabases) -> None:
    """The second waits for the first."""
    filled: list[str] = []

    def note(url: str) -> None:
        fill(url)
        filled.append(url)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: databases.build_template(databases.template("sha256:fff"), note), range(2)))

    assert 1 == len(filled)


def test_a_reset_throws_out_who_is_connected(databases: ClonedDatabases) -> None:
    """An open connection of a component cannot hold a reset up."""
    url = tenant(databases, "sbx-1")
    with psycopg.connect(url) as held:
        databases.drop_database(databases.name("sbx-1"))
        with pytest.raises(psycopg.OperationalError):
            held.execute("SELECT 1")

    assert 5 == count(tenant(databases, "sbx-1"))


def test_a_server_that_is_away_is_told_in_one_line() -> None:
    """The caller decides what that means."""
    with pytest.raises(DatabaseServerError):
        ClonedDatabases("postgresql://postgres@127.0.0.1:1/postgres", prefix="pt_x_").owned()

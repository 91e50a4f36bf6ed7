"""A dump brings everything back, and a dump that fails takes nothing away."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from proeftuin.backup import back_up
from proeftuin_infra.kube.stack.scaling import QUERY
from proeftuin_kernel.errors import UnavailableError
from proeftuin_postgres.cluster import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from proeftuin_kernel.db import Database
    from proeftuin_kernel.jobs import JobQueue

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_a_dump_brings_the_database_back(
    empty_database: str, new_database: Callable[[str | None], str], tmp_path: Path
) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE TABLE huis AS SELECT 309 AS nummer")
    dump = back_up(empty_database, tmp_path / "dumps", keep=3, now=NOW)

    again = new_database(None)
    subprocess.run([program("pg_restore"), "--dbname", again, "--exit-on-error", dump], check=True, timeout=60)
    with psycopg.connect(again) as connection:
        assert (309,) == connection.execute("SELECT nummer FROM huis").fetchone()
    assert 0o600 == dump.stat().st_mode & 0o777


def test_only_the_last_dumps_are_kept(empty_database: str, tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("not ours")
    made = [back_up(empty_database, tmp_path, keep=2, now=NOW + timedelta(days=day)) for day in range(3)]

    assert {made[1].name, made[2].name, "brief.txt"} == {path.name for path in tmp_path.iterdir()}


def test_a_dump_that_fails_leaves_earlier_ones_and_shows_no_password(empty_database: str, tmp_path: Path) -> None:
    """The day on which the database does not answer is no day to lose backups."""
    kept = back_up(empty_database, tmp_path, keep=1, now=NOW)
    with pytest.raises(UnavailableError) as refused:
        back_up("postgresql://u:geheim@127.0.0.1:1/x", tmp_path, keep=1, now=NOW + timedelta(days=1))

    assert [kept] == list(tmp_path.iterdir())
    assert "geheim" not in refused.value.detail.en
    assert "Connection refused" in refused.value.detail.en


def test_keda_counts_the_jobs_that_are_due(database: Database, jobs: JobQueue, database_url: str) -> None:
    """The query is text in an object of somebody else's: here it meets the tables that it asks."""
    with database.begin() as work:
        for wait in (0, 0, 3600):
            jobs.defer(work.session, "test.job", {}, delay_seconds=wait)

    with psycopg.connect(database_url) as connection:
        assert (2,) == connection.execute(QUERY).fetchone()

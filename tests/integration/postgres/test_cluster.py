"""A PostgreSQL in the foreground: who makes it says whether it waits for the disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from proeftuin_postgres.cluster import Cluster, ClusterError, copy, initialise

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path that others may enter: PostgreSQL runs as another user when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="cluster-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("asked", "expected"), [({}, "on"), ({"is_lasting": True}, "on"), ({"is_lasting": False}, "off")]
)
def test_what_is_committed_is_on_disk_unless_who_makes_it_does_without(
    place: Path, asked: dict[str, bool], expected: str
) -> None:
    """It is so when nobody says anything, and a copy of its folder does the same."""
    (place / "data").mkdir(mode=0o700)
    initialise(place / "data", **asked)
    copy(place / "data", place / "copy")
    with Cluster(place / "copy", place=place / "run") as cluster:
        cluster.wait()
        with psycopg.connect(cluster.url()) as connection:
            assert (expected,) == connection.execute("SHOW fsync").fetchone()


def test_what_a_server_says_at_its_end_goes_to_its_log_and_not_to_the_terminal(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Who is still connected when it stops is sent away, which PostgreSQL tells as FATAL."""
    (place / "data").mkdir(mode=0o700)
    initialise(place / "data")
    with Cluster(place / "data", place=place / "run", log=place / "log") as cluster:
        cluster.wait()
        connection = psycopg.connect(cluster.url())
    connection.close()

    assert "terminating connection" in (place / "log").read_text()
    assert ("", "") == capfd.readouterr()


def test_a_server_with_a_log_that_does_not_start_says_why(place: Path) -> None:
    """Its log may be gone by the time that somebody looks."""
    (place / "data").mkdir(mode=0o700)
    initialise(place / "data")
    with (place / "data/postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with (
        Cluster(place / "data", place=place / "run", log=place / "log") as cluster,
        pytest.raises(ClusterError, match=r"FATAL.*postgresql\.conf"),
    ):
        cluster.wait()

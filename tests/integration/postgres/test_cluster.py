"""A PostgreSQL in the foreground: who makes it says whether it waits for the disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from proeftuin_postgres.cluster import Cluster, copy, initialise

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

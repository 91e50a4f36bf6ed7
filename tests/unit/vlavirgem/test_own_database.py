"""Where the database of a served folder is, and whether it runs."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING

import pytest

from proeftuin_postgres import cluster
from proeftuin_postgres.cluster import ClusterError
from vlavirgem import lasting, own_database
from vlavirgem.errors import DatabaseError
from vlavirgem.lasting import note_filled, put_on_disk, state_of
from vlavirgem.own_database import OwnDatabase, place_beside, running_url, served_by_us

if TYPE_CHECKING:
    from pathlib import Path


def note(place: Path, *lines: str) -> Path:
    """What PostgreSQL writes down about itself (postmaster.pid)."""
    place.mkdir(exist_ok=True)
    (place / "postmaster.pid").write_text("\n".join(lines))
    return place


def test_it_is_beside_the_folder_and_hidden(tmp_path: Path) -> None:
    assert tmp_path / ".stad.postgres" == place_beside(tmp_path / "stad")


def test_one_that_runs_is_found_by_its_socket(tmp_path: Path) -> None:
    """The fifth line is the folder of the socket, the last the status."""
    place = note(tmp_path / "db", str(os.getpid()), "/data", "1", "5432", "/run/a b", "", "1 2", "ready   ")

    assert "postgresql://postgres@/postgres?host=%2Frun%2Fa%20b" == running_url(place)


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("",),
        ("geen nummer", "/data", "1", "5432", "/run", "", "1 2", "ready"),
        ("2147483646", "/data", "1", "5432", "/run", "", "1 2", "ready"),
        ("1", "/data", "1", "5432", "/run"),
        ("1", "/data", "1", "5432", "/run", "", "1 2", "starting"),
    ],
)
def test_one_that_does_not_run_or_not_yet_is_not_found(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """Nor does a note that is broken off or stale count."""
    assert running_url(note(tmp_path / "db", *lines)) is None
    assert running_url(tmp_path / "nergens") is None


def test_one_process_at_a_time_serves_a_folder(tmp_path: Path) -> None:
    """A second one would fill the same database, and end it for the first."""
    with (
        served_by_us(tmp_path),
        pytest.raises(DatabaseError, match="Another process serves"),
        served_by_us(tmp_path, patience=0),
    ):
        pass
    with served_by_us(tmp_path, patience=0):
        pass


def test_a_folder_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="No such file"), served_by_us(tmp_path / "nergens"):
        pass


def test_a_database_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as on a disk that is full; what others who were killed left a while ago goes too."""

    def fails(_folder: Path, **_asked: bool) -> None:
        raise ClusterError("initdb failed: no space left on device")

    monkeypatch.setattr(own_database, "initialise", fails)
    monkeypatch.setattr(own_database, "_can_run", lambda _place: True)
    (old := tmp_path / ".stad.postgres.new-abc").mkdir()
    os.utime(old, (time.time() - 3600,) * 2)
    with OwnDatabase(place_beside(tmp_path / "stad")) as database, pytest.raises(DatabaseError, match="no space"):
        database.url()

    assert [] == list(tmp_path.iterdir())


def test_a_place_where_no_database_can_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, with the place."""
    monkeypatch.setattr(own_database, "_can_run", lambda _place: True)
    (tmp_path / "stad").write_text("a file")
    with OwnDatabase(tmp_path / "stad" / "db") as database, pytest.raises(DatabaseError, match="db cannot be made"):
        database.url()


def test_why_no_database_can_be_made_is_told_and_not_what_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`initdb` tells last that it takes away what it began, such as on a disk that is full."""
    fake = tmp_path / "initdb"
    fake.write_text(
        "#!/bin/sh\n"
        "echo 'initdb: error: could not write file: No space left on device' >&2\n"
        "echo 'initdb: removing contents of data directory' >&2\nexit 1\n"
    )
    fake.chmod(0o755)
    monkeypatch.setattr(cluster, "program", lambda _name: fake)
    monkeypatch.setattr(cluster, "_as_user", dict)
    with pytest.raises(ClusterError, match="No space left on device"):
        cluster.initialise(tmp_path)


def test_what_a_database_holds_follows_from_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed processes take nothing with them; a machine that stops takes what was not on disk yet."""
    config, run = tmp_path / "postgresql.conf", tmp_path / "boot_id"
    monkeypatch.setattr(lasting, "_RUN", run)
    run.write_text("one\n")
    assert "begun" == state_of(tmp_path)
    config.write_text("fsync = off\n")
    assert "begun" == state_of(tmp_path)

    note_filled(tmp_path)
    assert "filled" == state_of(tmp_path)
    run.write_text("two\n")
    assert "lost" == state_of(tmp_path)
    run.unlink()
    assert "lost" == state_of(tmp_path)

    monkeypatch.setattr("os.sync", lambda: None)
    put_on_disk(tmp_path)
    assert "on disk" == state_of(tmp_path)


def test_the_folder_of_a_socket_goes_when_nobody_uses_it(tmp_path: Path) -> None:
    """Of who ended well at once, of who was killed at a later start; one that is locked is somebody's."""
    (place := tmp_path / "vlavirgem-0-abc").mkdir()
    (place / "lock").touch()
    (place / ".s.PGSQL.5432.lock").touch()
    with (place / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        own_database._clear(place)
        assert place.exists()

    own_database._clear(place)

    assert not place.exists()
    own_database._clear(place)

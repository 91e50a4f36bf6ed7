"""Where the database of a served folder is, and whether it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from vlavirgem.own_database import place_beside, running_url

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

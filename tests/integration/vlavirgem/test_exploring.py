"""`vlavirgem report` and `vlavirgem explore` as somebody runs them: processes, files and a port."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLI = (sys.executable, "-m", "vlavirgem.cli")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small town on disk."""
    place = tmp_path_factory.mktemp("verkennen") / "stad"
    Town.generate(profile=small_profile(), seed=7).write(place)
    return place


@contextmanager
def exploring(folder: Path) -> Iterator[str]:
    """Serve a town on a free port; ends by a signal, in good order."""
    with subprocess.Popen([*CLI, "explore", folder, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.send_signal(signal.SIGINT)
            assert 0 == process.wait(timeout=20)


def test_a_town_is_walked_through_over_http(folder: Path) -> None:
    with exploring(folder) as address, httpx.Client(base_url=address, timeout=20) as client:
        start = client.get("/index.json").json()
        assert 150 == start["inwoners"]
        first = client.get(start["soorten"][0]["href"], headers={"Accept": "text/html"})
        assert (200, "text/html; charset=utf-8") == (first.status_code, first.headers["content-type"])
        assert "" == client.head("/kaart").text
        drawn = client.get("/kaart.svg")
        assert ("image/svg+xml", "gzip") == (drawn.headers["content-type"], drawn.headers["content-encoding"])
        assert client.get("/zoek.json", params={"q": "straat"}).json()["totaal"] > 0


def test_a_report_is_written_and_says_where(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*CLI, "report", folder, tmp_path / "rapport"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (0, str(tmp_path / "rapport")) == (done.returncode, done.stdout.split()[0])
    assert (tmp_path / "rapport" / "index.html").stat().st_size > 10_000


@pytest.mark.parametrize("command", ["report", "explore"])
def test_a_folder_without_a_town_is_one_line_and_exit_code_two(command: str, tmp_path: Path) -> None:
    more = [tmp_path / "rapport"] if command == "report" else []
    done = subprocess.run([*CLI, command, tmp_path, *more], capture_output=True, text=True, check=False, timeout=60)
    assert 2 == done.returncode
    assert "holds no town" in done.stderr.splitlines()[-1]

"""The embedded PostgreSQL keeps its data and never outlives its owner."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest

from proeftuin_postgres import EmbeddedPostgres, EmbeddedPostgresError

if TYPE_CHECKING:
    from pathlib import Path


def processes_of(folder: Path) -> list[list[str]]:
    """The command lines of all processes that name the folder, the owner's aside."""
    lines = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if str(folder) in " ".join(line) and OWNER not in line]


OWNER = """
import sys, time
from pathlib import Path
from proeftuin_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.url(), flush=True)
time.sleep(600)
"""


def postmaster(folder: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int((folder / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def test_data_survives_a_stop_and_a_start(tmp_path: Path) -> None:
    """Closing the server loses nothing."""
    with EmbeddedPostgres(tmp_path / "data") as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE huis (nummer int)")
        connection.execute("INSERT INTO huis VALUES (309)")
    assert postmaster(tmp_path / "data") is None

    with EmbeddedPostgres(tmp_path / "data") as server, psycopg.connect(server.url()) as connection:
        assert (309,) == connection.execute("SELECT nummer FROM huis").fetchone()


def test_the_server_stops_when_its_owner_is_killed(tmp_path: Path) -> None:
    """`kill -9` of the owner leaves no server behind, and the data stays usable."""
    folder = tmp_path / "data"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline().startswith(b"postgresql://")
    server = postmaster(folder)
    assert server is not None

    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()

    deadline = time.monotonic() + 20
    while server.is_running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not server.is_running()
    with EmbeddedPostgres(folder) as again, psycopg.connect(again.url()) as connection:
        assert (1,) == connection.execute("SELECT 1").fetchone()


def test_a_server_that_died_is_brought_back(tmp_path: Path) -> None:
    """A killed server loses nothing, and starts again on the same folder, also within the same process."""
    folder = tmp_path / "data"
    with EmbeddedPostgres(folder) as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE huis (nummer int)")
        killed = postmaster(folder)
        assert killed is not None
        killed.kill()
        killed.wait()

        with EmbeddedPostgres(folder) as again, psycopg.connect(again.url()) as connection:
            assert [] == connection.execute("SELECT nummer FROM huis").fetchall()


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_an_owner_that_is_broken_off_while_it_starts_leaves_nothing(tmp_path: Path, ending: signal.Signals) -> None:
    """At any moment of the first start, or of a later one: no process stays, and the folder can be used."""
    folder = tmp_path / "data"
    for pause in (0.8, 0.3):
        owner = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(pause)
        owner.send_signal(ending)
        owner.wait()

        deadline = time.monotonic() + 60
        while processes_of(folder) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert [] == processes_of(folder)

    with EmbeddedPostgres(folder) as server, psycopg.connect(server.url()) as connection:
        assert (1,) == connection.execute("SELECT 1").fetchone()


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """The cause is told, and the guardian does not stay."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .*file"):
        EmbeddedPostgres(blocked / "data")

    assert [] == processes_of(blocked)


def test_the_locale_of_the_machine_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is set but not installed is common in containers; and everywhere letters are the same letters."""
    monkeypatch.setenv("LANG", "nl_XX.UTF-8")
    monkeypatch.setenv("LC_ALL", "nl_XX.UTF-8")
    with EmbeddedPostgres(tmp_path / "data") as server, psycopg.connect(server.url()) as connection:
        assert ("é",) == connection.execute("SELECT lower('É')").fetchone()


def test_closing_twice_is_not_an_error(tmp_path: Path) -> None:
    """A caller that cleans up in two places is not punished."""
    server = EmbeddedPostgres(tmp_path / "data")
    server.close()
    server.close()

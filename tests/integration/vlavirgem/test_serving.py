"""`vlavirgem serve` as a program: quickly ready, quickly gone, and patient with its database."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from proeftuin_postgres.postmaster import socket_folder_of
from support.vlavirgem_towns import small_region
from vlavirgem import Town
from vlavirgem.own_database import OwnDatabase, place_beside, running_url
from vlavirgem.store.connection import plain_url
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


VLAVIRGEM = [sys.executable, "-m", "vlavirgem.cli"]


@contextmanager
def serving(*arguments: str | Path) -> Iterator[str]:
    """Run the program until the end of the block; it must end well, within the time it is given."""
    command = [*VLAVIRGEM, "serve", "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("vlavirgem: serving http://127.0.0.1:"), line
        yield line.split()[-1]
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(timeout=30)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_starts_on_a_loaded_database_and_stops_on_sigterm(loaded: str, town: Town) -> None:
    """Ready and gone in seconds; the limits are generous because machines are busy."""
    started = time.monotonic()
    with serving("--database-url", loaded) as url:
        assert time.monotonic() - started < 30
        assert town.digest == httpx.get(f"{url}/gezondheid").json()["digest"]
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 10


def test_it_brings_its_own_database_when_there_is_none(town: Town, tmp_path: Path) -> None:
    """A folder is enough; what visitors changed is still there the next time."""
    town.write(tmp_path / "stad")
    base = "https://data.vlavirgem.example/id/"
    application = {"product": f"{base}product/15", "aanvrager": f"{base}persoon/1"}
    with serving(tmp_path / "stad") as url:
        made = httpx.post(f"{url}/dossiers/v1/dossiers", json=application)
        assert 201 == made.status_code
        number = made.headers["location"].rpartition("/")[2]

    with serving(tmp_path / "stad") as url:
        assert 200 == httpx.get(f"{url}/dossiers/v1/dossiers/{number}").status_code


@pytest.fixture
def folder(town: Town) -> Iterator[Path]:
    """A town in a folder that the user whom PostgreSQL runs as reaches too, when the tests run as root."""
    with tempfile.TemporaryDirectory(prefix="vlavirgem-test-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        town.write(Path(place) / "stad")
        yield Path(place) / "stad"


def test_what_visitors_wrote_survives_a_kill_and_ends_with_a_reset(folder: Path) -> None:
    """Whether the town is being served at that moment or not."""
    base = "https://data.vlavirgem.example/id/"
    application = {"product": f"{base}product/15", "aanvrager": f"{base}persoon/1"}
    command = [*VLAVIRGEM, "serve", "--port", "0", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        case = httpx.post(f"{url}/dossiers/v1/dossiers", json=application).headers["location"]
        process.kill()
    path = case.removeprefix(url)

    with serving(folder) as url:
        assert 200 == httpx.get(f"{url}{path}").status_code
        assert 0 == subprocess.run([*VLAVIRGEM, "reset", str(folder)], check=False, timeout=60).returncode
        assert 404 == httpx.get(f"{url}{path}").status_code
        httpx.post(f"{url}/dossiers/v1/dossiers", json=application)
    assert 0 == subprocess.run([*VLAVIRGEM, "reset", str(folder)], check=False, timeout=60).returncode
    with serving(folder) as url:
        assert 404 == httpx.get(f"{url}{path}").status_code


def test_a_database_that_is_brought_along_waits_for_the_disk_once_it_is_filled(folder: Path) -> None:
    """What goes in first can be made again; what visitors write cannot."""

    def waits(url: str) -> bool:
        with psycopg.connect(url) as connection:
            return connection.execute("SHOW fsync").fetchone() == ("on",)

    place = place_beside(folder)
    with OwnDatabase(place) as database:
        assert not waits(database.url())
    with serving(folder):
        served = running_url(place)
        assert served is not None
        assert waits(served)
    with OwnDatabase(place) as database:
        assert waits(database.url())


def test_a_start_that_was_broken_off_is_started_over(folder: Path, town: Town) -> None:
    """At any moment: the database is made whole, or made again."""
    command = [*VLAVIRGEM, "serve", "--port", "0", str(folder)]
    for seconds in (0.8, 2.0):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            time.sleep(seconds)
            process.kill()
    with serving(folder) as url:
        assert town.digest == httpx.get(f"{url}/gezondheid").json()["digest"]
        page = httpx.get(f"{url}/basisregisters/v1/personen").json()
        assert town.tables["personen"].height == page["totaalAantal"]


def test_what_a_power_failure_took_a_part_of_is_made_anew(folder: Path, town: Town) -> None:
    """Before all was on disk: the note of which run of the machine filled it tells. Who serves is told too."""
    config = place_beside(folder) / "postgresql.conf"
    with serving(folder):
        socket = Path(str(socket_folder_of(place_beside(folder))))
        assert socket.is_dir()
    assert not socket.exists()
    text = config.read_text().replace("# What it was filled with is on disk too.\n", "")
    config.write_text(re.sub("(?<=Filled while the machine ran as: ).*", "an earlier one", text))
    (place_beside(folder) / "PG_VERSION").write_bytes(bytes(3))

    command = [*VLAVIRGEM, "serve", "--port", "0", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split()[-1]
        assert town.digest == httpx.get(f"{url}/gezondheid").json()["digest"]
        process.terminate()
        assert "the machine stopped before" in process.stderr.read()
    assert [] == list(folder.parent.glob(".stad.postgres.*"))


def test_a_folder_that_is_no_town_is_a_clear_error(folder: Path) -> None:
    """One line, and nothing keeps running."""
    (folder / "town.json").write_text("{}")
    done = subprocess.run(
        [*VLAVIRGEM, "serve", "--port", "0", str(folder)], capture_output=True, text=True, check=False, timeout=60
    )
    assert 2 == done.returncode
    assert 1 == len(done.stderr.strip().splitlines())


def test_it_fills_an_empty_database_from_a_folder(town: Town, tmp_path: Path, empty_database: str) -> None:
    """One command for a sandbox."""
    town.write(tmp_path / "stad")
    with serving(tmp_path / "stad", "--database-url", empty_database) as url:
        assert town.digest == httpx.get(f"{url}/gezondheid").json()["digest"]


def test_it_does_not_overwrite_another_town(town: Town, tmp_path: Path, empty_database: str) -> None:
    """Exit code 2 and one line that says how to replace it."""
    load_town(town, empty_database)
    with psycopg.connect(plain_url(empty_database)) as connection:
        connection.execute("""UPDATE vlavirgem_town SET manifest = manifest || '{"digest": "sha256:anders"}'""")
    town.write(tmp_path / "stad")

    done = subprocess.run(
        [*VLAVIRGEM, "serve", "--port", "0", str(tmp_path / "stad"), "--database-url", empty_database],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert 2 == done.returncode
    assert "--reset" in done.stderr
    assert 1 == len(done.stderr.strip().splitlines())


def test_a_municipality_of_a_region_is_served_from_its_folder(tmp_path: Path) -> None:
    """Like any other town, and in its own name."""
    folder = tmp_path / "99002"
    Town.generate(small_region(100, 60).profile("99002"), seed=7).write(folder)

    with serving(folder) as url:
        assert "Dorp B" == httpx.get(url).json()["naam"]


def test_a_port_that_is_taken_is_a_clear_error(loaded: str) -> None:
    """Exit code 2."""
    with serving("--database-url", loaded) as url:
        port = url.rpartition(":")[2]
        done = subprocess.run(
            [*VLAVIRGEM, "serve", "--port", port, "--database-url", loaded],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert 2 == done.returncode
    assert "Cannot listen" in done.stderr


def test_a_reset_database_is_served_without_a_restart(postgres: str, clone: Callable[[], str], template: str) -> None:
    """The platform drops a sandbox's database and clones it again.

    Meanwhile every request is answered with 503 at once; the first one after it works.
    """
    url = clone()
    name, source = (u.split("?")[0].rpartition("/")[2] for u in (url, template))
    with serving("--database-url", url) as served, psycopg.connect(postgres, autocommit=True) as admin:
        addresses = f"{served}/basisregisters/v1/adressen/1"
        assert 200 == httpx.get(addresses).status_code

        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
        gone = httpx.get(addresses)
        assert (503, "application/problem+json") == (gone.status_code, gone.headers["content-type"])
        assert "1" == gone.headers["retry-after"]
        assert 503 == httpx.get(f"{served}/gezondheid").status_code

        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())
        assert 200 == httpx.get(addresses).status_code


def test_a_database_without_a_town_is_filled_with_the_hamlet(empty_database: str) -> None:
    """Without a folder the demo town is made."""
    with serving("--database-url", empty_database) as url:
        assert "gehucht" == httpx.get(url).json()["stad"]["profile"]


def test_it_can_go_wrong_from_the_start(clone: Callable[[], str]) -> None:
    """`--storing` says how; what is no disturbance is a clear error."""
    url = clone()
    with serving("--database-url", url, "--storing", "onbeschikbaar=3;pad=/ipdc") as served:
        assert "3" == httpx.get(f"{served}/ipdc/v1/producten").headers["retry-after"]
        assert 200 == httpx.get(f"{served}/basisregisters/v1/adressen/1").status_code
    done = subprocess.run(
        [*VLAVIRGEM, "serve", "--database-url", url, "--storing", "stuk"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (2, 1) == (done.returncode, len(done.stderr.strip().splitlines()))

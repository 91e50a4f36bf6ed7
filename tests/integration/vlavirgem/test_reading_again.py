"""What was read before is used again, and never when it is no longer so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from starlette.testclient import TestClient

from vlavirgem.blocks.app import make_app
from vlavirgem.store.connection import plain_url
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from vlavirgem import Town

STREETS = "/basisregisters/v1/straatnamen"
STREET = f"{STREETS}/1"


def rename(url: str, name: str) -> None:
    with psycopg.connect(plain_url(url)) as connection:
        connection.execute("UPDATE straatnamen SET naam = %s WHERE id = 1", [name])


def names(client: TestClient) -> tuple[str, str]:
    """The name of the street by itself and on a page."""
    page = client.get(STREETS, params={"limiet": 1}).json()
    return client.get(STREET).json()["naam"], page["items"][0]["naam"]


def test_what_somebody_else_writes_is_seen_at_once(writing: TestClient, writing_url: str) -> None:
    """By another process too, straight in the database, and every time."""
    for place in range(20):
        rename(writing_url, f"Straat {place}")
        assert (f"Straat {place}", f"Straat {place}") == names(writing)
        assert (f"Straat {place}", f"Straat {place}") == names(writing)


def test_what_an_embedded_or_joined_table_tells_is_seen_at_once(writing: TestClient, writing_url: str) -> None:
    """An address shows the name of its street."""
    address = "/basisregisters/v1/adressen?straatnaamId=1&limiet=1"
    before = writing.get(address).json()["items"][0]
    rename(writing_url, "Nieuwstraat")

    after = writing.get(address).json()["items"][0]
    assert {"straatnaam": "Nieuwstraat"}.items() <= after.items()
    assert before["@id"] == after["@id"]


def test_a_filter_sees_what_was_added_and_taken_away(writing: TestClient, writing_url: str) -> None:
    """And so does the total."""
    writing.get(STREETS, params={"naam": "Nergensstraat"})
    rename(writing_url, "Nergensstraat")
    found = writing.get(STREETS, params={"naam": "nergensstraat"}).json()
    rename(writing_url, "Elders")
    gone = writing.get(STREETS, params={"naam": "nergensstraat"}).json()

    assert (1, 0) == (found["totaalAantal"], gone["totaalAantal"])
    assert (1, 0) == (len(found["items"]), len(gone["items"]))


def test_a_reset_and_another_writing_are_told_apart(writing: TestClient, writing_url: str, town: Town) -> None:
    """Changes are numbered anew after a reset: number 1 is another change then."""
    rename(writing_url, "Eerst")
    assert ("Eerst", "Eerst") == names(writing)
    load_town(town, writing_url, reset=True)
    rename(writing_url, "Daarna")

    assert ("Daarna", "Daarna") == names(writing)


def test_a_cloned_database_is_told_apart(postgres: str, clone: Callable[[], str], template: str) -> None:
    """The platform drops the database of a sandbox and clones it again."""
    url = clone()
    name, source = (u.split("?")[0].rpartition("/")[2] for u in (url, template))
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        rename(url, "Eerst")
        assert ("Eerst", "Eerst") == names(client)
        with psycopg.connect(postgres, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
            assert 503 == client.get(STREET).status_code
            admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"'.encode())
        rename(url, "Daarna")
        assert ("Daarna", "Daarna") == names(client)


@pytest.mark.parametrize(
    "path",
    [
        STREET,
        STREETS,
        f"{STREETS}?limiet=2&cursor=na-3",
        f"{STREETS}?naam=marktstraat",
        f"{STREETS}?limiet=0",
        f"{STREETS}?bestaatniet=1",
        f"{STREETS}?limiet=1&limiet=2",
        f"{STREETS}/999999",
        f"{STREETS}/01",
        f"{STREETS}/1?iets=1",
        f"{STREETS}/",
    ],
)
def test_the_short_way_answers_as_the_ordinary_way(reading: TestClient, path: str) -> None:
    """A host that is not plain is not taken along the short way; only the links differ."""
    short = reading.get(path)
    long = reading.get(path, headers={"Host": "stad.test:x"})

    def told(answer: httpx.Response) -> tuple[int, str, dict[str, str]]:
        headers = {name: value for name, value in answer.headers.items() if name not in ("etag", "content-length")}
        return answer.status_code, answer.text.replace("stad.test:x", "stad.test"), headers

    assert told(short) == told(long)


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json", "application/geo+json"])
def test_every_format_has_its_own_tag_and_304(reading: TestClient, accept: str) -> None:
    """Along the short way too."""
    for path in ("/basisregisters/v1/adressen/1", "/basisregisters/v1/adressen?limiet=3"):
        answer = reading.get(path, headers={"Accept": accept})
        assert accept == answer.headers["content-type"]
        assert "1.1.0" == answer.headers["api-version"]
        again = reading.get(path, headers={"Accept": accept, "If-None-Match": answer.headers["etag"]})
        assert (304, b"") == (again.status_code, again.content)
        head = reading.head(path, headers={"Accept": accept})
        assert (200, b"", answer.headers["etag"]) == (head.status_code, head.content, head.headers["etag"])

"""A served town lives: whole days, kept with their history, told in the change feed, and undone by a reset."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from support.vlavirgem_life import apply, faults_of, tables_of
from support.vlavirgem_tables import in_database
from vlavirgem.blocks.app import make_app
from vlavirgem.errors import DatabaseError, VlavirgemError
from vlavirgem.living import live
from vlavirgem.store import living
from vlavirgem.store.living import day_of, live_until
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vlavirgem import Town

FEED = "/gebeurtenissen/v1/gebeurtenissen"
CASES = "/dossiers/v1/dossiers"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}
MONTH = 30


@pytest.fixture(scope="module")
def lived(clone: Callable[[], str]) -> str:
    """The URL of a town that lived a month: days one by one, then ten at once, then the rest; to read from only."""
    url = clone()
    for day in range(1, 6):
        assert [day] == list(live_until(url, day))
    assert list(range(6, 16)) == list(live_until(url, 15))
    assert list(range(16, MONTH + 1)) == list(live_until(url, MONTH))
    return url


@pytest.fixture(scope="module")
def feed(lived: str) -> Iterator[TestClient]:
    with TestClient(make_app(lived), base_url="http://stad.test") as client:
        yield client


def events_of(client: TestClient) -> list[dict[str, Any]]:
    return client.get(FEED, params={"limiet": 1000}).json()["items"]


def test_a_database_lives_as_the_town_itself_does(lived: str, feed: TestClient, town: Town) -> None:
    """The feed tells the very events of `vlavirgem live`, and the tables are what those events make of the seed."""
    expected = [json.loads(event.line()) for event in live(town, days=MONTH)]
    tables = tables_of(town)
    for event in expected:
        apply(tables, event)

    assert expected == events_of(feed)
    assert tables == in_database(lived)
    assert [] == faults_of(tables)
    assert MONTH == day_of(lived) == feed.get("/").json()["stad"]["dag"] == feed.get("/gezondheid").json()["dag"]


def test_living_to_a_day_that_is_there_already_changes_nothing(lived: str) -> None:
    """Whoever does not know whether it was done may ask again."""
    assert [] == list(live_until(lived, MONTH))
    assert [] == list(live_until(lived, 3))
    assert MONTH == day_of(lived)


def test_the_feed_is_read_in_pages_and_taken_up_where_it_ended(feed: TestClient) -> None:
    """`volgende` while there is more; `hervat` always, also for what is still to happen."""
    whole = events_of(feed)
    read: list[dict[str, Any]] = []
    address: str | None = f"{FEED}?limiet=7"
    while address:
        page = feed.get(address)
        read += page.json()["items"]
        address = page.json().get("volgende")
        assert (address is not None) == ("link" in page.headers)
    after = feed.get(page.json()["hervat"]).json()

    assert whole == read
    assert (len(whole), [], page.json()["hervat"]) == (after["totaalAantal"], [], after["hervat"])
    moved = feed.get(FEED, params={"type": "example.vlavirgem.huishouden.verhuisd.v1"}).json()["items"]
    assert [event for event in whole if "verhuisd" in event["type"]] == moved


def test_the_feed_is_as_its_description_says(feed: TestClient) -> None:
    """Every answer fits its schema; what is asked wrongly is problem+json."""
    document = feed.get("/gebeurtenissen/v1/openapi.json").json()
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    schema = {"$ref": "urn:api#/components/schemas/GebeurtenisVerzameling"}

    assert [] == list(Draft202012Validator(schema, registry=registry).iter_errors(feed.get(FEED).json()))
    for wrong in ({"cursor": "gisteren"}, {"limiet": "0"}, {"type": "iets"}, {"dag": "3"}):
        answer = feed.get(FEED, params=wrong)
        assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"]), wrong
    assert 406 == feed.get(FEED, headers={"Accept": "text/html"}).status_code


def test_who_died_stays_in_the_register_without_a_home(clone: Callable[[], str]) -> None:
    """The person is still found, with the date; nobody finds them in a household any more."""
    url = clone()
    deaths: list[dict[str, Any]] = []
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        while not deaths:
            list(live_until(url, day_of(url) + 90))
            deaths = client.get(FEED, params={"type": "example.vlavirgem.persoon.overleden.v1"}).json()["items"]
        number = deaths[0]["subject"].rpartition("/")[2]
        person = client.get(f"/basisregisters/v1/personen/{number}").json()

        assert deaths[0]["time"][:10] == person["heeftOverlijden"]["datum"]
        assert not {"isLidVan", "heeftInwonerschap"} & set(person)
        document = client.get("/basisregisters/v1/openapi.json").json()
        registry: Registry[Any] = Registry().with_resource(
            "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
        )
        schema = {"$ref": "urn:api#/components/schemas/Persoon"}
        assert [] == list(Draft202012Validator(schema, registry=registry).iter_errors(person))


def test_a_day_is_there_whole_or_not_at_all(
    clone: Callable[[], str], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies in the middle of a day leaves the days before it; the next try gives the same events."""
    url = clone()
    days = iter(live_until(url, MONTH))
    for _ in range(4):
        next(days)
    cut = living._update

    def die(*arguments: Any) -> None:
        cut(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(living, "_update", die)
    with pytest.raises(KeyboardInterrupt):
        list(days)
    monkeypatch.undo()
    reached = day_of(url)
    assert 4 <= reached < MONTH

    list(live_until(url, MONTH))
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        assert [json.loads(event.line()) for event in live(town, days=MONTH)] == events_of(client)


def test_visitors_and_the_town_write_beside_each_other(clone: Callable[[], str]) -> None:
    """No number is given twice, nothing of a visitor is lost, and everything still fits together."""
    url = clone()
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        opened: list[str] = []

        def visit() -> None:
            for _ in range(25):
                answer = client.post(CASES, json=PERMIT)
                assert 201 == answer.status_code, answer.text
                opened.append(answer.headers["location"])

        visitor = threading.Thread(target=visit)
        visitor.start()
        list(live_until(url, 60))
        visitor.join()
        _move_somebody(client, url)
        list(live_until(url, 120))

        assert 25 == len(set(opened))
        assert all(200 == client.get(case).status_code for case in opened)
    tables = in_database(url)
    assert [] == faults_of(tables)
    assert 201 == _open_one_more(url)


def _move_somebody(client: TestClient, url: str) -> None:
    """A visitor has a household move to a home that is free now; residences and events follow."""
    tables = in_database(url)
    taken = {
        one["adres_id"] for table in ("huishoudens", "organisaties", "vestigingen") for one in tables[table].values()
    }
    homes = {one["id"] for one in tables["gebouweenheden"].values() if one["bestemming"] == "wonen"}
    free = next(
        number
        for number, one in tables["adressen"].items()
        if one["status"] == "inGebruik" and one["gebouweenheid_id"] in homes and number not in taken
    )
    path = f"/basisregisters/v1/huishoudens/{min(tables['huishoudens'])}"
    version = {"If-Match": client.get(path).headers["etag"]}
    answer = client.post(f"{path}/verhuizingen", json={"adres": f"{ID}adres/{free}"}, headers=version)
    assert 201 == answer.status_code, answer.text
    assert [] == faults_of(in_database(url))


def _open_one_more(url: str) -> int:
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        return client.post(CASES, json=PERMIT).status_code


def test_loading_the_seed_again_undoes_a_life(clone: Callable[[], str], town: Town) -> None:
    """Day 0, no events, the tables of the seed."""
    url = clone()
    list(live_until(url, 20))

    load_town(town, url, reset=True)

    assert 0 == day_of(url)
    assert tables_of(town) == in_database(url)
    with TestClient(make_app(url), base_url="http://stad.test") as client:
        page = client.get(FEED).json()
    assert (0, 0, []) == (page["dag"], page["totaalAantal"], page["items"])


def test_what_cannot_live_says_so_in_one_line(new_database: Callable[[str | None], str], lived: str) -> None:
    """An empty database, one that is not there, and a day that cannot be."""
    with pytest.raises(DatabaseError, match="holds no town"):
        list(live_until(new_database(None), 1))
    with pytest.raises(DatabaseError, match="cannot be reached"):
        list(live_until("postgresql://127.0.0.1:1/x", 1))
    for day in (-1, 3651):
        with pytest.raises(VlavirgemError, match="day"):
            live_until(lived, day)

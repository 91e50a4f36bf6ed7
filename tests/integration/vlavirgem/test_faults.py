"""The town goes wrong on purpose, only when asked, the same way each time, and says so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from starlette.testclient import TestClient

from support.vlavirgem_server import served
from vlavirgem.blocks.app import make_app
from vlavirgem.store.loading import load_town

if TYPE_CHECKING:
    from vlavirgem import Town

SETTING = "/storingen/v1/instelling"
STREET = "/basisregisters/v1/straatnamen/1"
CASES = "/dossiers/v1/dossiers"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}
SAID = "vlavirgem-storing"


def ask(client: TestClient, what: str, path: str = STREET) -> httpx.Response:
    return client.get(path, headers={"VlaVirGem-Storing": what})


def test_nothing_goes_wrong_unless_asked(reading: TestClient) -> None:
    """Nor does an answer speak of it."""
    assert {"actief": False, "seed": 1, "regels": [], "teller": 0} == reading.get(SETTING).json()
    for _ in range(20):
        answer = reading.get(STREET)
        assert (200, None) == (answer.status_code, answer.headers.get(SAID))


def test_a_request_is_slow_when_it_asks_for_that(reading: TestClient) -> None:
    began = time.monotonic()
    answer = ask(reading, "vertraging=300")

    assert 0.3 <= time.monotonic() - began
    assert (200, "vertraging=300") == (answer.status_code, answer.headers[SAID])
    assert reading.get(STREET).json() == answer.json()


def test_a_request_gets_503_when_it_asks_for_that_and_nothing_is_done(writing: TestClient) -> None:
    """With `Retry-After`, as a problem with the headers of every answer."""
    answer = writing.post(CASES, json=PERMIT, headers={"VlaVirGem-Storing": "onbeschikbaar=7"})

    assert (503, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert ("7", "onbeschikbaar=7") == (answer.headers["retry-after"], answer.headers[SAID])
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert 0 == writing.get("/dossiers/v1/wijzigingen").json()["totaalAantal"]


def test_a_stale_answer_is_the_town_as_it_was(writing: TestClient, town: Town) -> None:
    """Exactly, with its ETag, in collections and feeds too; and nothing is undone for anybody else."""
    path = f"/basisregisters/v1/adressen/{town.tables['huishoudens']['adres_id'][0]}"
    home = f"/basisregisters/v1/huishoudens/{town.tables['huishoudens']['id'][0]}"
    feed = "/basisregisters/v1/wijzigingen"
    before = [writing.get(url) for url in (path, home, "/basisregisters/v1/adressen?limiet=1000", feed)]
    renumbered = writing.post(
        f"{path}/hernummeringen", json={"huisnummer": "905"}, headers={"If-Match": before[0].headers["etag"]}
    )
    assert 201 == renumbered.status_code
    now = [writing.get(answer.request.url.raw_path.decode()) for answer in before]
    done = now[3].json()["totaalAantal"]

    old = [ask(writing, f"verouderd={done}", answer.request.url.raw_path.decode()) for answer in before]

    assert [answer.content for answer in before] == [answer.content for answer in old]
    assert [answer.headers["etag"] for answer in before] == [answer.headers["etag"] for answer in old]
    assert {f"verouderd={done}"} == {answer.headers[SAID] for answer in old}
    assert 0 == ask(writing, "verouderd=1000", "/gebeurtenissen/v1/gebeurtenissen").json()["totaalAantal"]
    assert [answer.content for answer in now] == [
        writing.get(answer.request.url.raw_path.decode()).content for answer in before
    ]
    late = writing.post(
        f"{path}/hernummeringen", json={"huisnummer": "906"}, headers={"If-Match": old[0].headers["etag"]}
    )
    assert 412 == late.status_code


def test_a_lagging_answer_does_not_know_a_new_case(writing: TestClient) -> None:
    """What was added is not there yet; and the next reading sees it again."""
    case = writing.post(CASES, json=PERMIT).headers["location"]

    assert 404 == ask(writing, "verouderd=10", case).status_code
    assert 200 == writing.get(case).status_code


def test_a_broken_connection_leaves_a_writing_done_and_a_key_finds_it_back(writing_url: str) -> None:
    """The answer begins, says so, and ends too early; sent again with the same key it comes whole."""
    with served(writing_url) as base, httpx.Client(base_url=base) as client:
        key = {"Idempotency-Key": "afgebroken"}
        asked = {**key, "VlaVirGem-Storing": "verbroken=10"}
        with client.stream("POST", CASES, json=PERMIT, headers=asked) as broken:
            assert (201, "verbroken=10") == (broken.status_code, broken.headers[SAID])
            with pytest.raises(httpx.RemoteProtocolError):
                broken.read()
        again = client.post(CASES, json=PERMIT, headers=key)
        assert ("true", broken.headers["location"]) == (
            again.headers["idempotent-replayed"],
            again.headers["location"],
        )
        assert again.json() == client.get(again.headers["location"]).json()


@pytest.mark.parametrize("wrong", ["stuk", "vertraging=999999", "vertraging;kans=200", "", "vertraging;;"])
def test_a_header_that_is_no_disturbance_is_refused(reading: TestClient, wrong: str) -> None:
    answer = ask(reading, wrong)

    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert "VlaVirGem-Storing" == answer.json()["fouten"][0]["naam"]


def statuses(client: TestClient, count: int) -> list[int]:
    return [client.get(STREET).status_code for _ in range(count)]


def test_a_setting_disturbs_a_share_of_all_requests_the_same_way_each_time(writing: TestClient) -> None:
    """By seed and number; set again, all repeats. Another seed disturbs others."""
    setting = {"seed": 5, "regels": [{"soort": "onbeschikbaar", "kans": 30}]}

    answer = writing.put(SETTING, json=setting)
    first = statuses(writing, 40)
    counted = writing.get(SETTING).json()
    writing.put(SETTING, json=setting)
    second = statuses(writing, 40)
    writing.put(SETTING, json={**setting, "seed": 6})
    other = statuses(writing, 40)

    rule = {"soort": "onbeschikbaar", "waarde": 1, "kans": 30, "pad": ""}
    assert {"actief": True, "seed": 5, "regels": [rule], "teller": 0} == answer.json()
    assert 40 == counted["teller"]
    assert 5 <= first.count(503) <= 20
    assert first == second
    assert first != other


def test_a_header_goes_before_the_setting(writing: TestClient) -> None:
    """`geen` lets one request be; the setting and the health are never disturbed; others addresses neither."""
    writing.put(SETTING, json={"regels": [{"soort": "onbeschikbaar", "pad": "/basisregisters"}]})

    assert 503 == writing.get(STREET).status_code
    assert 200 == ask(writing, "geen").status_code
    assert 200 == writing.get("/gezondheid").status_code
    assert 200 == writing.get("/ipdc/v1/producten").status_code
    assert 204 == writing.delete(SETTING).status_code
    assert 200 == writing.get(STREET).status_code


def test_a_chance_in_a_header_follows_from_its_number(reading: TestClient) -> None:
    """Without one the town counts."""
    numbered = [ask(reading, f"onbeschikbaar;kans=50;seed=9;nummer={n}").status_code for n in range(20)]
    again = [ask(reading, f"onbeschikbaar;kans=50;seed=9;nummer={n}").status_code for n in range(20)]
    counted = [ask(reading, "onbeschikbaar;kans=50").status_code for _ in range(20)]

    assert numbered == again
    assert {200, 503} == set(numbered) == set(counted)


def test_a_setting_outlives_a_restart_and_ends_with_a_reset(writing: TestClient, writing_url: str, town: Town) -> None:
    """It is kept where the town is."""
    writing.put(SETTING, json={"regels": [{"soort": "onbeschikbaar"}]})

    with TestClient(make_app(writing_url), base_url="http://stad.test") as restarted:
        assert 503 == restarted.get(STREET).status_code
        load_town(town, writing_url, reset=True)
        assert [200, 200] == statuses(restarted, 2)
    assert 200 == writing.get(STREET).status_code


@pytest.mark.parametrize(
    "setting",
    [
        {},
        {"regels": [{"soort": "stuk"}]},
        {"regels": [{"soort": "vertraging", "waarde": 30_001}]},
        {"regels": [{"soort": "verloren", "waarde": 3}]},
        {"regels": [{"soort": "vertraging", "kans": 0}]},
        {"regels": [{"soort": "vertraging", "pad": "geen pad"}]},
        {"regels": [{"soort": "vertraging"}] * 21},
        {"seed": -1, "regels": []},
        [],
    ],
)
def test_a_setting_that_cannot_be_is_refused(reading: TestClient, setting: Any) -> None:
    answer = reading.put(SETTING, json=setting)

    assert 400 == answer.status_code
    assert answer.json()["fouten"]
    assert not reading.get(SETTING).json()["actief"]


def test_the_setting_is_what_its_description_says(writing: TestClient) -> None:
    """And every block's description knows the header, in no operation's list."""
    writing.put(SETTING, json={"regels": [{"soort": "verloren", "kans": 5}, {"soort": "verbroken", "pad": "/id"}]})
    document = writing.get("/storingen/v1/openapi.json").json()
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    schema = {"$ref": "urn:api#/components/schemas/Storingen"}
    errors = Draft202012Validator(schema, registry=registry).iter_errors(writing.get(SETTING).json())

    assert [] == list(errors)
    described = writing.get("/ipdc/v1/openapi.json").json()
    assert "VlaVirGem-Storing" == described["components"]["parameters"]["Storing"]["name"]
    assert "VlaVirGem-Storing" not in str(described["paths"])

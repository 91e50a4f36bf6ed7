"""A case is handed over to another employee, who must have the right to handle cases."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vlavirgem.store.living import live_until

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from vlavirgem import Town

CASES = "/dossiers/v1/dossiers"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}
OPENED = date(2026, 3, 9)
"""What `writing` takes for today."""
HANDED_OVER = "example.vlavirgem.dossier.overgedragen.v1"
BUILDING_OFFICER = 2
"""The steady employee of Omgeving in the first wijk."""


def opened(client: TestClient) -> httpx.Response:
    return client.post(CASES, json=PERMIT)


def hand_over(client: TestClient, case: str, *, to: int, tag: str | None = "*", **changes: Any) -> httpx.Response:
    headers = {"If-Match": client.get(case).headers["etag"] if tag == "*" else tag} if tag else {}
    key = changes.pop("key", None)
    body = {"overnemer": f"{ID}medewerker/{to}", "reden": "behandeling", **changes}
    return client.post(f"{case}/overdrachten", json=body, headers=headers | ({"Idempotency-Key": key} if key else {}))


def test_a_new_case_is_in_the_hands_of_the_desk(writing: TestClient, town: Town) -> None:
    """Somebody of Burgerzaken who may handle cases; nobody gave it."""
    case = opened(writing).json()

    (first,) = case["overdrachten"]
    assert (case["medewerker"], "intake") == (first["overnemer"], first["reden"])
    assert "overdrager" not in first
    assert first["tijdstip"] == case["statussen"][0]["tijdstip"]
    holder = town.tables["medewerkers"].filter(id=int(case["medewerker"].rpartition("/")[2]))
    assert ["Burgerzaken"] == holder["dienst"].to_list()


def test_a_case_is_handed_over_and_remembers_it(writing: TestClient) -> None:
    """201 with the case; it is in the list of the new handler, in the feed and among the events."""
    case = opened(writing)
    address, number = case.headers["location"], case.json()["@id"].rpartition("/")[2]
    answer = hand_over(writing, address, to=BUILDING_OFFICER, toelichting="Voor de omgevingsambtenaar.")

    assert 201 == answer.status_code
    document = answer.json()
    assert f"{ID}medewerker/{BUILDING_OFFICER}" == document["medewerker"]
    assert [1, 2] == [one["volgnummer"] for one in document["overdrachten"]]
    last = document["overdrachten"][-1]
    assert (case.json()["medewerker"], "behandeling", "Voor de omgevingsambtenaar.") == (
        last["overdrager"], last["reden"], last["toelichting"],
    )  # fmt: skip
    mine = writing.get(f"{CASES}?medewerkerId={BUILDING_OFFICER}&status=Ingediend").json()["items"]
    assert document["@id"] in [one["@id"] for one in mine]
    listed = writing.get(f"/dossiers/v1/overdrachten?dossierId={number}").json()
    assert document["overdrachten"] == [
        {key: value for key, value in one.items() if key != "_links"} for one in listed["items"]
    ]
    changes = writing.get("/dossiers/v1/wijzigingen?soort=overdracht").json()["items"]
    assert 2 == len(changes)
    told = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert HANDED_OVER == told[-1]["type"]
    assert document["@id"] == told[-1]["subject"]
    assert {"overdrachten", "dossiers"} == {name for rows in told[-1]["data"].values() for name in rows}


def test_a_handover_needs_the_version_that_is_there(writing: TestClient) -> None:
    """428 without `If-Match`, 412 with an old one: two people do not give away the same case."""
    case = opened(writing)
    address, tag = case.headers["location"], case.headers["etag"]

    assert 428 == hand_over(writing, address, to=BUILDING_OFFICER, tag=None).status_code
    assert 201 == hand_over(writing, address, to=BUILDING_OFFICER, tag=tag).status_code
    assert 412 == hand_over(writing, address, to=1, tag=tag).status_code
    assert 201 == hand_over(writing, address, to=1).status_code
    assert 412 == hand_over(writing, address, to=BUILDING_OFFICER, tag=tag).status_code


def test_the_same_handover_twice_happens_once(writing: TestClient) -> None:
    """`Idempotency-Key`: the same answer, byte for byte."""
    case = opened(writing)
    address, tag = case.headers["location"], case.headers["etag"]
    first, again = (hand_over(writing, address, to=BUILDING_OFFICER, tag=tag, key="een") for _ in range(2))

    assert (201, first.content, "true") == (again.status_code, again.content, again.headers["idempotent-replayed"])
    assert 2 == len(writing.get(address).json()["overdrachten"])


def test_only_who_may_handle_cases_gets_one(writing: TestClient, town: Town) -> None:
    """409 for who left, who lacks the role, who is not there and who has it already; 404 and 400 for the rest."""
    roles = town.tables["rollen"].filter(pl.col("code").is_in(["dossiers-behandelaar", "dossiers-beheerder"]))["id"]
    rights = town.tables["toegangsrechten"].filter(pl.col("tot").is_null(), pl.col("rol_id").is_in(roles.implode()))
    others = town.tables["medewerkers"].filter(~pl.col("id").is_in(rights["medewerker_id"].implode()))
    case = opened(writing)
    address, holder = case.headers["location"], int(case.json()["medewerker"].rpartition("/")[2])

    for to in (others["id"][0], 99_999_999, holder):
        refused = hand_over(writing, address, to=to)
        assert (409, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
        assert ["overnemer"] == [fault["naam"] for fault in refused.json()["fouten"]]
    assert 400 == hand_over(writing, address, to=BUILDING_OFFICER, reden="intake").status_code
    assert 400 == hand_over(writing, address, to=BUILDING_OFFICER, overnemer=f"{ID}persoon/1").status_code
    missing = writing.post(
        f"{CASES}/99999999/overdrachten", json={"overnemer": f"{ID}medewerker/1"}, headers={"If-Match": '"1"'}
    )
    assert 404 == missing.status_code
    assert case.json() == writing.get(address).json()


def test_a_closed_case_stays_where_it_is(writing: TestClient) -> None:
    """409: nobody handles it any more."""
    address = opened(writing).headers["location"]
    assert 201 == writing.post(f"{address}/statussen", json={"status": "Stopgezet"}).status_code

    refused = hand_over(writing, address, to=BUILDING_OFFICER)

    assert (409, "dossier-gesloten") == (refused.status_code, refused.json()["type"].rpartition("/")[2])


@pytest.mark.parametrize("steps", [1, 3])
def test_statuses_and_handovers_are_counted_apart(writing: TestClient, steps: int) -> None:
    """A status after a hand-over still has the place that it had in the road of its case."""
    address = opened(writing).headers["location"]
    for _ in range(steps):
        hand_over(writing, address, to=BUILDING_OFFICER)
        hand_over(writing, address, to=1)
    writing.post(f"{address}/statussen", json={"status": "InVerwerking"})

    document = writing.get(address).json()
    assert [1, 2] == [status["volgnummer"] for status in document["statussen"]]
    assert list(range(1, len(document["overdrachten"]) + 1)) == [one["volgnummer"] for one in document["overdrachten"]]


def test_colleagues_take_over_from_who_lost_the_right(writing: TestClient, writing_url: str, town: Town) -> None:
    """A tester ends a role; the day after somebody else has the case, and the town tells."""
    roles = dict(town.tables["rollen"].select("code", "id").iter_rows())
    case = opened(writing)
    holder = int(case.json()["medewerker"].rpartition("/")[2])
    (right,) = town.tables["toegangsrechten"].filter(medewerker_id=holder, rol_id=roles["dossiers-behandelaar"])["id"]
    address = f"/rollen/v1/toegangsrechten/{right}"
    tag = writing.get(address).headers["etag"]
    assert 201 == writing.post(f"{address}/beeindigingen", json={}, headers={"If-Match": tag}).status_code

    list(live_until(writing_url, (OPENED - town.reference_date).days + 2))

    last = writing.get(case.headers["location"]).json()["overdrachten"][-1]
    assert (f"{ID}medewerker/{holder}", "uitdiensttreding") == (last["overdrager"], last["reden"])
    told = writing.get("/gebeurtenissen/v1/gebeurtenissen?limiet=1000").json()["items"]
    assert case.json()["@id"] in [one["subject"] for one in told if one["type"] == HANDED_OVER]

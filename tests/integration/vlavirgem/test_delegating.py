"""A role given to a colleague for a time: who may then do what, and what cannot be given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from vlavirgem.store.accounts import find_account, read_roles
from vlavirgem.store.connection import connect

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from vlavirgem import Town

BASE = "/rollen/v1"
ID = "https://data.vlavirgem.example/id/"
DESK, BUILDING_OFFICER, BOOKKEEPER = 1, 2, 3
"""Employees of the first wijk who stay: of Burgerzaken, Omgeving and Financiën."""
LEFT = 11
"""Who left."""
ROLE, OFFICERS_ROLE, ACT = 1, 5, "bevolking.wijzigen"
"""The role of the desk and that of Omgeving, and what the first allows."""
BEGIN = date(2026, 6, 1)
"""In the seed nothing is given after this day."""


def body(**changes: Any) -> dict[str, Any]:
    return {
        "geverId": DESK,
        "nemerId": BUILDING_OFFICER,
        "rolId": ROLE,
        "van": str(BEGIN),
        "tot": str(BEGIN + timedelta(days=14)),
        "reden": "verlof",
    } | changes


def give(client: TestClient, *, key: str | None = None, **changes: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{BASE}/delegaties", json=body(**changes), headers=headers)


def end(client: TestClient, place: str, *, tag: str | None = "*", tot: date | None = None) -> httpx.Response:
    headers = {"If-Match": client.get(place).headers["etag"] if tag == "*" else tag} if tag else {}
    return client.post(f"{place}/beeindigingen", json={"tot": str(tot)} if tot else {}, headers=headers)


def may(client: TestClient, employee: int, *, on: date, act: str = ACT) -> dict[str, Any]:
    question = {"medewerkerId": employee, "handeling": act, "op": str(on)}
    answer: dict[str, Any] = client.get(f"{BASE}/controle", params=question).json()
    return answer


def told(client: TestClient) -> list[str]:
    items = client.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    return [one["type"].removeprefix("example.vlavirgem.").removesuffix(".v1") for one in items]


def test_the_delegations_of_a_town_are_listed_and_found(reading: TestClient, town: Town) -> None:
    """By who gives, who gets, the role and a day."""
    table = town.tables["delegaties"]
    one = table.row(0, named=True)
    role = town.tables["toegangsrechten"].filter(id=one["toegangsrecht_id"])["rol_id"][0]
    document = reading.get(f"{BASE}/delegaties/{one['id']}").json()

    assert table.height == reading.get(f"{BASE}/delegaties").json()["totaalAantal"]
    assert (f"{ID}medewerker/{one['gever_id']}", f"{ID}medewerker/{one['nemer_id']}", f"{ID}rol/{role}") == (
        document["gever"], document["nemer"], document["rol"],
    )  # fmt: skip
    both = (pl.col("gever_id") == one["gever_id"]) | (pl.col("nemer_id") == one["gever_id"])
    on_day = (pl.col("van") <= one["van"]) & (pl.col("tot") > one["van"])
    for question, expected in (
        (f"geverId={one['gever_id']}", table.filter(gever_id=one["gever_id"])),
        (f"nemerId={one['nemer_id']}", table.filter(nemer_id=one["nemer_id"])),
        (f"medewerkerId={one['gever_id']}", table.filter(both)),
        (f"toegangsrechtId={one['toegangsrecht_id']}", table.filter(toegangsrecht_id=one["toegangsrecht_id"])),
        (f"op={one['van']}", table.filter(on_day)),
        (f"rolId={role}&geverId={one['gever_id']}", table.filter(gever_id=one["gever_id"])),
    ):
        found = reading.get(f"{BASE}/delegaties?{question}").json()["items"]
        assert [f"{ID}delegatie/{number}" for number in expected["id"]] == [item["@id"] for item in found], question


def test_every_delegation_of_the_town_allows_what_the_role_does(reading: TestClient, town: Town) -> None:
    """From its first day to the day before its end, with who gave it as the reason."""
    one = town.tables["delegaties"].filter(gever_id=DESK).row(0, named=True)

    verdict = may(reading, one["nemer_id"], on=one["van"])
    assert (True, "delegatie-geldt") == (verdict["toegelaten"], verdict["redenen"][0]["code"])
    assert f"medewerker/{DESK}" in verdict["redenen"][0]["tekst"]
    assert f"{ID}medewerker/{DESK}" == verdict["bevoegdheden"][0]["gekregenVan"]
    assert f"{ID}delegatie/{one['id']}" == verdict["redenen"][0]["bron"]
    for day, code in ((one["van"] - timedelta(days=1), "nog-niet-begonnen"), (one["tot"], "afgelopen")):
        assert f"delegatie-{code}" == may(reading, one["nemer_id"], on=day)["redenen"][0]["code"]


def test_a_role_is_given_for_a_time_and_ended_early(writing: TestClient) -> None:
    """The check, the list, the change feed and the events tell the same; the giver keeps the role."""
    last = BEGIN + timedelta(days=13)
    given = give(writing, key="een", toelichting="Zomerverlof")
    assert 201 == given.status_code, given.text
    assert given.content == give(writing, key="een", toelichting="Zomerverlof").content
    place = given.headers["location"]
    assert [True, True, False] == [
        may(writing, BUILDING_OFFICER, on=day)["toegelaten"] for day in (BEGIN, last, last + timedelta(days=1))
    ]
    assert may(writing, DESK, on=BEGIN)["toegelaten"] is True
    found = writing.get(f"{BASE}/bevoegdheden?medewerkerId={BUILDING_OFFICER}&soort=delegatie&op={BEGIN}").json()
    assert [given.json()["@id"]] == [one["opGrondVan"] for one in found["items"]]

    early = BEGIN + timedelta(days=3)
    assert 428 == end(writing, place, tag=None, tot=early).status_code
    assert 412 == end(writing, place, tag='"oud"', tot=early).status_code
    ended = end(writing, place, tot=early)
    assert (201, str(early), str(last + timedelta(days=1))) == (
        ended.status_code, ended.json()["tot"], ended.json()["voorzienTot"],
    )  # fmt: skip
    assert 412 == end(writing, place, tag=given.headers["etag"]).status_code
    assert 409 == end(writing, place, tot=early + timedelta(days=1)).status_code
    assert may(writing, BUILDING_OFFICER, on=early)["toegelaten"] is False
    changes = writing.get(f"{BASE}/wijzigingen?soort=delegatie").json()["items"]
    assert ["nieuw", "gewijzigd"] == [one["data"]["soort"] for one in changes]
    assert ["delegatie.gegeven", "delegatie.beeindigd"] == told(writing)


def test_what_did_not_begin_never_does_when_it_is_withdrawn(writing: TestClient) -> None:
    """It stays in the history, for no day at all; and then the role can be given again."""
    place = give(writing).headers["location"]
    assert 409 == end(writing, place, tot=BEGIN - timedelta(days=1)).status_code

    ended = end(writing, place).json()

    assert ended["van"] == ended["tot"] == str(BEGIN)
    assert 409 == end(writing, place).status_code
    assert may(writing, BUILDING_OFFICER, on=BEGIN)["toegelaten"] is False
    assert 201 == give(writing, nemerId=BOOKKEEPER).status_code


def test_when_a_role_is_taken_away_whoever_got_it_loses_it_too(writing: TestClient, town: Town) -> None:
    """In one event that tells of both."""
    right = town.tables["toegangsrechten"].filter(medewerker_id=DESK, rol_id=ROLE)["id"][0]
    place = give(writing).headers["location"]
    early = BEGIN + timedelta(days=2)

    assert 201 == end(writing, f"{BASE}/toegangsrechten/{right}", tot=early).status_code

    assert str(early) == writing.get(place).json()["tot"]
    assert [True, False] == [may(writing, BUILDING_OFFICER, on=day)["toegelaten"] for day in (BEGIN, early)]
    last = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"][-1]
    assert {"toegangsrechten", "delegaties"} == set(last["data"]["gewijzigd"])


def test_who_got_the_right_to_handle_cases_can_be_given_one(writing: TestClient, town: Town) -> None:
    """Effective rights are those of one's own and those that a colleague gave."""
    roles = dict(town.tables["rollen"].select("code", "id").iter_rows())
    handling = [roles[code] for code in ("dossiers-behandelaar", "dossiers-beheerder")]
    rights = town.tables["toegangsrechten"].filter(pl.col("rol_id").is_in(handling))
    without = town.tables["medewerkers"].filter(
        ~pl.col("id").is_in(rights["medewerker_id"].implode()), pl.col("tot").is_null()
    )
    taker = without["id"][0]
    case = writing.post("/dossiers/v1/dossiers", json={"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"})

    def hand_over() -> int:
        headers = {"If-Match": case.headers["etag"]}
        wanted = {"overnemer": f"{ID}medewerker/{taker}"}
        return writing.post(f"{case.headers['location']}/overdrachten", json=wanted, headers=headers).status_code

    assert 409 == hand_over()
    begin = town.reference_date
    given = give(
        writing, nemerId=taker, rolId=roles["dossiers-behandelaar"], van=str(begin), tot=str(begin + timedelta(days=9))
    )
    assert 201 == given.status_code, given.text
    assert 201 == hand_over()


def test_a_role_that_a_colleague_gave_is_in_the_claims_meanwhile(
    writing: TestClient, writing_url: str, town: Town
) -> None:
    """Whoever signs in has it, until it ends."""
    today = town.reference_date
    given = give(writing, van=str(today), tot=str(today + timedelta(days=5)), nemerId=BOOKKEEPER)

    def roles() -> list[str]:
        with connect(writing_url) as connection:
            account = find_account(connection, f"medewerker/{BOOKKEEPER}")
            assert account is not None
            return read_roles(connection, account)

    assert "burgerzaken-loket" in roles()
    assert 201 == end(writing, given.headers["location"], tot=today).status_code
    assert "burgerzaken-loket" not in roles()


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"nemerId": DESK}, "nemerId"),
        ({"nemerId": LEFT}, "nemerId"),
        ({"geverId": LEFT}, "geverId"),
        ({"geverId": 99_999_999}, "geverId"),
        ({"nemerId": 99_999_999}, "nemerId"),
        ({"rolId": 99}, "rolId"),
        ({"rolId": OFFICERS_ROLE}, "rolId"),
        ({"geverId": BOOKKEEPER}, "rolId"),
        ({"geverId": BUILDING_OFFICER, "nemerId": DESK, "rolId": 3}, "nemerId"),
        ({"van": "1950-01-01"}, "geverId"),
    ],
    ids=str,
)
def test_what_cannot_be_given_is_refused_with_a_reason(
    writing: TestClient, changed: dict[str, Any], name: str
) -> None:
    """To oneself, to or by somebody who left or is not there, a role that one has not or that the other has."""
    refused = give(writing, **changed)

    assert (409, "application/problem+json") == (refused.status_code, refused.headers["content-type"])
    problem = refused.json()
    assert [name] == [one["naam"] for one in problem["fouten"]]
    assert problem["detail"].startswith("Dat kan nu niet: ")
    assert problem["detailEn"].endswith(".")
    assert [] == told(writing)


def test_a_role_is_given_to_one_colleague_at_a_time(writing: TestClient) -> None:
    """Overlapping is refused, and what begins when the other ends is not."""
    assert 201 == give(writing).status_code
    during = {"van": str(BEGIN + timedelta(days=13)), "tot": str(BEGIN + timedelta(days=20))}
    after = {"van": str(BEGIN + timedelta(days=14)), "tot": str(BEGIN + timedelta(days=20))}

    for nemer, name in ((BOOKKEEPER, "van"), (BUILDING_OFFICER, "nemerId")):
        refused = give(writing, nemerId=nemer, **during)
        assert (409, [name]) == (refused.status_code, [one["naam"] for one in refused.json()["fouten"]])
    assert 201 == give(writing, nemerId=BOOKKEEPER, **after).status_code


def test_what_was_given_cannot_be_given_on(writing: TestClient) -> None:
    """A chain is refused, in Dutch and in English."""
    assert 201 == give(writing).status_code

    refused = give(writing, geverId=BUILDING_OFFICER, nemerId=BOOKKEEPER)

    assert (409, "keten-van-delegaties") == (refused.status_code, refused.json()["type"].rpartition("/")[2])
    assert "kreeg die rol zelf van een collega" in refused.json()["detail"]
    assert "cannot be given on" in refused.json()["detailEn"]


@pytest.mark.parametrize(
    "wrong",
    [{"tot": str(BEGIN)}, {"tot": None}, {"reden": "zomaar"}, {"geverId": 0}, {"van": "morgen"}, {"meer": 1}],
    ids=str,
)
def test_a_delegation_that_is_no_delegation_is_refused(writing: TestClient, wrong: dict[str, Any]) -> None:
    """400: it ends after it began, and for a reason that is known."""
    assert 400 == give(writing, **wrong).status_code
    assert 404 == writing.post(
        f"{BASE}/delegaties/99999999/beeindigingen", json={}, headers={"If-Match": '"1"'}
    ).status_code  # fmt: skip


def test_a_delegation_without_a_first_day_begins_today_and_ends_later(writing: TestClient, town: Town) -> None:
    today = town.reference_date
    refused = give(writing, van=None, tot=str(today))
    assert (409, ["tot"]) == (refused.status_code, [one["naam"] for one in refused.json()["fouten"]])

    given = give(writing, nemerId=BOOKKEEPER, van=None, tot=str(today + timedelta(days=1)))

    assert (201, str(today)) == (given.status_code, given.json()["van"])

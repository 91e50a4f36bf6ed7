"""Roles and mandates: who may do what on which day, on a real town; and a role that is given or taken away."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from pyld import jsonld
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from vlavirgem.acts import acts
from vlavirgem.generation.governance.functions import Status

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from vlavirgem import Town

BASE = "/rollen/v1"
SOURCES = ("toegangsrechten", "mandatarissen", "functionarissen", "delegaties")


def schema_of(client: TestClient, name: str) -> Draft202012Validator:
    """A schema of the OpenAPI document."""
    document = client.get(f"{BASE}/openapi.json").json()
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    return Draft202012Validator({"$ref": f"urn:api#/components/schemas/{name}"}, registry=registry)


def all_of(client: TestClient, question: str) -> list[dict[str, Any]]:
    """Follow `volgende` to the end."""
    items, following = [], f"{BASE}/bevoegdheden?{question}"
    while following:
        page = client.get(following).json()
        items += page["items"]
        following = page.get("volgende")
    return items


@pytest.fixture(scope="module")
def right(town: Town) -> dict[str, Any]:
    """An access right that counts today."""
    rights = town.tables["toegangsrechten"]
    return rights.filter(rights["tot"].is_null()).row(0, named=True)


def test_all_authorities_are_listed_once_over_the_pages(reading: TestClient, town: Town) -> None:
    """Those that ever counted, so not those of who was prevented; a page of seven at a time."""
    items = all_of(reading, "limiet=7")
    sources = [one["opGrondVan"] for one in items]
    prevented = town.tables["mandatarissen"].filter(status=str(Status.PREVENTED)).height
    expected = sum(town.tables[table].height for table in SOURCES) - prevented

    assert len(sources) == len(set(sources))
    assert expected == len(items) == reading.get(f"{BASE}/bevoegdheden").json()["totaalAantal"]
    assert [] == list(
        schema_of(reading, "BevoegdheidVerzameling").iter_errors(
            {"@context": "x:y", "totaalAantal": 1, "items": items}
        )
    )


def test_what_counts_on_a_day_is_what_began_and_did_not_end(reading: TestClient, town: Town) -> None:
    day = town.reference_date - timedelta(days=200)
    on_day = all_of(reading, f"op={day}&limiet=500")
    ever = all_of(reading, "limiet=500")
    expected = [one for one in ever if one["van"] <= str(day) and ("tot" not in one or str(day) < one["tot"])]

    assert expected == on_day
    assert 0 < len(on_day) < len(ever)


def test_a_role_allows_its_acts_and_says_why(reading: TestClient, town: Town, right: dict[str, Any]) -> None:
    code = town.tables["rollen"].filter(id=right["rol_id"])["code"][0]
    act = next(act for act in acts() if code in act.roles)
    question = {"medewerkerId": right["medewerker_id"], "handeling": act.code, "op": str(town.reference_date)}
    answer = reading.get(f"{BASE}/controle", params=question).json()

    assert [] == list(schema_of(reading, "Controle").iter_errors(answer))
    assert answer["toegelaten"] is True
    assert f"https://data.vlavirgem.example/id/toegangsrecht/{right['id']}" in [
        one["opGrondVan"] for one in answer["bevoegdheden"]
    ]
    assert "rol-geldt" == answer["redenen"][0]["code"]

    before = {**question, "op": str(right["van"] - timedelta(days=1))}
    early = reading.get(f"{BASE}/controle", params=before).json()
    assert early["toegelaten"] is False
    assert "rol-nog-niet-begonnen" == early["redenen"][0]["code"]


def test_a_mandate_that_ended_names_its_successor(reading: TestClient, town: Town) -> None:
    """The town has one councillor who stopped early."""
    mandataries = town.tables["mandatarissen"].drop_nulls("opvolger_van_id")
    new = mandataries.row(0, named=True)
    old = town.tables["mandatarissen"].filter(id=new["opvolger_van_id"]).row(0, named=True)
    question = {
        "persoonId": old["persoon_id"],
        "handeling": "gemeenteraad.stemmen",
        "op": str(new["start"].date() + timedelta(days=2)),
    }
    told = reading.get(f"{BASE}/controle", params=question).json()
    successor = reading.get(f"{BASE}/controle", params={**question, "persoonId": new["persoon_id"]}).json()

    assert told["toegelaten"] is False
    assert f"mandataris/{new['id']}" in told["redenen"][-1]["tekst"] + str(told)
    assert successor["toegelaten"] is True


def test_an_answer_is_linked_data(reading: TestClient, right: dict[str, Any]) -> None:
    """With a context of its own, in which links are links."""
    question = {"medewerkerId": right["medewerker_id"], "handeling": "dossier.behandelen"}
    answer = reading.get(f"{BASE}/controle", params=question, headers={"Accept": "application/ld+json"})
    context = reading.get(answer.json()["@context"]).json()
    text = jsonld.to_rdf({**answer.json(), **context}, {"format": "application/n-quads"})

    assert "application/ld+json" == answer.headers["content-type"]
    assert "<https://data.vlavirgem.example/id/concept/handeling/dossier.behandelen>" in text
    assert f"<https://data.vlavirgem.example/id/medewerker/{right['medewerker_id']}>" in text
    page = reading.get(f"{BASE}/bevoegdheden?limiet=2").json()
    graph = jsonld.to_rdf({**page, **context}, {"format": "application/n-quads"})
    assert 2 == graph.count("<https://data.vlavirgem.example/ns#Bevoegdheid>")


def test_who_is_prevented_may_not_vote_and_who_stands_in_may(reading: TestClient, town: Town) -> None:
    """As long as it lasts; then it is the other way around."""
    ones = town.tables["mandatarissen"]
    absent = ones.drop_nulls("tijdelijk_vervangen_door_id").row(0, named=True)
    acting = ones.filter(id=absent["tijdelijk_vervangen_door_id"]).row(0, named=True)

    def may(person: int, day: date) -> bool:
        question = {"persoonId": person, "handeling": "gemeenteraad.stemmen", "op": str(day)}
        return bool(reading.get(f"{BASE}/controle", params=question).json()["toegelaten"])

    during, after = (absent[name].date() + timedelta(days=2) for name in ("start", "einde"))
    assert [False, True] == [may(one["persoon_id"], during) for one in (absent, acting)]
    assert [True, False] == [may(one["persoon_id"], after) for one in (absent, acting)]


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("handeling=dossier.behandelen", 400),
        ("handeling=dossier.behandelen&persoonId=1&medewerkerId=1", 400),
        ("handeling=bestaat.niet&persoonId=1", 400),
        ("handeling=dossier.behandelen&persoonId=1&op=morgen", 400),
        ("handeling=dossier.behandelen&persoonId=99999999999", 404),
        ("persoonId=1", 400),
    ],
)
def test_a_question_that_cannot_be_answered_is_an_error(reading: TestClient, question: str, status: int) -> None:
    answer = reading.get(f"{BASE}/controle?{question}")

    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


def test_a_role_is_given_and_taken_away_with_its_history(
    writing: TestClient, town: Town, right: dict[str, Any]
) -> None:
    """The check, the list and the change feed tell the same."""
    rights, roles = town.tables["toegangsrechten"], dict(town.tables["rollen"].select("code", "id").iter_rows())
    had = set(rights.filter(medewerker_id=right["medewerker_id"])["rol_id"])
    act, code = next(
        (act.code, code) for act in acts() for code in act.roles if not had & {roles[c] for c in act.roles}
    )
    role = roles[code]
    question = f"{BASE}/controle?medewerkerId={right['medewerker_id']}&handeling={act}"
    body = {"medewerkerId": right["medewerker_id"], "rolId": role}
    assert writing.get(question).json()["toegelaten"] is False

    given = writing.post(f"{BASE}/toegangsrechten", json=body, headers={"Idempotency-Key": "een"})
    assert 201 == given.status_code, given.text
    assert (
        given.content == writing.post(f"{BASE}/toegangsrechten", json=body, headers={"Idempotency-Key": "een"}).content
    )
    assert 409 == writing.post(f"{BASE}/toegangsrechten", json=body).status_code
    assert writing.get(question).json()["toegelaten"] is True

    place = given.headers["location"]
    ending = {"tot": str(date.fromisoformat(given.json()["van"]) + timedelta(days=1))}
    assert 428 == writing.post(f"{place}/beeindigingen", json=ending).status_code
    ended = writing.post(f"{place}/beeindigingen", json=ending, headers={"If-Match": given.headers["etag"]})
    assert 201 == ended.status_code, ended.text
    assert ending["tot"] == ended.json()["tot"]
    assert writing.get(f"{question}&op={ending['tot']}").json()["toegelaten"] is False
    assert writing.get(f"{question}&op={given.json()['van']}").json()["toegelaten"] is True

    changes = writing.get(f"{BASE}/wijzigingen?soort=toegangsrecht").json()["items"]
    told = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert ["nieuw", "gewijzigd"] == [one["data"]["soort"] for one in changes]
    assert ["example.vlavirgem.toegangsrecht.gegeven.v1", "example.vlavirgem.toegangsrecht.beeindigd.v1"] == [
        one["type"] for one in told
    ]


@pytest.mark.parametrize("changed", [{"medewerkerId": 99999999}, {"rolId": 99}, {"van": "1900-01-01"}], ids=str)
def test_a_role_that_cannot_be_given_is_refused(
    writing: TestClient, right: dict[str, Any], changed: dict[str, Any]
) -> None:
    body = {"medewerkerId": right["medewerker_id"], "rolId": right["rol_id"], **changed}

    assert 409 == writing.post(f"{BASE}/toegangsrechten", json=body).status_code

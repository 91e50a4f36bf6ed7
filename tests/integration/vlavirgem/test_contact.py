"""The contact database is written in: consents are given and withdrawn, and people are reached in another way."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from pyld import jsonld

from support.shacl_oracles import by_engine

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from vlavirgem import Town

BASE = "/contact/v1"


@pytest.fixture(scope="module")
def pairs(town: Town) -> dict[str, list[dict[str, Any]]]:
    """Consents of people who live here, by what is the case."""
    tables = town.tables
    here = tables["personen"].filter(
        tables["personen"]["huishouden_id"].is_not_null(), tables["personen"]["overlijdensdatum"].is_null()
    )
    consents = tables["toestemmingen"].filter(tables["toestemmingen"]["persoon_id"].is_in(here["id"].to_list()))
    return {
        "counting": consents.filter(
            consents["status"] == "toegelaten", consents["vervalt_op"] > town.reference_date
        ).to_dicts(),
        "refused": consents.filter(consents["status"] == "geweigerd").to_dicts(),
    }


def change(
    client: TestClient, method: str, path: str, *, read: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    """Write on the version that is there."""
    tag = client.get(f"{BASE}/{read}").headers["etag"]
    return client.request(method, f"{BASE}/{path}", json=body, headers={"If-Match": tag})


def test_a_consent_is_withdrawn_once_and_stays_in_the_history(
    writing: TestClient, pairs: dict[str, list[dict[str, Any]]]
) -> None:
    """The register keeps both days, the feed tells it, and a second time there is nothing to withdraw."""
    row = pairs["counting"][0]
    path = f"toestemmingen/{row['id']}"
    bare = writing.post(f"{BASE}/{path}/intrekkingen")
    answer = change(writing, "POST", f"{path}/intrekkingen", read=path)
    again = change(writing, "POST", f"{path}/intrekkingen", read=path)

    assert [428, 201, 409] == [one.status_code for one in (bare, answer, again)]
    assert "geweigerd" == answer.json()["status"]
    assert str(row["gegeven_op"]) == answer.json()["gegevenOp"]
    assert "ingetrokkenOp" in answer.json()
    (told,) = writing.get("/gebeurtenissen/v1/gebeurtenissen").json()["items"]
    assert "example.vlavirgem.toestemming.ingetrokken.v1" == told["type"]
    assert told["subject"].endswith(f"/persoon/{row['persoon_id']}")


def test_a_consent_is_given_where_none_counts(writing: TestClient, pairs: dict[str, list[dict[str, Any]]]) -> None:
    """Also after a refusal: that one stays as it was, and the new one keeps our shapes."""
    row = pairs["refused"][0]
    wanted = {"persoonId": row["persoon_id"], "activiteitId": row["verwerkingsactiviteit_id"], "kanaal": "Email"}
    answer = writing.post(f"{BASE}/toestemmingen", json=wanted, headers={"Idempotency-Key": "toestemming-1"})
    same = writing.post(f"{BASE}/toestemmingen", json=wanted, headers={"Idempotency-Key": "toestemming-1"})
    twice = writing.post(f"{BASE}/toestemmingen", json=wanted)

    assert [201, 201, 409] == [one.status_code for one in (answer, same, twice)]
    assert answer.json() == same.json()
    assert "geweigerd" == writing.get(f"{BASE}/toestemmingen/{row['id']}").json()["status"]
    given = answer.json()
    graph = ""
    for iri in (given["@id"], given["gegevenVoor"], given["dataSubject"]):
        document = writing.get(f"/id/{iri.partition('/id/')[2]}").json()
        context = writing.get(document["@context"]).json()
        graph += jsonld.to_rdf({**document, **context}, {"format": "application/n-quads"})
    shapes = resources.files("vlavirgem.shapes").joinpath("contact.ttl").read_text("utf-8")
    assert set() == by_engine(graph.encode(), shapes)


@pytest.mark.parametrize("name", ["persoonId", "activiteitId"])
def test_nobody_consents_to_what_is_not_there(
    writing: TestClient, pairs: dict[str, list[dict[str, Any]]], name: str
) -> None:
    """An unknown person or activity is a conflict that names the member."""
    row = pairs["refused"][0]
    wanted = {"persoonId": row["persoon_id"], "activiteitId": row["verwerkingsactiviteit_id"], name: 99_999_999}
    answer = writing.post(f"{BASE}/toestemmingen", json=wanted)

    assert (409, name) == (answer.status_code, answer.json()["fouten"][0]["naam"])


def test_who_wants_letters_has_no_ebox_any_more(writing: TestClient, town: Town) -> None:
    """`digitaal` follows from the channel; an eBox on paper is refused, and so is a change of nothing."""
    wishes = town.tables["contactvoorkeuren"]
    row = wishes.filter(wishes["ebox"]).row(0, named=True)
    path = f"contactvoorkeuren/{row['id']}"
    empty = change(writing, "PATCH", path, read=path, body={})
    letters = change(writing, "PATCH", path, read=path, body={"kanaal": "Passief"})
    ebox = change(writing, "PATCH", path, read=path, body={"ebox": True})
    both = change(writing, "PATCH", path, read=path, body={"kanaal": "Sms", "ebox": True})

    assert [400, 200, 409, 200] == [one.status_code for one in (empty, letters, ebox, both)]
    assert (False, False) == (letters.json()["digitaal"], letters.json()["ebox"])
    assert (True, True) == (both.json()["digitaal"], both.json()["ebox"])
    assert str(town.reference_date) == both.json()["sinds"]


def test_who_died_is_not_reached_in_another_way(writing: TestClient, writing_url: str, town: Town) -> None:
    """Nor consents to anything; the register keeps what was."""
    row = town.tables["contactvoorkeuren"].row(0, named=True)
    with psycopg.connect(writing_url) as connection:
        connection.execute(
            "UPDATE personen SET overlijdensdatum = %s WHERE id = %s", [town.reference_date, row["persoon_id"]]
        )
    path = f"contactvoorkeuren/{row['id']}"
    answer = change(writing, "PATCH", path, read=path, body={"kanaal": "Sms"})
    given = writing.post(f"{BASE}/toestemmingen", json={"persoonId": row["persoon_id"], "activiteitId": 1})

    assert [409, 409] == [answer.status_code, given.status_code]
    assert row["kanaal"] == writing.get(f"{BASE}/{path}").json()["contactkanaal"]

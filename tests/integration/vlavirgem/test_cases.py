"""Cases are opened and walk the generic process, and their history is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

CASES = "/dossiers/v1/dossiers"
ID = "https://data.vlavirgem.example/id/"
PERMIT = {"product": f"{ID}product/15", "aanvrager": f"{ID}persoon/1"}


def open_case(client: TestClient, **changes: Any) -> httpx.Response:
    return client.post(CASES, json={**PERMIT, **changes})


def advance(client: TestClient, case: str, status: str, **headers: str) -> httpx.Response:
    return client.post(f"{case}/statussen", json={"status": status}, headers=headers)


def test_an_application_opens_a_case(writing: TestClient) -> None:
    """201, its address, and the case at that address with its first status."""
    answer = open_case(writing, plaats=f"{ID}adres/3", naam="Veranda")

    assert 201 == answer.status_code
    case = writing.get(answer.headers["location"])
    assert answer.headers["etag"] == case.headers["etag"]
    document = case.json()
    assert answer.json() == document
    assert ("Veranda", "Ingediend", "omgevingsvergunning") == tuple(
        document[key] for key in ("naam", "status", "dossiertype")
    )
    assert (f"{ID}adres/3", f"{ID}persoon/1") == (document["plaats"], document["aanvrager"])
    matter = document["isNeerslagVan"]
    assert ("2026-03-09", f"{ID}product/15") == (matter["openingsdatum"], matter["behandelt"])
    assert "sluitingsdatum" not in matter
    assert ["intake"] == [step["stap"] for step in matter["doorloopt"]]
    assert [("Ingediend", "2026-03-09T08:30:00Z")] == [(s["code"], s["tijdstip"]) for s in document["statussen"]]
    assert document["dossiernummer"].startswith("VVG-2026-")


def test_a_case_walks_through_the_four_steps_and_closes(writing: TestClient) -> None:
    """Intake, behandelen, besluiten, leveren; each status is kept with its moment."""
    case = open_case(writing).headers["location"]
    road = ["InVerwerking", "KlaarVoorBeslissing", "Goedgekeurd", "Uitgevoerd"]
    for status in road:
        assert 201 == advance(writing, case, status).status_code

    document = writing.get(case).json()
    assert "Uitgevoerd" == document["status"]
    assert ["Ingediend", *road] == [status["code"] for status in document["statussen"]]
    assert ["intake", "behandelen", "besluiten", "leveren"] == [
        step["stap"] for step in document["isNeerslagVan"]["doorloopt"]
    ]
    assert all(step["einddatum"] == "2026-03-09" for step in document["isNeerslagVan"]["doorloopt"])
    assert "2026-03-09" == document["isNeerslagVan"]["sluitingsdatum"]


@pytest.mark.parametrize(
    ("road", "refused", "allowed"),
    [
        ([], "Goedgekeurd", ["InVerwerking", "Stopgezet"]),
        ([], "Ingediend", ["InVerwerking", "Stopgezet"]),
        (["InVerwerking", "KlaarVoorBeslissing", "Geweigerd"], "Uitgevoerd", []),
        (["Stopgezet"], "InVerwerking", []),
        (["InVerwerking", "KlaarVoorBeslissing", "Goedgekeurd"], "Stopgezet", ["Uitgevoerd"]),
    ],
)
def test_a_status_out_of_order_is_refused_and_changes_nothing(
    writing: TestClient, road: list[str], refused: str, allowed: list[str]
) -> None:
    """409 with what is allowed; the case stays as it was."""
    case = open_case(writing).headers["location"]
    for status in road:
        assert 201 == advance(writing, case, status).status_code
    before = writing.get(case).json()

    answer = advance(writing, case, refused)

    assert (409, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    assert allowed == answer.json()["toegelaten"]
    assert before == writing.get(case).json()


def test_a_conditional_change_needs_the_version_that_is_there(writing: TestClient) -> None:
    """Two officials at one case: the second one reads again (If-Match, 412)."""
    opened = open_case(writing)
    case, tag = opened.headers["location"], opened.headers["etag"]

    first = advance(writing, case, "InVerwerking", **{"If-Match": tag})
    second = advance(writing, case, "KlaarVoorBeslissing", **{"If-Match": tag})

    assert (201, 412) == (first.status_code, second.status_code)
    assert "InVerwerking" == writing.get(case).json()["status"]
    assert 304 == writing.get(case, headers={"If-None-Match": first.headers["etag"]}).status_code
    assert 200 == writing.get(case, headers={"If-None-Match": tag}).status_code


@pytest.mark.parametrize(
    ("status", "changes", "fault"),
    [
        (409, {"product": f"{ID}product/999"}, "product"),
        (409, {"product": f"{ID}product/14"}, "product"),
        (409, {"aanvrager": f"{ID}persoon/999999"}, "aanvrager"),
        (409, {"aanvrager": f"{ID}persoon/999999999999999"}, "aanvrager"),
        (409, {"plaats": f"{ID}adres/999999"}, "plaats"),
        (400, {"product": "https://elders.example/id/product/15"}, "product"),
        (400, {"product": 15}, "product"),
        (400, {"naam": ""}, "naam"),
        (400, {"naam": "x\x00y"}, "naam"),
        (400, {"naam": "x" * 201}, "naam"),
        (400, {"spoed": True}, "spoed"),
    ],
)
def test_an_application_that_cannot_be_is_refused(
    writing: TestClient, status: int, changes: dict[str, Any], fault: str
) -> None:
    """400 for what cannot be, 409 for what leads nowhere; the member is named, and no case is opened."""
    before = writing.get(CASES).json()["totaalAantal"]

    answer = open_case(writing, **changes)

    assert status == answer.status_code
    assert [fault] == [f["naam"] for f in answer.json()["fouten"]]
    assert before == writing.get(CASES).json()["totaalAantal"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"\xff"', b'{"product": "\\ud800"}'])
def test_a_body_that_is_no_application_is_400(writing: TestClient, body: bytes) -> None:
    """Never 500."""
    answer = writing.post(CASES, content=body, headers={"Content-Type": "application/json"})

    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


def test_a_status_for_no_case_or_of_no_list_is_refused(writing: TestClient) -> None:
    """404 and 400."""
    assert 404 == advance(writing, f"{CASES}/999999", "InVerwerking").status_code
    assert 400 == advance(writing, f"{CASES}/1", "Verloren").status_code


def test_a_new_status_is_found_by_the_filter(writing: TestClient) -> None:
    """The list follows."""
    case = open_case(writing)
    advance(writing, case.headers["location"], "InVerwerking")

    found = writing.get(f"{CASES}?status=InVerwerking&productId=15&openingsdatumVan=2026-03-09").json()["items"]

    assert [case.json()["@id"]] == [item["@id"] for item in found]


def test_the_process_of_each_kind_is_published(writing: TestClient) -> None:
    """Who builds on it can read what may follow."""
    content = writing.get("/dossiers/v1/dossiertypes").json()

    assert ["intake", "behandelen", "besluiten", "leveren"] == content["stappen"]
    assert 18 == len(content["items"])
    permit = next(item for item in content["items"] if item["code"] == "omgevingsvergunning")
    assert ["InVerwerking", "Stopgezet"] == permit["statussen"][0]["volgende"]

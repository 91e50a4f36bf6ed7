"""The catalogue over HTTP: shapes, statuses, headers, and errors that say what to do."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from support.catalogue_app import catalogue_app
from support.catalogue_builders import ANN, API, BEN, CLERK, DIGEST, VENDOR_A, manifest, run

if TYPE_CHECKING:
    from proeftuin_catalogue.service import CatalogueService

A = {"X-Person": "per-a"}
B = {"X-Person": "per-b"}
BODY: dict[str, Any] = {
    "organisation": VENDOR_A,
    "name": {"nl": "Vergunningenloket"},
    "short": {"nl": "Vergunningen aanvragen en behandelen", "en": "Apply for permits"},
    "licence": "eupl-1.2",
    "domains": ["omgeving"],
    "hosting": ["saas", "on-premises"],
    "website": "https://leverancier.example/loket",
}


@pytest.fixture
def client(catalogue: CatalogueService) -> TestClient:
    """A client of the catalogue's own routes."""
    return TestClient(catalogue_app(catalogue, (ANN, BEN, CLERK)))


def test_a_supplier_lists_releases_claims_and_reads_back(client: TestClient) -> None:
    """The whole way of a supplier."""
    made = client.post("/api/v1/solutions", json=BODY, headers=A)
    where = made.headers["Location"]
    release = client.post(f"{where}/releases", json={"version": "1.0.0", "released": "2026-11-01"}, headers=A)
    claimed = client.put(f"{where}/releases/1.0.0/claims/{API.id}", headers=A)
    read = client.get("/api/v1/solutions/vergunningenloket")

    assert [201, 201, 200, 200] == [one.status_code for one in (made, release, claimed, read)]
    assert '"1"' == read.headers["ETag"]
    solution = read.json()
    assert ("EUPL-1.2", {"nl": "Vergunningenloket", "en": "Vergunningenloket"}) == (
        solution["licence"],
        solution["name"],
    )
    mark = solution["releases"][0]["marks"][0]
    assert ("api-regels", "verklaard", True, None, {"nl": "Verklaard", "en": "Claimed"}) == (
        mark["kitId"],
        mark["state"],
        mark["claimed"],
        mark["testedAt"],
        mark["label"],
    )


def test_an_edit_needs_the_version_that_was_read(client: TestClient) -> None:
    """412 for an old version, 400 without one; the first edit stays."""
    where = client.post("/api/v1/solutions", json=BODY, headers=A).headers["Location"]
    good = client.patch(where, json={"licence": "MIT", "website": None}, headers={**A, "If-Match": '"1"'})
    late = client.patch(where, json={"licence": "Apache-2.0"}, headers={**A, "If-Match": '"1"'})
    blind = client.patch(where, json={"licence": "Apache-2.0"}, headers=A)

    assert [200, 412, 400] == [good.status_code, late.status_code, blind.status_code]
    assert ("MIT", None, '"2"') == (good.json()["licence"], good.json()["website"], good.headers["ETag"])
    assert ("solution-changed-meanwhile", 2) == (late.json()["code"], late.json()["version"])


def test_undo_and_withdraw_over_http(client: TestClient) -> None:
    """Withdrawing answers 204, and undo brings the solution back."""
    where = client.post("/api/v1/solutions", json=BODY, headers=A).headers["Location"]
    gone = client.delete(where, headers=A)
    withdrawn = client.get(where).json()["status"]
    back = client.post(f"{where}/undo", headers=A)
    history = client.get(f"{where}/history", headers=A)

    assert (204, "withdrawn", "active") == (gone.status_code, withdrawn, back.json()["status"])
    assert ["solution.undo", "solution.withdraw", "solution.create"] == [line["action"] for line in history.json()]
    assert "sourceUrl" in history.json()[0]["content"]


def test_bad_input_gets_a_problem_document_and_nothing_is_saved(client: TestClient) -> None:
    """Every fault is refused; suppliers cannot write evidence."""
    changes: dict[str, tuple[dict[str, Any], int]] = {
        "a NUL": ({"name": {"nl": "Met\x00nul"}}, 400),
        "only spaces": ({"name": {"nl": "   "}}, 400),
        "too long": ({"name": {"nl": "x" * 121}}, 400),
        "an unknown field": ({"domains": ["ruimtevaart"]}, 400),
        "a script for an address": ({"website": "javascript:alert(1)"}, 400),
        "no licence": ({"licence": "(("}, 400),
        "evidence": ({"evidence": "getest"}, 400),
        "another supplier": ({"organisation": "org-b"}, 403),
    }

    answers = {
        name: client.post("/api/v1/solutions", json={**BODY, **change}, headers=A)
        for name, (change, _) in changes.items()
    }

    assert {name: status for name, (_, status) in changes.items()} == {
        name: answer.status_code for name, answer in answers.items()
    }
    assert {"application/problem+json"} == {answer.headers["content-type"] for answer in answers.values()}
    assert 0 == client.get("/api/v1/solutions").json()["total"]


def test_errors_have_stable_codes(client: TestClient) -> None:
    """Programs react to the code, people read the detail."""
    claims = "/api/v1/solutions/bestaat-niet/releases/1.0.0/claims"
    expected = {
        "GET /api/v1/solutions/bestaat-niet": (404, "solution-not-found"),
        "GET /api/v1/solutions/Geen%00Sleutel": (400, "bad-input"),
        "GET /api/v1/solutions?q=%00": (400, "bad-input"),
        f"GET /api/v1/solutions?q={'x' * 201}": (400, "bad-input"),
        "GET /api/v1/solutions?limit=0": (400, "bad-input"),
        "GET /api/v1/solutions?sort=betaald": (400, "bad-input"),
        "GET /api/v1/solutions?cursor=WzEsMl0": (400, "bad-input"),
        "GET /api/v1/solutions?sort=nieuwste&cursor=WyJhIiwxXQ": (400, "bad-input"),
        "GET /api/v1/standards/onbekend": (404, "kit-not-listed"),
        f"PUT {claims}/api-regels": (404, "solution-not-found"),
        f"PUT {claims}/onbekend": (404, "kit-not-listed"),
        "DELETE /api/v1/solutions/bestaat-niet": (404, "solution-not-found"),
    }

    answers = {request: client.request(*request.split(" "), headers=A) for request in expected}

    assert expected == {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}


def test_visitors_read_and_are_asked_to_sign_in_before_they_write(client: TestClient) -> None:
    """401 for a visitor, 403 for another supplier and for a municipality."""
    where = client.post("/api/v1/solutions", json=BODY, headers=A).headers["Location"]

    statuses = [client.delete(where, headers=headers).status_code for headers in ({}, B, {"X-Person": "per-c"})]

    assert [401, 403, 403] == statuses
    assert 200 == client.get(where).status_code


def test_a_search_counts_explains_and_pages(catalogue: CatalogueService, client: TestClient) -> None:
    """Facets with words, the reason of a place, and a cursor that ends."""
    catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    catalogue.evidence.record_evidence(**run())
    client.post("/api/v1/solutions", json=BODY, headers=A)

    first = client.get("/api/v1/solutions", params={"q": "loket", "explain": True, "limit": 1}).json()
    second = client.get("/api/v1/solutions", params={"q": "loket", "limit": 1, "cursor": first["next"]}).json()

    assert (2, None, 1) == (first["total"], second["next"], len(second["items"]))
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert first["items"][0]["reason"]["nl"].startswith("Past ")
    assert second["items"][0]["reason"] is None
    evidence = next(facet for facet in first["facets"] if facet["name"] == "bewijs")
    assert {"getest": 1, "verklaard": 1, "nooit-getest": 1} == {
        value["value"]: value["count"] for value in evidence["values"]
    }


def test_filters_in_the_address_narrow_the_list(catalogue: CatalogueService, client: TestClient) -> None:
    """A link to a search is the search."""
    catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    catalogue.evidence.record_evidence(**run())

    def total(**params: Any) -> int:
        return int(client.get("/api/v1/solutions", params=params).json()["total"])

    assert 1 == total(standaard="api-regels", bewijs="getest")
    assert 0 == total(standaard="generiek-proces", bewijs="getest")
    assert 1 == total(standaard=["generiek-proces", "api-regels"], bewijs="getest")
    assert 0 == total(licentie="MIT")


def test_the_list_comes_as_csv_and_no_cell_is_a_formula(client: TestClient) -> None:
    """A spreadsheet that opens the export runs nothing that a supplier wrote."""
    client.post("/api/v1/solutions", json={**BODY, "name": {"nl": "=HYPERLINK(1)"}}, headers=A)

    answer = client.get("/api/v1/solutions", headers={"Accept": "text/csv"})

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert [("'=HYPERLINK(1)", "Aardappel Software", "omgeving")] == [
        (row["naam"], row["leverancier"], row["domeinen"]) for row in rows
    ]


def test_standards_tell_who_meets_them(catalogue: CatalogueService, client: TestClient) -> None:
    """Counts tell claims from evidence."""
    catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)
    catalogue.evidence.record_evidence(**run())

    listed = client.get("/api/v1/standards").json()
    one = client.get("/api/v1/standards/api-regels").json()

    assert {"api-regels": (1, 0), "generiek-proces": (0, 1)} == {
        standard["kitId"]: (standard["counts"]["getest"], standard["counts"]["verklaard"]) for standard in listed
    }
    assert ["dossierloket"] == [solution["slug"] for solution in one["solutions"]]

"""How the building blocks answer, whatever is asked: faults, headers and tags, over HTTP on a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient


ADDRESSES = "/basisregisters/v1/adressen"
PERSONS = "/basisregisters/v1/personen"


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """RFC 9457 and NLGov: media type, and status, title and detail in the body."""
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    problem = answer.json()
    assert status == problem["status"]
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"].startswith("https://data.vlavirgem.example/problemen/")
    return dict(problem)


def test_an_answer_that_the_client_has_is_not_sent_again(reading: TestClient) -> None:
    """ETag and If-None-Match; each format has its own tag."""
    first = reading.get(f"{ADDRESSES}/1")
    again = reading.get(f"{ADDRESSES}/1", headers={"If-None-Match": first.headers["etag"]})
    other = reading.get(
        f"{ADDRESSES}/1", headers={"If-None-Match": first.headers["etag"], "Accept": "application/geo+json"}
    )

    assert (304, b"") == (again.status_code, again.content)
    assert 200 == other.status_code


@pytest.mark.parametrize(
    "url",
    [
        f"{ADDRESSES}?limiet=0",
        f"{ADDRESSES}?limiet=1001",
        f"{ADDRESSES}?limiet=veel",
        f"{ADDRESSES}?cursor=zomaar",
        f"{ADDRESSES}?status=kapot",
        f"{ADDRESSES}?onbekend=1",
        f"{ADDRESSES}/nul",
        f"{ADDRESSES}/0",
        f"{ADDRESSES}/99999999999999999999",
        f"{PERSONS}?geboortedatum=2026-02-30",
        f"{PERSONS}?geboortedatum=0",
        f"{PERSONS}?geboortedatumVan=2020-01-01T00:00:00",
        f"{PERSONS}?achternaam=%00",
        f"{PERSONS}?achternaam=",
        f"{PERSONS}?huishoudenId=-1",
        "/dossiers/v1/dossiers?status=ingediend",
        "/ipdc/v1/producten?thema=Geluk",
    ],
)
def test_bad_input_is_400_with_every_fault_named(reading: TestClient, url: str) -> None:
    """Never 422, never 500."""
    problem = assert_problem(reading.get(url), 400)

    assert problem["fouten"]


def test_a_problem_names_the_address_as_it_was_sent(reading: TestClient) -> None:
    """Escapes and all: `instance` is a URI reference."""
    problem = assert_problem(reading.get("/basisregisters/v1/adressen/%F1%98%9F%A4%3F"), 400)

    assert "/basisregisters/v1/adressen/%F1%98%9F%A4%3F" == problem["instance"]


def test_all_faults_are_named_together(reading: TestClient) -> None:
    """NLGov /core/error-handling/all-errors."""
    problem = assert_problem(reading.get(f"{ADDRESSES}?limiet=0&status=x&onbekend=1"), 400)

    assert {"limiet", "status", "onbekend"} == {fault["naam"] for fault in problem["fouten"]}


@pytest.mark.parametrize(
    "url",
    [
        f"{ADDRESSES}/",
        f"{ADDRESSES}/999999",
        "/basisregisters/v1/",
        "/basisregisters/v2/adressen",
        "/nergens",
        "/id/eenhoorn/1",
        "/basisregisters/v1/contexten/eenhoorn.jsonld",
    ],
)
def test_what_is_not_there_is_404(reading: TestClient, url: str) -> None:
    """Also with a slash at the end."""
    assert_problem(reading.get(url), 404)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_a_method_that_is_not_allowed_is_405_and_says_what_is(reading: TestClient, method: str) -> None:
    """All methods of the address, not only those of one route."""
    answer = reading.request(method, "/dossiers/v1/dossiers")

    assert_problem(answer, 405)
    assert "GET, HEAD, OPTIONS, POST" == answer.headers["allow"]


@pytest.mark.parametrize("url", ["/", ADDRESSES, f"{ADDRESSES}/0", "/nergens", "/basisregisters/v1/openapi.json"])
def test_every_answer_carries_the_headers_of_the_design_rules(reading: TestClient, url: str) -> None:
    """Version and security headers, on errors too."""
    headers = reading.get(url, headers={"Origin": "https://iemand.example"}).headers

    assert 2 == headers["api-version"].count(".")
    assert "no-store" == headers["cache-control"]
    assert "frame-ancestors 'none'" == headers["content-security-policy"]
    assert "nosniff" == headers["x-content-type-options"]
    assert "DENY" == headers["x-frame-options"]
    assert "max-age=31536000" == headers["strict-transport-security"]
    assert "*" == headers["access-control-allow-origin"]


def test_head_is_get_without_a_body(reading: TestClient) -> None:
    """RFC 9110, 9.3.2."""
    full, head = reading.get(f"{ADDRESSES}/1"), reading.head(f"{ADDRESSES}/1")

    assert (200, b"", full.headers["etag"]) == (head.status_code, head.content, head.headers["etag"])


def test_a_preflight_is_answered(reading: TestClient) -> None:
    """Browsers may use these services from anywhere."""
    asked = {"Origin": "https://iemand.example", "Access-Control-Request-Method": "POST"}
    answer = reading.options("/dossiers/v1/dossiers", headers=asked)

    assert 200 == answer.status_code
    assert "POST" in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_a_parameter_that_is_not_described_is_refused_everywhere(reading: TestClient, block: Any) -> None:
    """A misspelt filter must not give everything; also where there is nothing to ask."""
    paths = reading.get(f"{block.path}/openapi.json").json()["paths"]
    known = {"dataset": "adressen", "dienst": "adressen", "stroom": "adressen", "formaat": "csv"}
    known |= {"id": "1", "pagina": "1", "tak": "1", "tijdperk": "0a1b2c3d"}
    addresses = [block.path + path.format(**known) for path, methods in paths.items() if "get" in methods]
    said = {
        (path, method)
        for path, methods in paths.items()
        for method in methods
        if "400" in methods[method]["responses"]
    }
    refused = [reading.get(address, params={"onbekend": "1"}) for address in addresses]

    assert addresses
    assert {(path, method) for path, methods in paths.items() for method in methods} == said
    assert [] == [one.url.path for one in refused if one.status_code != 400]
    assert [] == [
        one.url.path for one in refused if "onbekend" not in {fault["naam"] for fault in one.json()["fouten"]}
    ]
    assert [] == [one.url.path for one in refused if one.json()["instance"] != one.url.path]

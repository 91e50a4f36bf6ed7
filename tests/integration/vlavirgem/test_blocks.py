"""The building blocks: complete, correct and polite, over HTTP on a real database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from pyld import jsonld
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.export.jsonld import documents
from vlavirgem.linked.catalogue import find_entity

if TYPE_CHECKING:
    import httpx
    from starlette.testclient import TestClient

    from vlavirgem import Town

COLLECTIONS = [(f"{block.path}/{resource.path}", resource) for block in BLOCKS for resource in block.resources]
ADDRESSES = "/basisregisters/v1/adressen"
PERSONS = "/basisregisters/v1/personen"


def everything(client: TestClient, url: str) -> list[dict[str, Any]]:
    """Follow `volgende` to the end."""
    items: list[dict[str, Any]] = []
    following: str | None = url
    while following:
        page = client.get(following).json()
        items += page["items"]
        following = page.get("volgende")
    return items


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


@pytest.mark.parametrize(("path", "resource"), COLLECTIONS, ids=[path for path, _ in COLLECTIONS])
def test_a_collection_gives_every_member_once_over_its_pages(
    reading: TestClient, town: Town, path: str, resource: Any
) -> None:
    """And each member is the document that the export gives."""
    items = everything(reading, f"{path}?limiet=40")

    expected = [json.loads(text) for text in documents(resource.entity, tables=town.tables, find=find_entity)]
    for item in items:
        item.pop("_links")
    assert expected == items


@pytest.mark.parametrize(("path", "resource"), COLLECTIONS, ids=[path for path, _ in COLLECTIONS])
def test_a_member_is_found_by_its_number_and_its_identifier(
    reading: TestClient, town: Town, path: str, resource: Any
) -> None:
    """`/id/{soort}/{nummer}` leads to the document."""
    number = town.tables[resource.entity.table]["id"][-1]
    document = reading.get(f"{path}/{number}").json()

    assert f"https://data.vlavirgem.example/id/{resource.entity.name}/{number}" == document["@id"]
    assert f"http://stad.test{path}/{number}" == document["_links"]["self"]["href"]
    followed = reading.get(f"/id/{resource.entity.name}/{number}", follow_redirects=True)
    assert document == followed.json()


@pytest.mark.parametrize(("path", "resource"), COLLECTIONS, ids=[path for path, _ in COLLECTIONS])
def test_a_page_read_as_linked_data_says_what_the_export_says(
    reading: TestClient, town: Town, path: str, resource: Any
) -> None:
    """With the context that the service itself publishes, read by an independent processor."""
    page = reading.get(f"{path}?limiet=3", headers={"Accept": "application/ld+json"})
    assert "application/ld+json" == page.headers["content-type"]
    context = reading.get(page.json()["@context"])
    assert "application/ld+json" == context.headers["content-type"]

    served = {**page.json(), **context.json()}
    expected = [json.loads(t) for t in documents(resource.entity, tables=town.tables, find=find_entity)[:3]]

    def statements(content: dict[str, Any]) -> list[str]:
        return sorted(jsonld.to_rdf(content, {"format": "application/n-quads"}).splitlines())

    assert statements({**context.json(), "@graph": expected}) == statements(served)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_the_description_is_valid_and_true(reading: TestClient, block: Any) -> None:
    """OpenAPI 3.1, contact, version in the address; and every answer fits its schema."""
    document = reading.get(f"{block.path}/openapi.json").json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert {"name", "url", "email"} == set(document["info"]["contact"])
    assert [{"url": block.path}] == document["servers"]
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    for resource in block.resources:
        for path, name in ((resource.path, f"{resource.schema}Verzameling"), (f"{resource.path}/1", resource.schema)):
            answer = reading.get(f"{block.path}/{path}").json()
            schema = {"$ref": f"urn:api#/components/schemas/{name}"}
            errors = list(Draft202012Validator(schema, registry=registry).iter_errors(answer))
            assert [] == errors, path
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "422" not in operation["responses"], path
            assert operation["summary"]


def test_the_root_lists_the_blocks_and_says_that_nothing_is_real(reading: TestClient, town: Town) -> None:
    """A visitor finds the way from here."""
    root = reading.get("/").json()

    assert [block.name for block in BLOCKS] == [block["naam"] for block in root["bouwstenen"]]
    assert root["synthetisch"] is True
    assert town.digest == root["stad"]["digest"]
    for block in root["bouwstenen"]:
        assert 200 == reading.get(block["href"]).status_code
        assert 200 == reading.get(block["openapi"]).status_code
    assert {"status": "gezond", "digest": town.digest, "dag": 0} == reading.get("/gezondheid").json()


def test_geojson_is_offered_for_what_has_a_place(reading: TestClient, town: Town) -> None:
    """RFC 7946: longitude first, closed rings; pages follow each other."""
    geo = {"Accept": "application/geo+json"}
    page = reading.get(f"{ADDRESSES}?limiet=60", headers=geo)
    assert "application/geo+json" == page.headers["content-type"]
    collection = page.json()
    assert ("FeatureCollection", 60) == (collection["type"], len(collection["features"]))
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"]
    assert 2.5 < longitude < 2.8
    assert 51 < latitude < 52
    assert town.tables["adressen"].height == collection["numberMatched"]
    following = reading.get(collection["links"][0]["href"], headers=geo).json()
    assert 61 == following["features"][0]["id"]

    building = reading.get("/basisregisters/v1/gebouwen/1", headers=geo).json()
    (ring,) = building["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    assert_problem(reading.get(PERSONS, headers=geo), 406)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("personen", "geslacht", "FEMALE"),
        ("adressen", "status", "inGebruik"),
        ("huishoudens", "type", "koppel"),
        ("organisaties", "type", "vereniging"),
        ("gebouwen", "status", "gerealiseerd"),
    ],
)
def test_filters_give_all_that_fits_and_nothing_else(
    reading: TestClient, town: Town, table: str, column: str, value: str
) -> None:
    """Also over pages."""
    found = everything(reading, f"/basisregisters/v1/{table}?{column}={value}&limiet=20")

    expected = town.tables[table].filter(**{column: value})["id"].to_list()
    assert expected == [int(item["@id"].rpartition("/")[2]) for item in found]


def test_persons_are_found_by_name_and_birth_date(reading: TestClient, town: Town) -> None:
    """Capitals do not matter; a period includes its ends."""
    person = town.tables["personen"].row(0, named=True)
    born = person["geboortedatum"].isoformat()

    by_name = reading.get(PERSONS, params={"achternaam": person["achternaam"].upper(), "voornaam": person["voornaam"]})
    by_date = reading.get(PERSONS, params={"geboortedatumVan": born, "geboortedatumTot": born})

    for answer in (by_name, by_date):
        assert "https://data.vlavirgem.example/id/persoon/1" in [item["@id"] for item in answer.json()["items"]]


def test_an_address_is_found_by_street_and_number(reading: TestClient) -> None:
    """As a visitor writes it."""
    first = reading.get(f"{ADDRESSES}/1").json()

    found = reading.get(
        ADDRESSES, params={"straatnaam": first["straatnaam"].lower(), "huisnummer": first["huisnummer"]}
    )

    assert first["@id"] == found.json()["items"][0]["@id"]


def test_products_are_found_by_words_theme_and_audience(reading: TestClient) -> None:
    """In name, description or search terms."""
    parking = reading.get("/ipdc/v1/producten?zoek=PARKEREN").json()["items"]
    assert "Bewonerskaart voor parkeren" in [item["naam"] for item in parking]
    sport = everything(reading, "/ipdc/v1/producten?thema=CultuurSportVrijeTijd&doelgroep=Vereniging")
    assert sport
    assert all("Vereniging" in item["doelgroepen"] for item in sport)


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


def test_acts_are_read_in_pages(reading: TestClient) -> None:
    """As every other collection."""
    whole = reading.get("/rollen/v1/handelingen").json()
    items, following = [], "/rollen/v1/handelingen?limiet=2"
    while following:
        page = reading.get(following).json()
        items += page["items"]
        following = page.get("volgende")

    assert whole["totaalAantal"] == len(whole["items"]) > 2
    assert whole["items"] == items


def test_a_person_is_found_by_national_number_without_it_being_in_an_address(reading: TestClient, town: Town) -> None:
    """In the body, as after signing in with the claim `rrn`; nobody is an empty collection."""
    path = "/basisregisters/v1/personen/zoekopdrachten"
    row = town.tables["personen"].row(7, named=True)
    found = reading.post(path, json={"rijksregisternummer": row["insz"]})
    nobody = reading.post(path, json={"rijksregisternummer": "00000000000"})
    wrong = reading.post(path, json={"rijksregisternummer": "77.09.02-000.68"})
    before = {"limiet": 1, "cursor": f"na-{row['id'] - 1}"}

    assert [200, 200, 400] == [one.status_code for one in (found, nobody, wrong)]
    assert reading.get("/basisregisters/v1/personen", params=before).json()["items"] == found.json()["items"]
    assert row["insz"] in found.text
    assert (0, []) == (nobody.json()["totaalAantal"], nobody.json()["items"])
    assert 400 == reading.get("/basisregisters/v1/personen", params={"rijksregisternummer": row["insz"]}).status_code

"""The building blocks: complete and correct, over HTTP on a real database."""

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
    assert 406 == reading.get(PERSONS, headers=geo).status_code


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

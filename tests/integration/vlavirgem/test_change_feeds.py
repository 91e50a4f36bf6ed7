"""Each building block tells what changed in it, in an order without holes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from vlavirgem import Town
from support.vlavirgem_registers import CASES, FEED, ID, PERMIT, free_addresses, move, some_household


def test_changes_are_numbered_without_holes_however_many_write(writing: TestClient, town: Town) -> None:
    """Who saw number n has seen all before it; the pages of the feed hold every change once."""
    first, second = (int(number) for number in town.tables["huishoudens"]["id"][:2])
    free = free_addresses(town)

    def wander(household: int, addresses: list[int]) -> None:
        for address in addresses:
            assert 201 == move(writing, household, address).status_code

    threads = [
        threading.Thread(target=wander, args=(household, homes))
        for household, homes in ((first, free[0:4:2]), (second, free[1:4:2]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    seen: list[dict[str, Any]] = []
    page = writing.get(FEED, params={"limiet": 3}).json()
    while "volgende" in page:
        seen += page["items"]
        page = writing.get(page["volgende"]).json()
    seen += page["items"]
    assert [str(number) for number in range(1, page["totaalAantal"] + 1)] == [change["id"] for change in seen]
    assert [] == writing.get(page["hervat"]).json()["items"]
    wander(first, [free[4]])
    assert f"{ID}huishouden/{first}" in [c["subject"] for c in writing.get(page["hervat"]).json()["items"]]


def test_a_feed_is_narrowed_by_kind_and_moment(writing: TestClient, town: Town) -> None:
    """Each block has the feed of what it holds; a moment needs its time zone."""
    opened = writing.post(CASES, json=PERMIT).json()
    household = some_household(town)
    move(writing, household, free_addresses(town)[0])

    case, taken_in = writing.get("/dossiers/v1/wijzigingen").json()["items"]
    assert "example.vlavirgem.overdracht.nieuw.v1" == taken_in["type"]
    assert [taken_in] == writing.get("/dossiers/v1/wijzigingen", params={"soort": "overdracht"}).json()["items"]
    assert (opened["@id"], "example.vlavirgem.dossier.nieuw.v1") == (case["subject"], case["type"])
    persons = writing.get(FEED, params={"soort": "persoon"}).json()
    assert {"example.vlavirgem.persoon.gewijzigd.v1"} == {change["type"] for change in persons["items"]}
    assert 0 < len(writing.get(FEED, params={"sinds": "2026-03-09T09:30:00+01:00"}).json()["items"])
    assert [] == writing.get(FEED, params={"sinds": "2026-03-09T08:30:01Z"}).json()["items"]
    for wrong in ({"sinds": "2026-03-09T08:30:00"}, {"soort": "dossier"}, {"sinds": "gisteren"}, {"x": "1"}):
        assert 400 == writing.get(FEED, params=wrong).status_code
    assert 304 == writing.get(FEED, headers={"If-None-Match": writing.get(FEED).headers["etag"]}).status_code


def test_feeds_are_what_their_description_says(writing: TestClient, town: Town) -> None:
    """OpenAPI 3.1; also of what happened."""
    writing.post(CASES, json=PERMIT)
    move(writing, some_household(town), free_addresses(town)[0])
    for block, path, name in (
        ("basisregisters", "wijzigingen", "WijzigingVerzameling"),
        ("dossiers", "wijzigingen", "WijzigingVerzameling"),
        ("gebeurtenissen", "gebeurtenissen", "GebeurtenisVerzameling"),
    ):
        document = writing.get(f"/{block}/v1/openapi.json").json()
        registry: Registry[Any] = Registry().with_resource(
            "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
        )
        page = writing.get(f"/{block}/v1/{path}").json()
        assert page["items"]
        schema = {"$ref": f"urn:api#/components/schemas/{name}"}
        assert [] == list(Draft202012Validator(schema, registry=registry).iter_errors(page)), block

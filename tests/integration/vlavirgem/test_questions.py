"""What can be asked in an address: each thing once, and a number in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient

    from vlavirgem.blocks.block import Block

PERSONS = "/basisregisters/v1/personen"


@pytest.mark.parametrize(
    "path", [PERSONS, "/dossiers/v1/wijzigingen", "/gebeurtenissen/v1/gebeurtenissen", "/rollen/v1/handelingen"]
)
def test_a_parameter_that_is_given_twice_is_refused_by_name(reading: TestClient, path: str) -> None:
    """Nobody can know which of the two counts."""
    answer = reading.get(f"{path}?limiet=1&limiet=2")

    assert (400, "application/problem+json") == (answer.status_code, answer.headers["content-type"])
    faults = answer.json()["fouten"]
    assert [("limiet", "dit staat er meer dan eens")] == [(one["naam"], one["reden"]) for one in faults]


@pytest.mark.parametrize("number", ["%201", "%2B1", "1_0", "01", "1.0", "1e3", "%D9%A1", "0x1", "9" * 3000])
def test_a_number_in_an_address_is_written_in_one_way(reading: TestClient, number: str) -> None:
    """So that a thing has one address, and nothing that looks like a number is taken for one."""
    assert 400 == reading.get(f"{PERSONS}/{number}").status_code
    assert 400 == reading.get(f"{PERSONS}?limiet={number}").status_code


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_every_number_that_can_be_sent_has_its_bounds_in_the_description(reading: TestClient, block: Block) -> None:
    """Whoever reads the OpenAPI document knows what is too little and too much."""

    def unbounded(schema: Any, *, place: str) -> Iterator[str]:
        if isinstance(schema, list):
            for one in schema:
                yield from unbounded(one, place=place)
        elif isinstance(schema, dict):
            if schema.get("type") == "integer" and not {"minimum", "maximum"} <= set(schema):
                yield place
            for name, one in schema.items():
                yield from unbounded(one, place=f"{place}/{name}")

    document = reading.get(f"{block.path}/openapi.json").json()
    schemas = document["components"]["schemas"]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            sent = [one["schema"] for one in operation.get("parameters", [])]
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            sent += [schemas[body["$ref"].rpartition("/")[2]]] if body and "$ref" in body else [body]

            assert [] == list(unbounded(sent, place=path))

"""Reading OpenAPI documents and the dates in them, without false alarms."""

from __future__ import annotations

from typing import Any

import pytest

from proeftuin_conformance.kits.api_regels.dates import effective, is_date_name, is_well_formed, types_of, values
from proeftuin_conformance.openapi import OpenApi, fill
from proeftuin_conformance.preflight import openapi_faults
from support.conformance_reference import document


def test_operations_and_parameters_are_found() -> None:
    operations = OpenApi(document()).operations()

    assert ["GET /gebouwen", "POST /gebouwen", "GET /gebouwen/{gebouwId}", "GET /_zoek"] == [
        operation.label for operation in operations
    ]
    assert ("gebouwId",) == operations[2].path_names


def test_parameters_of_a_path_are_shared_and_overridden() -> None:
    shared = {"name": "a", "in": "query", "schema": {"type": "string"}}
    own = {"name": "a", "in": "query", "schema": {"type": "integer"}}
    data = {"paths": {"/x": {"parameters": [shared], "get": {"parameters": [own]}, "put": {}}}}
    get, put = OpenApi(data).operations()

    assert "integer" == get.parameters[0]["schema"]["type"]
    assert "string" == put.parameters[0]["schema"]["type"]


def test_references_that_go_round_in_a_circle_end() -> None:
    data: dict[str, Any] = {"a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}}

    assert {} == OpenApi(data).resolve(data["a"])


@pytest.mark.parametrize(
    ("server", "base", "expected"),
    [
        ("/v1", "http://h:1", "http://h:1/v1"),
        ("/v1", "http://h:1/v1", "http://h:1/v1"),
        ("https://publiek.example/v1", "http://h:1/", "http://h:1/v1"),
        ("/v1", "http://h:1/voorvoegsel/v1", "http://h:1/voorvoegsel/v1"),
        ("/", "http://h:1/api", "http://h:1/api"),
    ],
)
def test_the_documented_server_decides_the_path_and_the_user_the_host(server: str, base: str, expected: str) -> None:
    assert expected == OpenApi({"servers": [{"url": server}]}).base_for(base)


def test_a_request_is_matched_to_its_operation() -> None:
    api = OpenApi(document())

    def label(url: str) -> str | None:
        found = api.match("GET", url, base_url="http://h")
        return None if found is None else found.label

    assert "GET /gebouwen/{gebouwId}" == label("http://h/v1/gebouwen/g1?x=1")
    assert "GET /gebouwen" == label("http://h/v1/gebouwen")
    assert label("http://h/v1/elders") is None


def test_values_are_encoded_in_a_path() -> None:
    assert "/a/b%2Fc" == fill("/a/{id}", {"id": "b/c"})


def test_faults_name_the_place_and_external_references_are_left_alone() -> None:
    data = document()
    data["paths"]["/x"] = {"get": {"responses": {"200": {"$ref": "https://elders.example/x.yaml#/a"}}}}

    assert [] == openapi_faults(data)
    data["paths"]["/x"]["get"]["responses"]["200"] = {"$ref": "#/weg"}
    assert ["#/weg: does not exist in the document"] == openapi_faults(data)
    assert ["openapi: 2.0; expected 3.x"] == openapi_faults({"openapi": "2.0"})


@pytest.mark.parametrize("name", ["datum", "date", "geboorteDatum", "birthDate", "birth_date", "start_datum"])
def test_names_that_stand_for_a_date(name: str) -> None:
    assert is_date_name(name)


@pytest.mark.parametrize("name", ["startDateTime", "candidate", "update", "dateCreated", "mandate", "postdatum2"])
def test_names_that_only_look_like_a_date_give_no_false_alarm(name: str) -> None:
    assert not is_date_name(name)


@pytest.mark.parametrize(
    ("text", "format_", "expected"),
    [
        ("2025-02-28", "date", True),
        ("2025-02-30", "date", False),
        ("28/02/2025", "date", False),
        ("2025-02-28T10:11:12Z", "date-time", True),
        ("2025-02-28T10:11:12.123+01:00", "date-time", True),
        ("2025-02-28T10:11:12+01:00[Europe/Brussels]", "date-time", True),
        ("2025-02-28T10:11:12", "date-time", False),
        ("2025-02-28t10:11:12z", "date-time", False),
        ("2025-02-28 10:11:12Z", "date-time", False),
        ("2025-02-28T10:11:12-00:00", "date-time", False),
        ("10:11", "time-local", True),
        ("10u11", "time-local", False),
    ],
)
def test_only_what_rfc_9557_and_iso_8601_both_allow_is_well_formed(text: str, format_: str, expected: bool) -> None:
    assert expected == is_well_formed(text, format_)


def test_a_choice_with_null_is_unwrapped_and_a_real_choice_is_left_alone() -> None:
    api = OpenApi({})
    nullable = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
    either = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string"}]}

    assert "date" == effective(api, nullable)["format"]
    assert "format" not in effective(api, either)
    assert {"string"} == types_of({"type": ["string", "null"]})


def test_values_are_paired_with_the_schema_that_describes_them() -> None:
    schema = {"type": "array", "items": {"properties": {"d": {"type": "string", "format": "date"}}}}
    found = list(values(OpenApi({}), schema, [{"d": "2025-01-01", "anders": "2025"}]))

    assert [("/0/d", "d", "2025-01-01")] == [(value.where, value.name, value.text) for value in found]

"""When a schemathesis check had something to judge."""

from __future__ import annotations

from typing import Any

import pytest

from proeftuin_conformance.engines.applicability import _RULES, Facts, applies
from proeftuin_conformance.engines.schemathesis_process import KNOWN_CHECKS
from proeftuin_conformance.openapi import OpenApi
from support.conformance_reference import document

API = OpenApi(document())
LIST = API.operations()[0]


def facts(**changes: Any) -> Facts:
    base: dict[str, Any] = {
        "document": API,
        "operation": LIST,
        "method": "GET",
        "status": 200,
        "headers": {},
        "has_body": True,
        "mode": "positive",
        "scenario": None,
        "location": None,
    }
    return Facts(**{**base, **changes})


@pytest.mark.parametrize(
    ("check", "with_", "without"),
    [
        ("response_schema_conformance", {}, {"status": 418}),
        ("response_schema_conformance", {}, {"has_body": False}),
        ("content_type_conformance", {}, {"status": 418}),
        ("positive_data_acceptance", {}, {"mode": "negative"}),
        ("negative_data_rejection", {"mode": "negative"}, {}),
        ("unsupported_method", {"scenario": "unspecified_http_method", "method": "PATCH"}, {}),
        ("missing_required_header", {"scenario": "missing_parameter", "location": "header"}, {"location": "query"}),
        ("allow_header_conformance", {"method": "OPTIONS", "headers": {"Allow": "GET"}}, {"method": "OPTIONS"}),
        ("status_code_conformance", {}, {"scenario": "unspecified_http_method"}),
        ("use_after_free", {"after_delete": True}, {}),
        ("ensure_resource_availability", {"after_create": True}, {}),
    ],
)
def test_a_check_applies_only_where_there_is_something_to_see(
    check: str, with_: dict[str, Any], without: dict[str, Any]
) -> None:
    assert applies(check, facts=facts(**with_))
    assert not applies(check, facts=facts(**without))


def test_authentication_is_judged_only_where_the_document_asks_for_it() -> None:
    secured = OpenApi({**document(), "security": [{"sleutel": []}]})
    optional = OpenApi({**document(), "security": [{"sleutel": []}, {}]})

    assert applies("ignored_auth", facts=facts(document=secured))
    assert not applies("ignored_auth", facts=facts())
    assert not applies("ignored_auth", facts=facts(document=optional))


def test_a_check_without_a_rule_never_counts() -> None:
    """A check of a later schemathesis must not pass before we know when it applies."""
    assert not applies("max_response_time", facts=facts())
    assert {"object_level_authorization"} == set(KNOWN_CHECKS) - set(_RULES)

"""The kit `api-regels` catches each flaw, blames exactly one requirement, and spares the correct API."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest

from proeftuin_conformance import Options, Outcome, Report, Target, collect, find_kit, run
from support.conformance_reference import EXPECTED, ReferenceApi
from support.conformance_servers import self_signed, serving, url_of

if TYPE_CHECKING:
    from pathlib import Path

TLS = "/core/transport/tls"


def judge(api: ReferenceApi, *, tls: ssl.SSLContext | None = None) -> Report:
    with serving(api, tls=tls) as server:
        base = url_of(server, scheme="http" if tls is None else "https")
        openapi = None if api.flaw != "document_elsewhere" else f"{base}/v1/api-docs"
        target = Target(base_url=base + api.prefix, openapi_url=openapi)
        return collect(run(find_kit("api-regels"), target, Options(wall_time_s=30)))


def test_the_correct_api_passes_every_tested_requirement() -> None:
    """Everything with a test passes; TLS cannot be judged on loopback http and says so."""
    report = judge(ReferenceApi())
    tested = {r.id for r in find_kit("api-regels").requirements if r.tested_by}

    assert [] == [f.to_dict() for f in report.findings]
    assert tested - {TLS} == report.passed_requirements
    assert Outcome.OMIT == report.verdict_on(TLS).outcome
    assert Outcome.PASS == report.outcome
    assert report.badge_ready


@pytest.mark.parametrize("flaw", sorted(EXPECTED))
def test_each_flaw_fails_exactly_its_own_requirement(flaw: str) -> None:
    report = judge(ReferenceApi(flaw))

    assert {EXPECTED[flaw]} == report.failed_requirements


def test_every_tested_requirement_has_a_flawed_variant() -> None:
    """A requirement without a flaw that fails it is a requirement whose test may be blind."""
    tested = {r.id for r in find_kit("api-regels").requirements if r.tested_by}

    assert tested == set(EXPECTED.values()) | {TLS}


def test_sixteen_rules_are_tested_and_twenty_say_why_not() -> None:
    requirements = find_kit("api-regels").requirements

    assert 16 == sum(1 for r in requirements if r.tested_by)
    assert 20 == sum(1 for r in requirements if r.not_tested_reason)


def test_a_server_with_modern_tls_passes_the_tls_rule(tmp_path: Path) -> None:
    report = judge(ReferenceApi(), tls=self_signed(tmp_path))

    assert Outcome.PASS == report.verdict_on(TLS).outcome
    assert set() == report.failed_requirements


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_server_that_still_speaks_tls_1_1_fails_the_tls_rule(tmp_path: Path) -> None:
    report = judge(ReferenceApi(), tls=self_signed(tmp_path, oldest=ssl.TLSVersion.TLSv1))

    assert {TLS} == report.failed_requirements


def test_a_finding_names_the_clause_what_was_sent_and_what_came_back() -> None:
    report = judge(ReferenceApi("errors_as_plain_json"))
    finding = report.findings[0].to_dict()

    assert finding["clauseUrl"].endswith("#/core/error-handling/problem-details")
    assert "application/json" in finding["actual"]
    assert 404 == finding["exchange"]["response"]["status"]
    assert finding["exchange"]["curl"].startswith("curl -i")


def test_an_api_that_writes_its_base_path_in_the_paths_is_treated_the_same() -> None:
    """Many frameworks give no `servers` and paths that start with /v1; the rules are kept all the same."""
    api = ReferenceApi()
    del api.document["servers"]
    api.document["paths"] = {f"/v1{path}": item for path, item in api.document["paths"].items()}
    with serving(api) as server:
        target = Target(base_url=url_of(server), openapi_url="/v1/openapi.json")
        report = collect(run(find_kit("api-regels"), target, Options(wall_time_s=30)))

    assert [] == [f.to_dict() for f in report.findings]
    assert Outcome.PASS == report.outcome


@pytest.mark.parametrize("flaw", ["no_version_header", "no_nosniff", "document_without_cors"])
def test_a_header_that_did_not_come_is_said_in_words(flaw: str) -> None:
    """Also for who never heard of Python's None."""
    actual = judge(ReferenceApi(flaw)).findings[0].to_dict()["actual"]

    assert "de header" in actual
    assert "ontbreekt / the header" in actual


def test_the_kit_changes_nothing_in_the_component() -> None:
    """The kit may be pointed at any API, so it sends no request that a correct API carries out."""
    api = ReferenceApi()
    before = list(api.buildings)
    judge(api)

    assert before == api.buildings

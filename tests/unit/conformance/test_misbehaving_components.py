"""Components that hang, die, lie or flood: a clear code, the right blame, never a pass."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from proeftuin_conformance import Options, Outcome, Report, Target, collect, find_kit, run
from proeftuin_conformance.client import Limits
from support.conformance_reference import ReferenceApi
from support.conformance_servers import (
    HANGING,
    HUNDRED_MEGABYTES,
    NOT_FOUND,
    SERVER_ERROR,
    UNAUTHORIZED,
    App,
    Dying,
    Misbehaving,
    Response,
    circle,
    serving,
    url_of,
)

if TYPE_CHECKING:
    from typing import Any

QUICK = Limits(timeout_s=0.4)


def judge(app: App, *, limits: Limits = QUICK, wall_time_s: float = 20, **target: Any) -> Report:
    with serving(app) as server:
        if isinstance(app, Dying):
            app.server = server
        base = f"{url_of(server)}/v1"
        options = Options(limits=limits, wall_time_s=wall_time_s)
        return collect(run(find_kit("api-regels"), Target(base_url=base, **target), options))


def codes(report: Report) -> set[str]:
    return {problem.code for problem in report.problems}


def test_nothing_listens() -> None:
    """Blames the set-up: the run is inconclusive and every tested requirement without a verdict."""
    with serving(ReferenceApi()) as server:
        base = url_of(server)
    report = collect(run(find_kit("api-regels"), Target(base_url=base), Options(limits=QUICK)))

    assert Outcome.ERROR == report.outcome
    assert {"PT-101"} == codes(report)
    assert set() == report.failed_requirements | report.passed_requirements
    assert 3 == report.exit_code


def test_it_never_answers() -> None:
    report = judge(Misbehaving(ReferenceApi(), response=HANGING))

    assert Outcome.ERROR == report.outcome
    assert {"PT-102"} == codes(report)


def test_it_speaks_plain_http_where_tls_is_asked() -> None:
    with serving(ReferenceApi()) as server:
        target = Target(base_url=url_of(server, scheme="https"))
        report = collect(run(find_kit("api-regels"), target, Options(limits=QUICK)))

    assert Outcome.ERROR == report.outcome
    assert {"PT-103"} == codes(report)


def test_its_health_endpoint_says_no() -> None:
    report = judge(ReferenceApi(), health_url="/gezondheid")

    assert {"PT-104"} == codes(report)
    assert Outcome.ERROR == report.outcome


def test_the_user_gave_a_wrong_openapi_address() -> None:
    """The user's mistake, so nobody's fault; without an address the component itself fails."""
    report = judge(ReferenceApi(), openapi_url="/nergens.json")

    assert {"PT-107"} == codes(report)
    assert Outcome.ERROR == report.outcome


def test_it_asks_for_credentials() -> None:
    report = judge(Misbehaving(ReferenceApi(), response=UNAUTHORIZED))

    assert {"PT-108"} == codes(report)
    assert Outcome.ERROR == report.outcome


def test_it_answers_a_server_error_to_everything() -> None:
    """The component runs and does not work: the product fails, also without an OpenAPI document."""
    report = judge(Misbehaving(ReferenceApi(), response=SERVER_ERROR))

    assert {"PT-110"} == codes(report)
    assert Outcome.FAIL == report.outcome
    assert {"/core/doc-openapi", "/core/publish-openapi"} == report.failed_requirements
    assert set() == report.passed_requirements


def test_it_has_no_openapi_document() -> None:
    report = judge(Misbehaving(ReferenceApi(), response=NOT_FOUND, at="/v1/openapi"))

    assert {"PT-114"} == codes(report)
    assert Outcome.FAIL == report.outcome


def test_its_openapi_document_is_not_json() -> None:
    broken = Response(body=b"{ dit is niets", headers={"Content-Type": "application/json"})
    report = judge(Misbehaving(ReferenceApi(), response=broken, at="/v1/openapi.json"))

    assert {"PT-111"} == codes(report)
    assert {"/core/doc-openapi", "/core/publish-openapi"} == report.failed_requirements


def test_its_openapi_document_is_invalid() -> None:
    report = judge(ReferenceApi("invalid_document"))

    assert {"PT-112"} == codes(report)
    assert Outcome.FAIL == report.outcome


def test_the_message_of_the_validator_is_short_in_a_sentence_and_whole_in_the_details() -> None:
    """A validator quotes the part of the document that is wrong, which can be the whole document."""
    broken = {"openapi": "3.1.0", "info": {"title": "x" * 5_000}, "paths": {}, "servers": 7}
    report = judge(Misbehaving(ReferenceApi(), response=Response.json(broken), at="/v1/openapi"))
    problem = next(one for one in report.problems if "PT-112" == one.code)

    assert len(problem.text.nl) < 300
    assert 1 == len(problem.text.nl.splitlines())
    assert problem.details is not None
    assert "x" * 5_000 in problem.details
    assert "servers: 7" in problem.details
    assert problem.details == problem.to_dict()["details"]


def test_its_openapi_document_is_a_hundred_megabytes() -> None:
    report = judge(Misbehaving(ReferenceApi(), response=HUNDRED_MEGABYTES, at="/v1/openapi"))

    assert {"PT-113"} == codes(report)
    assert Outcome.FAIL == report.outcome


def test_it_redirects_in_a_circle() -> None:
    report = judge(circle)

    assert {"PT-206"} == codes(report)
    assert Outcome.ERROR == report.outcome


def test_it_sends_a_hundred_megabytes_per_answer() -> None:
    """Reading stops at the limit; what could not be judged is not passed."""
    report = judge(
        Misbehaving(ReferenceApi(), response=HUNDRED_MEGABYTES, at="/v1/gebouwen"), limits=Limits(timeout_s=5)
    )

    assert Outcome.PASS != report.outcome
    assert "GET /gebouwen" not in report.verdict_on("/core/version-header").applied


def test_all_that_it_documents_is_a_hundred_megabytes() -> None:
    """When nothing could be read, the reason is told: PT-204 with the request, not "nothing answered 2xx"."""

    def app(request: Any) -> Response:
        return ReferenceApi()(request) if "openapi" in request.path else HUNDRED_MEGABYTES

    report = judge(app, limits=Limits(timeout_s=5))
    finding = report.verdict_on("/core/no-trailing-slash").findings[-1]

    assert Outcome.ERROR == report.outcome
    assert "PT-204" == finding.code


def test_one_operation_hangs() -> None:
    report = judge(Misbehaving(ReferenceApi(), response=HANGING, at="/v1/gebouwen"))

    assert "GET /gebouwen" not in report.verdict_on("/core/version-header").applied
    assert "GET /_zoek" in report.verdict_on("/core/version-header").applied


@pytest.mark.parametrize("answer", [NOT_FOUND, UNAUTHORIZED, SERVER_ERROR])
def test_every_operation_answers_the_same_error(answer: Response) -> None:
    """With nothing reached there is nothing to pass: rules of behaviour could not be verified."""

    def app(request: Any) -> Response:
        return ReferenceApi()(request) if request.path == "/v1/openapi.json" else answer

    report = judge(app)

    assert report.outcome in {Outcome.SKIP, Outcome.FAIL}
    for name in ("/core/version-header", "/core/transport/cors", "/core/error-handling/problem-details"):
        assert Outcome.SKIP == report.verdict_on(name).outcome
    assert () == report.depth.reached or {"GET /openapi.json"} >= set(report.depth.reached)


@pytest.mark.parametrize("after", [2, 5, 8])
def test_it_dies_during_the_run(after: int) -> None:
    report = judge(Dying(ReferenceApi(), after=after))

    assert Outcome.ERROR == report.outcome
    assert codes(report) & {"PT-201", "PT-208", "PT-101"}
    assert set() == report.passed_requirements
    assert not report.badge_ready


def test_what_the_network_said_is_wrapped_in_words_of_both_languages() -> None:
    """An exception has no language: a reader gets the meaning of the code first, in Dutch or in English."""
    report = judge(Dying(ReferenceApi(), after=5))
    texts = [problem.text for problem in report.problems] + [finding.observation.text for finding in report.findings]

    assert texts
    assert [] == [text for text in texts if text is not None and text.nl == text.en]


def test_the_wall_time_ends_a_slow_run_without_a_verdict() -> None:
    slow = Response.json({}, status=200)
    slow.delay = 0.3
    report = judge(
        Misbehaving(ReferenceApi(), response=slow, at="/v1/gebouwen"), wall_time_s=0.7, limits=Limits(timeout_s=5)
    )

    assert "PT-202" in codes(report)
    assert Outcome.ERROR == report.outcome


def test_a_cancelled_run_ends_with_a_report_and_no_verdict() -> None:
    cancelled = threading.Event()
    with serving(ReferenceApi()) as server:
        target = Target(base_url=f"{url_of(server)}/v1")
        events = run(find_kit("api-regels"), target, Options(cancelled=cancelled))
        next(events)
        cancelled.set()
        report = collect(events)

    assert {"PT-203"} == codes(report)
    assert Outcome.ERROR == report.outcome


def test_a_redirect_to_another_origin_is_not_followed() -> None:
    """Requests stay with the component: a test tool must not be led into other networks."""
    with serving(ReferenceApi()) as elsewhere:
        away = Response(status=302, headers={"Location": f"{url_of(elsewhere)}/v1/openapi.json"})
        report = judge(Misbehaving(ReferenceApi(), response=away, at="/v1/openapi.json"))

        assert [] == elsewhere.requests
    assert {"PT-206"} == codes(report)


def test_a_reset_that_fails_is_a_set_up_problem() -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    def reset() -> None:
        raise OSError("geen databank")

    kit = find_kit("api-regels")
    kit = replace(kit, phases=(replace(kit.phases[0], reset_before=True), *kit.phases[1:]))
    with serving(ReferenceApi()) as server:
        report = collect(run(kit, Target(base_url=f"{url_of(server)}/v1", reset=reset), Options()))

    assert {"PT-105"} == codes(report)
    assert set() == report.passed_requirements

"""Each known way in which an engine gives a false pass (schemathesis, pytest-bdd, pyshacl), run for real."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_conformance import Options, Outcome, Report, Target, collect, run
from proeftuin_conformance.client import Limits
from proeftuin_conformance.kit import BddPlan, HttpPlan, Kit, Phase, Plan
from proeftuin_conformance.texts import Text
from support.conformance_kit.kit import GENERATED, KIT, LINKED
from support.conformance_reference import ReferenceApi
from support.conformance_servers import (
    HUNDRED_MEGABYTES,
    NOT_FOUND,
    UNAUTHORIZED,
    App,
    Dying,
    Misbehaving,
    Request,
    Response,
    serving,
    url_of,
)

if TYPE_CHECKING:
    from pathlib import Path

TEXT = Text("Proef", "Trial")


def with_plan(plan: Plan) -> Kit:
    return replace(KIT, phases=(Phase(id="proef", title=TEXT, plan=plan, reset_before=True),))


def judge(plan: Plan, app: App, *, headers: dict[str, str] | None = None, **options: Any) -> Report:
    with serving(app) as server:
        if isinstance(app, Dying):
            app.server = server
        target = Target(base_url=f"{url_of(server)}/v1", headers=headers or {})
        chosen = Options(**{"limits": Limits(timeout_s=3), "max_examples": 2, **options})
        return collect(run(with_plan(plan), target, chosen))


def outcome(report: Report, requirement: str) -> Outcome:
    return report.verdict_on(requirement).outcome


class LinkedApi(ReferenceApi):
    """The reference API with one building as JSON-LD."""

    def __init__(self, building: dict[str, Any], *, context: str = "https://voorbeeld.example/context.jsonld") -> None:
        super().__init__()
        self.building = {"@context": context, "@id": "https://voorbeeld.example/1", **building}

    def _route(self, request: Request) -> Response:
        if request.path == "/v1/ld/gebouw":
            return Response.json(self.building, media="application/ld+json")
        return super()._route(request)


# ---- schemathesis ----


@pytest.mark.usefixtures("quick_engines")
def test_a_healthy_component_passes_what_really_applied_and_nothing_else() -> None:
    """Trap 2: `allow_header_conformance` "succeeds" on each request although there is no OPTIONS."""
    report = judge(GENERATED, ReferenceApi())

    assert Outcome.PASS == outcome(report, "t-server")
    assert Outcome.PASS == outcome(report, "t-schema")
    assert Outcome.SKIP == outcome(report, "t-allow")
    assert {"GET /gebouwen", "GET /gebouwen/{gebouwId}", "POST /gebouwen"} <= set(report.depth.reached)


def test_a_component_that_dies_is_inconclusive_although_the_engine_completes() -> None:
    """Trap 1: stop reason "completed", no failures, only a network error."""
    report = judge(GENERATED, Dying(ReferenceApi(), after=12))

    assert Outcome.ERROR == report.outcome
    assert Outcome.ERROR == outcome(report, "t-schema")
    assert report.problems


@pytest.mark.usefixtures("quick_engines")
def test_a_phase_that_the_engine_skips_is_not_a_pass() -> None:
    """Trap 3: without links the stateful phase is skipped, and its checks have seen nothing."""
    plan = replace(GENERATED, checks={"use_after_free": ("t-server",)}, max_steps=3)
    report = judge(plan, ReferenceApi())

    assert Outcome.SKIP == outcome(report, "t-server")


@pytest.mark.usefixtures("quick_engines")
@pytest.mark.parametrize("answer", [NOT_FOUND, UNAUTHORIZED])
def test_a_component_that_refuses_everything_does_not_pass(answer: Response) -> None:
    """Trap 4: answers 404 or 401 satisfy most checks."""

    def app(request: Request) -> Response:
        return ReferenceApi()(request) if request.path == "/v1/openapi.json" else answer

    report = judge(replace(GENERATED, parameters=None), app)

    assert Outcome.SKIP == outcome(report, "t-server")
    assert "PT-303" == report.verdict_on("t-server").findings[0].code
    assert 3 == report.exit_code


def test_a_stray_configuration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap 6: a schemathesis.toml beside us or hooks in the environment must not touch the run."""
    (tmp_path / "schemathesis.toml").write_text('[checks]\nenabled = false\n[headers]\nX-Stray = "1"\n')
    (tmp_path / "haken.py").write_text("raise SystemExit('gehaakt')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "haken")
    with serving(ReferenceApi()) as server:
        target = Target(base_url=f"{url_of(server)}/v1")
        report = collect(run(with_plan(GENERATED), target, Options(max_examples=0)))

        assert not [request for request in server.requests if "x-stray" in request.headers]
    assert Outcome.PASS == outcome(report, "t-server")


@pytest.mark.usefixtures("quick_engines")
def test_an_answer_that_lies_about_its_schema_fails_with_the_request_that_shows_it() -> None:
    liar = Misbehaving(ReferenceApi(), response=Response.json({"gebouwen": "geen"}), at="/v1/_zoek")
    report = judge(GENERATED, liar)
    finding = report.verdict_on("t-schema").findings[0]

    assert Outcome.FAIL == outcome(report, "t-schema")
    assert "PT-305" == finding.code
    assert finding.observation.evidence is not None
    assert "/v1/_zoek" in finding.observation.evidence.curl


@pytest.mark.usefixtures("quick_engines")
def test_a_text_that_only_looks_like_an_address_does_not_break_the_engine() -> None:
    """The engine looks for links in answers, and dies of `http://[`, which any component may answer."""
    odd = Response.json({"gebouwen": [{"id": "http://[", "naam": "//[x"}]})
    report = judge(replace(GENERATED, max_steps=2), Misbehaving(ReferenceApi(), response=odd, at="/v1/_zoek"))

    assert () == report.problems
    assert Outcome.PASS == outcome(report, "t-schema")


@pytest.mark.usefixtures("quick_engines")
def test_a_documented_operation_that_does_not_exist_fails() -> None:
    api = ReferenceApi()
    api.document["paths"]["/verzonnen"] = {"get": {"responses": {"200": {"description": "Goed"}}}}
    plan = replace(GENERATED, checks={"status_code_conformance": ("t-schema",)})
    report = judge(plan, api)

    assert Outcome.FAIL == outcome(report, "t-schema")
    assert "GET /verzonnen" in str(report.findings[0].observation.text)


@pytest.mark.usefixtures("quick_engines")
def test_a_server_error_fails_and_the_secret_that_was_sent_is_not_in_the_report() -> None:
    echo = Misbehaving(ReferenceApi(), response=Response.json({"token": "geheim-token"}, status=500), at="/v1/_zoek")
    report = judge(GENERATED, echo, headers={"Authorization": "Bearer geheim-token"})

    assert Outcome.FAIL == outcome(report, "t-server")
    assert "geheim-token" not in json.dumps(report.to_dict())


def test_a_hundred_megabytes_stop_at_the_limit_without_a_verdict() -> None:
    flood = Misbehaving(ReferenceApi(), response=HUNDRED_MEGABYTES, at="/v1/_zoek")
    report = judge(GENERATED, flood)

    assert Outcome.ERROR == outcome(report, "t-schema")
    assert {"PT-204"} <= {problem.code for problem in report.problems}


def test_the_wall_time_stops_the_engine_process_without_a_verdict() -> None:
    slow = Response.json({"gebouwen": []})
    slow.delay = 0.4
    report = judge(
        replace(GENERATED, parameters=None),
        Misbehaving(ReferenceApi(), response=slow, at="/v1/_zoek"),
        wall_time_s=2.0,
    )

    assert Outcome.ERROR == report.outcome
    assert {"PT-202"} == {problem.code for problem in report.problems}


def test_the_same_seed_sends_the_same_requests() -> None:
    """A verdict that cannot be repeated convinces nobody; state is reset by starting afresh."""
    streams = []
    for _ in range(2):
        with serving(ReferenceApi()) as server:
            plan = replace(GENERATED, parameters=None)
            collect(run(with_plan(plan), Target(base_url=f"{url_of(server)}/v1"), Options(seed=7, max_examples=2)))
            streams.append([(r.method, r.path, sorted(r.query.items()), r.body) for r in server.requests])

    assert streams[0] == streams[1]
    assert len(streams[0]) > 20


# ---- our own checks ----


@pytest.mark.usefixtures("quick_engines")
def test_a_check_that_crashes_is_our_fault_and_one_that_applies_to_nothing_is_no_pass() -> None:
    crashing = judge(HttpPlan(module="support.conformance_bad_checks"), ReferenceApi())

    assert (Outcome.ERROR, "PT-901") == (outcome(crashing, "t-http"), crashing.verdict_on("t-http").findings[0].code)
    assert (Outcome.SKIP, "PT-302") == (outcome(crashing, "t-town"), crashing.verdict_on("t-town").findings[0].code)
    assert Outcome.ERROR == crashing.outcome


def test_a_check_of_an_unknown_requirement_makes_the_kit_malformed() -> None:
    report = judge(HttpPlan(module="support.conformance_stray_checks"), ReferenceApi())

    assert {"PT-904"} == {problem.code for problem in report.problems}
    assert set() == report.passed_requirements


# ---- pytest-bdd ----


def test_a_component_that_dies_during_the_scenarios_is_inconclusive() -> None:
    report = judge(BddPlan(), Dying(ReferenceApi(), after=3))

    assert {"PT-201"} <= {problem.code for problem in report.problems} | {f.code for f in report.findings}
    assert Outcome.ERROR == report.outcome
    assert set() == report.passed_requirements


@pytest.fixture(scope="module")
def scenarios() -> Report:
    phases = [phase for phase in KIT.phases if phase.id == "scenarios"]
    with serving(ReferenceApi()) as server:
        kit = replace(KIT, phases=tuple(phases))
        return collect(run(kit, Target(base_url=f"{url_of(server)}/v1"), Options()))


@pytest.mark.parametrize(
    ("requirement", "expected", "code"),
    [
        ("t-scenario", Outcome.PASS, None),
        ("t-undefined", Outcome.ERROR, "PT-905"),
        ("t-skip", Outcome.SKIP, "PT-308"),
        ("t-fixture", Outcome.ERROR, "PT-901"),
        ("t-wrong", Outcome.FAIL, "PT-306"),
        ("t-omit", Outcome.OMIT, None),
    ],
)
def test_a_scenario_passes_only_when_all_its_steps_were_carried_out(
    scenarios: Report, requirement: str, expected: Outcome, code: str | None
) -> None:
    """Cucumber JSON shows undefined and skipped steps as passed; we do not read it."""
    verdict = scenarios.verdict_on(requirement)

    assert expected == verdict.outcome
    assert code == (verdict.findings[0].code if verdict.findings else None)


def test_a_failed_scenario_shows_expected_actual_and_the_last_exchange(scenarios: Report) -> None:
    finding = scenarios.verdict_on("t-wrong").findings[0].to_dict()

    assert ("99", "2") == (finding["expected"], finding["actual"])
    assert finding["exchange"]["request"]["url"].endswith("/v1/gebouwen")


# ---- pyshacl ----


@pytest.mark.usefixtures("quick_engines")
def test_a_shape_that_holds_passes_and_one_that_is_violated_fails() -> None:
    right = judge(LINKED, LinkedApi({"@type": "Gebouw", "jaar": 1830, "naam": "Gemeentehuis"}))
    wrong = judge(LINKED, LinkedApi({"@type": "Gebouw", "jaar": 1830}))

    assert {"t-shape", "t-shape-naam"} <= right.passed_requirements
    assert {"t-shape-naam"} == wrong.failed_requirements
    assert Outcome.PASS == outcome(wrong, "t-shape")


@pytest.mark.usefixtures("quick_engines")
def test_data_of_another_type_conforms_but_verifies_nothing() -> None:
    """`sh:conforms true` without a focus node is not a pass."""
    report = judge(LINKED, LinkedApi({"@type": "Brug", "jaar": 1830}))

    assert Outcome.SKIP == outcome(report, "t-shape")
    assert "PT-310" == report.verdict_on("t-shape").findings[0].code


@pytest.mark.usefixtures("quick_engines")
def test_a_context_from_elsewhere_is_not_fetched() -> None:
    with serving(ReferenceApi()) as elsewhere:
        report = judge(LINKED, LinkedApi({"@type": "Gebouw"}, context=f"{url_of(elsewhere)}/context.jsonld"))

        assert [] == elsewhere.requests
    assert Outcome.FAIL == outcome(report, "t-shape")
    assert "PT-311" == report.verdict_on("t-shape").findings[0].code


@pytest.mark.usefixtures("quick_engines")
def test_an_answer_that_is_no_linked_data_fails() -> None:
    html = Response(body=b"<p>hallo</p>", headers={"Content-Type": "text/html"})
    report = judge(LINKED, Misbehaving(ReferenceApi(), response=html, at="/v1/ld"))

    assert {"t-shape", "t-shape-naam"} == report.failed_requirements


def test_the_environment_of_an_engine_holds_nothing_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    from proeftuin_conformance.engines.children import _environment  # noqa: PLC0415 - looks inside

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert not {"AWS_SECRET_ACCESS_KEY", "HTTP_PROXY"} & set(_environment("/nergens"))
    assert os.environ["PATH"] == _environment("/nergens")["PATH"]

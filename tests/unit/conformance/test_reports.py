"""Reports agree with each other and with themselves, in Dutch and in English."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from proeftuin_conformance import Options, Report, Target, find_kit, run
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.consistency import contradictions
from proeftuin_conformance.events import RunEvent, RunFinished, to_dict
from proeftuin_conformance.outcomes import Blame, Outcome
from proeftuin_conformance.reports import NdjsonReporter, TerminalReporter, html_report, json_report, junit_report
from proeftuin_conformance.reports.words import BLAMES, OUTCOMES, RUNS, WORDS
from support.conformance_reference import ReferenceApi
from support.conformance_servers import serving, url_of

if TYPE_CHECKING:
    from collections.abc import Callable

KIT = find_kit("api-regels")
REQUIRED = [requirement.id for requirement in KIT.requirements]


def follow(flaw: str | None) -> list[RunEvent]:
    with serving(ReferenceApi(flaw)) as server:
        target = Target(
            base_url=f"{url_of(server)}/v1", component="gebouwen 1.0.2", town_digest="sha256:0", tier="local"
        )
        return list(run(KIT, target, Options(new_id=lambda: "run-1")))


@pytest.fixture(scope="module")
def events() -> list[RunEvent]:
    return follow("errors_as_plain_json")


@pytest.fixture(scope="module")
def report(events: list[RunEvent]) -> Report:
    last = events[-1]
    assert isinstance(last, RunFinished)
    return last.report


def test_events_are_numbered_and_the_last_one_carries_the_report(events: list[RunEvent]) -> None:
    assert list(range(1, len(events) + 1)) == [event.number for event in events]
    assert {"run-1"} == {event.run for event in events}
    assert [type(events[-1])] == [type(event) for event in events if isinstance(event, RunFinished)]


def test_the_json_says_everything_a_replay_and_a_badge_need(report: Report) -> None:
    data = json.loads(json_report(report))

    assert "1.1" == data["schemaVersion"]
    assert ("api-regels", KIT.version, KIT.digest) == (
        data["kit"]["id"],
        data["kit"]["version"],
        data["kit"]["digest"],
    )
    assert {"baseUrl", "component", "tier", "townDigest", "resettable"} == set(data["target"])
    assert (1830, "full", "fail", False) == (data["seed"], data["mode"], data["outcome"], data["badgeReady"])
    assert {"httpx"} <= set(data["versions"])
    assert 36 == len(data["requirements"])
    assert data["depth"]["requestsSent"] >= sum(phase["requests"] for phase in data["phases"])
    assert {
        "requirement",
        "clauseUrl",
        "level",
        "code",
        "class",
        "expected",
        "actual",
        "exchange",
        "remedy",
        "text",
    } <= set(data["findings"][0])


def test_junit_counts_what_the_report_counts(report: Report) -> None:
    suite = ET.fromstring(junit_report(report)).find("testsuite")  # noqa: S314 - our own output
    assert suite is not None

    assert 36 == int(suite.get("tests", "0"))
    assert report.counts["fail"] == int(suite.get("failures", "0"))
    assert 0 == int(suite.get("errors", "0"))
    assert 21 == int(suite.get("skipped", "0"))


@pytest.mark.parametrize(("language", "word"), [("nl", "Niet geslaagd"), ("en", "Failed")])
def test_the_page_speaks_the_language_and_loads_nothing(report: Report, language: Any, word: str) -> None:
    page = html_report(report, language=language)

    assert f'<html lang="{language}">' in page
    assert word in page
    assert "<script" not in page
    assert "src=" not in page
    assert "<link" not in page


def test_a_clause_that_the_kit_wrote_itself_is_read_in_the_page(report: Report) -> None:
    """A report is one file: an address relative to the kit would lead nowhere."""
    first, *rest = report.verdicts
    own = replace(first, requirement=replace(first.requirement, clause_url="eisen.md#een"))
    page = html_report(replace(report, verdicts=(own, *rest)))
    place = first.requirement.tag

    assert f'<tr id="{place}">' in page
    assert f'<a href="#{place}">' in page
    assert first.requirement.text.nl in page
    assert "eisen.md" not in page
    assert report.verdicts[1].requirement.clause_url in page


def test_the_page_escapes_what_a_component_sends() -> None:
    """An answer is shown as text: a report must not run the component's scripts."""
    api = ReferenceApi("errors_as_plain_json")
    api._problem = lambda *_: _script()  # type: ignore[method-assign] # a hostile answer
    with serving(api) as server:
        last = list(run(KIT, Target(base_url=f"{url_of(server)}/v1"), Options()))[-1]
    assert isinstance(last, RunFinished)
    page = html_report(last.report)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def _script() -> Any:
    from support.conformance_servers import Response  # noqa: PLC0415 - only here

    return Response(status=404, body=b"<script>alert(1)</script>", headers={"Content-Type": "text/html"})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_screen_explains_requirement_clause_exchange_and_remedy(
    report: Report, events: list[RunEvent], language: Any
) -> None:
    stream = io.StringIO()
    reporter = TerminalReporter(Console(file=stream, width=100), language=language)
    for event in events:
        reporter.handle(event)
    text = stream.getvalue()
    finding = report.findings[0]

    assert finding.requirement.id in text
    assert "https://" in text
    assert "curl -i" in text
    assert finding.observation.evidence is not None
    assert finding.observation.evidence.curl in text
    assert len(text.splitlines()) < 50


def test_ndjson_is_one_object_per_event(events: list[RunEvent]) -> None:
    stream = io.StringIO()
    reporter = NdjsonReporter(stream)
    for event in events:
        reporter.handle(event)

    assert [to_dict(event) for event in events] == [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_report_agrees_with_itself(report: Report) -> None:
    assert [] == contradictions(report.to_dict(), required=REQUIRED)


def _drop(data: dict[str, Any]) -> None:
    data["requirements"].pop()


def _twice(data: dict[str, Any]) -> None:
    data["requirements"].append(data["requirements"][0])


def _pass_anyway(data: dict[str, Any]) -> None:
    data["outcome"], data["badgeReady"] = "pass", True


def _nothing_applied(data: dict[str, Any]) -> None:
    next(entry for entry in data["requirements"] if entry["outcome"] == "pass")["applied"] = []


def _no_proof(data: dict[str, Any]) -> None:
    data["findings"].clear()


def _miscount(data: dict[str, Any]) -> None:
    data["counts"]["pass"] += 1


def _requests_vanish(data: dict[str, Any]) -> None:
    data["depth"]["requestsSent"] = 0


@pytest.mark.parametrize(
    "change", [_drop, _twice, _pass_anyway, _nothing_applied, _no_proof, _miscount, _requests_vanish]
)
def test_each_contradiction_is_noticed(report: Report, change: Callable[[dict[str, Any]], None]) -> None:
    data = copy.deepcopy(report.to_dict())
    change(data)

    assert contradictions(data, required=REQUIRED)


def test_every_word_is_there_in_both_languages() -> None:
    assert set(Outcome) == set(OUTCOMES)
    assert set(Blame) == set(BLAMES)
    assert {Outcome.PASS, Outcome.FAIL, Outcome.SKIP, Outcome.ERROR} == set(RUNS)
    for text in [*OUTCOMES.values(), *BLAMES.values(), *RUNS.values(), *WORDS.values()]:
        assert text.nl
        assert text.en
    for code in CODES.values():
        assert all([code.meaning.nl, code.meaning.en, code.remedy.nl, code.remedy.en])

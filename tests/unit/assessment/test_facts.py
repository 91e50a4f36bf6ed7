"""From a report to what is stored, told and signed."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proeftuin_assessment.facts import (
    clean,
    depth_counts,
    depth_statement,
    digest_of,
    requirement_results,
    serialise,
)
from proeftuin_assessment.progress import KINDS, step_of
from proeftuin_conformance.badges import reasons_to_withhold
from proeftuin_conformance.outcomes import Level, Outcome

TEXT = {"nl": "Tekst", "en": "Text"}
DEPTH = {
    "requestsSent": 40,
    "operationsDocumented": 5,
    "operationsReached": 4,
    "reached": ["GET /a"],
    "requirementsExercised": 1,
    "requirementsNotTested": 1,
}


def requirement(outcome: str, *, blocks: bool = False) -> dict[str, Any]:
    return {
        "id": f"r-{outcome}",
        "title": TEXT,
        "level": "MUST",
        "outcome": outcome,
        "reason": TEXT,
        "blocksBadge": blocks,
    }


REPORT = {"mode": "full", "depth": DEPTH, "requirements": [requirement("pass"), requirement("not_tested")]}


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_a_component_sent_can_be_stored(value: Any) -> None:
    """PostgreSQL knows no NUL in text, UTF-8 no half characters."""
    stored = serialise({"value": clean(value)})

    assert "\\u0000" not in stored.replace("\\\\", "")
    assert stored.encode("utf-8")


def test_cleaning_leaves_ordinary_text_alone() -> None:
    assert {"a": ["é", 1, True, None]} == clean({"a": ["é", 1, True, None]})
    assert "\ufffd?" == clean("\0\ud800")


def test_a_report_is_written_one_way_only() -> None:
    """The digest in a badge must come out the same for whoever computes it later."""
    assert serialise({"b": 1, "a": "é"}) == serialise({"a": "é", "b": 1}) == '{"a":"é","b":1}'
    assert "sha256:" + hashlib.sha256('{"a":"é"}'.encode()).hexdigest() == digest_of(serialise({"a": "é"}))


def test_the_reason_of_a_requirement_that_blocks_is_no_excuse() -> None:
    """A quick run leaves engines out and says so; that is no reason written in the kit."""
    report = {"requirements": [requirement("pass"), requirement("not_tested", blocks=True)]}

    results = requirement_results(report)

    assert (Outcome.NOT_TESTED, Level.MUST, None) == (results[1].outcome, results[1].level, results[1].reason)
    assert 1 == len(reasons_to_withhold(results))
    assert () == reasons_to_withhold(requirement_results(REPORT))


def test_the_depth_is_a_sentence_and_numbers() -> None:
    told = depth_statement(REPORT)

    assert "1 van 2 eisen echt nagegaan; 4 van 5 operaties" in told.nl
    assert "1 of 2 requirements really verified; 4 of 5 operations" in told.en
    assert {name for name in DEPTH if name != "reached"} == depth_counts(REPORT).keys()


EVENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"event": "RunStarted", "kit": "k", "kitVersion": "1.0.0"}, "run-started", "De toets met k 1.0.0 begint."),
    ({"event": "PreflightFinished", "fine": True}, "preflight-finished", "De opstelling is in orde."),
    ({"event": "PreflightFinished", "fine": False}, "preflight-finished", "De opstelling is niet in orde."),
    ({"event": "PhaseStarted", "title": TEXT}, "phase-started", "Tekst"),
    ({"event": "Progressed", "message": "bezig"}, "progressed", "bezig"),
    (
        {"event": "RequirementObserved", "requirement": "r", "outcome": "fail"},
        "requirement-observed",
        "r: niet voldaan",
    ),
    ({"event": "ProblemFound", "problem": {"text": TEXT}}, "problem-found", "Tekst"),
    (
        {"event": "PhaseFinished", "phase": "http", "requests": 3},
        "phase-finished",
        "Deel http is klaar: 3 verzoeken.",
    ),
    ({"event": "SomethingNew"}, "progressed", "SomethingNew"),
]


@pytest.mark.parametrize(("event", "kind", "message"), EVENTS)
def test_each_event_of_a_run_becomes_a_step_in_words(event: dict[str, Any], kind: str, message: str) -> None:
    found, data = step_of(event | {"run": "r", "at": "now", "number": 4})

    assert (kind, message, 4) == (found, data["message"]["nl"], data["number"])
    assert data["message"]["en"]


def test_no_event_of_the_conformance_package_is_forgotten() -> None:
    assert KINDS.keys() == {event["event"] for event, _, _ in EVENTS} - {"SomethingNew"}

"""A report reads back as it was written, in this version and as earlier versions stored it."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proeftuin_conformance import Report
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.errors import ReportError
from proeftuin_conformance.exchanges import Evidence
from proeftuin_conformance.findings import Finding, Observation, Problem
from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.report import Depth, PhaseTiming
from proeftuin_conformance.requirements import Requirement
from proeftuin_conformance.texts import Text
from proeftuin_conformance.verdicts import RequirementVerdict

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

WORD = st.text(st.characters(codec="utf-8"), max_size=12)
NAME = st.text("abcdefghijk-0123456789", min_size=1, max_size=6)
TEXT = st.builds(Text, WORD, WORD)
MAYBE = st.none() | WORD
CODE = st.sampled_from(sorted(CODES))
TENTHS = st.integers(0, 10_000).map(lambda tenth: tenth / 10)  # a report counts in tenths of milliseconds
MOMENT = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as Hypothesis asks


def some(of: SearchStrategy[Any], most: int = 2) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


def names() -> SearchStrategy[tuple[str, ...]]:
    return st.sets(NAME, max_size=3).map(lambda found: tuple(sorted(found)))


@st.composite
def evidences(draw: DrawFn) -> Evidence:
    """With or without an answer."""
    answered = draw(st.booleans())
    return Evidence(
        method=draw(WORD),
        url=draw(WORD),
        request_headers=tuple(draw(st.dictionaries(NAME, WORD, max_size=2)).items()),
        request_body=draw(WORD),
        status=draw(st.integers(100, 599)) if answered else None,
        response_headers=draw(some(st.tuples(NAME, WORD))) if answered else (),
        response_body=draw(WORD) if answered else "",
        truncated=draw(st.booleans()) if answered else False,
        elapsed_ms=draw(TENTHS) if answered else 0.0,
        error=draw(MAYBE),
        curl=draw(WORD),
    )


@st.composite
def verdicts(draw: DrawFn, requirement_id: str) -> RequirementVerdict:
    """A verdict with its findings, worst first as a report lists them."""
    reason = draw(TEXT)
    tested = draw(names())
    requirement = Requirement(
        id=requirement_id,
        clause_url=draw(WORD),
        level=draw(st.sampled_from(Level)),
        actor=draw(WORD),
        title=draw(TEXT),
        text=draw(TEXT),
        tested_by=tested,
        not_tested_reason=None if tested else reason,
    )
    rank = {outcome: place for place, outcome in enumerate(Outcome)}
    seen = [
        Observation(
            requirement=requirement_id,
            outcome=draw(st.sampled_from(Outcome)),
            engine=draw(WORD),
            check=draw(WORD),
            text=draw(TEXT),
            code=draw(CODE),
            expected=draw(MAYBE),
            actual=draw(MAYBE),
            evidence=draw(st.none() | evidences()),
            earlier=draw(some(evidences())),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    return RequirementVerdict(
        requirement=requirement,
        outcome=draw(st.sampled_from(Outcome)),
        reason=reason,
        blocks=draw(st.booleans()),
        applied=draw(some(WORD)),
        findings=tuple(
            Finding(requirement=requirement, observation=one)
            for one in sorted(seen, key=lambda one: rank[one.outcome])
        ),
        observations=draw(st.integers(0, 9)),
    )


@st.composite
def reports(draw: DrawFn) -> Report:
    """Any report."""
    reached, rest = draw(names()), draw(names())
    return Report(
        run=draw(WORD),
        outcome=draw(st.sampled_from(Outcome)),
        kit=draw(WORD),
        kit_version=draw(WORD),
        kit_digest=draw(WORD),
        kit_title=draw(TEXT).to_dict(),
        standard={"id": draw(WORD), "version": draw(WORD), "url": draw(WORD)},
        standard_title=draw(TEXT),
        target=draw(WORD),
        component=draw(MAYBE),
        seed=draw(st.integers()),
        mode=draw(st.sampled_from(["quick", "full"])),
        actor=draw(MAYBE),
        town_digest=draw(MAYBE),
        tier=draw(MAYBE),
        resettable=draw(st.booleans()),
        versions=draw(st.dictionaries(NAME, WORD, max_size=2)),
        started=draw(MOMENT),
        finished=draw(MOMENT),
        verdicts=tuple(draw(verdicts(name)) for name in draw(names())),
        problems=tuple(
            Problem(
                code=draw(CODE),
                text=draw(TEXT),
                engine=draw(MAYBE),
                evidence=draw(st.none() | evidences()),
                details=draw(MAYBE),
            )
            for _ in range(draw(st.integers(0, 1)))
        ),
        timings=draw(
            some(st.builds(PhaseTiming, phase=WORD, engine=WORD, elapsed_ms=TENTHS, requests=st.integers(0, 9)))
        ),
        depth=Depth(
            requests=draw(st.integers(0, 99)),
            documented=draw(names()),
            reached=reached,
            answered=tuple(sorted({*reached, *rest})),
            exercised=draw(st.integers(0, 9)),
            not_tested=draw(st.integers(0, 9)),
        ),
        preflight=draw(some(WORD)),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_a_report_reads_back_as_it_was_written(report: Report) -> None:
    """Through JSON text, as it is stored."""
    assert report == Report.from_dict(json.loads(json.dumps(report.to_dict())))


def as_stored_by_schema_1_0(report: Report) -> dict[str, Any]:
    """Take away what schema version 1.1 added."""
    data = copy.deepcopy(report.to_dict())
    data["schemaVersion"] = "1.0"
    data["kit"]["standard"].pop("titles")
    data["depth"].pop("documented")
    for finding in data["findings"]:
        finding.pop("earlier")
    for problem in data["problems"]:
        problem.pop("details")
    return data


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(reports())
def test_a_report_of_an_earlier_version_still_reads(report: Report) -> None:
    """Badges quote the digest of what was stored: nothing can be written anew."""
    stored = as_stored_by_schema_1_0(report)
    read = Report.from_dict(stored)

    assert stored == as_stored_by_schema_1_0(read)
    assert Text.same(report.standard_title.nl) == read.standard_title
    assert all(() == finding.observation.earlier for finding in read.findings)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "schemaVersion is missing"),
        ({"schemaVersion": "2.0"}, "schemaVersion is 2.0"),
        ({"schemaVersion": "1.1"}, "not a report: KeyError"),
        ({"schemaVersion": "1.1", "kit": [], "target": {}}, "not a report: TypeError"),
    ],
)
def test_what_is_no_report_is_refused(data: dict[str, Any], says: str) -> None:
    """With the reason, and as an error of this package."""
    with pytest.raises(ReportError, match=says):
        Report.from_dict(data)

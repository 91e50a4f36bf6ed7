"""A stored report read back: the published JSON of a run as the values that the reporters take.

The platform keeps the JSON only (its digest is quoted in badges); HTML and JUnit are made from it on demand.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.exchanges import Evidence
from proeftuin_conformance.findings import Finding, Observation, Problem
from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.report import Depth, PhaseTiming, Report
from proeftuin_conformance.requirements import Requirement
from proeftuin_conformance.texts import Text
from proeftuin_conformance.verdicts import RequirementVerdict

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_report(text: str) -> Report:
    """Read a report of schema version 1."""
    data = json.loads(text)
    requirements = {row["id"]: _requirement(row) for row in data["requirements"]}
    findings = [_finding(row, requirements[row["requirement"]]) for row in data["findings"]]
    return Report(
        run=data["run"],
        outcome=Outcome(data["outcome"]),
        kit=data["kit"]["id"],
        kit_version=data["kit"]["version"],
        kit_digest=data["kit"]["digest"],
        kit_title=data["kit"]["title"],
        standard=data["kit"]["standard"],
        target=data["target"]["baseUrl"],
        component=data["target"]["component"],
        seed=data["seed"],
        mode=data["mode"],
        actor=data["actor"],
        town_digest=data["target"]["townDigest"],
        tier=data["target"]["tier"],
        resettable=data["target"].get("resettable", False),
        versions=data["versions"],
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(data["finished"]),
        verdicts=tuple(_verdict(row, requirements[row["id"]], findings) for row in data["requirements"]),
        problems=tuple(_problem(row) for row in data["problems"]),
        timings=tuple(
            PhaseTiming(phase=row["id"], engine=row["engine"], elapsed_ms=row["elapsedMs"], requests=row["requests"])
            for row in data["phases"]
        ),
        depth=_depth(data["depth"]),
        preflight=tuple(data["preflight"]),
    )


def _requirement(row: Mapping[str, Any]) -> Requirement:
    reason = Text.from_dict(row["reason"])
    return Requirement(
        id=row["id"],
        clause_url=row["clauseUrl"],
        level=Level(row["level"]),
        actor=row["actor"],
        title=Text.from_dict(row["title"]),
        text=Text.from_dict(row["text"]),
        tested_by=tuple(row["testedBy"]),
        not_tested_reason=reason if not row["testedBy"] else None,
    )


def _verdict(row: Mapping[str, Any], requirement: Requirement, findings: list[Finding]) -> RequirementVerdict:
    return RequirementVerdict(
        requirement=requirement,
        outcome=Outcome(row["outcome"]),
        reason=Text.from_dict(row["reason"]),
        blocks=row["blocksBadge"],
        applied=tuple(row["applied"]),
        findings=tuple(finding for finding in findings if finding.requirement.id == requirement.id),
        observations=row["observations"],
    )


def _finding(row: Mapping[str, Any], requirement: Requirement) -> Finding:
    seen = Observation(
        requirement=requirement.id,
        outcome=Outcome(row["outcome"]),
        engine=row["engine"],
        check=row["check"],
        text=Text.from_dict(row["text"]),
        code=row["code"],
        expected=row["expected"],
        actual=row["actual"],
        evidence=_evidence(row["exchange"]),
    )
    return Finding(requirement=requirement, observation=seen)


def _problem(row: Mapping[str, Any]) -> Problem:
    return Problem(
        code=row["code"],
        text=Text.from_dict(row["text"]),
        engine=row["engine"],
        evidence=_evidence(row["exchange"]),
    )


def _evidence(row: Mapping[str, Any] | None) -> Evidence | None:
    if row is None:
        return None
    sent, received = row["request"], row["response"] or {}
    return Evidence(
        method=sent["method"],
        url=sent["url"],
        request_headers=tuple(sent["headers"].items()),
        request_body=sent["body"],
        status=received.get("status"),
        response_headers=tuple((name, value) for name, value in received.get("headers", [])),
        response_body=received.get("body", ""),
        truncated=received.get("truncated", False),
        elapsed_ms=received.get("elapsedMs", 0.0),
        error=row["error"],
        curl=row["curl"],
    )


def _depth(row: Mapping[str, Any]) -> Depth:
    answered, never = [*row["reached"], *row["answeredWithout2xx"]], row["neverCalled"]
    return Depth(
        requests=row["requestsSent"],
        documented=(*answered[: row["operationsDocumented"] - len(never)], *never),
        reached=tuple(row["reached"]),
        answered=tuple(answered),
        exercised=row["requirementsExercised"],
        not_tested=row["requirementsNotTested"],
    )

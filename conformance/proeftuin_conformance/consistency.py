"""Does a report agree with itself? Looked at before a report becomes final.

Written apart from the verdict layer and from different data (the published JSON), so that the runner does not
vouch for itself.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BAD = {"error", "fail", "skip"}


def contradictions(report: dict[str, Any], *, required: Iterable[str]) -> list[str]:
    """Sentences that say where a report contradicts itself; empty when it does not.

    Args:
        report: the published JSON of a report.
        required: ids of all requirements of the kit.
    """
    return [*_completeness(report, set(required)), *_per_requirement(report), *_whole(report)]


def _completeness(report: dict[str, Any], required: set[str]) -> Iterator[str]:
    ids = [entry["id"] for entry in report["requirements"]]
    for missing in sorted(required - set(ids)):
        yield f"requirement {missing} is missing"
    for double, count in Counter(ids).items():
        if count > 1:
            yield f"requirement {double} occurs {count} times"
    counted = Counter(entry["outcome"] for entry in report["requirements"])
    for outcome, count in report["counts"].items():
        if counted.get(outcome, 0) != count:
            yield f"counts say {count} × {outcome}, the list has {counted.get(outcome, 0)}"


def _per_requirement(report: dict[str, Any]) -> Iterator[str]:
    findings = Counter(finding["requirement"] for finding in report["findings"])
    worst = {(finding["requirement"], finding["outcome"]) for finding in report["findings"]}
    for entry in report["requirements"]:
        name, outcome = entry["id"], entry["outcome"]
        if entry["findings"] != findings.get(name, 0):
            yield f"{name}: {entry['findings']} findings announced, {findings.get(name, 0)} listed"
        if outcome == "pass" and not entry["applied"]:
            yield f"{name}: passed without having been applied to anything"
        if outcome in {"pass", "omit", "not_tested"} and findings.get(name):
            yield f"{name}: {outcome} with findings"
        if outcome in _BAD and (name, outcome) not in worst:
            yield f"{name}: {outcome} without a finding that says so"
        if outcome in _BAD and entry["level"] == "MUST" and not entry["blocksBadge"]:
            yield f"{name}: a MUST with {outcome} does not block the badge"


def _whole(report: dict[str, Any]) -> Iterator[str]:
    if report["outcome"] == "pass":
        blocking = [entry["id"] for entry in report["requirements"] if entry["blocksBadge"]]
        if blocking:
            yield f"passed although {blocking[0]} blocks"
        if report["problems"]:
            yield f"passed with a problem: {report['problems'][0]['code']}"
        if not report["depth"]["requestsSent"]:
            yield "passed without a single request"
    if report["badgeReady"] != (report["outcome"] == "pass"):
        yield "badgeReady and outcome disagree"
    sent = sum(phase["requests"] for phase in report["phases"])
    if sent > report["depth"]["requestsSent"]:
        yield f"phases sent {sent} requests, the depth statement says {report['depth']['requestsSent']}"

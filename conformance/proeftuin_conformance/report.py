"""The report of a run: everything a reader, a badge or a replay needs, as one JSON document."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proeftuin_conformance.findings import Finding, Problem
    from proeftuin_conformance.verdicts import RequirementVerdict

SCHEMA_VERSION = "1.0"
_OK = range(200, 300)
_EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTiming:
    """What one phase cost."""

    phase: str
    engine: str
    elapsed_ms: float
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How deep the run went: what a "pass" rests on.

    `documented` are the operations of the component's OpenAPI document, `reached` those that answered 2xx.
    """

    requests: int
    documented: tuple[str, ...]
    reached: tuple[str, ...]
    answered: tuple[str, ...]
    exercised: int
    not_tested: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of the depth statement."""
        return {
            "requestsSent": self.requests,
            "operationsDocumented": len(self.documented),
            "operationsReached": len(self.reached),
            "reached": list(self.reached),
            "answeredWithout2xx": [name for name in self.answered if name not in self.reached],
            "neverCalled": [name for name in self.documented if name not in self.answered],
            "requirementsExercised": self.exercised,
            "requirementsNotTested": self.not_tested,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run found. `to_dict` gives the published JSON."""

    run: str
    outcome: Outcome
    kit: str
    kit_version: str
    kit_digest: str
    kit_title: dict[str, str]
    standard: dict[str, str]
    target: str
    component: str | None
    seed: int
    mode: str
    actor: str | None
    town_digest: str | None
    tier: str | None
    resettable: bool = False
    versions: dict[str, str]
    started: datetime
    finished: datetime
    verdicts: tuple[RequirementVerdict, ...]
    problems: tuple[Problem, ...]
    timings: tuple[PhaseTiming, ...]
    depth: Depth
    preflight: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything to look at, worst first, then in the order of the standard."""
        order = {outcome: rank for rank, outcome in enumerate(Outcome)}
        found = [finding for verdict in self.verdicts for finding in verdict.findings]
        return tuple(sorted(found, key=lambda finding: order[finding.observation.outcome]))

    @property
    def notable_findings(self) -> tuple[Finding, ...]:
        """The findings without those that only repeat a problem of the run as a whole."""
        repeated = {problem.code for problem in self.problems if problem.outcome is Outcome.ERROR}
        if self.problems:
            repeated.add("PT-304")
        return tuple(finding for finding in self.findings if finding.code not in repeated)

    @property
    def badge_ready(self) -> bool:
        """Whether this report may carry a badge: the run passed as a whole."""
        return self.outcome is Outcome.PASS

    @property
    def exit_code(self) -> int:
        """0 pass, 1 fail, 3 inconclusive (2 is bad usage)."""
        return _EXIT_CODES.get(self.outcome, 3)

    def _ids(self, outcome: Outcome) -> set[str]:
        return {verdict.requirement.id for verdict in self.verdicts if verdict.outcome is outcome}

    @property
    def failed_requirements(self) -> set[str]:
        """Ids of the requirements that failed, of any level."""
        return self._ids(Outcome.FAIL)

    @property
    def passed_requirements(self) -> set[str]:
        """Ids of the requirements that passed."""
        return self._ids(Outcome.PASS)

    @property
    def counts(self) -> dict[str, int]:
        """How many requirements have each outcome."""
        found = Counter(str(verdict.outcome) for verdict in self.verdicts)
        return {str(outcome): found.get(str(outcome), 0) for outcome in Outcome}

    def verdict_on(self, requirement_id: str) -> RequirementVerdict:
        """The verdict on one requirement; KeyError when the kit has no such requirement."""
        for verdict in self.verdicts:
            if verdict.requirement.id == requirement_id:
                return verdict
        raise KeyError(requirement_id)

    def to_dict(self) -> dict[str, Any]:
        """The published JSON; `schemaVersion` grows when its shape changes."""
        return {
            "schemaVersion": SCHEMA_VERSION,
            "run": self.run,
            "outcome": str(self.outcome),
            "badgeReady": self.badge_ready,
            "kit": {
                "id": self.kit,
                "version": self.kit_version,
                "digest": self.kit_digest,
                "title": self.kit_title,
                "standard": self.standard,
            },
            "target": {
                "baseUrl": self.target,
                "component": self.component,
                "tier": self.tier,
                "townDigest": self.town_digest,
                "resettable": self.resettable,
            },
            "seed": self.seed,
            "mode": self.mode,
            "actor": self.actor,
            "versions": self.versions,
            "started": _moment(self.started),
            "finished": _moment(self.finished),
            "counts": self.counts,
            "depth": self.depth.to_dict(),
            "preflight": list(self.preflight),
            "phases": [
                {
                    "id": timing.phase,
                    "engine": timing.engine,
                    "elapsedMs": round(timing.elapsed_ms, 1),
                    "requests": timing.requests,
                }
                for timing in self.timings
            ],
            "problems": [problem.to_dict() for problem in self.problems],
            "requirements": [verdict.to_dict() for verdict in self.verdicts],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class DepthCounter:
    """Adds up requests and answers while a run goes on."""

    def __init__(self, documented: Iterable[str] = ()) -> None:
        """Start from the operations that the component documents."""
        self.documented = tuple(documented)
        self.requests = 0
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)

    def answered(self, operation: str, statuses: dict[int, int]) -> None:
        """An operation answered, so many times with each status."""
        self.statuses[operation].update(statuses)

    def depth(self, verdicts: Iterable[RequirementVerdict]) -> Depth:
        """The depth statement."""
        judged = list(verdicts)
        return Depth(
            requests=self.requests,
            documented=self.documented,
            reached=tuple(sorted(op for op, found in self.statuses.items() if any(s in _OK for s in found))),
            answered=tuple(sorted(self.statuses)),
            exercised=sum(1 for verdict in judged if verdict.applied),
            not_tested=sum(1 for verdict in judged if verdict.outcome is Outcome.NOT_TESTED),
        )

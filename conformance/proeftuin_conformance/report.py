"""The report of a run: everything a reader, a badge or a replay needs, as one JSON document."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.errors import ReportError
from proeftuin_conformance.findings import Problem
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.texts import Text
from proeftuin_conformance.verdicts import RequirementVerdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proeftuin_conformance.findings import Finding

SCHEMA_VERSION = "1.1"
"""1.1 added `earlier` to findings, `details` to problems, `titles` to the standard and `documented` to the depth."""
_OK = range(200, 300)
_EXIT_CODES = {Outcome.PASS: 0, Outcome.FAIL: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTiming:
    """What one phase cost."""

    phase: str
    engine: str
    elapsed_ms: float
    requests: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a phase."""
        return {
            "id": self.phase,
            "engine": self.engine,
            "elapsedMs": round(self.elapsed_ms, 1),
            "requests": self.requests,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PhaseTiming:
        """Read back what `to_dict` wrote."""
        return cls(phase=data["id"], engine=data["engine"], elapsed_ms=data["elapsedMs"], requests=data["requests"])


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
            "documented": list(self.documented),
            "reached": list(self.reached),
            "answeredWithout2xx": [name for name in self.answered if name not in self.reached],
            "neverCalled": [name for name in self.documented if name not in self.answered],
            "requirementsExercised": self.exercised,
            "requirementsNotTested": self.not_tested,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Depth:
        """Read back what `to_dict` wrote; schema version 1.0 only had how many operations are documented."""
        answered, never = (*data["reached"], *data["answeredWithout2xx"]), data["neverCalled"]
        counted = (*answered[: data["operationsDocumented"] - len(never)], *never)
        return cls(
            requests=data["requestsSent"],
            documented=tuple(data.get("documented", counted)),
            reached=tuple(data["reached"]),
            answered=tuple(sorted(answered)),
            exercised=data["requirementsExercised"],
            not_tested=data["requirementsNotTested"],
        )


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
    standard_title: Text
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
                "standard": {
                    **self.standard,
                    "title": self.standard_title.nl,
                    "titles": self.standard_title.to_dict(),
                },
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
            "phases": [timing.to_dict() for timing in self.timings],
            "problems": [problem.to_dict() for problem in self.problems],
            "requirements": [verdict.to_dict() for verdict in self.verdicts],
            "findings": [finding.to_dict() for finding in self.findings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Read back what `to_dict` wrote, in this version or an earlier one of schema 1.

        Raises:
            ReportError: it is not a report of schema 1.
        """
        version = str(data.get("schemaVersion", ""))
        if not version.startswith("1."):
            raise ReportError(f"not a report of schema 1: schemaVersion is {version or 'missing'}")
        try:
            return _read(cls, data)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ReportError(f"not a report: {type(error).__name__}: {error}") from error


def _read(kind: type[Report], data: Mapping[str, Any]) -> Report:
    kit, target = data["kit"], data["target"]
    standard = dict(kit["standard"])
    title = standard.pop("title")
    return kind(
        run=data["run"],
        outcome=Outcome(data["outcome"]),
        kit=kit["id"],
        kit_version=kit["version"],
        kit_digest=kit["digest"],
        kit_title=kit["title"],
        standard_title=Text.from_dict(standard.pop("titles", {"nl": title, "en": title})),
        standard=standard,
        target=target["baseUrl"],
        component=target["component"],
        seed=data["seed"],
        mode=data["mode"],
        actor=data["actor"],
        town_digest=target["townDigest"],
        tier=target["tier"],
        resettable=target.get("resettable", False),
        versions=data["versions"],
        started=datetime.fromisoformat(data["started"]),
        finished=datetime.fromisoformat(data["finished"]),
        verdicts=tuple(RequirementVerdict.from_dict(one, data["findings"]) for one in data["requirements"]),
        problems=tuple(Problem.from_dict(one) for one in data["problems"]),
        timings=tuple(PhaseTiming.from_dict(one) for one in data["phases"]),
        depth=Depth.from_dict(data["depth"]),
        preflight=tuple(data["preflight"]),
    )


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

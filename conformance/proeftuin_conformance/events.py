"""What happens during a run: frozen facts, named in the past tense. Reporters subscribe to the stream.

* RunEvent
  + RunStarted            what is about to be tested, with all versions and digests
  + PreflightFinished     set-up problems, kept apart from the product's own
  + PhaseStarted
  + Progressed            something to show to whoever watches
  + RequirementObserved   one check saw one requirement
  + ProblemFound          something went wrong outside a single requirement
  + PhaseFinished
  + RunFinished           always the last one; carries the report
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_conformance.findings import Observation, Problem
    from proeftuin_conformance.report import Report
    from proeftuin_conformance.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """Base: a number within the run (from 1) and the moment."""

    run: str
    number: int
    at: datetime

    @property
    def kind(self) -> str:
        """Name of the event, as in NDJSON."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(RunEvent):
    """A run began."""

    kit: str
    kit_version: str
    kit_digest: str
    standard: dict[str, str]
    target: str
    component: str | None
    seed: int
    mode: str
    actor: str | None
    town_digest: str | None
    tier: str | None
    versions: dict[str, str] = field(default_factory=dict)
    requirements: int = 0
    phases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightFinished(RunEvent):
    """The set-up was looked at; problems follow as ProblemFound."""

    fine: bool
    elapsed_ms: float
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStarted(RunEvent):
    """A phase began."""

    phase: str
    engine: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed(RunEvent):
    """Something to show; carries no verdict."""

    phase: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementObserved(RunEvent):
    """One check of one engine saw one requirement."""

    phase: str
    observation: Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFound(RunEvent):
    """Something went wrong outside a single requirement."""

    phase: str | None
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseFinished(RunEvent):
    """A phase ended; `operations` maps each operation to how often each status came back."""

    phase: str
    engine: str
    elapsed_ms: float
    requests: int
    operations: dict[str, dict[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished(RunEvent):
    """The run ended, one way or another."""

    elapsed_ms: float
    report: Report


def to_dict(event: RunEvent) -> dict[str, Any]:
    """The JSON shape of an event, as in NDJSON."""
    data: dict[str, Any] = {
        "event": event.kind,
        "run": event.run,
        "number": event.number,
        "at": event.at.isoformat().replace("+00:00", "Z"),
    }
    match event:
        case RunStarted():
            data |= {
                "kit": event.kit, "kitVersion": event.kit_version, "kitDigest": event.kit_digest,
                "standard": event.standard, "target": event.target, "component": event.component,
                "seed": event.seed, "mode": event.mode, "actor": event.actor, "townDigest": event.town_digest,
                "tier": event.tier, "versions": event.versions, "requirements": event.requirements,
                "phases": list(event.phases),
            }  # fmt: skip
        case PreflightFinished():
            data |= {"fine": event.fine, "elapsedMs": round(event.elapsed_ms, 1), "steps": list(event.steps)}
        case PhaseStarted():
            data |= {"phase": event.phase, "engine": event.engine, "title": event.title.to_dict()}
        case Progressed():
            data |= {"phase": event.phase, "message": event.message}
        case RequirementObserved():
            seen = event.observation
            data |= {
                "phase": event.phase, "requirement": seen.requirement, "outcome": str(seen.outcome),
                "engine": seen.engine, "check": seen.check, "code": seen.code,
                "text": seen.text.to_dict() if seen.text else None, "applied": len(seen.applied),
            }  # fmt: skip
        case ProblemFound():
            data |= {"phase": event.phase, "problem": event.problem.to_dict()}
        case PhaseFinished():
            data |= {
                "phase": event.phase, "engine": event.engine, "elapsedMs": round(event.elapsed_ms, 1),
                "requests": event.requests,
                "operations": {name: _text_keys(found) for name, found in event.operations.items()},
            }  # fmt: skip
        case RunFinished():
            data |= {"elapsedMs": round(event.elapsed_ms, 1), "outcome": str(event.report.outcome)}
    return data


def _text_keys(counts: dict[int, int]) -> dict[str, int]:
    """JSON has text keys only."""
    return {str(status): count for status, count in counts.items()}

"""What engines see (observations, problems) and what readers get (findings)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.codes import CODES
from proeftuin_conformance.exchanges import Evidence
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from proeftuin_conformance.outcomes import Blame
    from proeftuin_conformance.requirements import Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one check of one engine saw of one requirement.

    `applied` lists what was really verified; a pass without it is not a pass. `earlier` are the requests without
    which `evidence` cannot be repeated, in order.
    """

    requirement: str
    outcome: Outcome
    engine: str
    check: str
    text: Text | None = None
    code: str | None = None
    expected: str | None = None
    actual: str | None = None
    evidence: Evidence | None = None
    earlier: tuple[Evidence, ...] = ()
    applied: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[str, ...]:
        """What to type to see the same again: first what went before, last the request that it is about."""
        return tuple(one.curl for one in (*self.earlier, self.evidence) if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that went wrong outside a single requirement: pre-flight, an engine, the wall time.

    `details` is what a tool said in full, when `text` has only its first words.
    """

    code: str
    text: Text
    engine: str | None = None
    evidence: Evidence | None = None
    details: str | None = None

    @property
    def blame(self) -> Blame:
        """Where the cause lies."""
        return CODES[self.code].blame

    @property
    def outcome(self) -> Outcome:
        """What it does to the run."""
        return CODES[self.code].outcome

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a problem in a report."""
        return {
            "code": self.code,
            "class": str(self.blame),
            "outcome": str(self.outcome),
            "text": self.text.to_dict(),
            "remedy": CODES[self.code].remedy.to_dict(),
            "engine": self.engine,
            "exchange": self.evidence.to_dict() if self.evidence else None,
            "details": self.details,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Problem:
        """Read back what `to_dict` wrote; there were no details in schema version 1.0."""
        return cls(
            code=data["code"],
            text=Text.from_dict(data["text"]),
            engine=data["engine"],
            evidence=_evidence(data["exchange"]),
            details=data.get("details"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a reader must look at, with the clause and the proof."""

    requirement: Requirement
    observation: Observation

    @property
    def code(self) -> str:
        """The stable failure code."""
        return self.observation.code or "PT-301"

    @property
    def blame(self) -> Blame:
        """Where the cause lies."""
        return CODES[self.code].blame

    @property
    def text(self) -> Text:
        """One sentence in both languages."""
        return self.observation.text or CODES[self.code].meaning

    @property
    def remedy(self) -> Text:
        """What to do about it."""
        return CODES[self.code].remedy

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a finding in a report."""
        seen = self.observation
        return {
            "requirement": self.requirement.id,
            "clauseUrl": self.requirement.clause_url,
            "level": str(self.requirement.level),
            "outcome": str(seen.outcome),
            "code": self.code,
            "class": str(self.blame),
            "engine": seen.engine,
            "check": seen.check,
            "text": self.text.to_dict(),
            "remedy": self.remedy.to_dict(),
            "expected": seen.expected,
            "actual": seen.actual,
            "exchange": seen.evidence.to_dict() if seen.evidence else None,
            "earlier": [one.to_dict() for one in seen.earlier],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], requirement: Requirement) -> Finding:
        """Read back what `to_dict` wrote; nothing went `earlier` in schema version 1.0."""
        seen = Observation(
            requirement=requirement.id,
            outcome=Outcome(data["outcome"]),
            engine=data["engine"],
            check=data["check"],
            text=Text.from_dict(data["text"]),
            code=data["code"],
            expected=data["expected"],
            actual=data["actual"],
            evidence=_evidence(data["exchange"]),
            earlier=tuple(Evidence.from_dict(one) for one in data.get("earlier", ())),
        )
        return cls(requirement=requirement, observation=seen)


def _evidence(data: Mapping[str, Any] | None) -> Evidence | None:
    return None if data is None else Evidence.from_dict(data)

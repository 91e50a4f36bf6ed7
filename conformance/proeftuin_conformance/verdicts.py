"""The verdict layer: from what engines saw to what may be said of each requirement.

Engines lie by omission (a dead component "completes", a check that never applied "succeeds"), so nothing
passes here by default: a pass needs, for every engine that the register names, at least one observation that
passed and that says what it applied to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.codes import CODES
from proeftuin_conformance.findings import Finding, Observation, Problem
from proeftuin_conformance.outcomes import Level, Outcome, worst
from proeftuin_conformance.requirements import Requirement
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_FOUND = {Outcome.FAIL, Outcome.ERROR, Outcome.SKIP}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementVerdict:
    """What is said of one requirement, and why.

    Attributes:
        blocks: this verdict keeps a badge from being issued.
        applied: what was really verified, for the depth statement.
    """

    requirement: Requirement
    outcome: Outcome
    reason: Text
    blocks: bool
    applied: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    observations: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of a verdict in a report (findings are listed apart)."""
        return {
            "id": self.requirement.id,
            "clauseUrl": self.requirement.clause_url,
            "level": str(self.requirement.level),
            "actor": self.requirement.actor,
            "title": self.requirement.title.to_dict(),
            "text": self.requirement.text.to_dict(),
            "testedBy": list(self.requirement.tested_by),
            "outcome": str(self.outcome),
            "reason": self.reason.to_dict(),
            "blocksBadge": self.blocks,
            "applied": list(self.applied),
            "findings": len(self.findings),
            "observations": self.observations,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> RequirementVerdict:
        """Read back what `to_dict` wrote; `findings` are those of the whole report."""
        reason = Text.from_dict(data["reason"])
        requirement = Requirement(
            id=data["id"],
            clause_url=data["clauseUrl"],
            level=Level(data["level"]),
            actor=data["actor"],
            title=Text.from_dict(data["title"]),
            text=Text.from_dict(data["text"]),
            tested_by=tuple(data["testedBy"]),
            not_tested_reason=None if data["testedBy"] else reason,
        )
        return cls(
            requirement=requirement,
            outcome=Outcome(data["outcome"]),
            reason=reason,
            blocks=data["blocksBadge"],
            applied=tuple(data["applied"]),
            findings=tuple(
                Finding.from_dict(one, requirement) for one in findings if one["requirement"] == requirement.id
            ),
            observations=data["observations"],
        )


def judge(
    requirements: Sequence[Requirement],
    observations: Iterable[Observation],
    problems: Sequence[Problem],
    *,
    actor: str | None = None,
    left_out: Iterable[str] = (),
) -> tuple[RequirementVerdict, ...]:
    """One verdict per requirement, in the order of the register.

    Args:
        requirements: the kit's register.
        observations: what the engines saw.
        problems: what went wrong outside single requirements.
        actor: only requirements of this actor apply; None means all.
        left_out: engines that this mode does not run.
    """
    cut_short = {problem.engine: problem for problem in problems if problem.outcome is Outcome.ERROR}
    seen: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        seen[observation.requirement].append(_honest(observation, cut_short.get(observation.engine)))
    skipped_engines = frozenset(left_out)
    return tuple(
        _judge_one(requirement, seen[requirement.id], problems, actor=actor, left_out=skipped_engines)
        for requirement in requirements
    )


def _honest(observation: Observation, cut_short: Problem | None) -> Observation:
    """A pass is only kept when it applied to something and its engine was not cut short."""
    if observation.outcome is not Outcome.PASS:
        return observation
    if cut_short is not None:
        return replace(observation, outcome=Outcome.ERROR, code=cut_short.code, text=_unfinished(cut_short))
    if not observation.applied:
        return replace(observation, outcome=Outcome.SKIP, code="PT-302", text=CODES["PT-302"].meaning)
    return observation


def _unfinished(cause: Problem) -> Text:
    return Text(nl=f"Niet (volledig) nagegaan: {cause.text.nl}", en=f"Not (fully) verified: {cause.text.en}")


def _judge_one(
    requirement: Requirement,
    seen: list[Observation],
    problems: Sequence[Problem],
    *,
    actor: str | None,
    left_out: frozenset[str],
) -> RequirementVerdict:
    if actor is not None and requirement.actor not in {"", actor}:
        reason = Text(f"Geldt voor de rol {requirement.actor}.", f"Applies to the role {requirement.actor}.")
        return RequirementVerdict(requirement=requirement, outcome=Outcome.OMIT, reason=reason, blocks=False)
    if requirement.not_tested_reason is not None:
        return RequirementVerdict(
            requirement=requirement,
            outcome=Outcome.NOT_TESTED,
            reason=requirement.not_tested_reason,
            blocks=False,
        )
    seen = [*seen, *_missing(requirement, seen, problems, left_out=left_out)]
    outcome = worst((observation.outcome for observation in seen), default=Outcome.NOT_TESTED)
    findings = tuple(
        Finding(requirement=requirement, observation=observation)
        for observation in seen
        if observation.outcome in _FOUND
    )
    return RequirementVerdict(
        requirement=requirement,
        outcome=outcome,
        reason=_reason(outcome, seen),
        blocks=requirement.level is Level.MUST and outcome in {*_FOUND, Outcome.NOT_TESTED},
        applied=tuple(what for observation in seen for what in observation.applied),
        findings=findings,
        observations=len(seen),
    )


def _missing(
    requirement: Requirement, seen: list[Observation], problems: Sequence[Problem], *, left_out: frozenset[str]
) -> list[Observation]:
    """An observation for each engine that should have spoken and did not."""
    silent = [engine for engine in requirement.tested_by if engine not in {one.engine for one in seen}]
    if silent and set(silent) <= left_out and not seen:
        return []  # a quick run leaves these out on purpose: not tested, said so by the caller
    found = []
    for engine in silent:
        cause = _cause(engine, problems)
        outcome, code, text = Outcome.SKIP, "PT-302", CODES["PT-302"].meaning
        if cause is not None:
            error = cause.outcome is Outcome.ERROR
            outcome, code = (Outcome.ERROR, cause.code) if error else (Outcome.SKIP, "PT-304")
            text = _unfinished(cause)
        elif engine in left_out:
            text = _LEFT_OUT
        found.append(
            Observation(requirement=requirement.id, outcome=outcome, engine=engine, check="-", code=code, text=text)
        )
    return found


def _cause(engine: str, problems: Sequence[Problem]) -> Problem | None:
    """Why an engine was silent: its own problem, one of the whole run, or a stop in an earlier phase."""
    own = [problem for problem in problems if problem.engine in {None, engine}]
    errors = [problem for problem in own if problem.outcome is Outcome.ERROR]
    stops = [problem for problem in problems if problem.code in _STOPS]
    return next(iter([*errors, *stops, *own]), None)


_STOPS = {"PT-105", "PT-201", "PT-202", "PT-203"}
_LEFT_OUT = Text(
    "Niet getest in deze snelle test; start een volledige test (--mode full).",
    "Not tested in this quick run; start a full run (--mode full).",
)


def _reason(outcome: Outcome, seen: list[Observation]) -> Text:
    if outcome is Outcome.PASS:
        count = sum(len(observation.applied) for observation in seen)
        return Text(f"Nagegaan op {count} punten.", f"Verified on {count} points.")
    first = next((one for one in seen if one.outcome is outcome), None)
    if first is None:
        return _LEFT_OUT
    if first.text is not None:
        return first.text
    return CODES[first.code].meaning if first.code else Text("Niet van toepassing.", "Does not apply.")


def overall(verdicts: Iterable[RequirementVerdict], problems: Iterable[Problem]) -> Outcome:
    """The outcome of the run: as bad as its worst blocking requirement or problem.

    A run in which nothing passed is never a pass; a SHOULD or MAY that fails does not fail the run.
    """
    judged = list(verdicts)
    blocking = [verdict.outcome for verdict in judged if verdict.blocks]
    worst_one = worst([*blocking, *(problem.outcome for problem in problems)], default=Outcome.PASS)
    if worst_one is Outcome.NOT_TESTED:
        return Outcome.SKIP
    if worst_one is Outcome.PASS and not any(verdict.outcome is Outcome.PASS for verdict in judged):
        return Outcome.SKIP
    return worst_one

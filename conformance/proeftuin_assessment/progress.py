"""From the events of a run to the steps that a person watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proeftuin_assessment.facts import clean
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = {
    "RunStarted": "run-started",
    "PreflightFinished": "preflight-finished",
    "PhaseStarted": "phase-started",
    "Progressed": "progressed",
    "RequirementObserved": "requirement-observed",
    "ProblemFound": "problem-found",
    "PhaseFinished": "phase-finished",
}
OUTCOMES = {
    "pass": Text(nl="voldaan", en="met"),
    "fail": Text(nl="niet voldaan", en="not met"),
    "error": Text(nl="niet te beoordelen", en="could not be judged"),
    "skip": Text(nl="overgeslagen", en="skipped"),
    "omit": Text(nl="niet van toepassing", en="not applicable"),
    "not_tested": Text(nl="niet getest", en="not tested"),
}


def step_of(event: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the kind and the data of the journal entry for an event of the run.

    `data["message"]` says it in words; the other members are those of the event.
    """
    facts = clean({name: value for name, value in event.items() if name not in {"event", "run", "at"}})
    kind = KINDS.get(event["event"], "progressed")
    return kind, {**facts, "message": _message(event["event"], facts).as_dict()}


def _message(name: str, facts: Mapping[str, Any]) -> Text:
    match name:
        case "RunStarted":
            kit = f"{facts['kit']} {facts['kitVersion']}"
            return Text(nl=f"De toets met {kit} begint.", en=f"The run with {kit} starts.")
        case "PreflightFinished":
            word = Text(nl="in orde", en="in order") if facts["fine"] else Text(nl="niet in orde", en="not in order")
            return Text(nl=f"De opstelling is {word.nl}.", en=f"The set-up is {word.en}.")
        case "PhaseFinished":
            return Text(
                nl=f"Deel {facts['phase']} is klaar: {facts['requests']} verzoeken.",
                en=f"Part {facts['phase']} is done: {facts['requests']} requests.",
            )
        case "RequirementObserved":
            word = OUTCOMES.get(facts["outcome"], Text(nl=facts["outcome"], en=facts["outcome"]))
            return Text(nl=f"{facts['requirement']}: {word.nl}", en=f"{facts['requirement']}: {word.en}")
        case "PhaseStarted" | "ProblemFound":
            return Text(**(facts["title"] if name == "PhaseStarted" else facts["problem"]["text"]))
        case _:
            message = str(facts.get("message", name))
            return Text(nl=message, en=message)

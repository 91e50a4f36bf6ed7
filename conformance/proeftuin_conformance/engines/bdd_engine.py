"""Engine `bdd`: Dutch Gherkin scenarios, run by pytest-bdd in a child process."""

from __future__ import annotations

import dataclasses
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.codes import CODES
from proeftuin_conformance.engines.base import EngineContext, EngineOutput, Note, Reached, Sent
from proeftuin_conformance.engines.children import ChildDiedError, run_child
from proeftuin_conformance.errors import KitError
from proeftuin_conformance.exchanges import Exchange
from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.kit import BddPlan
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.repeating import repeated
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_conformance.exchanges import Evidence

PROCESS = "proeftuin_conformance.engines.bdd_process"
_FINE = {0, 1, 5}  # pytest: all passed, some failed, nothing collected; anything else is a crash


class BddEngine:
    """One pytest run per phase; only a scenario that carried out all its steps can pass."""

    def versions(self) -> dict[str, str]:
        """Versions of the tools that read and run scenarios."""
        return {name: version(name) for name in ("pytest", "pytest-bdd")}

    def run(self, context: EngineContext) -> Iterator[EngineOutput]:
        """Yield an observation per scenario and requirement tag."""
        plan = context.phase.plan
        if not isinstance(plan, BddPlan):
            raise KitError(f"phase {context.phase.id}: not a plan for the bdd engine")
        tags = {requirement.tag: requirement.id for requirement in context.kit.requirements}
        try:
            for event in run_child(PROCESS, _job(plan, context, sorted(tags)), deadline=context.deadline):
                yield from _take(event, tags=tags, context=context)
        except ChildDiedError as error:
            yield Problem(code="PT-902", text=CODES["PT-902"].with_detail(str(error)), engine="bdd")


def _job(plan: BddPlan, context: EngineContext, tags: list[str]) -> dict[str, Any]:
    target = dataclasses.asdict(dataclasses.replace(context.target, reset=None))
    return {
        "package": context.kit.package,
        "phase": context.phase.id,
        "features": str(context.kit.folder / plan.features),
        "steps": plan.steps if "." in plan.steps else f"{context.kit.package}.{plan.steps}",
        "tags": tags,
        "target": {**target, "headers": dict(context.target.headers), "pages": list(context.target.pages)},
        "document": None if context.document is None else context.document.data,
        "seed": context.seed,
        "mode": context.mode,
        "limits": dataclasses.asdict(context.limits),
        "seconds": context.deadline.left(),
    }


def _take(event: dict[str, Any], *, tags: dict[str, str], context: EngineContext) -> Iterator[EngineOutput]:
    match event["event"]:
        case "scenario":
            yield from _scenario(event, tags=tags, context=context)
        case "broken":
            text = CODES["PT-904"].with_detail(f"{event['where']}: {event['message']}")
            yield Problem(code="PT-904", text=text, engine="bdd")
        case "finished" if event["exit_code"] not in _FINE:
            text = Text(f"pytest stopte met code {event['exit_code']}.", f"pytest exited with {event['exit_code']}.")
            yield Problem(code="PT-902", text=text, engine="bdd")


def _scenario(event: dict[str, Any], *, tags: dict[str, str], context: EngineContext) -> Iterator[EngineOutput]:
    yield Note(message=event["name"])
    yield Sent(requests=event["requests"])
    if context.document is not None:
        for method, url, status in event["reached"]:
            operation = context.document.match(method, url, base_url=context.target.base_url)
            if operation is not None:
                yield Reached(operation=operation.label, statuses={status: 1})
    requirements = [tags[tag] for tag in event["tags"] if tag in tags]
    if not requirements:
        yield Problem(
            code="PT-904",
            text=Text(
                f"Scenario «{event['name']}» noemt geen eis van de kit.",
                f"Scenario «{event['name']}» names no requirement of the kit.",
            ),
            engine="bdd",
        )
    scrub = context.secrets.scrub
    text = None if event["text"] is None else Text(nl=scrub(event["text"][0]), en=scrub(event["text"][1]))
    proof, earlier = _repeated(event, context)
    outcome = Outcome(event["outcome"])
    if event["code"] == "PT-201":  # gone: nothing after this can be trusted, whatever it says
        gone = text or CODES["PT-201"].meaning
        yield Problem(code="PT-201", text=gone, engine="bdd", evidence=proof)
    for requirement in requirements:
        yield Observation(
            requirement=requirement,
            outcome=outcome,
            engine="bdd",
            check=f"{event['name']} ({event['step']})" if outcome is not Outcome.PASS else event["name"],
            code=event["code"],
            text=text,
            expected=event["expected"],
            actual=None if event["actual"] is None else scrub(event["actual"]),
            evidence=None if outcome is Outcome.PASS else proof,
            earlier=() if outcome is Outcome.PASS else earlier,
            applied=tuple(event["steps"]),
        )


def _repeated(event: dict[str, Any], context: EngineContext) -> tuple[Evidence | None, tuple[Evidence, ...]]:
    if event["exchange"] is None:
        return None, ()
    earlier = [Exchange.from_wire(one) for one in event["earlier"]]
    return repeated(Exchange.from_wire(event["exchange"]), earlier, secrets=context.secrets)

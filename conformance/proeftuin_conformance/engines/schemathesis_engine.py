"""Engine `schemathesis`: generated requests, judged in a child process, mapped to requirements here."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import yaml

from proeftuin_conformance.checks import Verdict
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.engines.base import EngineContext, EngineOutput, Note, Reached, Sent
from proeftuin_conformance.engines.children import ChildDiedError, run_child
from proeftuin_conformance.errors import KitError
from proeftuin_conformance.exchanges import Exchange
from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.kit import SchemathesisPlan
from proeftuin_conformance.openapi import OpenApi
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROCESS = "proeftuin_conformance.engines.schemathesis_process"
_EXAMPLE = "example."
_OK = range(200, 300)
_Judgement = tuple[Outcome, str | None, Text | None]


class SchemathesisEngine:
    """One child process per phase; a requirement passes only on what really applied."""

    def versions(self) -> dict[str, str]:
        """Versions that decide which requests a seed gives."""
        return {name: version(name) for name in ("schemathesis", "hypothesis")}

    def run(self, context: EngineContext) -> Iterator[EngineOutput]:
        """Generate, send, judge; yields observations at the end of the phase."""
        plan = context.phase.plan
        if not isinstance(plan, SchemathesisPlan):
            raise KitError(f"phase {context.phase.id}: not a plan for the schemathesis engine")
        document = _document(plan, context)
        if document is None:
            text = Text("Er is geen bruikbaar OpenAPI-document.", "There is no usable OpenAPI document.")
            yield from _for_all(plan, Outcome.SKIP, code="PT-304", text=text)
            return
        try:
            parameters, sent = _parameters(plan, context)
        except Verdict as verdict:
            yield from _for_all(plan, Outcome.SKIP, code=verdict.code or "PT-308", text=verdict.text)
            return
        yield Sent(requests=sent)
        tally = _Tally(plan=plan, context=context)
        try:
            for event in run_child(PROCESS, _job(plan, context, document, parameters), deadline=context.deadline):
                yield from tally.take(event)
        except ChildDiedError as error:
            text = CODES["PT-902"].with_detail(str(error))
            yield Problem(code="PT-902", text=text, engine="schemathesis")
            yield from _for_all(plan, Outcome.ERROR, code="PT-902", text=text)
            return
        yield from tally.conclude()


def _document(plan: SchemathesisPlan, context: EngineContext) -> OpenApi | None:
    if plan.schema == "component":
        return context.document
    path = context.kit.folder / "openapi.yaml"
    if not path.is_file():
        raise KitError(f"kit {context.kit.id}: openapi.yaml is missing")
    return OpenApi(yaml.safe_load(path.read_text(encoding="utf-8")), str(path.name))


def _parameters(plan: SchemathesisPlan, context: EngineContext) -> tuple[Mapping[str, object], int]:
    if plan.parameters is None:
        return {}, 0
    with context.client() as http:
        town = context.town_client()
        try:
            found = plan.parameters(context.check_context(context.phase.id, http=http, town=town))
        finally:
            if town is not None:
                town.close()
        return found, len(http.exchanges)


def _job(
    plan: SchemathesisPlan, context: EngineContext, document: OpenApi, parameters: Mapping[str, object]
) -> dict[str, Any]:
    examples = context.max_examples if context.max_examples is not None else plan.max_examples[context.mode]
    base = context.target.base_url
    if plan.schema == "component":
        base = document.base_for(base)
    examples_by_sign = {
        "{" + name.removeprefix(_EXAMPLE) + "}": value
        for name, value in parameters.items()
        if name.startswith(_EXAMPLE)
    }
    return {
        "document": _filled(document.data, examples_by_sign),
        "base_url": base,
        "headers": dict(context.target.headers),
        "seed": context.seed,
        "max_examples": examples,
        "max_steps": plan.max_steps if context.mode == "full" else 0,
        "checks": sorted(plan.checks),
        "expected_statuses": {k: list(v) for k, v in plan.expected_statuses.items() if k in plan.checks},
        "parameters": {name: value for name, value in parameters.items() if not name.startswith(_EXAMPLE)},
        "timeout_s": context.limits.timeout_s,
        "max_bytes": context.limits.max_bytes,
    }


def _filled(part: Any, values: Mapping[str, object]) -> Any:
    """The document with each string that is one of the signs replaced by what the component knows."""
    match part:
        case dict():
            return {key: _filled(value, values) for key, value in part.items()}
        case list():
            return [_filled(value, values) for value in part]
        case str():
            return values.get(part, part)
    return part


def _for_all(plan: SchemathesisPlan, outcome: Outcome, *, code: str, text: Text) -> Iterator[Observation]:
    for check, requirements in plan.checks.items():
        for requirement in requirements:
            yield Observation(
                requirement=requirement,
                outcome=outcome,
                engine="schemathesis",
                check=check,
                code=code,
                text=text,
            )


@dataclass(slots=True)
class _Tally:
    """What the child reported so far, and what follows from it."""

    plan: SchemathesisPlan
    context: EngineContext
    applied: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))  # check → operation
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))  # operation → status
    failed: set[str] = field(default_factory=set)
    errors: list[tuple[str, Text]] = field(default_factory=list)
    stop_reason: str | None = None

    def take(self, event: dict[str, Any]) -> Iterator[EngineOutput]:
        """Count one event of the child; failures become observations at once."""
        match event["event"]:
            case "scenario":
                for operation, counts in event["statuses"].items():
                    found = {int(status): n for status, n in counts.items()}
                    self.statuses[operation].update(found)
                    yield Reached(operation=operation, statuses=found)
                for operation, counts in event["applied"].items():
                    for check, n in counts.items():
                        self.applied[check][operation] += n
                yield Sent(requests=event["requests"])
            case "failure":
                yield from self._failure(event)
            case "error":
                message = f"{event['label']}: {event['title']}: {event['message']}"
                code = _error_code(message)
                self.errors.append((code, CODES[code].with_detail(self.context.secrets.scrub(message))))
            case "phase":
                yield Note(message=f"{event['name']}: {event['status']}")
            case "finished":
                self.stop_reason = event["stop_reason"]

    def _failure(self, event: dict[str, Any]) -> Iterator[Observation]:
        check = event["check"]
        self.failed.add(check)
        message = self.context.secrets.scrub(event["message"])
        text = Text(
            nl=f"{event['operation']}: het antwoord klopt niet ({event['title']}).",
            en=f"{event['operation']}: the answer is not right ({event['title']}).",
        )
        for requirement in self.plan.checks.get(check, ()):
            yield Observation(
                requirement=requirement,
                outcome=Outcome.FAIL,
                engine="schemathesis",
                check=check,
                code="PT-305",
                text=text,
                expected=_EXPECTED.get(check),
                actual=f"{event['code']}: {message}",
                evidence=self.context.evidence(Exchange.from_wire(event["exchange"])),
                applied=(str(event["operation"]),),
            )

    def conclude(self) -> Iterator[EngineOutput]:
        """An observation for each check that did not fail: error, skip or pass."""
        error = self._error()
        if error is not None:
            code, text = error
            yield Problem(code=code, text=text, engine="schemathesis")
        for check, requirements in self.plan.checks.items():
            if check in self.failed and error is None:
                continue
            judged: _Judgement = self._judge(check) if error is None else (Outcome.ERROR, *error)
            outcome, reason_code, reason = judged
            applied = tuple(f"{operation} ({n}×)" for operation, n in sorted(self.applied[check].items()))
            for requirement in requirements:
                yield Observation(
                    requirement=requirement,
                    outcome=outcome,
                    engine="schemathesis",
                    check=check,
                    code=reason_code,
                    text=reason,
                    applied=applied,
                )

    def _error(self) -> tuple[str, Text] | None:
        if self.errors:
            return self.errors[0]
        if self.stop_reason == "server_unavailable":
            return "PT-201", Text("De component antwoordt niet meer.", "The component stopped answering.")
        if self.stop_reason != "completed":
            return "PT-902", CODES["PT-902"].with_detail(f"schemathesis: {self.stop_reason}")
        return None

    def _judge(self, check: str) -> _Judgement:
        operations = self.applied[check]
        if not operations:
            text = Text(
                f"De controle {check} kon op geen enkel antwoord worden toegepast.",
                f"The check {check} could not be applied to any answer.",
            )
            return Outcome.SKIP, "PT-302", text
        reached = {op for op, statuses in self.statuses.items() if any(status in _OK for status in statuses)}
        unreached = sorted(set(operations) - reached)
        if not reached or (self.plan.reach == "every" and unreached):
            names = ", ".join(unreached[:5]) or "-"
            text = Text(f"Geen geslaagd antwoord (2xx) van: {names}.", f"No successful answer (2xx) from: {names}.")
            return Outcome.SKIP, "PT-303", text
        return Outcome.PASS, None, None


_EXPECTED = {
    "not_a_server_error": "no 5xx",
    "status_code_conformance": "a documented status code",
    "content_type_conformance": "a documented media type",
    "response_schema_conformance": "a body that matches the documented schema",
    "response_headers_conformance": "the documented headers",
    "positive_data_acceptance": "valid data is accepted",
    "negative_data_rejection": "invalid data is rejected with 4xx",
    "missing_required_header": "a request without a required header is rejected",
    "unsupported_method": "405 Method Not Allowed",
    "allow_header_conformance": "an Allow header with exactly the documented methods",
    "ignored_auth": "a request without valid credentials is rejected",
    "use_after_free": "404 or 410 after a resource is deleted",
    "ensure_resource_availability": "a created resource can be read",
}


def _error_code(message: str) -> str:
    for code in ("PT-204", "PT-205"):
        if code in message:
            return code
    low = message.lower()
    if "timed out" in low or "timeout" in low:
        return "PT-205"
    if "network error" in low or "connection" in low:
        return "PT-201"
    return "PT-906"

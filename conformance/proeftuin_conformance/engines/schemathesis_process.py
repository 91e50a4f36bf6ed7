"""The only module that touches schemathesis (4.32.5): one run in one process.

Runs as `python -m proeftuin_conformance.engines.schemathesis_process`, because the engine's registries are
global to a process. Reads a job, writes events (see `children`). Nothing is discovered from the environment.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema, observations

from proeftuin_conformance.engines.applicability import Facts, applies
from proeftuin_conformance.engines.children import Child
from proeftuin_conformance.exchanges import Exchange
from proeftuin_conformance.openapi import OpenApi, Operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.engine.recorder import Interaction, ScenarioRecorder

_CHUNK = 64 * 1024
_OK = range(200, 300)
_METHOD_CHECKS = {"unsupported_method", "allow_header_conformance"}  # only these look at methods that are not there
KNOWN_CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "positive_data_acceptance", "negative_data_rejection",
    "missing_required_header", "unsupported_method", "allow_header_conformance", "ignored_auth",
    "use_after_free", "ensure_resource_availability", "object_level_authorization",
)  # fmt: skip


def configuration(job: dict[str, Any]) -> dict[str, Any]:
    """Hermetic settings: the same seed gives the same requests, nothing is learnt from answers."""
    parameters, dictionaries = _parameters(job["parameters"], fuzzing=job["max_examples"] > 0)
    learn_nothing = {"extra-data-sources": {"responses": False}}
    wanted = set(job["checks"])
    checks: dict[str, Any] = {name: {"enabled": name in wanted} for name in KNOWN_CHECKS}
    for name, statuses in job["expected_statuses"].items():
        checks[name]["expected-statuses"] = list(statuses)
    stateful: dict[str, Any] = {"enabled": bool(job["max_steps"]), "link-calibration": False}
    if job["max_steps"]:
        stateful["max-steps"] = job["max_steps"]
    return {
        "seed": job["seed"],
        "base-url": job["base_url"],
        "headers": job["headers"],
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": job["timeout_s"],
        "max-redirects": 0,
        "tls-verify": False,
        "cache": {"enabled": False},
        "parameters": parameters,
        "dictionaries": dictionaries,
        "generation": {"max-examples": max(1, job["max_examples"]), "database": "none"},
        "phases": {
            "examples": learn_nothing,
            "coverage": {
                **learn_nothing,
                "unexpected-methods": ["PATCH", "DELETE"] if wanted & _METHOD_CHECKS else [],
            },
            "fuzzing": {**learn_nothing, "enabled": job["max_examples"] > 0, "error-feedback": {"enabled": False}},
            "stateful": stateful,
        },
        "checks": checks,
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": False}},
    }


def _parameters(values: dict[str, Any], *, fuzzing: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A list becomes a dictionary that is drawn from often; anything else is always used.

    Only fuzzing draws from dictionaries. Without it the first value is used, or no operation with an
    identifier in its path would ever be reached.
    """
    parameters: dict[str, Any] = {}
    dictionaries: dict[str, Any] = {}
    for number, (name, value) in enumerate(values.items()):
        if isinstance(value, list) and not fuzzing:
            parameters[name] = value[0]
        elif isinstance(value, list):
            dictionaries[f"d{number}"] = {"values": value}
            parameters[name] = {"dictionary": f"d{number}", "probability": 0.75}
        else:
            parameters[name] = value
    return parameters, dictionaries


def cap_answers(*, max_bytes: int, seconds: float) -> None:
    """Make `requests` stop reading an answer that is too large or that trickles in forever."""
    original = requests.Response.iter_content

    def iter_content(self: requests.Response, chunk_size: int | None = 1, **options: Any) -> Iterator[Any]:
        started, seen = time.monotonic(), 0
        for chunk in original(self, chunk_size=_CHUNK if chunk_size else chunk_size, **options):
            seen += len(chunk)
            if seen > max_bytes:
                raise requests.exceptions.ContentDecodingError(f"PT-204 the answer is larger than {max_bytes} bytes")
            if time.monotonic() - started > seconds:
                raise requests.exceptions.ContentDecodingError(f"PT-205 no complete answer within {seconds:.0f} s")
            yield chunk

    setattr(requests.Response, "iter_content", iter_content)  # noqa: B010 - this process does nothing else
    # No password files of the user: looking for them also costs a tenth of a run.
    setattr(requests.sessions, "get_netrc_auth", lambda *_, **__: None)  # noqa: B010 - idem


def survive_odd_addresses() -> None:
    """Have the engine take a text such as `http://[` for no link; it would end the whole run with a ValueError."""
    original = observations._same_origin_path  # noqa: SLF001 - a fault of 4.32.5; a test shows when it is mended

    def same_origin_path(value: str, origin: tuple[str, str]) -> str | None:
        try:
            return original(value, origin)
        except ValueError:
            return None

    setattr(observations, "_same_origin_path", same_origin_path)  # noqa: B010 - this process does nothing else


class _Collector:
    """Folds recorded scenarios into counts, and reports each distinct failure once."""

    def __init__(self, child: Child, document: OpenApi) -> None:
        self.child = child
        self.document = document
        self.seen: set[tuple[str | None, ...]] = set()
        self.operations: dict[str, Operation] = {op.label: op for op in document.operations()}

    def scenario(self, recorder: ScenarioRecorder, phase: str) -> None:
        """Count what was sent, what came back, which checks really applied; report new failures."""
        applied: dict[str, Counter[str]] = defaultdict(Counter)
        failed: dict[str, Counter[str]] = defaultdict(Counter)
        statuses: dict[str, Counter[int]] = defaultdict(Counter)
        done: set[str] = set()  # methods that succeeded earlier in this sequence
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases.get(case_id)
            if node is None:
                continue
            label = node.value.operation.label
            if interaction.response is not None and interaction.request.method == node.value.operation.method.upper():
                statuses[label][interaction.response.status_code] += 1
            facts = self._facts(node, interaction, done=done)
            if interaction.response is not None and interaction.response.status_code in _OK:
                done.add(interaction.request.method)
            for check in recorder.checks.get(case_id, ()):
                if check.status is Status.FAILURE and check.failure_info is not None:
                    failed[label][check.name] += 1
                    self._failure(check.name, check.failure_info.failure, interaction, case_id=case_id)
                elif facts is not None and applies(check.name, facts=facts):
                    applied[label][check.name] += 1
        self.child.emit(
            "scenario",
            phase=phase,
            requests=len(recorder.interactions),
            applied=applied,
            failed=failed,
            statuses=statuses,
        )

    def _facts(self, node: Any, interaction: Interaction, *, done: set[str]) -> Facts | None:
        if interaction.response is None:
            return None
        case, meta = node.value, node.value.meta
        data = meta.phase.data if meta is not None else None
        scenario = getattr(data, "scenario", None)
        location = getattr(data, "parameter_location", None)
        return Facts(
            document=self.document,
            operation=self.operations.get(case.operation.label),
            method=interaction.request.method,
            status=interaction.response.status_code,
            headers=interaction.response.headers,
            has_body=bool(interaction.response.content),
            mode=None if meta is None else meta.generation.mode.value,
            scenario=None if scenario is None else scenario.value,
            location=None if location is None else location.value,
            after_delete="DELETE" in done,
            after_create="POST" in done,
        )

    def _failure(self, check: str, failure: Any, interaction: Interaction, *, case_id: str) -> None:
        key = (check, failure.operation, failure.code, str(failure._unique_key))  # noqa: SLF001 - its identity
        if key in self.seen:
            return
        self.seen.add(key)
        self.child.emit(
            "failure",
            check=check,
            operation=failure.operation,
            code=failure.code,
            title=failure.title,
            message=failure.message,
            case=case_id,
            exchange=_exchange(interaction).to_wire(),
        )


def _exchange(interaction: Interaction) -> Exchange:
    request, response = interaction.request, interaction.response
    answer: dict[str, Any] = {}
    if response is not None:
        answer = {
            "status": response.status_code,
            "response_headers": tuple((k, v) for k, values in response.headers.items() for v in values),
            "content": response.content or b"",
            "elapsed_ms": response.elapsed * 1000,
        }
    return Exchange(
        method=request.method,
        url=request.uri,
        request_headers=tuple((k, v) for k, values in request.headers.items() for v in values),
        request_body=request.body or b"",
        **answer,
    )


def main() -> None:
    """Read the job, run it, write events."""
    child = Child()
    job = child.job()
    cap_answers(max_bytes=job["max_bytes"], seconds=job["timeout_s"])
    survive_odd_addresses()
    load_all_checks()
    config = SchemathesisConfig.from_dict(configuration(job))
    schema = schemathesis.openapi.from_dict(job["document"], config=config)
    collector = _Collector(child, OpenApi(job["document"]))
    stop: StopReason | None = None
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            collector.scenario(event.recorder, event.phase.value)
        elif isinstance(event, events.PhaseFinished):
            reason = event.phase.skip_reason
            child.emit(
                "phase",
                name=event.phase.name.value,
                status=event.status.value,
                skip_reason=None if reason is None else reason.value,
            )
        elif isinstance(event, events.NonFatalError):
            child.emit("error", label=event.label, title=event.info.title, message=event.info.message)
        elif isinstance(event, events.FatalError):
            child.emit("error", label="fatal", title=type(event.exception).__name__, message=str(event.exception))
        elif isinstance(event, events.EngineFinished):
            stop = event.stop_reason
    child.emit("finished", stop_reason=None if stop is None else stop.value)


if __name__ == "__main__":
    main()

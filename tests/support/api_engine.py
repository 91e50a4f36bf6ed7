"""One run of schemathesis over an OpenAPI document, in a process of its own: `python -m support.api_engine`.

Reads a job as JSON on standard input and writes what it saw as JSON on standard output. A process of its own,
because the engine's checks and formats are global to a process. Nothing is discovered from the environment.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, StopReason, events, from_schema
from schemathesis.generation.meta import CoverageScenario

from proeftuin_conformance.engines.schemathesis_process import survive_odd_addresses
from support.identity_formats import kbo_numbers

if TYPE_CHECKING:
    from schemathesis.engine.recorder import ScenarioRecorder

_PROBABILITY = 0.8  # of a value that is known to exist, while fuzzing
_FAIR = ["2xx", "3xx", "401", "403", "404", "409", "410", "429"]  # answers to a request that is as described
_CURSOR = "next-of-the-page-before"
_ETAG = re.compile(r'"?[0-9]{1,9}"?')  # the engine loses the quotes of some


def main() -> None:
    """Do the job."""
    job = json.load(sys.stdin)
    survive_odd_addresses()
    load_all_checks()
    schemathesis.openapi.format("kbo", kbo_numbers())
    schemathesis.openapi.format("cursor", strategies.just(_CURSOR))
    for kind, body in job["bodies"].items():
        schemathesis.openapi.media_type(kind, strategies.just(base64.b64decode(body)))
    add_hooks(Cursors(job["base_url"], job["headers"]))
    seen = Seen()
    # The values of lists are drawn from when fuzzing only; the other phases need one value for good.
    for is_fuzzing in (False, True):
        run(job, seen, is_fuzzing=is_fuzzing)
    json.dump(seen.to_dict(), sys.stdout)


class Cursors:
    """Gives real cursors: the `next` of a first page. Nobody but the platform can make one."""

    def __init__(self, base_url: str, headers: dict[str, str]) -> None:
        self._base_url, self._headers = base_url, headers
        self._found: dict[str, str | None] = {}

    def of(self, path: str, query: dict[str, Any]) -> str | None:
        """Give the cursor after the first item of a list; None when there is no second one."""
        which = {name: query[name] for name in ("organisation", "sort") if name in query}
        key = json.dumps([path, which], default=str)
        if key not in self._found:
            answer = requests.get(
                self._base_url + path, params={**which, "limit": "1"}, headers=self._headers, timeout=10
            )
            self._found[key] = answer.json().get("next") if answer.ok else None
        return self._found[key]


def add_hooks(cursors: Cursors) -> None:
    """Put what really is there where something valid was generated; forgive the engine its links to nothing."""

    @schemathesis.hook
    def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
        query, headers = case.query or {}, case.headers or {}
        if query.get("cursor") == _CURSOR:
            cursor = cursors.of(case.formatted_path, query)
            if cursor is None:
                del query["cursor"]
            else:
                query["cursor"] = cursor
        if str(query.get("follow")).lower() == "true":
            query["follow"] = False  # followed, a log has no end
        if _misses_something(case):
            return  # touched headers would be completed again
        if str(headers.get("Last-Event-ID", "")).isdigit():
            headers["Last-Event-ID"] = "0"  # after its last event, a stream waits for news
        if _ETAG.fullmatch(headers.get("If-Match", "")):
            headers["If-Match"] = "*"  # which number it has is not known

    @schemathesis.hook
    def filter_failure(_context: Any, _failure: Any, case: Any, _response: Any) -> bool:
        # In a sequence the engine takes ids from earlier answers, also where the answer was null.
        return "None" not in map(str, (case.path_parameters or {}).values())


def _misses_something(case: Any) -> bool:
    data = case.meta.phase.data if case.meta is not None else None
    return getattr(data, "scenario", None) is CoverageScenario.MISSING_PARAMETER


def run(job: dict[str, Any], seen: Seen, *, is_fuzzing: bool) -> None:
    """Run some phases."""
    config = SchemathesisConfig.from_dict(configuration(job, is_fuzzing=is_fuzzing))
    schema = schemathesis.openapi.from_dict(job["document"], config=config)
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            seen.scenario(event.recorder)
        elif isinstance(event, events.PhaseFinished):
            seen.phases[event.phase.name.value].append(event.status.value)
        elif isinstance(event, events.NonFatalError):
            seen.errors.append(f"{event.label}: {event.info.title}: {event.info.message}")
        elif isinstance(event, events.FatalError):
            seen.errors.append(f"fatal: {type(event.exception).__name__}: {event.exception}")
        elif isinstance(event, events.EngineFinished) and event.stop_reason is not StopReason.COMPLETED:
            seen.errors.append(f"the engine stopped: {event.stop_reason}")


def configuration(job: dict[str, Any], *, is_fuzzing: bool) -> dict[str, Any]:
    """Every check; the same seed gives the same requests, and nothing is learnt from answers."""
    dictionaries: dict[str, Any] = {}

    def value(several: list[Any], probability: float) -> Any:
        if not is_fuzzing:
            return several[0]
        number = f"d{len(dictionaries)}"
        dictionaries[number] = {"values": several}
        return {"dictionary": number, "probability": probability}

    def values(given: dict[str, list[Any]], *, probability: float) -> dict[str, Any]:
        return {name: value(several, probability) for name, several in given.items()}

    learn_nothing = {"extra-data-sources": {"responses": False}}
    parameters = values(job["parameters"], probability=_PROBABILITY)
    only_these = {"exclude-path-regex": job["covers"], "phases": {"coverage": {"enabled": False}}}
    operations: list[dict[str, Any]] = [only_these] if job["covers"] else []
    operations += [
        {"include-name": name, "parameters": values(given, probability=1)}
        for name, given in sorted(job["operations"].items())
    ]
    operations += [
        {"include-path-regex": paths, "checks": {check: {"enabled": False}}} for check, paths in job["not_for"].items()
    ]
    return {
        "seed": job["seed"],
        "base-url": job["base_url"],
        "headers": job["headers"],
        "workers": 1,
        "continue-on-failure": True,
        "request-timeout": 10,
        "max-redirects": 0,
        "max-stream-events": 1,  # without a worker, a stream of something just asked for has no end
        "cache": {"enabled": False},
        "parameters": parameters,
        "operations": operations,
        "dictionaries": dictionaries,
        "generation": {"max-examples": job["max_examples"], "database": "none"},
        "phases": {
            "examples": {**learn_nothing, "enabled": not is_fuzzing},
            "coverage": {
                **learn_nothing,
                "enabled": not is_fuzzing and bool(job["covers"]),
                "unexpected-methods": ["TRACE"],
            },
            "fuzzing": {**learn_nothing, "enabled": is_fuzzing, "error-feedback": {"enabled": False}},
            "stateful": {"enabled": is_fuzzing, "max-steps": 4, "link-calibration": False},
        },
        "checks": {name: {"enabled": True} for name in CHECKS.get_all_names()}
        | {"positive_data_acceptance": {"expected-statuses": _FAIR}},
        "output": {"sanitization": {"enabled": True}, "truncation": {"enabled": False}},
    }


class Seen:
    """What was sent and what was found, each distinct failure once."""

    def __init__(self) -> None:
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self.checks: Counter[str] = Counter()
        self.failures: dict[tuple[Any, ...], dict[str, Any]] = {}
        self.errors: list[str] = []
        self.phases: dict[str, list[str]] = defaultdict(list)

    def scenario(self, recorder: ScenarioRecorder) -> None:
        """Take in the requests of one scenario."""
        for case_id, interaction in recorder.interactions.items():
            node = recorder.cases.get(case_id)
            if node is None:
                continue
            case = node.value
            if interaction.response is not None and interaction.request.method == case.method.upper():
                self.statuses[case.operation.label][interaction.response.status_code] += 1
            for check in recorder.checks.get(case_id, ()):
                self.checks[check.name] += 1
                if check.status is Status.FAILURE and check.failure_info is not None:
                    self._failure(check.name, check.failure_info, interaction)

    def _failure(self, check: str, info: Any, interaction: Any) -> None:
        failure = info.failure
        key = (check, failure.operation, failure.code, str(failure._unique_key))
        if key in self.failures:
            return
        answer = interaction.response
        self.failures[key] = {
            "check": check,
            "operation": failure.operation,
            "title": failure.title,
            "message": failure.message[:600],
            "curl": info.code_sample[:1500],
            "status": answer.status_code if answer else None,
            "answer": (answer.content or b"")[:600].decode(errors="replace") if answer else None,
        }

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON."""
        return {
            "statuses": {name: {str(k): n for k, n in found.items()} for name, found in self.statuses.items()},
            "checks": dict(self.checks),
            "failures": list(self.failures.values()),
            "errors": self.errors,
            "phases": dict(self.phases),
        }


if __name__ == "__main__":
    main()

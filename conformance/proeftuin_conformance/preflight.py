"""Look at the set-up before judging the product.

Most failures of real users are set-up errors. What is found here is kept apart: a set-up problem makes the
run inconclusive and blames nobody; only a component that answers wrongly itself is blamed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from proeftuin_conformance.codes import CODES
from proeftuin_conformance.errors import (
    AnswerTooLargeError,
    RedirectError,
    TargetError,
    TimedOutError,
    TlsError,
    UnreachableError,
    UsageError,
)
from proeftuin_conformance.exchanges import Secrets, evidence
from proeftuin_conformance.findings import Problem
from proeftuin_conformance.openapi import OpenApi

if TYPE_CHECKING:
    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.kit import Kit
    from proeftuin_conformance.target import Target

_CREDENTIALS = {401, 403}
_SERVER_ERROR = 500
_OK = range(200, 300)
_MOST_FAULTS = 10
_LONGEST_LINE = 200  # characters of what a tool said that are part of a sentence
_LONGEST_DETAILS = 8_000
_FETCH_CODES: dict[type[Exception], str] = {
    UsageError: "PT-107",
    UnreachableError: "PT-101",
    TimedOutError: "PT-102",
    TlsError: "PT-103",
    AnswerTooLargeError: "PT-113",
    RedirectError: "PT-206",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What was found; `document` is the component's OpenAPI document when it can be used."""

    document: OpenApi | None
    problems: tuple[Problem, ...]
    steps: tuple[str, ...]
    openapi_exchange: Exchange | None = None

    @property
    def may_go_on(self) -> bool:
        """Whether testing makes sense: the component answers and nothing in the set-up is wrong."""
        return not any(problem.outcome == "error" for problem in self.problems)


def preflight(kit: Kit, target: Target, *, http: RecordingClient, town: RecordingClient | None) -> Preflight:
    """Look at reachability, health, OpenAPI document and town; raises nothing but RunStoppedError."""
    look = _Look(kit, target, http)
    document = None
    if look.reachable() and look.healthy():
        document = look.openapi()
    look.town(town)
    return Preflight(
        document=document, problems=tuple(look.problems), steps=tuple(look.steps), openapi_exchange=look.fetched
    )


class _Look:
    def __init__(self, kit: Kit, target: Target, http: RecordingClient) -> None:
        self.kit = kit
        self.target = target
        self.http = http
        self.problems: list[Problem] = []
        self.steps: list[str] = []
        self.fetched: Exchange | None = None

    def reachable(self) -> bool:
        """Anything that speaks HTTP counts; what it says is judged later."""
        try:
            answer = self.http.get("", follow_redirects=False)
        except (UnreachableError, TimedOutError, TlsError) as error:
            code = {UnreachableError: "PT-101", TimedOutError: "PT-102"}.get(type(error), "PT-103")
            self._problem(code, str(error))
            return False
        except TargetError as error:
            # The first page may be large or broken without the API being so: judged where it is used.
            self.steps.append(f"reachable: {error}")
            return True
        self.steps.append(f"reachable: {answer.status} in {answer.elapsed_ms:.0f} ms")
        return True

    def healthy(self) -> bool:
        """The health endpoint, if one is promised, answers 2xx."""
        if self.target.health_url is None:
            return True
        try:
            answer = self.http.get(self.target.health_url)
        except (TargetError, UsageError) as error:
            self._problem("PT-104", str(error))
            return False
        if answer.status not in _OK:
            self._problem("PT-104", f"{self.target.health_url}: {answer.status}")
            return False
        self.steps.append(f"health: {answer.status}")
        return True

    def openapi(self) -> OpenApi | None:
        """Fetch and read the OpenAPI document; None when there is none to use."""
        if not self.kit.needs_openapi:
            return None
        try:
            answer = self.http.get(self.target.openapi_url or "openapi.json")
        except (TargetError, UsageError) as error:
            self._problem(_FETCH_CODES.get(type(error), "PT-208"), str(error))
            return None
        self.fetched = answer
        if answer.status in _OK:
            return self._read(answer)
        if answer.status in _CREDENTIALS:
            code = "PT-108"
        elif answer.status is not None and answer.status >= _SERVER_ERROR:
            code = "PT-110"
        else:
            code = "PT-107" if self.target.openapi_url else "PT-114"
        self._problem(code, f"{answer.url}: {answer.status}")
        return None

    def _read(self, answer: Exchange) -> OpenApi | None:
        try:
            data = parse(answer)
        except ValueError as error:
            self._problem("PT-111", str(error))
            return None
        faults = openapi_faults(data)
        if faults:
            self._problem("PT-112", "\n".join(faults))
        self.steps.append(f"openapi: {data.get('openapi', '?')}, {len(data.get('paths') or ())} paths")
        usable = isinstance(data.get("paths"), dict) and str(data.get("openapi", "")).startswith("3.")
        return OpenApi(data, answer.url) if usable else None

    def town(self, town: RecordingClient | None) -> None:
        """The town answers, when one is given or needed."""
        if town is None:
            if self.kit.needs_town:
                self._problem("PT-106", "--town-url")
            return
        try:
            answer = town.get("")
        except TargetError as error:
            self._problem("PT-106", str(error))
            return
        self.steps.append(f"town: {answer.status}")
        if answer.status is not None and answer.status >= _SERVER_ERROR:
            self._problem("PT-106", f"{answer.url}: {answer.status}")

    def _problem(self, code: str, detail: str) -> None:
        last = self.http.exchanges[-1] if self.http.exchanges else None
        secrets = Secrets.of(dict(self.target.headers))
        whole = secrets.scrub(detail)
        detail = _first_words(whole)
        self.problems.append(
            Problem(
                code=code,
                text=CODES[code].with_detail(detail),
                evidence=None if last is None else evidence(last, secrets=secrets),
                details=None if detail == whole else whole[:_LONGEST_DETAILS],
            )
        )


def _first_words(message: str) -> str:
    """The first line of what a tool said, shortened to a sentence that can be read."""
    line = next(iter(message.strip().splitlines()), "")
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1].rstrip() + "…"


def parse(answer: Exchange) -> dict[str, Any]:
    """The object in a JSON or YAML answer.

    Raises:
        ValueError: it is neither, or not an object.
    """
    try:
        data = json.loads(answer.content)
    except ValueError as failure:
        if answer.text.lstrip().startswith(("{", "<")):
            raise ValueError(f"not JSON: {failure}") from failure
        try:
            data = yaml.safe_load(answer.text)
        except yaml.YAMLError as error:
            raise ValueError(f"not JSON and not YAML: {error}") from error
    if not isinstance(data, dict):
        raise ValueError("not an object")  # noqa: TRY004 - the content is wrong, not a type of ours
    return data


def openapi_faults(data: dict[str, Any]) -> list[str]:
    """What is wrong with an OpenAPI 3 document; references to other documents are never fetched."""
    version = str(data.get("openapi", ""))
    if not version.startswith("3."):
        return [f"openapi: {version or 'missing'}; expected 3.x"]
    if not isinstance(data.get("paths"), dict):
        return ["paths: missing"]
    faults = [_fault(error) for error in _schema_errors(version, data)]
    return faults + unresolved(data)


def _schema_errors(version: str, data: dict[str, Any]) -> list[Any]:
    import openapi_spec_validator as osv  # noqa: PLC0415 - slow to import; engine processes do without

    known = {"3.0": osv.OpenAPIV30SpecValidator, "3.1": osv.OpenAPIV31SpecValidator}
    validator = known.get(version[:3], osv.OpenAPIV32SpecValidator)
    return list(validator(data).schema_validator.iter_errors(data))[:_MOST_FAULTS]


def _fault(error: Any) -> str:
    where = "/".join(str(step) for step in error.absolute_path) or "(root)"
    return f"{where}: {error.message}"


def unresolved(data: dict[str, Any]) -> list[str]:
    """References inside the document that lead nowhere."""
    document = OpenApi(data)
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and reference.startswith("#") and not document.has(reference):
                found.append(f"{reference}: does not exist in the document")
            for key, child in value.items():
                if key not in {"example", "examples", "default", "enum", "const"}:
                    walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(data)
    return sorted(set(found))

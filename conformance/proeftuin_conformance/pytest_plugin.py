"""The pytest plugin of the engine `bdd`: fixtures for steps, and what really happened per scenario.

The verdict comes from pytest's own reports of set-up, call and teardown, joined with pytest-bdd's hooks.
Cucumber JSON is not used: it shows failed, undefined and skipped steps as passed.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError

from proeftuin_conformance.checks import CheckContext, Fail, Omit, Skip, Verdict
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.errors import RunStoppedError, TargetError, UsageError
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.repeating import MOST_EARLIER
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.engines.base import EngineContext
    from proeftuin_conformance.exchanges import Exchange
    from proeftuin_conformance.openapi import OpenApi
    from proeftuin_conformance.target import Target


@dataclass(slots=True)
class ScenarioRun:
    """What is known of one scenario while it runs."""

    name: str
    feature: str
    line: int
    tags: tuple[str, ...]
    outcome: Outcome = Outcome.SKIP
    steps: list[str] = field(default_factory=list)
    step: str | None = None
    code: str | None = None
    text: tuple[str, str] | None = None
    expected: str | None = None
    actual: str | None = None
    exchange: Exchange | None = None
    earlier: list[Exchange] = field(default_factory=list)
    finished: bool = False


class ConformancePlugin:
    """Gives steps their fixtures and reports each scenario once, after its teardown."""

    def __init__(self, context: EngineContext, emit: Callable[..., None]) -> None:
        """Report through `emit(event, **data)`."""
        self.context = context
        self.emit = emit
        self.runs: dict[str, ScenarioRun] = {}
        self.clients: dict[str, RecordingClient] = {}
        self.current: ScenarioRun | None = None

    # ---- fixtures for steps ----

    @pytest.fixture
    def http(self, request: pytest.FixtureRequest) -> Iterator[RecordingClient]:
        """A recording client for the component, fresh for each scenario."""
        with self.context.client() as client:
            self.clients[request.node.nodeid] = client
            yield client

    @pytest.fixture
    def town(self) -> Iterator[RecordingClient | None]:
        """A recording client for the town; None when there is no town."""
        client = self.context.town_client()
        if client is None:
            yield None
            return
        with closing(client):
            yield client

    @pytest.fixture
    def ctx(self, request: pytest.FixtureRequest, http: RecordingClient, town: RecordingClient | None) -> CheckContext:
        """The same context that check functions get."""
        return self.context.check_context(request.node.nodeid, http=http, town=town)

    @pytest.fixture
    def target(self) -> Target:
        """The component under test."""
        return self.context.target

    @pytest.fixture
    def openapi(self) -> OpenApi:
        """The component's OpenAPI document; the scenario is skipped when there is none."""
        if self.context.document is None:
            raise Skip("Er is geen bruikbaar OpenAPI-document.", "There is no usable OpenAPI document.")
        return self.context.document

    @pytest.fixture
    def seed(self) -> int:
        """The run's seed."""
        return self.context.seed

    # ---- pytest-bdd: which step we are at ----

    def pytest_bdd_before_scenario(self, request: Any, feature: Any, scenario: Any) -> None:
        """A scenario starts."""
        tags = tuple(sorted({*scenario.tags, *feature.tags}))
        self.current = ScenarioRun(scenario.name, feature.rel_filename, scenario.line_number, tags)
        self.runs[request.node.nodeid] = self.current

    def pytest_bdd_before_step(self, step: Any) -> None:
        """Remember the step, for the message when it fails."""
        if self.current is not None:
            self.current.step = f"{step.keyword} {step.name}"

    def pytest_bdd_after_step(self, step: Any) -> None:
        """A step was really carried out."""
        if self.current is not None:
            self.current.steps.append(f"{step.keyword} {step.name}")

    def pytest_bdd_step_func_lookup_error(self, step: Any) -> None:
        """No step definition fits: the kit's fault."""
        if self.current is not None:
            self.current.step = f"{step.keyword} {step.name}"

    # ---- pytest: what became of it ----

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Translate the exception of any stage into an outcome; the worst stage counts."""
        run = self.runs.setdefault(item.nodeid, _unstarted(item))
        error = None if call.excinfo is None else call.excinfo.value
        if call.when == "call" and error is None:
            run.outcome = Outcome.PASS if run.steps else Outcome.SKIP
        elif error is not None:
            self._failed(run, error, when=call.when, nodeid=item.nodeid)
        yield

    def _failed(self, run: ScenarioRun, error: BaseException, *, when: str, nodeid: str) -> None:
        client = self.clients.get(nodeid)
        sent = client.exchanges if client is not None else []
        run.exchange = getattr(error, "exchange", None) or (sent[-1] if sent else None)
        run.earlier = sent[: next((place for place, one in enumerate(sent) if one is run.exchange), 0)]
        run.outcome, run.code = _classify(error, when=when)
        if isinstance(error, Verdict):
            run.text = (error.text.nl, error.text.en)
            run.expected, run.actual = error.expected, error.actual
        else:
            message = str(error) or type(error).__name__
            text = CODES[run.code].with_detail(message) if run.code in CODES else Text.same(message)
            run.text = (f"Stap «{run.step}»: {text.nl}", f"Step «{run.step}»: {text.en}")

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """All stages are over: report the scenario."""
        run = self.runs.get(nodeid)
        if run is None or run.finished:
            return
        run.finished = True
        client = self.clients.pop(nodeid, None)
        exchanges = client.exchanges if client is not None else []
        self.emit(
            "scenario",
            name=run.name,
            feature=run.feature,
            line=run.line,
            tags=run.tags,
            outcome=run.outcome,
            code=run.code,
            text=run.text,
            step=run.step,
            steps=run.steps,
            expected=run.expected,
            actual=run.actual,
            exchange=None if run.exchange is None else run.exchange.to_wire(),
            earlier=[one.to_wire() for one in run.earlier[-MOST_EARLIER:]],
            requests=len(exchanges),
            reached=[[e.method, e.url, e.status] for e in exchanges if e.status is not None],
        )

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A feature or steps file that cannot be read is the kit's fault."""
        if report.failed:
            self.emit("broken", where=report.nodeid, message=str(report.longrepr)[-1500:])


def _unstarted(item: pytest.Item) -> ScenarioRun:
    tags = tuple(sorted(mark.name for mark in item.iter_markers()))
    return ScenarioRun(item.name, str(item.location[0]), item.location[1] or 0, tags)


def _classify(error: BaseException, *, when: str) -> tuple[Outcome, str | None]:
    if isinstance(error, Verdict | pytest.skip.Exception):
        own = getattr(error, "code", None)
        if isinstance(error, Omit):
            return Outcome.OMIT, None
        return (Outcome.FAIL, own or "PT-306") if isinstance(error, Fail) else (Outcome.SKIP, own or "PT-308")
    if isinstance(error, AssertionError) and when == "call":
        return Outcome.FAIL, "PT-306"
    if isinstance(error, RunStoppedError | TargetError):
        return Outcome.ERROR, error.code
    if isinstance(error, UsageError):
        return Outcome.ERROR, "PT-206"
    suite = isinstance(error, StepDefinitionNotFoundError) or when != "call"
    return Outcome.ERROR, "PT-905" if suite else "PT-901"

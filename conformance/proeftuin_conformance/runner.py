"""Run a kit on a target: a stream of events, and a report at the end. Knows engines only by their interface."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from proeftuin_conformance.client import Deadline, Limits, RecordingClient
from proeftuin_conformance.clock import Clock, SystemClock
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.consistency import contradictions
from proeftuin_conformance.engines.base import Engine, EngineContext, Note, Reached, Sent
from proeftuin_conformance.engines.bdd_engine import BddEngine
from proeftuin_conformance.engines.http_engine import HttpEngine
from proeftuin_conformance.engines.schemathesis_engine import SchemathesisEngine
from proeftuin_conformance.engines.shacl_engine import ShaclEngine
from proeftuin_conformance.errors import ConformanceError, ResetFailedError, RunStoppedError, UsageError
from proeftuin_conformance.events import (
    PhaseFinished,
    PhaseStarted,
    PreflightFinished,
    ProblemFound,
    Progressed,
    RequirementObserved,
    RunEvent,
    RunFinished,
    RunStarted,
)
from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.preflight import Preflight, preflight
from proeftuin_conformance.report import DepthCounter, PhaseTiming, Report
from proeftuin_conformance.verdicts import judge, overall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from threading import Event as CancelSignal

    from proeftuin_conformance.kit import Kit, Mode, Phase
    from proeftuin_conformance.openapi import OpenApi
    from proeftuin_conformance.target import Target

E = TypeVar("E", bound=RunEvent)


def standard_engines() -> dict[str, Engine]:
    """The engines by the name that `tested_by` uses."""
    return {
        "http": HttpEngine(),
        "schemathesis": SchemathesisEngine(),
        "bdd": BddEngine(),
        "shacl": ShaclEngine(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run.

    Attributes:
        seed: the same seed on the same data gives the same requests.
        mode: `quick` (about a minute) or `full`.
        actor: test only the requirements of this actor; None tests all.
        wall_time_s: after this many seconds the run stops and is inconclusive, never a pass.
        limits: what one request may cost.
        max_examples: generated examples per operation; None leaves it to the kit.
        cancelled: set it to stop the run.
        clock: where the time comes from.
        new_id: where the run's id comes from.
    """

    seed: int = 1830
    mode: Mode = "full"
    actor: str | None = None
    wall_time_s: float = 600.0
    limits: Limits = field(default_factory=Limits)
    max_examples: int | None = None
    cancelled: CancelSignal | None = None
    clock: Clock = field(default_factory=SystemClock)
    new_id: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)
    engines: Mapping[str, Engine] = field(default_factory=standard_engines)


def run(kit: Kit, target: Target, options: Options | None = None) -> Iterator[RunEvent]:
    """Judge a target with a kit.

    Yields typed events; the last one is always `RunFinished` with the report. Closing the iterator stops the
    run and everything it started.

    Raises:
        UsageError: the actor is not one of the kit.
    """
    chosen = options or Options()
    if chosen.actor is not None and chosen.actor not in {r.actor for r in kit.requirements}:
        known = ", ".join(sorted({r.actor for r in kit.requirements if r.actor}))
        raise UsageError(f"kit {kit.id}: onbekende rol / unknown actor {chosen.actor!r}; {known}")
    return _Run(kit, target, chosen).events()


def collect(events: Iterable[RunEvent]) -> Report:
    """Follow a run to its end and give its report.

    Raises:
        ConformanceError: the stream ended without a report.
    """
    report: Report | None = None
    for event in events:
        if isinstance(event, RunFinished):
            report = event.report
    if report is None:
        raise ConformanceError("the run ended without a report")
    return report


class _Run:
    def __init__(self, kit: Kit, target: Target, options: Options) -> None:
        self.kit = kit
        self.target = target
        self.options = options
        self.clock = options.clock
        self.id = options.new_id()
        self.number = 0
        self.observations: list[Observation] = []
        self.problems: list[Problem] = []
        self.timings: list[PhaseTiming] = []
        self.depth = DepthCounter()
        self.shared: dict[str, Any] = {}
        self.stopped = False
        self.deadline = Deadline(
            at=self.clock.monotonic() + options.wall_time_s,
            cancelled=options.cancelled,
            clock=self.clock.monotonic,
        )
        self.engines = {name: options.engines[name] for name in sorted({p.engine for p in kit.phases})}
        self.phases = [phase for phase in kit.phases if options.mode in phase.modes]

    def _event(self, kind: type[E], **data: Any) -> E:
        self.number += 1
        return kind(run=self.id, number=self.number, at=self.clock.now(), **data)

    def events(self) -> Iterator[RunEvent]:
        started, began = self.clock.now(), self.clock.monotonic()
        start = self._start()
        yield start
        looked: Preflight | None = None
        try:
            looked = self._preflight()
            yield self._event(
                PreflightFinished,
                fine=not looked.problems,
                elapsed_ms=(self.clock.monotonic() - began) * 1000,
                steps=looked.steps,
            )
            for problem in looked.problems:
                yield self._problem(problem)
            for observation in self._openapi_failures(looked):
                yield self._observe(observation, phase="preflight")
        except RunStoppedError as error:
            yield self._stop(error)
        if looked is not None and looked.may_go_on:
            for phase in self.phases:
                if self.stopped:
                    break
                yield from self._phase(phase, looked.document)
        report = self._report(start, started=started, steps=() if looked is None else looked.steps)
        yield self._event(RunFinished, elapsed_ms=(self.clock.monotonic() - began) * 1000, report=report)

    def _start(self) -> RunStarted:
        versions: dict[str, str] = {}
        for engine in self.engines.values():
            versions |= engine.versions()
        standard = self.kit.standard
        return self._event(
            RunStarted,
            kit=self.kit.id,
            kit_version=self.kit.version,
            kit_digest=self.kit.digest,
            standard={"id": standard.id, "version": standard.version, "url": standard.url},
            target=self.target.base_url,
            component=self.target.component,
            seed=self.options.seed,
            mode=self.options.mode,
            actor=self.options.actor,
            town_digest=self.target.town_digest,
            tier=self.target.tier,
            versions=dict(sorted(versions.items())),
            requirements=len(self.kit.requirements),
            phases=tuple(phase.id for phase in self.phases),
        )

    def _preflight(self) -> Preflight:
        limits = self.options.limits
        with ExitStack() as stack:
            http = stack.enter_context(
                RecordingClient(
                    self.target.base_url, deadline=self.deadline, headers=self.target.headers, limits=limits
                )
            )
            town = None
            if self.target.town_url is not None:
                town = stack.enter_context(
                    RecordingClient(self.target.town_url, deadline=self.deadline, limits=limits)
                )
            looked = preflight(self.kit, self.target, http=http, town=town)
            self.depth.requests += len(http.exchanges)
        if looked.document is not None:
            self.depth.documented = tuple(op.label for op in looked.document.operations())
        return looked

    def _openapi_failures(self, looked: Preflight) -> Iterator[Observation]:
        for problem in looked.problems:
            if problem.outcome is Outcome.FAIL:
                for requirement in self.kit.openapi_requirements:
                    yield Observation(
                        requirement=requirement,
                        outcome=Outcome.FAIL,
                        engine="preflight",
                        check=problem.code,
                        code=problem.code,
                        text=problem.text,
                        evidence=problem.evidence,
                    )

    def _phase(self, phase: Phase, document: OpenApi | None) -> Iterator[RunEvent]:
        began = self.clock.monotonic()
        yield self._event(PhaseStarted, phase=phase.id, engine=phase.engine, title=phase.title)
        requests = 0
        operations: dict[str, Counter[int]] = defaultdict(Counter)
        try:
            self._reset(phase)
            for output in self.engines[phase.engine].run(self._context(phase, document)):
                self.deadline.check()
                match output:
                    case Observation():
                        yield self._observe(output, phase=phase.id)
                    case Problem():
                        yield self._problem(output, phase=phase.id)
                        self.stopped = self.stopped or output.code == "PT-201"
                    case Sent():
                        requests += output.requests
                        self.depth.requests += output.requests
                    case Reached():
                        operations[output.operation].update(output.statuses)
                        self.depth.answered(output.operation, output.statuses)
                    case Note():
                        yield self._event(Progressed, phase=phase.id, message=output.message)
        except RunStoppedError as error:
            yield self._stop(error, phase=phase)
        except ResetFailedError as error:
            self.stopped = True
            problem = Problem(code="PT-105", text=CODES["PT-105"].with_detail(str(error)), engine=phase.engine)
            yield self._problem(problem, phase=phase.id)
        except Exception as error:  # noqa: BLE001 - a crash of the suite must never look like a verdict
            code = "PT-904" if isinstance(error, ConformanceError) else "PT-902"
            text = CODES[code].with_detail(f"{type(error).__name__}: {error}")
            yield self._problem(Problem(code=code, text=text, engine=phase.engine), phase=phase.id)
        elapsed = (self.clock.monotonic() - began) * 1000
        self.timings.append(PhaseTiming(phase=phase.id, engine=phase.engine, elapsed_ms=elapsed, requests=requests))
        yield self._event(
            PhaseFinished,
            phase=phase.id,
            engine=phase.engine,
            elapsed_ms=elapsed,
            requests=requests,
            operations={name: dict(found) for name, found in sorted(operations.items())},
        )

    def _context(self, phase: Phase, document: OpenApi | None) -> EngineContext:
        return EngineContext(
            kit=self.kit,
            phase=phase,
            target=self.target,
            document=document,
            seed=self.options.seed,
            mode=self.options.mode,
            limits=self.options.limits,
            deadline=self.deadline,
            max_examples=self.options.max_examples,
        )

    def _reset(self, phase: Phase) -> None:
        if phase.reset_before and self.target.reset is not None:
            try:
                self.target.reset()
            except Exception as error:
                raise ResetFailedError(f"{type(error).__name__}: {error}") from error

    def _observe(self, observation: Observation, *, phase: str) -> RunEvent:
        self.observations.append(observation)
        return self._event(RequirementObserved, phase=phase, observation=observation)

    def _problem(self, problem: Problem, *, phase: str | None = None) -> RunEvent:
        self.problems.append(problem)
        return self._event(ProblemFound, phase=phase, problem=problem)

    def _stop(self, error: RunStoppedError, *, phase: Phase | None = None) -> RunEvent:
        self.stopped = True
        engine = None if phase is None else phase.engine
        problem = Problem(code=error.code, text=CODES[error.code].meaning, engine=engine)
        return self._problem(problem, phase=None if phase is None else phase.id)

    def _report(self, start: RunStarted, *, started: Any, steps: tuple[str, ...]) -> Report:
        report = self._assemble(start, started=started, steps=steps)
        found = contradictions(report.to_dict(), required=[r.id for r in self.kit.requirements])
        if found:
            self.problems.append(Problem(code="PT-903", text=CODES["PT-903"].with_detail("; ".join(found))))
            report = self._assemble(start, started=started, steps=steps)
        return report

    def _assemble(self, start: RunStarted, *, started: Any, steps: tuple[str, ...]) -> Report:
        left_out = {p.engine for p in self.kit.phases} - {p.engine for p in self.phases}
        verdicts = judge(
            self.kit.requirements,
            self.observations,
            self.problems,
            actor=self.options.actor,
            left_out=left_out,
        )
        return Report(
            run=self.id,
            outcome=overall(verdicts, self.problems),
            kit=self.kit.id,
            kit_version=self.kit.version,
            kit_digest=start.kit_digest,
            kit_title=self.kit.title.to_dict(),
            standard=start.standard,
            standard_title=self.kit.standard.title,
            target=self.target.base_url,
            component=self.target.component,
            seed=self.options.seed,
            mode=self.options.mode,
            actor=self.options.actor,
            town_digest=self.target.town_digest,
            tier=self.target.tier,
            resettable=self.target.reset is not None,
            versions=start.versions,
            started=started,
            finished=self.clock.now(),
            verdicts=verdicts,
            problems=tuple(self.problems),
            timings=tuple(self.timings),
            depth=self.depth.depth(verdicts),
            preflight=steps,
        )

"""Engine `shacl`: fetch what the component publishes as linked data and validate it against shapes."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.checks import Verdict
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.engines.base import EngineContext, EngineOutput, Note, Sent
from proeftuin_conformance.engines.children import ChildDiedError, run_child
from proeftuin_conformance.errors import KitError, NotRdfError, TargetError, UnreachableError, UsageError
from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.kit import ShaclPlan, Shape
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange

PROCESS = "proeftuin_conformance.engines.shacl_process"
_OK = 200


class ShaclEngine:
    """One child process per validation; where no focus node matched, nothing passed."""

    def versions(self) -> dict[str, str]:
        """Versions of the RDF tools."""
        return {name: version(name) for name in ("pyshacl", "rdflib", "PyLD")}

    def run(self, context: EngineContext) -> Iterator[EngineOutput]:
        """Yield observations per validation and requirement."""
        plan = context.phase.plan
        if not isinstance(plan, ShaclPlan):
            raise KitError(f"phase {context.phase.id}: not a plan for the shacl engine")
        for shape in plan.shapes:
            yield Note(message=shape.id)
            validation = _Validation(shape, context)
            with context.client() as http:
                town = context.town_client()
                try:
                    yield from validation.run(http, town)
                except UnreachableError as error:
                    text = CODES[error.code].with_detail(str(error))
                    yield Problem(code=error.code, text=text, engine="shacl")
                    return
                finally:
                    if town is not None:
                        town.close()
                    yield Sent(requests=len(http.exchanges))


class _Validation:
    def __init__(self, shape: Shape, context: EngineContext) -> None:
        self.shape = shape
        self.context = context
        self.exchanges: list[Exchange] = []
        self.requirements = tuple(dict.fromkeys((*shape.verifies, *shape.by_shape.values())))

    def run(self, http: RecordingClient, town: RecordingClient | None) -> Iterator[EngineOutput]:
        """Fetch, read, validate."""
        try:
            resources = self.shape.resources
            if not isinstance(resources, tuple):
                resources = resources(self.context.check_context(self.shape.id, http=http, town=town))
            data = [self._fetch(path, http) for path in resources]
        except Verdict as verdict:
            yield from self._all(Outcome.SKIP, code=verdict.code or "PT-308", text=verdict.text)
            return
        except NotRdfError as error:
            text = Text(
                f"Het antwoord is niet te lezen als gelinkte gegevens: {error}",
                f"The answer cannot be read as linked data: {error}",
            )
            yield from self._all(Outcome.FAIL, code="PT-311", text=text, exchange=self.exchanges[-1])
            return
        except (TargetError, UsageError) as error:
            if isinstance(error, UnreachableError):
                text = CODES[error.code].with_detail(str(error))
                yield from self._all(Outcome.ERROR, code=error.code, text=text)
                raise
            code = error.code if isinstance(error, TargetError) else "PT-206"
            last = http.exchanges[-1] if http.exchanges else None
            text = CODES[code].with_detail(str(error))
            yield from self._all(Outcome.ERROR, code=code, text=text, exchange=last)
            return
        yield from self._validate(data)

    def _fetch(self, path: str, http: RecordingClient) -> str:
        answer = http.get(path, headers={"Accept": self.shape.accept})
        self.exchanges.append(answer)
        if answer.status != _OK:
            raise _NoDataError(path, answer)
        from proeftuin_conformance.rdf import to_nquads  # noqa: PLC0415 - slow to import, seldom needed

        folder = self.context.kit.folder
        contexts = {url: folder / name for url, name in self.shape.contexts.items()}
        return to_nquads(answer, http=http, contexts=contexts)

    def _validate(self, data: list[str]) -> Iterator[EngineOutput]:
        job = {"shapes": str(self.context.kit.folder / self.shape.shapes), "data": data}
        focus: Counter[str] = Counter()
        results: list[dict[str, Any]] = []
        try:
            for event in run_child(PROCESS, job, deadline=self.context.deadline):
                if event["event"] == "focus":
                    focus[event["shape"]] += event["count"]
                elif event["event"] == "result" and event["severity"] == "Violation":
                    results.append(event)
        except ChildDiedError as error:
            text = CODES["PT-902"].with_detail(str(error))
            yield from self._all(Outcome.ERROR, code="PT-902", text=text)
            return
        yield from self._conclude(focus, results)

    def _conclude(self, focus: Counter[str], results: list[dict[str, Any]]) -> Iterator[Observation]:
        failed: set[str] = set()
        for result in results:
            for requirement in self._requirements_of(result):
                failed.add(requirement)
                yield self._violation(result, requirement)
        applied = tuple(f"{shape} ({count})" for shape, count in sorted(focus.items()) if count)
        for requirement in self.requirements:
            if requirement in failed:
                continue
            if self._matched(requirement, focus):
                yield self._observation(requirement, Outcome.PASS, applied=applied)
            else:
                text = Text(
                    "Geen enkel gegeven paste op de SHACL-vorm; er is dus niets nagegaan.",
                    "No data matched the SHACL shape, so nothing was verified.",
                )
                last = self.exchanges[-1] if self.exchanges else None
                yield self._observation(requirement, Outcome.SKIP, code="PT-310", text=text, exchange=last)

    def _requirements_of(self, result: dict[str, Any]) -> tuple[str, ...]:
        for key in ("shape", "owner"):
            if result[key] in self.shape.by_shape:
                return (self.shape.by_shape[result[key]],)
        return self.shape.verifies

    def _matched(self, requirement: str, focus: Counter[str]) -> bool:
        """Whether a targeted shape of this requirement (or of the whole file) had a focus node."""
        own = {shape for shape, verified in self.shape.by_shape.items() if verified == requirement}
        targeted = own & set(focus)
        return any(focus[shape] for shape in targeted) if targeted else any(focus.values())

    def _violation(self, result: dict[str, Any], requirement: str) -> Observation:
        subject = result["focus"] or "?"
        text = Text(
            f"{subject}: {result['message'] or result['constraint']}",
            f"{subject}: {result['message'] or result['constraint']}",
        )
        exchange = next((e for e in self.exchanges if subject in e.text), self.exchanges[-1])
        return self._observation(
            requirement,
            Outcome.FAIL,
            code="PT-309",
            text=text,
            expected=f"{result['constraint']} · {result['path'] or ''} · {result['shape']}",
            actual=result["value"] or "-",
            exchange=exchange,
            applied=(subject,),
        )

    def _all(self, outcome: Outcome, **details: Any) -> Iterator[Observation]:
        for requirement in self.requirements:
            yield self._observation(requirement, outcome, **details)

    def _observation(
        self, requirement: str, outcome: Outcome, *, exchange: Exchange | None = None, **details: Any
    ) -> Observation:
        return Observation(
            requirement=requirement,
            outcome=outcome,
            engine="shacl",
            check=self.shape.id,
            evidence=self.context.evidence(exchange),
            **details,
        )


class _NoDataError(Verdict):
    def __init__(self, path: str, answer: Exchange) -> None:
        super().__init__(
            f"{path} gaf geen 200 maar {answer.status}.",
            f"{path} did not answer 200 but {answer.status}.",
            exchange=answer,
        )

"""Engine `http`: runs the `@check` functions of a kit, in this process."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

from proeftuin_conformance.checks import Check, CheckContext, Fail, Skip, Verdict, checks_in
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.engines.base import EngineContext, EngineOutput, Note, Reached, Sent
from proeftuin_conformance.errors import KitError, RunStoppedError, TargetError, UnreachableError, UsageError
from proeftuin_conformance.findings import Observation, Problem
from proeftuin_conformance.kit import HttpPlan, Kit
from proeftuin_conformance.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_conformance.exchanges import Evidence


class HttpEngine:
    """Runs check functions one after another; stops asking once the component is gone."""

    def versions(self) -> dict[str, str]:
        """Version of the HTTP client."""
        return {"httpx": version("httpx")}

    def run(self, context: EngineContext) -> Iterator[EngineOutput]:
        """Yield observations per check."""
        plan = context.phase.plan
        if not isinstance(plan, HttpPlan):
            raise KitError(f"phase {context.phase.id}: not a plan for the http engine")
        for check in load_checks(context.kit, plan):
            yield Note(message=check.name)
            with ExitStack() as stack:
                http = stack.enter_context(context.client())
                town = context.town_client()
                if town is not None:
                    stack.enter_context(closing(town))
                run = _CheckRun(check, context, context.check_context(check.name, http=http, town=town))
                problem = run.execute()
            yield from run.observations()
            yield Sent(requests=len(http.exchanges))
            yield from run.reached()
            if problem is not None:
                yield problem
                return


def load_checks(kit: Kit, plan: HttpPlan) -> tuple[Check, ...]:
    """The checks of a plan; a name without a dot means the module beside `kit.py`.

    Raises:
        KitError: a check verifies a requirement that the kit does not have.
    """
    name = plan.module if "." in plan.module else f"{kit.package}.{plan.module}"
    checks = checks_in(import_module(name))
    for check in checks:
        for requirement in check.verifies:
            kit.requirement(requirement)
    return checks


@dataclass(slots=True)
class _CheckRun:
    check: Check
    context: EngineContext
    ctx: CheckContext
    verdict: Verdict | None = None
    crash: tuple[str, str] | None = None  # code, message: no verdict on the component

    def execute(self) -> Problem | None:
        """Call the function; a problem means that there is nothing left to ask."""
        try:
            self.check.function(self.ctx)
        except Verdict as verdict:
            self.verdict = verdict
        except RunStoppedError:
            raise
        except UnreachableError as error:
            self.crash = (error.code, str(error))
            text = CODES[error.code].with_detail(str(error))
            return Problem(code=error.code, text=text, engine="http", evidence=self._last_evidence())
        except TargetError as error:
            self.crash = (error.code, str(error))
        except UsageError as error:
            self.crash = ("PT-206", str(error))
        except Exception as error:  # noqa: BLE001 - a crash of a check must never look like a verdict
            self.crash = ("PT-901", f"{type(error).__name__}: {error}")
        return None

    def observations(self) -> Iterator[Observation]:
        """What the check saw, per requirement; a pass only when nothing else was said."""
        verdicts: list[Verdict] = [*self.ctx.failures, *([self.verdict] if self.verdict else [])]
        for requirement in self.check.verifies:
            mine = [v for v in verdicts if v.requirement in {None, requirement}]
            for verdict in mine:
                yield self._observe(verdict, requirement)
            if self.crash is not None:
                code, message = self.crash
                text = CODES[code].with_detail(message)
                yield self._observation(
                    requirement, Outcome.ERROR, code=code, text=text, evidence=self._last_evidence()
                )
            elif not mine:
                yield self._observation(requirement, Outcome.PASS)

    def _observe(self, verdict: Verdict, requirement: str) -> Observation:
        outcome, code = Outcome.OMIT, verdict.code
        if isinstance(verdict, Fail):
            outcome, code = Outcome.FAIL, verdict.code or "PT-301"
        elif isinstance(verdict, Skip):
            outcome, code = Outcome.SKIP, verdict.code or "PT-308"
        evidence = self.context.evidence(verdict.exchange) if verdict.exchange is not None else self._last_evidence()
        return self._observation(
            requirement,
            outcome,
            code=code,
            text=verdict.text,
            expected=verdict.expected,
            actual=None if verdict.actual is None else self.context.secrets.scrub(verdict.actual),
            evidence=None if outcome is Outcome.OMIT else evidence,
        )

    def _observation(self, requirement: str, outcome: Outcome, **details: object) -> Observation:
        applied = tuple(what for what, only in self.ctx.applications if only in {None, requirement})
        return Observation(
            requirement=requirement,
            outcome=outcome,
            engine="http",
            check=self.check.name,
            applied=applied,
            **details,  # type: ignore[arg-type] # the fields of Observation, passed on
        )

    def _last_evidence(self) -> Evidence | None:
        exchanges = self.ctx.http.exchanges
        return self.context.evidence(exchanges[-1]) if exchanges else None

    def reached(self) -> Iterator[Reached]:
        """Which documented operations answered, by status."""
        if self.context.document is None:
            return
        for exchange in self.ctx.http.exchanges:
            operation = self.context.document.match(
                exchange.method, exchange.url, base_url=self.context.target.base_url
            )
            if operation is not None and exchange.status is not None:
                yield Reached(operation=operation.label, statuses={exchange.status: 1})

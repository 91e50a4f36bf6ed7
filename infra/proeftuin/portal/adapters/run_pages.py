"""One run and its report as a page: the answer first, then what to look at, then everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proeftuin.portal.adapters.standards import words
from proeftuin.portal.views.progress import progress_of
from proeftuin.portal.views.runs import (
    Finding,
    Obstacle,
    Request,
    RequirementCell,
    Response,
    RunRow,
    RunView,
)
from proeftuin.portal.views.standards import clause_address
from proeftuin_conformance.codes import CODES
from proeftuin_conformance.errors import UnknownKitError
from proeftuin_conformance.kit import find_kit
from proeftuin_conformance.outcomes import Outcome
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from proeftuin_assessment.views import Run
    from proeftuin_conformance.exchanges import Evidence
    from proeftuin_conformance.findings import Finding as ReportedFinding
    from proeftuin_conformance.report import Report
    from proeftuin_conformance.requirements import Requirement
    from proeftuin_kernel.journal import Entry

_USUAL_SECONDS = {"quick": 10, "full": 30}


def run_row(run: Run) -> RunRow:
    """One run in a list; the state is the verdict once there is one."""
    return RunRow(
        id=run.id,
        kit=run.kit,
        title=kit_title(run.kit),
        state=run.outcome or run.state.value,
        at=run.finished_at or run.requested_at,
        component=run.component,
        badge_id=run.badge,
    )


def run_view(run: Run, report: Report | None, *, entries: Iterable[Entry], sandbox_name: str | None) -> RunView:
    """Everything on the page of one run."""
    base = f"/toetsen/{run.id}/rapport"
    return RunView(
        id=run.id,
        component=run.title,
        version=run.component_version,
        kit=run.kit,
        kit_title=as_text(report.kit_title) if report else kit_title(run.kit),
        kit_version=run.kit_version,
        standard=_standard(report) if report else kit_title(run.kit),
        state=run.state.value,
        verdict=run.outcome,
        requested=run.requested_at,
        started=run.started_at,
        finished=run.finished_at,
        mode=run.mode,
        tier=run.tier,
        progress=progress_of(entries, usual_seconds=_USUAL_SECONDS.get(run.mode)),
        findings=_grouped(report) if report else (),
        obstacles=(*((Obstacle(text=run.cause),) if run.cause else ()), *(_obstacles(report) if report else ())),
        requirements=_requirements(report) if report else (),
        facts=_facts(run),
        sandbox_id=run.sandbox if sandbox_name else None,
        sandbox_name=sandbox_name,
        badge_id=run.badge,
        withheld=run.withheld,
        downloads=tuple((form.upper(), f"{base}.{form}") for form in ("html", "json", "junit")) if report else (),
        reproduce=_command(run, report) if report else None,
    )


def kit_title(kit_id: str) -> Text:
    """What a kit is called; its id when it is not installed any more."""
    try:
        return words(find_kit(kit_id).title)
    except UnknownKitError:
        return Text(nl=kit_id, en=kit_id)


def as_text(value: dict[str, str]) -> Text:
    """Read `{"nl", "en"}`."""
    return Text(nl=value["nl"], en=value["en"])


def _standard(report: Report) -> Text:
    """Name the standard with its version."""
    title, version = report.standard_title, report.standard["version"]
    return Text(nl=_with_version(title.nl, version), en=_with_version(title.en, version))


def _with_version(title: str, version: str) -> str:
    return title if version.removesuffix(".0") in title else f"{title} {version}"


def _obstacles(report: Report) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(
            code=problem.code,
            text=words(problem.text),
            remedy=words(CODES[problem.code].remedy),
            blame=problem.blame.value,
            details=problem.details,
        )
        for problem in report.problems
    )


def _grouped(report: Report) -> tuple[Finding, ...]:
    """Show the same finding once, with how often it was seen."""
    shown: dict[tuple[str, str, str], Finding] = {}
    for number, found in enumerate(report.notable_findings, 1):
        key = (found.requirement.id, found.code, found.text.nl)
        if key in shown:
            shown[key] = replace(shown[key], times=shown[key].times + 1)
        else:
            shown[key] = _finding(found, number, clause_url=_clause(report, found.requirement))
    return tuple(shown.values())


def _clause(report: Report, requirement: Requirement) -> str:
    return clause_address(
        requirement.clause_url, kit=report.kit, version=report.kit_version, requirement=requirement.id
    )


def _finding(found: ReportedFinding, number: int, *, clause_url: str) -> Finding:
    seen = found.observation
    evidence = seen.evidence
    return Finding(
        id=f"bevinding-{number}",
        requirement=found.requirement.id,
        title=words(found.requirement.title),
        clause_url=clause_url,
        level=found.requirement.level.value,
        outcome=seen.outcome.value,
        blame=found.blame.value,
        code=found.code,
        text=words(found.text),
        remedy=words(found.remedy),
        expected=seen.expected,
        actual=seen.actual,
        request=_sent(evidence) if evidence else None,
        response=_received(evidence) if evidence else None,
        no_answer=evidence.error if evidence else None,
        curl="\n".join(seen.commands) or None,
        prepared=len(seen.earlier),
    )


def _sent(evidence: Evidence) -> Request:
    return Request(
        method=evidence.method, url=evidence.url, headers=evidence.request_headers, body=evidence.request_body
    )


def _received(evidence: Evidence) -> Response | None:
    if evidence.status is None:
        return None
    return Response(
        status=evidence.status,
        headers=evidence.response_headers,
        body=evidence.response_body,
        truncated=evidence.truncated,
        elapsed_ms=evidence.elapsed_ms,
    )


def _requirements(report: Report) -> tuple[RequirementCell, ...]:
    return tuple(
        RequirementCell(
            id=verdict.requirement.id,
            title=words(verdict.requirement.title),
            level=verdict.requirement.level.value,
            outcome=verdict.outcome.value,
            clause_url=_clause(report, verdict.requirement),
            reason=None if verdict.outcome in {Outcome.PASS, Outcome.FAIL} else words(verdict.reason),
        )
        for verdict in report.verdicts
    )


def _command(run: Run, report: Report) -> str:
    return f"proeftuin conformance run --url {report.target} --kit {run.kit} --seed {run.seed} --mode {run.mode}"


def _facts(run: Run) -> tuple[tuple[Text, str], ...]:
    pairs = (
        (Text(nl="Vingerafdruk van de component", en="Digest of the component"), run.component_digest),
        (Text(nl="Vingerafdruk van de gemeente", en="Digest of the municipality"), run.town_digest),
        (Text(nl="Vingerafdruk van de kit", en="Digest of the kit"), run.kit_digest),
        (Text(nl="Vingerafdruk van het rapport", en="Digest of the report"), run.report_digest or ""),
        (Text(nl="Zaad", en="Seed"), str(run.seed)),
    )
    return tuple((name, value) for name, value in pairs if value)

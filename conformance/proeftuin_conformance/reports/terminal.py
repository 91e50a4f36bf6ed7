"""The run as a person at a terminal follows it: progress, then one screen that explains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from proeftuin_conformance.events import (
    PhaseFinished,
    PhaseStarted,
    PreflightFinished,
    RunEvent,
    RunFinished,
    RunStarted,
)
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.reports.words import BLAMES, OUTCOMES, RUNS, WORDS

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from proeftuin_conformance.exchanges import Evidence
    from proeftuin_conformance.findings import Finding, Observation, Problem
    from proeftuin_conformance.report import Report
    from proeftuin_conformance.texts import Language

_STYLES = {
    Outcome.PASS: "green",
    Outcome.FAIL: "red",
    Outcome.ERROR: "magenta",
    Outcome.SKIP: "yellow",
    Outcome.OMIT: "dim",
    Outcome.NOT_TESTED: "dim",
}
_MARKS = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.ERROR: "!",
    Outcome.SKIP: "?",
    Outcome.OMIT: "–",
    Outcome.NOT_TESTED: "·",
}
_SHOWN = 2  # requirements explained in full; the others get one line each
_LONGEST = 160  # characters of a body shown
_LISTED = 20


class TerminalReporter:
    """Prints progress per phase and the explanation at the end."""

    def __init__(self, console: Console, *, language: Language = "nl", quiet: bool = False) -> None:
        """Print to `console`; `quiet` leaves progress out."""
        self.console = console
        self.language: Language = language
        self.quiet = quiet

    def handle(self, event: RunEvent) -> None:
        """Print what there is to see."""
        if isinstance(event, RunFinished):
            for part in explain(event.report, language=self.language):
                self.console.print(part, soft_wrap=isinstance(part, _Command))
        elif not self.quiet:
            line = self._progress(event)
            if line is not None:
                self.console.print(Line(line, style="dim"))

    def _progress(self, event: RunEvent) -> str | None:
        match event:
            case RunStarted():
                return f"{event.kit} {event.kit_version} → {event.target}"
            case PreflightFinished():
                return f"  {'✓' if event.fine else '!'} pre-flight · {event.elapsed_ms:.0f} ms"
            case PhaseStarted():
                return f"  … {event.title.in_(self.language)}"
            case PhaseFinished():
                word = WORDS["requests"].in_(self.language)
                return f"    {event.requests} {word} · {event.elapsed_ms / 1000:.1f} s"
            case _:
                return None


class _Command(Line):
    """A line to copy: never broken over lines."""


def explain(report: Report, *, language: Language) -> list[RenderableType]:
    """One screen: the outcome, what went wrong first, and what to do."""
    style = _STYLES[report.outcome]
    head = Line.assemble(
        (f"\n{_MARKS[report.outcome]} {OUTCOMES[report.outcome].in_(language).upper()}", f"bold {style}"),
        f"  {report.kit} {report.kit_version} · {report.target}\n",
        RUNS[report.outcome].in_(language),
    )
    parts: list[RenderableType] = [head, _counts(report, language)]
    for problem in report.problems:
        parts += _problem(problem, language)
    groups: dict[str, list[Finding]] = {}
    for finding in report.notable_findings:
        groups.setdefault(finding.requirement.id, []).append(finding)
    for number, found in enumerate(list(groups.values())[: _SHOWN + _LISTED]):
        parts += _finding(found[0], language) if number < _SHOWN else [_one_line(found[0], language)]
        if len(found) > 1:
            parts.append(Line(f"    + {len(found) - 1} {WORDS['same'].in_(language)}", style="dim"))
    if len(groups) > _SHOWN + _LISTED:
        parts.append(Line(f"… {len(groups) - _SHOWN - _LISTED} {WORDS['more'].in_(language)}", style="dim"))
    return parts


def _counts(report: Report, language: Language) -> Line:
    counts = ", ".join(
        f"{count} {OUTCOMES[Outcome(outcome)].in_(language)}" for outcome, count in report.counts.items() if count
    )
    depth = report.depth
    of = f"{WORDS['of'].in_(language)} {len(depth.documented)} " if depth.documented else ""
    reached = f"{len(depth.reached)} {of}{WORDS['reached'].in_(language)}"
    requests = f"{depth.requests} {WORDS['requests'].in_(language)}"
    return Line(f"{counts}\n{requests} · {reached}\n", style="dim")


def _problem(problem: Problem, language: Language) -> list[RenderableType]:
    rows: list[tuple[str, str]] = [
        (WORDS["class"].in_(language), BLAMES[problem.blame].in_(language)),
        (WORDS["do"].in_(language), problem.to_dict()["remedy"][language]),
    ]
    title = Line.assemble((f"! {problem.code} ", "bold magenta"), problem.text.in_(language))
    return [title, _rows(rows), *_curl(problem.evidence)]


def _finding(finding: Finding, language: Language) -> list[RenderableType]:
    seen = finding.observation
    requirement = finding.requirement
    outcome = seen.outcome
    title = Line.assemble(
        (f"{_MARKS[outcome]} {requirement.id} ", f"bold {_STYLES[outcome]}"),
        (f"{requirement.level} · {finding.code}\n", "dim"),
        finding.text.in_(language),
    )
    rows = [
        (WORDS["requirement"].in_(language), requirement.text.in_(language)),
        (WORDS["clause"].in_(language), requirement.clause_url),
        (WORDS["expected"].in_(language), seen.expected),
        (WORDS["actual"].in_(language), seen.actual),
    ]
    if seen.evidence is not None:
        sent = f"{seen.evidence.method} {seen.evidence.url} {_short(seen.evidence.request_body)}"
        answer = f"{seen.evidence.status or seen.evidence.error} {_short(seen.evidence.response_body)}"
        rows += [
            (WORDS["sent"].in_(language), sent),
            (WORDS["received"].in_(language), answer),
        ]
    rows += [
        (WORDS["class"].in_(language), BLAMES[finding.blame].in_(language)),
        (WORDS["do"].in_(language), finding.remedy.in_(language)),
    ]
    return [title, _rows([(name, value) for name, value in rows if value]), *_again(seen, language)]


def _again(seen: Observation, language: Language) -> list[Line]:
    """The command to copy, after those that it cannot do without."""
    if not seen.earlier:
        return _curl(seen.evidence)
    commands = "\n".join(f"    {line}" for command in seen.commands for line in command.splitlines())
    return [
        Line(f"    {WORDS['repeat_all'].in_(language)}", style="dim"),
        _Command(f"{commands}\n", style="cyan"),
    ]


def _curl(evidence: Evidence | None) -> list[Line]:
    return [] if evidence is None else [_Command(f"    {evidence.curl}\n", style="cyan")]


def _rows(rows: list[tuple[str, str]] | list[tuple[str, str | None]]) -> Padding:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Line(name), Line(value or ""))
    return Padding(table, (0, 0, 0, 4))


def _one_line(finding: Finding, language: Language) -> Line:
    outcome = finding.observation.outcome
    return Line.assemble(
        (f"{_MARKS[outcome]} {finding.requirement.id} ", _STYLES[outcome]), finding.text.in_(language)
    )


def _short(body: str) -> str:
    line = " ".join(body.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"

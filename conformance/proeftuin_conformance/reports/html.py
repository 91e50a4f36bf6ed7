"""The report as one HTML file: no scripts, nothing loaded from elsewhere, readable without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from jinja2 import Environment, PackageLoader, StrictUndefined

from proeftuin_conformance.events import RunEvent, RunFinished
from proeftuin_conformance.reports.words import BLAMES, OUTCOMES, RUNS, WORDS
from proeftuin_conformance.requirements import requirement_tag

if TYPE_CHECKING:
    from proeftuin_conformance.report import Report
    from proeftuin_conformance.requirements import Requirement
    from proeftuin_conformance.texts import Language, Text


def html_report(report: Report, *, language: Language = "nl") -> str:
    """The report as a self-contained page in `language`."""
    environment = Environment(
        loader=PackageLoader("proeftuin_conformance", "reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(text: Text) -> str:
        return text.in_(language)

    return environment.get_template("report.html.j2").render(
        report=report,
        data=report.to_dict(),
        language=language,
        say=say,
        clause=_clause,
        tag=requirement_tag,
        words=WORDS,
        outcomes=OUTCOMES,
        runs=RUNS,
        blames=BLAMES,
    )


def _clause(requirement: Requirement) -> str:
    """Where a clause can be read: a file is alone, so one that the kit wrote itself is read further down."""
    address = requirement.clause_url
    return address if "://" in address else f"#{requirement_tag(requirement.id)}"


class HtmlReporter:
    """Writes the page at the end."""

    def __init__(self, stream: TextIO, *, language: Language = "nl") -> None:
        """Write to `stream` in `language`."""
        self.stream = stream
        self.language: Language = language

    def handle(self, event: RunEvent) -> None:
        """Write at RunFinished."""
        if isinstance(event, RunFinished):
            self.stream.write(html_report(event.report, language=self.language))
            self.stream.flush()

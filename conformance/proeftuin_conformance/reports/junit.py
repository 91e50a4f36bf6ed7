"""JUnit XML for CI servers: one test case per requirement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from proeftuin_conformance.events import RunEvent, RunFinished
from proeftuin_conformance.outcomes import Outcome

if TYPE_CHECKING:
    from proeftuin_conformance.findings import Finding
    from proeftuin_conformance.report import Report
    from proeftuin_conformance.texts import Language
    from proeftuin_conformance.verdicts import RequirementVerdict

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {Outcome.FAIL: "failure", Outcome.ERROR: "error"}


def junit_report(report: Report, *, language: Language = "nl") -> str:
    """The report as JUnit XML.

    A requirement that failed is a failure, one without a verdict an error; what was skipped, omitted or not
    tested is `skipped` with the reason. Problems of the run as a whole are an extra test case with an error.
    """
    seconds = (report.finished - report.started).total_seconds()
    suite = Element("testsuite", name=report.kit, timestamp=report.started.isoformat(), time=f"{seconds:.3f}")
    for key, value in (("kit", f"{report.kit} {report.kit_version}"), ("target", report.target)):
        properties = suite.find("properties")
        properties = SubElement(suite, "properties") if properties is None else properties
        SubElement(properties, "property", name=key, value=_clean(value))
    for verdict in report.verdicts:
        _case(suite, verdict, report=report, language=language)
    for problem in report.problems:
        case = SubElement(suite, "testcase", classname=report.kit, name=problem.code)
        tag = SubElement(case, "error", message=_clean(problem.text.in_(language)), type=problem.code)
        tag.text = _clean(problem.evidence.curl if problem.evidence else "")
    for name, tag_name in (
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        suite.set(name, str(len(list(suite.iter(tag_name)))))
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _case(suite: Element, verdict: RequirementVerdict, *, report: Report, language: Language) -> None:
    requirement = verdict.requirement
    case = SubElement(suite, "testcase", classname=report.kit, name=requirement.id)
    reason = _clean(verdict.reason.in_(language))
    if verdict.outcome is Outcome.PASS:
        return
    tag = _TAGS.get(verdict.outcome)
    if tag is None:
        SubElement(case, "skipped", message=f"{verdict.outcome}: {reason}")
        return
    first = next((f for f in verdict.findings if f.observation.outcome is verdict.outcome), None)
    element = SubElement(case, tag, message=reason, type=first.code if first else str(verdict.outcome))
    lines = [f"{requirement.level} {requirement.clause_url}"]
    for finding in verdict.findings:
        lines += _lines(finding, language)
    element.text = _clean("\n".join(lines))


def _lines(finding: Finding, language: Language) -> list[str]:
    seen = finding.observation
    lines = ["", f"{finding.code} {finding.text.in_(language)}"]
    lines += [f"  expected: {seen.expected}"] if seen.expected else []
    lines += [f"  actual:   {seen.actual}"] if seen.actual else []
    lines += [f"  {line}" for command in seen.commands for line in command.splitlines()]
    return lines


def _clean(text: str) -> str:
    """XML 1.0 cannot hold most control characters."""
    return _ILLEGAL.sub("\ufffd", text)


class JunitReporter:
    """Writes the XML at the end."""

    def __init__(self, stream: TextIO, *, language: Language = "nl") -> None:
        """Write to `stream` in `language`."""
        self.stream = stream
        self.language: Language = language

    def handle(self, event: RunEvent) -> None:
        """Write at RunFinished."""
        if isinstance(event, RunFinished):
            self.stream.write(junit_report(event.report, language=self.language))
            self.stream.flush()

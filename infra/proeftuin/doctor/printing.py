"""The doctor's report, for a person and for a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from proeftuin.doctor.findings import EVERYWHERE, Finding, Level, is_fit
from proeftuin_kernel.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIGNS = {Level.OK: "✓", Level.ADVICE: "·", Level.MISSING: "✗"}
_GROUPS = {
    EVERYWHERE: Text("Het platform", "The platform"),
    "local": Text("Backend local", "Backend local"),
    "docker": Text("Backend docker", "Backend docker"),
    "kubernetes": Text("Backend kubernetes", "Backend kubernetes"),
}
_FIT = Text("Deze machine kan de backend {backend} draaien.", "This machine can run the backend {backend}.")
_UNFIT = Text(
    "Deze machine kan de backend {backend} nog niet draaien: los op wat met ✗ staat.",
    "This machine cannot run the backend {backend} yet: solve what is marked ✗.",
)


def as_text(findings: Sequence[Finding], backend: str, language: Language) -> str:
    """Write the report for a person."""
    lines = []
    for group, title in _GROUPS.items():
        found = [finding for finding in findings if finding.backend == group]
        if found:
            lines.append(title.in_(language))
        for finding in found:
            lines.append(f"  {_SIGNS[finding.level]} {finding.title.in_(language)}: {finding.seen}")
            if finding.remedy is not None:
                lines.append(f"      → {finding.remedy.in_(language)}")
    verdict = _FIT if is_fit(findings, backend) else _UNFIT
    return "\n".join([*lines, "", verdict.format(backend=backend).in_(language)])


def as_json(findings: Sequence[Finding], backend: str) -> str:
    """Write the report for a program."""
    report = {
        "backend": backend,
        "fit": is_fit(findings, backend),
        "findings": [finding.as_json() for finding in findings],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)

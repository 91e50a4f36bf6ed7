"""Judge a running component against a standard: kits, runner, verdicts, reports.

Imports nothing of the platform: a vendor installs this package and runs it on a laptop or in CI.
"""

from __future__ import annotations

from proeftuin_conformance.checks import CheckContext, Fail, Omit, Skip, check
from proeftuin_conformance.kit import Kit, find_kit, load_kits
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.report import Report
from proeftuin_conformance.runner import Options, collect, run
from proeftuin_conformance.target import Target
from proeftuin_conformance.texts import Text

__all__ = [
    "CheckContext",
    "Fail",
    "Kit",
    "Omit",
    "Options",
    "Outcome",
    "Report",
    "Skip",
    "Target",
    "Text",
    "check",
    "collect",
    "find_kit",
    "load_kits",
    "run",
]

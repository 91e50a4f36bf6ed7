"""Judge a running component against a standard: kits, runner, verdicts, reports.

Imports nothing of the platform: a vendor installs this package and runs it on a laptop or in CI. The names
below are imported when they are first used, so that engine processes start with no more than they need.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_PLACES = {
    "checks": ("CheckContext", "Fail", "Omit", "Skip", "check"),
    "kit": ("Kit", "find_kit", "load_kits"),
    "outcomes": ("Outcome",),
    "report": ("Report",),
    "runner": ("Options", "collect", "run"),
    "target": ("Target",),
    "texts": ("Text",),
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    for module, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

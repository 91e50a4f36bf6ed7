"""How the municipality is governed: bodies, mandates, meetings, decisions and votes, made once for a town."""

from __future__ import annotations

from typing import Any

__all__ = ["make_governance_tables"]


def __getattr__(name: str) -> Any:
    # A town's life uses the calendar and the texts, and has no data frame library.
    if name == "make_governance_tables":
        from vlavirgem.generation.governance.everything import make_governance_tables  # noqa: PLC0415 - see above

        return make_governance_tables
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

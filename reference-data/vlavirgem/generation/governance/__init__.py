"""How the municipality is governed: bodies, mandates, meetings, decisions and votes, made once for a town."""

from __future__ import annotations

from vlavirgem.generation.governance.everything import make_governance_tables

__all__ = ["make_governance_tables"]

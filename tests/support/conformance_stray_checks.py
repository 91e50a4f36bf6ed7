"""A check of a requirement that the kit does not have."""

from __future__ import annotations

from proeftuin_conformance import CheckContext, check


@check(verifies=["bestaat-niet"])
def stray(ctx: CheckContext) -> None:
    """Never runs."""

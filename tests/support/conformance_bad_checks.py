"""Checks that are themselves wrong."""

from __future__ import annotations

from proeftuin_conformance import CheckContext, check


@check(verifies=["t-http"])
def a_check_that_crashes(ctx: CheckContext) -> None:
    """Never says anything."""
    ctx.applied("iets")
    raise ZeroDivisionError


@check(verifies=["t-town"])
def a_check_that_looks_at_nothing(ctx: CheckContext) -> None:
    """Returns without having applied anything."""

"""Checks of the test kit."""

from __future__ import annotations

from proeftuin_conformance import CheckContext, check


@check(verifies=["t-http"])
def the_list_answers(ctx: CheckContext) -> None:
    """De lijst antwoordt."""
    answer = ctx.http.get("/gebouwen")
    ctx.applied("GET /gebouwen")
    if answer.status != 200:
        ctx.fail("De lijst antwoordt niet.", "The list does not answer.", expected="200", actual=str(answer.status))


@check(verifies=["t-town"])
def the_town_answers(ctx: CheckContext) -> None:
    """De testgemeente antwoordt."""
    town = ctx.require_town()
    town.get("/")
    ctx.applied("GET /")

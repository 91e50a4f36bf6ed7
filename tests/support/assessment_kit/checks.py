"""Checks of the test kit."""

from __future__ import annotations

from proeftuin_conformance import CheckContext, check


@check(verifies=["k-answers"])
def it_answers(ctx: CheckContext) -> None:
    """De dienst antwoordt."""
    answer = ctx.http.get("/dienst")
    ctx.applied("GET /dienst")
    if answer.status != 200:
        ctx.fail(
            "De dienst antwoordt niet.", "The service does not answer.", expected="200", actual=str(answer.status)
        )


@check(verifies=["k-keeps"])
def it_starts_from_the_seed(ctx: CheckContext) -> None:
    """De dienst begint bij het zaad."""
    answer = ctx.http.get("/zaad")
    ctx.applied("GET /zaad")
    if answer.json() != {"zaad": ctx.seed}:
        ctx.fail("Het zaad is anders.", "The seed differs.", expected=str(ctx.seed), actual=answer.text)


@check(verifies=["k-advice"])
def it_has_a_name(ctx: CheckContext) -> None:
    """De dienst heeft een naam."""
    answer = ctx.http.get("/naam")
    ctx.applied("GET /naam")
    if answer.status != 200:
        ctx.fail("De dienst heeft geen naam.", "The service has no name.", expected="200", actual=str(answer.status))

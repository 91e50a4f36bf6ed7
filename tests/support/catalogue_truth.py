"""What a search must give, worked out the slow and obvious way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from proeftuin_catalogue.search.base import Facet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proeftuin_catalogue.views import SolutionSummary


def pairs(one: SolutionSummary) -> set[tuple[str, str]]:
    """The marks of a solution; a nameless 'never tested' when there is none."""
    return {(mark.kit_id, str(mark.state)) for mark in one.marks} or {("", "nooit-getest")}


def values(one: SolutionSummary, facet: Facet) -> set[str]:
    """The values of a solution for a plain facet."""
    return {
        Facet.DOMAIN: set(one.domains),
        Facet.HOSTING: set(one.hosting),
        Facet.LICENCE: {one.licence},
        Facet.SUPPLIER: {one.supplier.id},
        Facet.STATUS: {str(one.status)},
    }[facet]


def fits(one: SolutionSummary, filters: Mapping[Facet, frozenset[str]], *, without: Facet | None = None) -> bool:
    """Tell whether a solution passes all filters but one."""
    chosen = {facet: wanted for facet, wanted in filters.items() if wanted and facet is not without}
    kits, states = chosen.pop(Facet.STANDARD, None), chosen.pop(Facet.EVIDENCE, None)
    marked = any((not kits or kit in kits) and (not states or state in states) for kit, state in pairs(one))
    shown = Facet.STATUS in chosen or without is Facet.STATUS or str(one.status) != "withdrawn"
    return marked and shown and all(values(one, facet) & wanted for facet, wanted in chosen.items())


def found(all_of_them: Iterable[SolutionSummary], filters: Mapping[Facet, frozenset[str]]) -> set[str]:
    """The ids of all solutions that pass."""
    return {one.id for one in all_of_them if fits(one, filters)}


def counts(
    all_of_them: Iterable[SolutionSummary], filters: Mapping[Facet, frozenset[str]], facet: Facet
) -> dict[str, int]:
    """The counts of a facet, its own selection left out."""
    counter: Counter[str] = Counter()
    kits, states = filters.get(Facet.STANDARD), filters.get(Facet.EVIDENCE)
    for one in all_of_them:
        if not fits(one, filters, without=facet):
            continue
        if facet is Facet.STANDARD:
            counter.update({kit for kit, state in pairs(one) if kit and (not states or state in states)})
        elif facet is Facet.EVIDENCE:
            counter.update({state for kit, state in pairs(one) if not kits or kit in kits})
        else:
            counter.update(values(one, facet))
    return dict(counter)

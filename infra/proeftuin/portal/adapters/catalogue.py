"""The catalogue's answers as pages show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proeftuin.portal.adapters.standards import past_standard_view, standard_view
from proeftuin.portal.views.catalogue import (
    CatalogueView,
    Facet,
    FacetOption,
    ReleaseView,
    SolutionRow,
    SolutionView,
    Street,
    StreetView,
)
from proeftuin.portal.views.evidence import Evidence, Mark
from proeftuin.portal.views.standards import ComponentIdentity, StandardRow
from proeftuin_catalogue.errors import KitUnknownError
from proeftuin_catalogue.evidence import EvidenceState
from proeftuin_catalogue.search.base import Facet as CatalogueFacet
from proeftuin_catalogue.search.base import Sort
from proeftuin_catalogue.vocabulary import DOMAIN_LABELS, Domain
from proeftuin_conformance.kit import find_kit
from proeftuin_kernel.auth import Permission
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proeftuin.portal.adapters.past_kits import PastKits
    from proeftuin.portal.views.catalogue import SearchQuery
    from proeftuin.portal.views.standards import StandardView
    from proeftuin_catalogue.reading import Reading
    from proeftuin_catalogue.views import MarkView, SearchItem, SolutionSummary, Supplier
    from proeftuin_catalogue.views import ReleaseView as CatalogueRelease
    from proeftuin_kernel.auth import Principal

HOUSES = 100
"""Houses that the home page draws; the rest is one link away."""

_MARKS = {
    EvidenceState.TESTED: Mark.TESTED,
    EvidenceState.EXPIRED: Mark.EXPIRED,
    EvidenceState.FAILED: Mark.FAILED,
    EvidenceState.CLAIMED: Mark.CLAIMED,
}
_ELSEWHERE = Text(nl="Overige oplossingen", en="Other solutions")


class Catalogue:
    """The desk of the catalogue."""

    def __init__(self, reading: Reading, *, past: PastKits | None = None) -> None:
        self._reading = reading
        self._past = past

    def street(self, principal: Principal) -> StreetView:
        """All streets with their houses; a street is a function of the municipality."""
        found = self._reading.search(principal, limit=HOUSES)
        rows = [_row(item, principal) for item in found.items]
        proved = sum(
            value.count
            for facet in found.facets
            for value in facet.values
            if facet.name == CatalogueFacet.EVIDENCE and value.value == EvidenceState.TESTED
        )
        streets = [Street(id=domain, name=name, houses=_of(rows, domain)) for domain, name in DOMAIN_LABELS.items()]
        streets.append(Street(id="overige", name=_ELSEWHERE, houses=_of(rows, "")))
        return StreetView(
            streets=tuple(street for street in streets if street.houses), total=found.total, proved=proved
        )

    def search(self, principal: Principal, query: SearchQuery) -> CatalogueView:
        """One page of results."""
        found = self._reading.search(
            principal,
            text=query.q,
            filters={CatalogueFacet(name): frozenset(values) for name, values in query.filters},
            sort=Sort(query.sort),
            cursor=query.cursor,
            limit=query.limit,
        )
        return CatalogueView(
            query=query,
            rows=tuple(replace(_row(item, principal), why=item.reason) for item in found.items),
            total=found.total,
            facets=tuple(
                Facet(
                    name=facet.name,
                    title=facet.label,
                    options=tuple(
                        FacetOption(value=one.value, label=one.label, count=one.count, chosen=one.selected)
                        for one in facet.values
                    ),
                )
                for facet in found.facets
            ),
            next=found.next,
            order=found.order,
        )

    def solution(self, principal: Principal, slug: str) -> SolutionView:
        """One solution with all its releases."""
        found = self._reading.get(principal, slug)
        return SolutionView(
            slug=found.slug,
            name=found.name,
            summary=found.short,
            description=found.long,
            supplier=found.supplier.name,
            supplier_url=found.website,
            street=_street_of(found.domains),
            functions=tuple(_domain(domain) for domain in found.domains),
            licence=found.licence,
            status=found.status_label,
            releases=tuple(
                _release(one, sees_reports=_sees_reports(principal, found.supplier)) for one in found.releases
            ),
            source_url=found.source_url,
            documentation_url=found.documentation_url,
        )

    def standards(self, principal: Principal) -> tuple[StandardRow, ...]:
        """Every standard that can be tested here."""
        return tuple(
            StandardRow(
                kit=one.kit_id,
                version=one.kit_version,
                title=one.title,
                summary=one.summary,
                counts={_MARKS[state]: count for state, count in one.counts.items() if state in _MARKS},
            )
            for one in self._reading.standards(principal)
        )

    def standard(self, principal: Principal, kit: str, *, version: str | None) -> StandardView:
        """One standard: what it asks, what is tested, who meets it.

        Old runs and badges lead here too: of a kit that is gone, this tells what their reports remember.
        """
        try:
            found = self._reading.standard(principal, kit, limit=HOUSES)
        except KitUnknownError:
            report = self._past.find(principal, kit, version=version) if self._past is not None else None
            if report is None:
                raise
            return past_standard_view(report)
        return standard_view(
            find_kit(found.kit_id), asked=version, solutions=tuple(_summary(one, principal) for one in found.solutions)
        )

    def identity(self, principal: Principal, name: str, version: str) -> ComponentIdentity:
        """A component by its name and version, and the solutions whose release it is."""
        slugs = self._reading.slugs_of_release(principal, component_name=name, version=version)
        return ComponentIdentity(name=name, version=version, slugs=slugs)


def _row(item: SearchItem, principal: Principal) -> SolutionRow:
    return _summary(item.solution, principal)


def _sees_reports(principal: Principal, supplier: Supplier) -> bool:
    """A report without a badge is for the supplier alone; a link to it would lead others nowhere."""
    return principal.may(Permission.RUN_READ, organisation=supplier.id)


def _summary(one: SolutionSummary, principal: Principal) -> SolutionRow:
    return SolutionRow(
        slug=one.slug,
        name=one.name,
        summary=one.short,
        supplier=one.supplier.name,
        street=one.domains[0] if one.domains else "",
        evidence=_evidence(one.marks, sees_reports=_sees_reports(principal, one.supplier)),
        version=one.release,
    )


def _of(rows: Iterable[SolutionRow], street: str) -> tuple[SolutionRow, ...]:
    return tuple(row for row in rows if row.street == street)


def _release(release: CatalogueRelease, *, sees_reports: bool) -> ReleaseView:
    evidence = _evidence(release.marks, sees_reports=sees_reports)
    return ReleaseView(version=release.version, released=release.released, evidence=evidence)


def _evidence(marks: Iterable[MarkView], *, sees_reports: bool) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            mark=_MARKS[mark.state],
            kit=mark.kit_id,
            title=mark.title,
            version=mark.kit_version,
            at=mark.tested_at,
            until=mark.valid_until,
            depth=_depth(mark.depth),
            tier=mark.tier,
            run_id=mark.run_id if mark.badge_id or sees_reports else None,
            badge_id=mark.badge_id,
            reason=mark.reason,
        )
        for mark in marks
        if mark.state in _MARKS
    )


def _depth(counts: Mapping[str, int]) -> Text | None:
    """Say how deep was tested, when the run counted it."""
    verified, sent = counts.get("requirementsExercised"), counts.get("requestsSent")
    if verified is None or sent is None:
        return None
    return Text(
        nl=f"{verified} eisen nagegaan met {sent} verzoeken",
        en=f"{verified} requirements verified with {sent} requests",
    )


def _domain(domain: str) -> Text:
    return DOMAIN_LABELS[Domain(domain)] if domain in set(Domain) else Text(nl=domain, en=domain)


def _street_of(domains: tuple[str, ...]) -> Text:
    return _domain(domains[0]) if domains else _ELSEWHERE

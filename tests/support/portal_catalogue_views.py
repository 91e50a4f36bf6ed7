"""Solutions, streets and standards as the pages show them, for tests. All of it is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from proeftuin.portal.views.catalogue import (
    CatalogueView,
    Facet,
    FacetOption,
    ReleaseView,
    SearchQuery,
    SolutionRow,
    SolutionView,
    Street,
    StreetView,
)
from proeftuin.portal.views.evidence import Evidence, Mark
from proeftuin.portal.views.standards import WAYS, RequirementView, StandardRow, StandardView, anchor_of
from proeftuin_kernel.text import Text
from support.portal_names import API_RULES, BADGE, NOW, PASSED_RUN, PROCESS, RUN, both


def evidence(mark: Mark, title: Text = API_RULES, **changes: object) -> Evidence:
    """Evidence of a kind, with what belongs to it."""
    bare = mark is Mark.CLAIMED
    made = Evidence(
        mark=mark,
        kit="api-regels" if title is API_RULES else "generiek-proces",
        title=title,
        version=None if bare else "1.0.0",
        at=None if bare else NOW - timedelta(days=400 if mark is Mark.EXPIRED else 3),
        until={Mark.TESTED: NOW + timedelta(days=362), Mark.EXPIRED: NOW - timedelta(days=35)}.get(mark),
        depth=None if bare else Text(nl="20 eisen nagegaan", en="20 requirements verified"),
        tier=None if bare else "local",
        run_id=None if bare else (RUN if mark is Mark.FAILED else PASSED_RUN),
        badge_id=BADGE if mark is Mark.TESTED else None,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # test builder


def solutions() -> tuple[SolutionRow, ...]:
    """Solutions in every state of proof."""
    tested, failed, expired, claimed = Mark.TESTED, Mark.FAILED, Mark.EXPIRED, Mark.CLAIMED
    rows = [
        ("dossierloket", "Dossierloket", "loket", (evidence(tested), evidence(tested, PROCESS))),
        ("afsprakenboek", "Afsprakenboek", "loket", (evidence(tested), evidence(failed, PROCESS))),
        ("meldpunt", "Meldpunt Openbaar Domein", "loket", (evidence(claimed), evidence(claimed, PROCESS))),
        ("vergunningenwijzer", "Vergunningenwijzer", "omgeving", (evidence(failed),)),
        ("pygeoapi", "pygeoapi", "data", (evidence(failed), evidence(claimed, PROCESS))),
        ("sensorkaart", "Sensorkaart", "data", (evidence(expired),)),
        ("raadsbesluiten", "Raadsbesluiten en notulen van het bestuur", "bestuur", ()),
    ]
    return tuple(
        SolutionRow(
            slug=slug,
            name=both(name),
            summary=Text(
                nl=f"{name} helpt de gemeente om aanvragen van inwoners van begin tot einde te volgen.",
                en=f"{name} helps the municipality to follow requests of inhabitants from start to end.",
            ),
            supplier="Voorbeeldleverancier",
            street=layer,
            evidence=marks,
            version="2.1.0",
            why=Text(nl="Gevonden in de naam; getest.", en="Found in the name; tested."),
        )
        for slug, name, layer, marks in rows
    )


def street() -> StreetView:
    """Four streets, one of them empty."""
    names = {
        "loket": Text(nl="Dienstverlening en loket", en="Services and counter"),
        "omgeving": Text(nl="Omgeving en vergunningen", en="Planning and permits"),
        "data": Text(nl="Data en kaarten", en="Data and maps"),
        "bestuur": Text(nl="Bestuur en besluitvorming", en="Governance and decisions"),
        "veiligheid": Text(nl="Veiligheid en handhaving", en="Safety and enforcement"),
    }
    return StreetView(
        streets=tuple(
            Street(id=layer, name=name, houses=tuple(row for row in solutions() if row.street == layer))
            for layer, name in names.items()
        ),
        total=10,
        proved=3,
    )


def search(query: SearchQuery) -> CatalogueView:
    """What the catalogue answers: everything, or what has the words in its name."""
    found = tuple(row for row in solutions() if query.q.lower() in row.name.nl.lower())
    chosen = query.chosen("bewijs")
    if chosen:
        found = tuple(row for row in found if row.mark.value in chosen)
    return CatalogueView(
        query=query,
        rows=found,
        total=len(found),
        facets=(
            Facet(
                name="bewijs",
                title=Text(nl="Bewijs", en="Evidence"),
                options=tuple(
                    FacetOption(
                        value=mark.value,
                        label=mark.word,
                        count=sum(row.mark is mark for row in solutions()),
                        chosen=mark.value in chosen,
                    )
                    for mark in Mark
                ),
            ),
            Facet(
                name="standaard",
                title=Text(nl="Standaard", en="Standard"),
                options=(
                    FacetOption(value="api-regels", label=API_RULES, count=6),
                    FacetOption(value="generiek-proces", label=PROCESS, count=4),
                ),
            ),
        ),
        next="volgende" if len(found) == len(solutions()) and not query.cursor else None,
        order=Text(
            nl="Eerst wat het best bij uw woorden past, dan wat bewezen is.",
            en="First what fits your words best, then what is proved.",
        ),
        took_ms=2.4,
        suggestion="dossierloket" if query.q == "dosierloket" else None,
    )


def solution(slug: str = "dossierloket") -> SolutionView:
    """The page of one solution with an older release."""
    row = next(row for row in solutions() if row.slug == slug)
    return SolutionView(
        slug=row.slug,
        name=row.name,
        summary=row.summary,
        description=Text(
            nl="Een loket voor dossiers.\n\nHet volgt het generieke proces van intake tot levering.",
            en="A counter for cases.\n\nIt follows the generic process from intake to delivery.",
        ),
        supplier=row.supplier,
        supplier_url="https://leverancier.example",
        street=Text(nl="Dienstverlening en loket", en="Services and counter"),
        functions=(Text(nl="Dienstverlening", en="Services"), Text(nl="Burgerzaken", en="Civil affairs")),
        releases=(
            ReleaseView(version="2.1.0", released=NOW.date(), evidence=row.evidence),
            ReleaseView(
                version="2.0.0",
                released=NOW.date() - timedelta(days=400),
                evidence=(evidence(Mark.EXPIRED),),
            ),
        ),
        licence="EUPL-1.2",
        status=Text(nl="Beschikbaar", en="Available"),
        source_url="https://broncode.example/dossierloket",
        documentation_url=None,
    )


def standards() -> tuple[StandardRow, ...]:
    """One that solutions name and one that none does."""
    return (
        StandardRow(
            kit="api-regels",
            version="1.0.0",
            title=API_RULES,
            summary=Text(nl="Gaat de regels na.", en="Verifies the rules."),
            counts={Mark.TESTED: 2, Mark.FAILED: 1, Mark.CLAIMED: 0},
        ),
        StandardRow(
            kit="generiek-proces",
            version="1.0.0",
            title=PROCESS,
            summary=Text(nl="Volgt een dossier.", en="Follows a case."),
            counts={},
        ),
    )


def standard(asked: str | None = None) -> StandardView:
    """A standard of which one requirement is tested, one is not, and one has no published clause."""
    published = "https://standaard.example/api-regels#/core/"
    reason = Text(nl="Dit kan alleen een mens nagaan.", en="Only a person can verify this.")
    return StandardView(
        kit="api-regels",
        version="1.0.0",
        asked=asked or "1.0.0",
        title=API_RULES,
        summary=Text(nl="Gaat de regels na.", en="Verifies the rules."),
        digest="sha256:" + "ef" * 32,
        standard_title=both("NLGov API Design Rules 2.1"),
        standard_version="2.1.0",
        standard_url="https://standaard.example/api-regels",
        requirements=tuple(
            RequirementView(
                id=name,
                anchor=anchor_of(name),
                level="MUST",
                title=Text(nl=f"De eis {name}", en=f"The requirement {name}"),
                text=Text(nl="Een antwoord heeft <een> vorm.", en="An answer has <a> form."),
                clause_url=clause,
                ways=ways,
                reason=None if ways else reason,
            )
            for name, clause, ways in (
                ("/core/semver", f"{published}semver", (WAYS["http"], WAYS["schemathesis"])),
                ("/core/nouns", f"{published}nouns", ()),
                ("gp-01", None, (WAYS["bdd"],)),
            )
        ),
        solutions=tuple(row for row in solutions() if any(one.kit == "api-regels" for one in row.evidence)),
    )

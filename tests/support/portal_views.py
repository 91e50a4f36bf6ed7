"""Builders of what the pages show, for tests. All of it is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from proeftuin.portal.views.asking import Choice
from proeftuin.portal.views.audit import AuditLine
from proeftuin.portal.views.badges import BadgeCheck, BadgeView
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
from proeftuin.portal.views.people import Member, MembersView, MineView, Organisation, Token
from proeftuin.portal.views.progress import Progress, Step
from proeftuin.portal.views.runs import Finding, Obstacle, Request, RequirementCell, Response, RunRow, RunView
from proeftuin.portal.views.sandboxes import Claim, ComponentView, LogLine, Trouble
from proeftuin.portal.views.standards import WAYS, RequirementView, StandardRow, StandardView, anchor_of
from proeftuin_kernel.text import Text

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TAIL = "0" * 26
SANDBOX = f"sbx-{TAIL}"
BUSY_SANDBOX = f"sbx-{'1' * 26}"
FAILED_SANDBOX = f"sbx-{'2' * 26}"
RUN = f"run-{TAIL}"
PASSED_RUN = f"run-{'1' * 26}"
BUSY_RUN = f"run-{'2' * 26}"
ERROR_RUN = f"run-{'3' * 26}"
BADGE = f"bdg-{TAIL}"
REVOKED_BADGE = f"bdg-{'1' * 26}"
TOKEN = f"tok-{TAIL}"
ORGANISATION = f"org-{TAIL}"

API_RULES = Text(nl="API-regels", en="API rules")
PROCESS = Text(nl="Generiek proces", en="Generic process")


def both(words: str) -> Text:
    """The same words in both languages; for names."""
    return Text(nl=words, en=words)


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


def progress(*, finished: bool = False, failed: bool = False) -> Progress:
    """Work that is going on, is done, or broke."""
    return Progress(
        steps=(
            Step(message=Text(nl="Ruimte gemaakt", en="Room made"), at=NOW - timedelta(seconds=2)),
            Step(message=Text(nl="Gemeente wordt gekopieerd", en="Municipality is being copied"), at=NOW),
        ),
        step=2,
        of=4,
        next=Text(nl="bouwstenen starten", en="start building blocks"),
        usual_seconds=3,
        finished=finished,
        failed=failed,
        last_id=2,
    )


def runs() -> tuple[RunRow, ...]:
    """Runs that failed, passed, and go on."""
    return (
        RunRow(id=BUSY_RUN, kit="generiek-proces", title=PROCESS, state="running", at=NOW, component="dossierloket"),
        RunRow(id=RUN, kit="api-regels", title=API_RULES, state="fail", at=NOW, component="kapot"),
        RunRow(id=PASSED_RUN, kit="api-regels", title=API_RULES, state="pass", at=NOW, component="dossierloket"),
    )


def component(name: str = "dossierloket") -> ComponentView:
    """A component that runs, or one that failed."""
    good = name == "dossierloket"
    return ComponentView(
        sandbox_id=SANDBOX,
        sandbox_name="Proef met het dossierloket",
        name=name,
        title=both("Dossierloket" if good else "Dossierloket met een fout"),
        description=Text(nl="Een loket voor dossiers.", en="A counter for cases."),
        version="2.1.0",
        supplier="Voorbeeldleverancier",
        licence="EUPL-1.2",
        state="running" if good else "failed",
        url="http://127.0.0.1:41234" if good else None,
        openapi="http://127.0.0.1:41234/v1/openapi.json" if good else None,
        claims=(
            Claim(kit="api-regels", title=API_RULES, evidence=evidence(Mark.TESTED)),
            Claim(kit="generiek-proces", title=PROCESS, evidence=evidence(Mark.CLAIMED, PROCESS)),
        ),
        logs=(
            LogLine(text="luistert op 127.0.0.1:41234", at=NOW),
            LogLine(text="ModuleNotFoundError: No module named 'loket'", at=NOW, stream="stderr"),
        ),
        runs=runs()[:2],
        progress=progress(finished=True),
        health=Text(nl="antwoordt in 4 ms", en="answers in 4 ms") if good else None,
        trouble=None
        if good
        else Trouble(
            code="component-exited",
            cause=Text(nl="Het programma stopte meteen met code 1.", en="The program ended at once with code 1."),
            remedy=Text(nl="Lees het einde van het logboek.", en="Read the end of the log."),
        ),
        may_manage=True,
        deployment_id=f"dep-{TAIL}",
    )


def finding(number: int = 1) -> Finding:
    """A failure with everything that a developer needs."""
    return Finding(
        id=f"bevinding-{number}",
        requirement="/core/http-methods" if number == 1 else f"/core/eis-{number}",
        title=Text(nl="Gebruik alleen standaardmethoden", en="Only apply standard HTTP methods"),
        clause_url="https://standaard.example/api-regels#/core/http-methods",
        level="MUST" if number == 1 else "SHOULD",
        outcome="fail" if number == 1 else "skip",
        blame="product" if number == 1 else "data",
        code="PT-301",
        text=Text(
            nl="Het antwoord op GET heeft geen status 200.", en="The answer to GET does not have the status 200."
        ),
        remedy=Text(nl="Antwoord met 200 en een lijst.", en="Answer 200 and a list."),
        expected="200",
        actual="500",
        request=Request(
            method="GET",
            url="http://127.0.0.1:41234/v1/dossiers?offset=0&limit=20",
            headers=(("Accept", "application/json"), ("Authorization", "***")),
        ),
        response=Response(
            status=500,
            headers=(("Content-Type", "application/problem+json"),),
            body='{"type":"about:blank","title":"<b>Internal</b> Server Error","status":500}',
            truncated=True,
            elapsed_ms=12.3,
        ),
        curl="curl -i --data-raw '{}' http://127.0.0.1:41234/v1/dossiers\n"
        "curl -sS -H 'Accept: application/json' 'http://127.0.0.1:41234/v1/dossiers?offset=0&limit=20'",
        prepared=1,
        times=3,
    )


def run(run_id: str = RUN) -> RunView:
    """A run that failed, passed, is going on or could not be judged, by its id."""
    verdict = {RUN: "fail", PASSED_RUN: "pass", BUSY_RUN: None, ERROR_RUN: "error"}[run_id]
    outcomes = ["fail", "pass", "pass", "skip", "not_tested", "omit"] if verdict == "fail" else ["pass"] * 6
    return RunView(
        id=run_id,
        component=both("Dossierloket"),
        version="2.1.0",
        kit="api-regels",
        kit_title=API_RULES,
        kit_version="1.0.0",
        standard=both("NLGov API Design Rules 2.1.0"),
        state="running" if verdict is None else "done",
        verdict=verdict,
        requested=NOW - timedelta(seconds=40),
        started=None if verdict is None else NOW - timedelta(seconds=38),
        finished=None if verdict is None else NOW,
        mode="full",
        tier="local",
        progress=progress(finished=verdict is not None),
        findings=(finding(1), finding(2)) if verdict == "fail" else (),
        obstacles=(
            Obstacle(
                code="PT-101",
                text=Text(nl="Op het adres antwoordt niets.", en="Nothing answers at the address."),
                remedy=Text(nl="Controleer of de component draait.", en="Check that the component runs."),
                blame="setup",
                details="regel 1\nregel 2",
            ),
        )
        if verdict == "error"
        else (),
        requirements=tuple(
            RequirementCell(
                id=f"/core/eis-{number}",
                title=Text(nl=f"Eis nummer {number} van de standaard", en=f"Requirement {number} of the standard"),
                level="MUST" if number < 4 else "SHOULD",
                outcome=outcome,
                clause_url=f"https://standaard.example/api-regels#eis-{number}",
                reason=Text(nl="Dit kan alleen een mens nagaan.", en="Only a person can verify this.")
                if outcome == "not_tested"
                else None,
            )
            for number, outcome in enumerate(outcomes, 1)
        )
        if verdict in {"fail", "pass"}
        else (),
        facts=(
            (Text(nl="Vingerafdruk van de kit", en="Digest of the kit"), "sha256:" + "cd" * 32),
            (Text(nl="Zaad", en="Seed"), "1830"),
        ),
        sandbox_id=SANDBOX,
        sandbox_name="Proef met het dossierloket",
        badge_id=BADGE if verdict == "pass" else None,
        withheld=(Text(nl="Eén verplichte eis is niet gehaald.", en="One mandatory requirement is not met."),)
        if verdict == "fail"
        else (),
        downloads=tuple((form.upper(), f"/toetsen/{run_id}/rapport.{form}") for form in ("html", "json", "junit"))
        if verdict
        else (),
        reproduce="proeftuin conformance run --url http://127.0.0.1:41234 --kit api-regels --seed 1830",
    )


def badge(badge_id: str = BADGE) -> BadgeView:
    """A badge that holds, or one that was revoked."""
    valid = badge_id == BADGE
    base = f"/api/v1/badges/{badge_id}"
    return BadgeView(
        id=badge_id,
        subject=both("Dossierloket"),
        version="2.1.0",
        achievement=both("NLGov API Design Rules 2.1.0"),
        statement=Text(nl="Dossierloket 2.1.0 voldoet aan API-regels", en="Dossierloket 2.1.0 meets API rules"),
        kit="api-regels",
        kit_version="1.0.0",
        issuer="did:web:proeftuin.example",
        issuer_name="Proeftuin Vlavirgem",
        issued=NOW - timedelta(days=3),
        until=NOW + timedelta(days=362),
        state="getest" if valid else "ingetrokken",
        valid=valid,
        verdict=Text(nl="De badge is geldig.", en="The badge is valid.")
        if valid
        else Text(nl="De badge is ingetrokken.", en="The badge was revoked."),
        checks=(
            BadgeCheck(
                name="signature",
                answer="passed",
                code="badge-signature-holds",
                text=Text(nl="De handtekening klopt.", en="The signature holds."),
            ),
            BadgeCheck(
                name="status",
                answer="passed" if valid else "failed",
                code="badge-not-revoked" if valid else "badge-revoked",
                text=Text(nl="De intrekkingslijst is bekeken.", en="The revocation list was looked at."),
            ),
            BadgeCheck(
                name="period",
                answer="unknown" if not valid else "passed",
                code="badge-period",
                text=Text(
                    nl="De badge geldt van 2026-11-18T12:00:00Z tot 2027-11-18T23:30:00Z.",
                    en="The badge runs from 2026-11-18T12:00:00Z to 2027-11-18T23:30:00Z.",
                ),
            ),
        ),
        checked_at=NOW,
        depth=Text(nl="20 van 24 eisen nagegaan.", en="20 of 24 requirements verified."),
        tier="local",
        credential_url=f"{base}/credential",
        svg_url=f"{base}.svg",
        credential_address=f"https://proeftuin.example{base}/credential",
        svg_address=f"https://proeftuin.example{base}.svg",
        page_address=f"https://proeftuin.example/badges/{badge_id}",
        run_id=PASSED_RUN,
        solution_slug="dossierloket",
        revoked_because=None if valid else Text(nl="Fout in de kit.", en="A fault in the kit."),
    )


MEMBERS = (
    Member(id=f"mem-{TAIL}", name="Synthia Proef", subject="synthia", is_admin=True, is_reader=True),
    Member(id=f"mem-{'1' * 26}", name="Tess Test", subject="tess"),
    Member(id=f"mem-{'2' * 26}", name="nieuw", subject="nieuw-lid-met-een-lang-kenmerk", has_signed_in=False),
)
ORGANISATION_OF_OTHERS = f"org-{'1' * 26}"


def members(organisation: str) -> MembersView:
    """Somebody who manages, somebody who takes part, and somebody who never signed in."""
    return MembersView(
        organisation_id=organisation,
        organisation="Voorbeeld-start-up",
        may_manage=organisation == ORGANISATION,
        members=MEMBERS,
        total=len(MEMBERS),
    )


def mine() -> MineView:
    """An administrator with tokens in every state."""
    scopes = ("sandbox:read", "sandbox:manage", "run:request")
    return MineView(
        person="Synthia Proef",
        subject="synthia",
        organisations=(
            Organisation(
                id=ORGANISATION,
                name="Voorbeeld-start-up",
                role="startup",
                may_manage=True,
                members=MEMBERS[:2],
                audit=(AuditLine(at=NOW, who="Synthia Proef", action="sandbox.create", subject=SANDBOX),),
            ),
        ),
        tokens=(
            Token(
                id=TOKEN, name="CI", scopes=scopes[:2], created=NOW, expires=NOW + timedelta(days=90), last_used=NOW
            ),
            Token(id=f"tok-{'1' * 26}", name="Oud", scopes=scopes[:1], created=NOW, expires=NOW, state="expired"),
        ),
        scopes=tuple(Choice(value=scope, label=both(scope)) for scope in scopes),
    )

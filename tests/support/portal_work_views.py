"""Components, runs and badges as the pages show them, for tests. All of it is made up."""

from __future__ import annotations

from datetime import timedelta

from proeftuin.portal.views.badges import BadgeCheck, BadgeView
from proeftuin.portal.views.evidence import Mark
from proeftuin.portal.views.progress import Progress, Step
from proeftuin.portal.views.runs import Finding, Obstacle, Request, RequirementCell, Response, RunRow, RunView
from proeftuin.portal.views.sandboxes import Claim, ComponentView, LogLine, Trouble
from proeftuin_kernel.text import Text
from support.portal_catalogue_views import evidence
from support.portal_names import (
    API_RULES,
    BADGE,
    BUSY_RUN,
    ERROR_RUN,
    NOW,
    PASSED_RUN,
    PROCESS,
    RUN,
    SANDBOX,
    TAIL,
    both,
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

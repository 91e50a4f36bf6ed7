"""Builders of badges for tests: one issuer, one kit, one release, all invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from proeftuin_conformance.badges import (
    Issuer,
    KitFacts,
    RequirementResult,
    RunFacts,
    SigningKey,
    StatusList,
    StatusPointer,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    issue,
    publish,
)
from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.texts import Text

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(32, 64)))
ISSUER = Issuer(
    id="https://proeftuin.example/api/v1/issuer", name="Proeftuin Vlavirgem", url="https://proeftuin.example"
)
LIST_URL = "https://proeftuin.example/api/v1/status-lists/1"
POINTER = StatusPointer(LIST_URL, 94567)
TRUST = TrustList((TrustedIssuer(id=ISSUER.id, name=ISSUER.name, keys=(TrustedKey(key=KEY.public),)),))
KEEP = timedelta(days=7)

RESULTS = (
    RequirementResult(
        id="/core/semver",
        title=Text("Semantische versies", "Semantic versions"),
        level=Level.MUST,
        outcome=Outcome.PASS,
    ),
    RequirementResult(
        id="/core/doc-language",
        title=Text("Documentatie in het Nederlands", "Documentation in Dutch"),
        level=Level.SHOULD,
        outcome=Outcome.NOT_TESTED,
        reason=Text("Een mens moet dit lezen.", "A person has to read this."),
    ),
    RequirementResult(
        id="/core/geo",
        title=Text("Geometrie", "Geometry"),
        level=Level.MUST,
        outcome=Outcome.OMIT,
        reason=Text("Er is geen geometrie.", "There is no geometry."),
    ),
)
KIT = KitFacts(
    id="https://proeftuin.example/kits/api-regels/1.0.0",
    name="api-regels",
    version="1.0.0",
    digest="sha256:" + "a" * 64,
    title=Text("API-regels", "API rules"),
    criteria=Text("Alle verplichte regels zijn getest.", "All mandatory rules were tested."),
    criteria_url="https://proeftuin.example/kits/api-regels/1.0.0/criteria",
    standard_title=Text("NLGov REST API Design Rules", "NLGov REST API Design Rules"),
    standard_version="2.1.0",
    standard_url="https://gitdocumentatie.logius.nl/publicatie/api/adr/2.1.0/",
)
RUN = RunFacts(
    id="urn:uuid:00000000-0000-4000-8000-000000000001",
    release="https://proeftuin.example/id/release/dossierloket/1.0.0",
    release_title=Text.same("Dossierloket 1.0.0"),
    report_url="https://proeftuin.example/api/v1/runs/1/report",
    report_digest="sha256:" + "b" * 64,
    component_digest="sha256:" + "c" * 64,
    town_digest="sha256:" + "d" * 64,
    tier="local",
    depth=Text("12 van 12 operaties antwoordden 2xx.", "12 of 12 operations answered 2xx."),
    results=RESULTS,
)


def badge(*, key: SigningKey = KEY, now: datetime = NOW, **changes: Any) -> dict[str, Any]:
    """A signed badge; `changes` replace facts of the run."""
    return issue(
        replace(RUN, **changes),
        KIT,
        badge_id="https://proeftuin.example/api/v1/badges/1",
        issuer=ISSUER,
        key=key,
        status=POINTER,
        now=now,
    )


def status_list(
    *, revoked: bool = False, key: SigningKey = KEY, now: datetime = NOW, url: str = LIST_URL
) -> dict[str, Any]:
    """A signed status list that lasts a week."""
    bits = StatusList.empty().with_bit(POINTER.index, on=revoked)
    return publish(bits, url=url, issuer=ISSUER.id, key=key, now=now, keep=KEEP)

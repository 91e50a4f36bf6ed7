"""Badges on the platform: issued once, revoked for good, and checkable without the platform."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.errors import (
    BadgeNotFoundError,
    BadgeRevokedError,
    ReasonMissingError,
    StatusListNotFoundError,
)
from proeftuin_assessment.issuer import Authority
from proeftuin_assessment.models import BadgeRow, StatusListRow
from proeftuin_assessment.status_lists import FULLEST, KEEP, RENEW_AFTER
from proeftuin_conformance.badges import Issuer, State, TrustedIssuer, TrustedKey, TrustList, verify
from proeftuin_conformance.badges.baking import carried
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.badges.summary import summarise
from proeftuin_kernel.auth import ROLE_PERMISSIONS, VISITOR, Permission, Principal, Role
from proeftuin_kernel.errors import BadInputError, ForbiddenError, UnauthenticatedError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.tables import AuditFact, StoredEvent
from support.assessment_world import AUTHORITY, BASE, OPERATOR, VENDOR_ORGANISATION
from support.badges import OTHER_KEY, badge

if TYPE_CHECKING:
    from proeftuin_assessment.views import Badge
    from proeftuin_kernel.clock import FixedClock
    from support.assessment_world import World


def test_a_run_that_passes_earns_a_badge_that_anybody_can_check(world: World, issued: Badge) -> None:
    """With what the platform publishes and nothing else: no database, no network."""
    answer = verify(
        json.dumps(issued.credential),
        now=world.database.clock.now(),
        trust=TrustList.from_json(json.dumps(world.badges.trust().to_dict())),
        status_list=json.dumps(world.badges.status_list(VISITOR, issued.status_list)),
    )

    assert answer.valid
    assert answer.status_known


def test_a_badge_says_what_the_run_found(world: World, issued: Badge) -> None:
    summary, run = summarise(issued.credential), world.runs.get(VISITOR, issued.run)

    assert f"{BASE}/api/v1/badges/{issued.id}" == summary.id
    assert (f"{BASE}/api/v1/runs/{run.id}/report", run.report_digest) == (summary.report, summary.report_digest)
    assert (run.kit_digest, run.component_digest) == (summary.facts["kit-digest"], summary.facts["component-digest"])
    assert (run.town_digest, run.tier) == (summary.facts["town-digest"], summary.facts["isolation-tier"])
    assert "3 van 4 eisen" in summary.facts["depth"]
    assert 3 == summary.passed
    assert ["not_tested: Dit kan alleen een mens beoordelen. / Only a person can judge this."] == list(
        summary.others.values()
    )


def test_a_badge_is_about_the_listed_release_when_there_is_one(world: World) -> None:
    world.on(release_uri=f"{BASE}/id/release/1", release="rel-" + "0" * 26)
    run = world.finished_run()

    found = world.badges.page(VISITOR, release="rel-" + "0" * 26)

    assert [run.badge] == [one.id for one in found]
    assert f"{BASE}/id/release/1" == found[0].credential["credentialSubject"]["id"]
    assert [] == list(world.badges.page(VISITOR, release="rel-" + "1" * 26))


def test_a_run_with_a_badge_is_public_with_its_report(world: World, issued: Badge) -> None:
    """A badge without its evidence would be a claim."""
    assert issued.id == world.runs.get(VISITOR, issued.run).badge
    assert world.runs.report(VISITOR, issued.run)


def test_a_revoked_badge_is_not_valid_any_more_anywhere(world: World, issued: Badge) -> None:
    before = world.badges.status_list(VISITOR, issued.status_list)

    revoked = world.badges.revoke(OPERATOR, issued.id, reason="De component stuurde gegevens naar buiten.")

    answer = world.badges.verify(VISITOR, issued.id)
    assert revoked.revoked_at == world.database.clock.now()
    assert (False, "badge-revoked", State.REVOKED) == (answer.valid, answer.code, answer.state)
    assert before["id"] == world.badges.status_list(VISITOR, issued.status_list)["id"]
    assert "ingetrokken" in world.badges.image(VISITOR, issued.id)
    assert "revoked" in world.badges.image(VISITOR, issued.id, language="en")


def test_revoking_is_told_audited_and_final(world: World, issued: Badge) -> None:
    world.badges.revoke(OPERATOR, issued.id, reason=" Fout in de kit. ")

    with pytest.raises(BadgeRevokedError):
        world.badges.revoke(OPERATOR, issued.id, reason="Nog eens.")
    with world.database.read() as session:
        told = session.scalars(select(StoredEvent.payload).where(StoredEvent.name == "badge.revoked")).all()
        facts = session.scalars(select(AuditFact.actor_name).where(AuditFact.action == "badge.revoke")).all()
    assert [(issued.id, "Fout in de kit.")] == [(one["badge"], one["reason"]) for one in told]
    assert [OPERATOR.name] == list(facts)


def test_revoking_needs_a_reason_and_an_existing_badge(world: World, issued: Badge) -> None:
    with pytest.raises(ReasonMissingError):
        world.badges.revoke(OPERATOR, issued.id, reason="  ")
    with pytest.raises(BadgeNotFoundError):
        world.badges.revoke(OPERATOR, new_id("bdg"), reason="x")


@pytest.mark.parametrize("role", Role)
def test_only_who_may_revoke_can(world: World, issued: Badge, role: Role) -> None:
    person = VISITOR if role is Role.VISITOR else Principal("per-9", "x", organisations={VENDOR_ORGANISATION: role})

    if Permission.BADGE_REVOKE in ROLE_PERMISSIONS[role]:
        assert world.badges.revoke(person, issued.id, reason="x").revoked_at
    else:
        with pytest.raises((UnauthenticatedError, ForbiddenError)):
            world.badges.revoke(person, issued.id, reason="x")


def test_a_status_list_is_signed_again_before_copies_run_out(world: World, issued: Badge, clock: FixedClock) -> None:
    first = world.badges.status_list(VISITOR, issued.status_list)
    clock.advance(RENEW_AFTER)

    assert 1 == world.badges.renew_status_lists()
    assert 0 == world.badges.renew_status_lists()
    assert first["validUntil"] < world.badges.status_list(VISITOR, issued.status_list)["validUntil"]
    assert RENEW_AFTER < KEEP


def test_a_status_list_is_fresh_even_when_the_clock_job_did_not_run(
    world: World, issued: Badge, clock: FixedClock
) -> None:
    clock.advance(KEEP * 3)

    assert world.badges.verify(VISITOR, issued.id).valid


def test_a_badge_expires_after_its_year(world: World, issued: Badge, clock: FixedClock) -> None:
    clock.advance(timedelta(days=366))

    answer = world.badges.verify(VISITOR, issued.id)
    assert (False, "badge-expired", State.EXPIRED) == (answer.valid, answer.code, answer.state)
    assert "verlopen" in world.badges.image(VISITOR, issued.id)


def test_the_picture_speaks_the_language_of_its_reader(world: World, issued: Badge) -> None:
    """Also the name of the component, which is not the same in both."""
    assert "Dossierloket 1.0.0: getest" in world.badges.image(VISITOR, issued.id, language="nl")
    assert "Case desk 1.0.0: tested" in world.badges.image(VISITOR, issued.id, language="en")


def test_the_picture_carries_the_badge_and_its_status(world: World, issued: Badge) -> None:
    found = carried(world.badges.image(VISITOR, issued.id).encode())

    assert issued.credential == parse(found.credential)
    assert found.status_list is not None
    now = world.database.clock.now()
    assert verify(found.credential, now=now, trust=world.badges.trust(), status_list=found.status_list).valid


def test_no_two_badges_share_a_place_in_the_list(world: World) -> None:
    """Revoking one would revoke the other."""
    numbers = iter([5, 5, 5, 9])
    world.badges._lists._random_index = lambda _: next(numbers)

    for seed in (1830, 1831):
        world.targets.component.seed = seed
        world.targets.reset = lambda _sandbox, seed=seed: setattr(world.targets.component, "seed", seed)  # type: ignore[method-assign]
        world.worker.execute(world.request(seed=seed).id)

    with world.database.read() as session:
        assert [5, 9] == sorted(session.scalars(select(BadgeRow.status_index)))


def test_a_half_full_list_is_followed_by_a_new_one(world: World, issued: Badge) -> None:
    with world.database.begin() as work:
        work.session.execute(update(StatusListRow).values(taken=FULLEST))

    run = world.finished_run()

    assert run.badge is not None
    assert issued.status_list != world.badges.get(VISITOR, run.badge).status_list
    assert world.badges.verify(VISITOR, issued.id).valid


def test_badges_issued_at_an_earlier_address_of_the_platform_stay_valid(world: World, issued: Badge) -> None:
    """A platform that moves keeps its key; what it signed before must not fall over."""
    moved = Authority(
        issuer=Issuer(id="https://elders.example/api/v1/issuer", name="Proeftuin", url="https://elders.example"),
        key=AUTHORITY.key,
        base_url="https://elders.example",
    )
    later = BadgeService(world.database, moved)

    assert later.verify(VISITOR, issued.id).valid
    assert [moved.issuer.id, AUTHORITY.issuer.id] == [one.id for one in later.trust().issuers]


def test_a_badge_somebody_shows_is_checked(world: World, issued: Badge) -> None:
    shown = json.dumps(issued.credential).encode()

    assert world.badges.verify_document(VISITOR, shown).valid
    world.badges.revoke(OPERATOR, issued.id, reason="x")
    assert "badge-revoked" == world.badges.verify_document(VISITOR, shown).code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (badge(key=OTHER_KEY), "badge-key-unknown"),
        (badge() | {"name": "anders"}, "badge-signature-wrong"),
        ({}, "badge-profile-departed"),
        ({"credentialStatus": {"statusListCredential": "nul \0"}}, "badge-profile-departed"),
    ],
)
def test_a_bad_badge_somebody_shows_is_answered(world: World, document: dict[str, object], code: str) -> None:
    assert code == world.badges.verify_document(VISITOR, json.dumps(document).encode()).code


def test_what_is_no_document_is_bad_input(world: World) -> None:
    with pytest.raises(BadInputError):
        world.badges.verify_document(VISITOR, b"[")


def test_a_badge_of_a_trusted_platform_is_believed_but_its_status_is_not_known(world: World) -> None:
    elsewhere = badge()  # same builder, of an issuer that this platform is told to trust
    friend = TrustedIssuer(id=elsewhere["issuer"]["id"], name="Vriend", keys=(TrustedKey(key=AUTHORITY.key.public),))
    ours = Authority(
        issuer=Issuer(id="https://wij.example/issuer", name="Wij", url="https://wij.example"),
        key=OTHER_KEY,
        base_url="https://wij.example",
        others=TrustList((friend,)),
    )
    answer = BadgeService(world.database, ours).verify_document(VISITOR, json.dumps(elsewhere).encode())

    assert ("badge-status-unknown", False) == (answer.code, answer.status_known)


def test_what_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(BadgeNotFoundError):
        world.badges.get(VISITOR, new_id("bdg"))
    with pytest.raises(StatusListNotFoundError):
        world.badges.status_list(VISITOR, new_id("stl"))

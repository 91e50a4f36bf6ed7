"""What a badge says, and when none is given."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from proeftuin_conformance.badges import (
    VALIDITY,
    BadgeWithheldError,
    RequirementResult,
    reasons_to_withhold,
    subject_of,
)
from proeftuin_conformance.badges.credential import FACTS, requirement_uri, subresource_integrity
from proeftuin_conformance.badges.errors import UnreadableError
from proeftuin_conformance.badges.moments import moment, stamp
from proeftuin_conformance.badges.profile import departure
from proeftuin_conformance.badges.summary import summarise
from proeftuin_conformance.outcomes import Level, Outcome
from proeftuin_conformance.texts import Text
from support.badges import ISSUER, KEY, KIT, LIST_URL, NOW, POINTER, RESULTS, RUN, badge

WHY = Text("Daarom.", "Because.")


def row(outcome: Outcome, level: Level = Level.MUST, reason: Text | None = None) -> RequirementResult:
    return RequirementResult(id="/a", title=Text("A", "A"), level=level, outcome=outcome, reason=reason)


@pytest.mark.parametrize(
    ("outcome", "level", "reason", "earned"),
    [
        (Outcome.PASS, Level.MUST, None, True),
        (Outcome.FAIL, Level.MUST, None, False),
        (Outcome.FAIL, Level.SHOULD, None, True),
        (Outcome.FAIL, Level.MAY, None, True),
        (Outcome.ERROR, Level.MUST, None, False),
        (Outcome.ERROR, Level.SHOULD, WHY, False),
        (Outcome.SKIP, Level.MUST, WHY, False),
        (Outcome.SKIP, Level.SHOULD, None, True),
        (Outcome.NOT_TESTED, Level.MUST, None, False),
        (Outcome.NOT_TESTED, Level.MUST, WHY, True),
        (Outcome.NOT_TESTED, Level.SHOULD, None, True),
        (Outcome.OMIT, Level.MUST, None, False),
        (Outcome.OMIT, Level.MUST, WHY, True),
    ],
)
def test_one_requirement_decides(outcome: Outcome, level: Level, reason: Text | None, earned: bool) -> None:
    """No error, no failed MUST, and every MUST tested or left out with a written reason."""
    rows = (row(Outcome.PASS), row(outcome, level, reason))

    assert earned is (reasons_to_withhold(rows) == ())


@pytest.mark.parametrize("rows", [(), (row(Outcome.OMIT, reason=WHY),), (row(Outcome.NOT_TESTED, reason=WHY),)])
def test_a_run_in_which_nothing_was_tested_earns_nothing(rows: tuple[RequirementResult, ...]) -> None:
    assert "geen enkele eis is met succes getest" == reasons_to_withhold(rows)[-1].nl


def test_a_withheld_badge_names_every_reason() -> None:
    rows = (*RESULTS, replace(row(Outcome.FAIL), id="/x"), replace(row(Outcome.SKIP), id="/y"))

    with pytest.raises(BadgeWithheldError) as caught:
        badge(results=rows)

    assert "/x" in caught.value.text.nl
    assert "/y" in caught.value.text.nl


@pytest.mark.parametrize(
    ("title", "name"),
    [
        (
            Text("Dossierloket 1.0.0", "Case desk 1.0.0"),
            "Dossierloket 1.0.0: getest met api-regels 1.0.0 / Case desk 1.0.0: tested with api-regels 1.0.0",
        ),
        (Text.same("Loket 1"), "Loket 1: getest met api-regels 1.0.0 / tested with api-regels 1.0.0"),
        (Text("Van: a / b", "From: a / b"), None),
    ],
)
def test_a_badge_names_what_was_tested_in_both_languages(title: Text, name: str | None) -> None:
    """And what it says can be read back, also from badges that know one title only."""
    credential = badge(release_title=title)

    assert title == subject_of(credential)
    assert name in {None, credential["name"]}


def test_a_badge_keeps_to_its_published_shape() -> None:
    assert None is departure(badge(), kind="badge")


def test_a_badge_lasts_a_year_from_the_moment_it_is_issued() -> None:
    issued = badge()

    assert stamp(NOW) == issued["validFrom"]
    assert VALIDITY == moment(issued["validUntil"]) - NOW


def test_a_badge_says_what_was_tested_with_what_and_where() -> None:
    summary = summarise(badge())

    assert (RUN.release, KIT.id, KIT.standard_url) == (summary.release, summary.kit, summary.standard)
    assert (RUN.report_url, RUN.report_digest) == (summary.report, summary.report_digest)
    assert set(FACTS) == summary.facts.keys()
    assert KIT.digest == summary.facts["kit-digest"]
    assert RUN.component_digest == summary.facts["component-digest"]
    assert RUN.town_digest == summary.facts["town-digest"]
    assert RUN.tier == summary.facts["isolation-tier"]
    assert RUN.depth.nl in summary.facts["depth"]


def test_a_badge_says_of_each_requirement_what_was_found() -> None:
    summary = summarise(badge())

    assert 1 == summary.passed
    assert {requirement_uri(KIT.id, "/core/doc-language"), requirement_uri(KIT.id, "/core/geo")} == set(summary.others)
    assert "Er is geen geometrie." in summary.others[requirement_uri(KIT.id, "/core/geo")]


def test_every_result_is_described() -> None:
    """Open Badges asks that a result points at a description in the achievement."""
    subject = badge()["credentialSubject"]
    described = [each["id"] for each in subject["achievement"]["resultDescription"]]

    assert described == [each["resultDescription"] for each in subject["result"]]
    assert len(set(described)) == len(described)


def test_a_requirement_address_cannot_be_mistaken_for_another() -> None:
    ids = ["a b", "a%20b", "a#b", "a/b", "a?b", "é"]

    assert len(ids) == len({requirement_uri(KIT.id, each) for each in ids})


def test_the_report_is_fixed_by_its_digest() -> None:
    report = b'{"verdict": "pass"}'
    digest = "sha256:" + hashlib.sha256(report).hexdigest()

    issued = badge(report_digest=digest)

    expected = "sha256-" + base64.b64encode(hashlib.sha256(report).digest()).decode()
    assert expected == subresource_integrity(digest) == issued["relatedResource"][0]["digestSRI"]


def test_a_badge_has_exactly_one_status_entry() -> None:
    """Open Badges 3.0 allows one; it is the revocation."""
    assert {
        "id": f"{LIST_URL}#{POINTER.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(POINTER.index),
        "statusListCredential": LIST_URL,
    } == badge()["credentialStatus"]


def test_the_key_is_named_by_the_issuers_address_and_as_a_did() -> None:
    methods = [proof["verificationMethod"] for proof in badge()["proof"]]

    assert [f"{ISSUER.id}#{KEY.public.multikey}", KEY.public.did_url] == methods
    assert methods[0] == ISSUER.document((KEY.public,))["assertionMethod"][0]


def test_a_badge_with_hundreds_of_requirements_can_still_be_issued() -> None:
    rows = tuple(replace(RESULTS[0], id=f"/r/{number}") for number in range(300))

    assert 300 == summarise(badge(results=rows)).passed


@pytest.mark.parametrize("facts", [{"release": "geen adres"}, {"report_digest": "sha256:00"}])
def test_a_fact_that_does_not_fit_the_shape_makes_no_badge(facts: dict[str, str]) -> None:
    with pytest.raises(UnreadableError):
        badge(**facts)


def test_a_moment_without_a_time_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="time zone"):
        stamp(NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="time zone"):
        moment("2026-11-21T12:00:00")

"""What facts mean: the four marks and the reasons why evidence stops counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proeftuin_catalogue.evidence import (
    REASON_SENTENCES,
    STATE_LABELS,
    STATE_SENTENCES,
    Evidence,
    EvidenceState,
    Judgement,
    OutdatedReason,
    judge,
)
from support.catalogue_builders import API, DIGEST, NOW, OTHER_DIGEST

PASSED = Evidence(
    run_id="run-1",
    kit_id=API.id,
    kit_version="1.2.0",
    kit_digest="sha256:k",
    verdict="pass",
    finished_at=NOW - timedelta(days=10),
    depth={"cases": 1},
    tier="local",
    component_digest=DIGEST,
    town_digest="sha256:t",
    valid_until=NOW + timedelta(days=10),
)
FAILED = replace(PASSED, run_id="run-2", verdict="fail", finished_at=NOW - timedelta(days=5))


def told(*evidence: Evidence, claimed: bool = True, kit: str = "1.2.0", digest: str | None = DIGEST) -> Judgement:
    return judge(evidence, claimed=claimed, kit=replace(API, version=kit), component_digest=digest, now=NOW)


def test_without_runs_only_the_claim_speaks() -> None:
    """A claim is a claim, and nothing is nothing."""
    assert "verklaard" == told().state
    assert "nooit-getest" == told(claimed=False).state


def test_a_passed_run_is_evidence_with_or_without_a_claim() -> None:
    """Evidence needs no claim; it says when it can end."""
    assert Judgement(state=EvidenceState.TESTED, evidence=PASSED, until=PASSED.valid_until) == told(PASSED)
    assert "getest" == told(PASSED, claimed=False).state


@pytest.mark.parametrize(
    ("evidence", "kit", "digest", "reason"),
    [
        (replace(PASSED, valid_until=NOW), "1.2.0", DIGEST, "geldigheid-voorbij"),
        (replace(PASSED, revoked_at=NOW), "1.2.0", DIGEST, "badge-ingetrokken"),
        (PASSED, "2.0.0", DIGEST, "kit-vernieuwd"),
        (PASSED, "1.2.0", OTHER_DIGEST, "component-gewijzigd"),
    ],
)
def test_evidence_stops_counting_for_a_reason(evidence: Evidence, kit: str, digest: str, reason: str) -> None:
    """Each of the four causes turns 'getest' into 'verlopen' and says why."""
    judgement = told(evidence, kit=kit, digest=digest)

    assert ("verlopen", reason) == (judgement.state, judgement.outdated)


@pytest.mark.parametrize("kit", ["1.2.1", "1.9.0", "1.0.0"])
def test_another_minor_version_of_the_kit_changes_nothing(kit: str) -> None:
    """Only a new major version asks other things."""
    assert "getest" == told(PASSED, kit=kit).state


def test_a_release_without_a_known_artefact_keeps_its_evidence() -> None:
    """Without a digest there is nothing that could differ."""
    assert "getest" == told(PASSED, digest=None).state


def test_the_newest_run_decides_whatever_the_order() -> None:
    """Later goes before earlier."""
    assert "gefaald" == told(PASSED, FAILED).state == told(FAILED, PASSED).state
    assert "getest" == told(FAILED, replace(PASSED, finished_at=NOW)).state


def test_a_failure_is_not_washed_off_by_time_or_by_other_bytes() -> None:
    """Only a passed run ends a failed one; that the artefact changed is said beside it."""
    assert ("gefaald", None) == _pair(told(replace(FAILED, valid_until=NOW - timedelta(days=1))))
    assert ("gefaald", "component-gewijzigd") == _pair(told(FAILED, digest=OTHER_DIGEST))
    assert ("gefaald", "kit-vernieuwd") == _pair(told(FAILED, kit="2.0.0"))


def test_runs_on_the_present_bytes_and_kit_go_before_newer_runs_on_others() -> None:
    """A re-run of an old artefact says nothing new about the present one."""
    old = replace(FAILED, component_digest=OTHER_DIGEST, finished_at=NOW)
    older_kit = replace(FAILED, kit_version="0.9.0", finished_at=NOW)

    assert "getest" == told(PASSED, old).state
    assert "getest" == told(PASSED, older_kit).state


@given(verdict=st.sampled_from(["error", "skip", "not_tested", "omit"]), claimed=st.booleans())
def test_runs_that_tell_nothing_change_nothing(verdict: str, *, claimed: bool) -> None:
    """An error blames nobody and absolves nobody."""
    broken = replace(PASSED, verdict=verdict, finished_at=NOW)

    assert told(claimed=claimed) == told(broken, claimed=claimed)
    assert told(FAILED, claimed=claimed) == told(FAILED, broken, claimed=claimed)


@given(st.permutations([PASSED, FAILED, replace(PASSED, run_id="run-3"), replace(FAILED, run_id="run-4")]))
def test_the_judgement_does_not_depend_on_the_order_of_the_facts(facts: list[Evidence]) -> None:
    """Runs of the very same moment are told apart by their id."""
    assert told(*facts) == told(*sorted(facts, key=lambda one: one.run_id))


def test_every_state_and_reason_has_words_in_both_languages() -> None:
    """A code never reaches a page without its sentence."""
    assert set(EvidenceState) == set(STATE_LABELS) == set(STATE_SENTENCES)
    assert set(OutdatedReason) == set(REASON_SENTENCES)
    texts = [*STATE_LABELS.values(), *STATE_SENTENCES.values(), *REASON_SENTENCES.values()]
    assert all(text.nl and text.en and text.nl != text.en for text in texts)


def _pair(judgement: Judgement) -> tuple[str, str | None]:
    return judgement.state, judgement.outdated

"""The answers about a badge: when, by whom, and whether it still stands."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from proeftuin_conformance.badges import (
    Answer,
    State,
    StatusList,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    Verification,
    publish,
    verify,
)
from proeftuin_conformance.badges.checks import LEEWAY, NAMES
from proeftuin_conformance.badges.credential import VALIDITY
from proeftuin_conformance.badges.proofs import sign, unsecured
from proeftuin_conformance.badges.sentences import SENTENCES
from support.badges import ISSUER, KEEP, KEY, LIST_URL, NOW, OTHER_KEY, POINTER, TRUST, badge, status_list

BADGE = badge()
LIST = status_list()
SECOND = timedelta(seconds=1)


def answer(**changes: Any) -> Verification:
    asked = {"now": NOW, "trust": TRUST, "status_list": LIST} | changes
    return verify(asked.pop("document", BADGE), **asked)


def trusting(**changes: Any) -> TrustList:
    return TrustList(
        (TrustedIssuer(id=ISSUER.id, name=ISSUER.name, keys=(TrustedKey(**{"key": KEY.public} | changes),)),)
    )


def test_a_good_badge_passes_every_check() -> None:
    found = answer()

    assert found.valid
    assert "badge-valid" == found.code
    assert State.TESTED is found.state
    assert NAMES == tuple(check.name for check in found.checks)
    assert {Answer.PASSED} == {check.answer for check in found.checks}


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (NOW - LEEWAY - SECOND, "badge-signed-in-future"),
        (NOW - LEEWAY, "badge-valid"),
        (NOW, "badge-valid"),
    ],
)
def test_a_badge_starts_when_it_says_give_or_take_a_clock(now: Any, code: str) -> None:
    assert code == answer(now=now).code


def test_a_badge_that_starts_later_than_it_was_signed_is_not_valid_yet() -> None:
    later = sign({**unsecured(BADGE), "validFrom": "2026-12-01T00:00:00Z"}, key=KEY, issuer=ISSUER.id, created=NOW)

    assert "badge-not-yet-valid" == answer(document=later).code


@pytest.mark.parametrize(("left", "valid"), [(SECOND, True), (timedelta(0), False), (-SECOND, False)])
def test_a_badge_ends_on_the_second(left: timedelta, valid: bool) -> None:
    """`validUntil` is the first moment at which it no longer holds; no leeway there."""
    now = NOW + VALIDITY - left
    found = answer(now=now, status_list=status_list(now=now))

    assert valid is found.valid
    assert (State.TESTED if valid else State.EXPIRED) is found.state
    assert ("badge-valid" if valid else "badge-expired") == found.code


def test_a_revoked_badge_is_not_valid() -> None:
    found = answer(status_list=status_list(revoked=True), accept_unknown_status=True)

    assert "badge-revoked" == found.code
    assert State.REVOKED is found.state
    assert not found.valid


def test_another_badge_in_the_list_being_revoked_changes_nothing() -> None:
    bits = StatusList.empty().with_bit(POINTER.index + 1, on=True).with_bit(POINTER.index - 1, on=True)
    listed = publish(bits, url=LIST_URL, issuer=ISSUER.id, key=KEY, now=NOW, keep=KEEP)

    assert answer(status_list=listed).valid


def test_without_a_status_list_a_badge_is_only_valid_for_who_accepts_not_knowing() -> None:
    strict, lenient = answer(status_list=None), answer(status_list=None, accept_unknown_status=True)

    assert (False, "badge-status-unknown", False) == (strict.valid, strict.code, strict.status_known)
    assert (True, "badge-valid", False) == (lenient.valid, lenient.code, lenient.status_known)


def test_a_stale_list_says_nothing_unless_it_says_revoked() -> None:
    """Revocation is for good, so an old list may still prove it; it cannot prove the opposite."""
    later = NOW + KEEP

    silent = answer(now=later)
    telling = answer(now=later, status_list=status_list(revoked=True))

    assert (False, "badge-status-list-stale", False) == (silent.valid, silent.code, silent.status_known)
    assert answer(now=later, accept_unknown_status=True).valid
    assert (False, "badge-revoked") == (telling.valid, telling.code)


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        (b"{", "badge-status-list-wrong"),
        (b"[]", "badge-status-list-wrong"),
        (BADGE, "badge-status-list-wrong"),
        (status_list(key=OTHER_KEY), "badge-status-list-wrong"),
        (status_list(url=LIST_URL + "0"), "badge-status-list-other"),
        (status_list(now=NOW + timedelta(days=1)), "badge-status-list-wrong"),
        (
            publish(
                StatusList.empty(), url=LIST_URL, issuer="https://ander.example/issuer", key=KEY, now=NOW, keep=KEEP
            ),
            "badge-status-list-other",
        ),
    ],
    ids=["not json", "not an object", "not a list", "foreign key", "other list", "from the future", "other issuer"],
)
def test_a_list_that_is_not_the_badges_own_is_tampering_not_ignorance(listed: Any, code: str) -> None:
    found = answer(status_list=listed, accept_unknown_status=True)

    assert (False, code) == (found.valid, found.code)


def test_an_index_beyond_the_list_is_not_a_clear_bit() -> None:
    """RANGE_ERROR of Bitstring Status List v1.0, section 3.2."""
    entry = {**BADGE["credentialStatus"], "statusListIndex": "131072"}
    far = sign({**unsecured(BADGE), "credentialStatus": entry}, key=KEY, issuer=ISSUER.id, created=NOW)

    assert "badge-status-list-wrong" == answer(document=far, accept_unknown_status=True).code


def test_a_list_for_another_purpose_is_refused() -> None:
    subject = {**LIST["credentialSubject"], "statusPurpose": "suspension"}
    other = sign({**unsecured(LIST), "credentialSubject": subject}, key=KEY, issuer=ISSUER.id, created=NOW)

    assert "badge-status-list-wrong" == answer(status_list=other).code


def test_a_good_signature_of_an_unknown_issuer_is_not_enough() -> None:
    """Anybody can make a key; the trust list says whose it is."""
    found = answer(trust=TrustList())
    by_name = {check.name: check for check in found.checks}

    assert (False, "badge-issuer-unknown", None) == (found.valid, found.code, found.state)
    assert Answer.PASSED is by_name["signature"].answer


@pytest.mark.parametrize(
    ("trust", "code"),
    [
        (trusting(key=OTHER_KEY.public), "badge-key-unknown"),
        (trusting(revoked=True), "badge-key-revoked"),
        (trusting(retired=NOW), "badge-key-retired"),
        (trusting(retired=NOW + SECOND), "badge-valid"),
    ],
)
def test_the_trust_list_decides_which_keys_speak_for_an_issuer(trust: TrustList, code: str) -> None:
    assert code == answer(trust=trust).code


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff",
        b'{"a":1.5}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b" " * 300_000,
    ],
    ids=["empty", "cut", "null", "list", "not utf-8", "fraction", "nan", "surrogate", "deep", "large"],
)
def test_what_cannot_be_read_is_answered_not_raised(document: bytes) -> None:
    found = answer(document=document)

    assert (False, "badge-unreadable", None) == (found.valid, found.code, found.badge)
    assert NAMES == tuple(check.name for check in found.checks)


@pytest.mark.parametrize("document", [{}, {"proof": []}, LIST, {**BADGE, "validFrom": "2026-02-30T00:00:00Z"}])
def test_what_is_no_badge_is_answered_not_raised(document: Any) -> None:
    assert "badge-profile-departed" == answer(document=document).code


def test_every_code_is_explained_in_both_languages() -> None:
    """A person must be able to read why, whatever the answer."""
    placeholders = {"key", "issuer", "reason", "place", "suite", "start", "end", "name", "since", "created"}
    facts = dict.fromkeys(placeholders | {"expected", "actual"}, "x")

    assert all(text.nl.format(**facts) and text.en.format(**facts) for text in SENTENCES.values())
    assert all(text.nl != text.en for text in SENTENCES.values())


def test_the_answer_is_plain_json() -> None:
    told = json.loads(json.dumps(answer().to_dict()))

    assert True is told["valid"]
    assert "getest" == told["state"]
    assert BADGE["id"] == told["badge"]
    assert list(NAMES) == [check["name"] for check in told["checks"]]


def test_verifying_never_touches_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contexts are bundled; an answer must not depend on who is reachable."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert answer().valid

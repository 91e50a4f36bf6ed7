"""Nobody can change anything: every value, every key, every list, in the document and in its proofs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3LdpVerifier, OB3VerificationError

from proeftuin_conformance.badges import Answer, SigningKey, checks, verify
from proeftuin_conformance.badges.keys import base58btc, from_base58btc
from proeftuin_conformance.badges.proofs import add_jcs_proof, add_rdfc_proof, holds, sign, unsecured
from support.badges import ISSUER, KEY, NOW, OTHER_KEY, TRUST, badge, status_list

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]
Path = tuple[str | int, ...]
Change = Callable[[Any, Any], None]

BADGE = badge()
LIST = status_list()
TEXT = json.dumps(BADGE, separators=(",", ":")).encode()


def is_valid(document: Document | bytes, listed: Document | bytes = LIST) -> bool:
    return verify(document, now=NOW, trust=TRUST, status_list=listed).valid


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(document: Document, path: Path, change: Change) -> Document:
    copied = copy.deepcopy(document)
    parent: Any = copied
    for step in path[:-1]:
        parent = parent[step]
    change(parent, path[-1])
    return copied


def replace_with(value: Any) -> Change:
    def change(parent: Any, key: Any) -> None:
        parent[key] = value

    return change


def remove(parent: Any, key: Any) -> None:
    del parent[key]


def rename(parent: Any, key: Any) -> None:
    parent[f"{key}x"] = parent.pop(key)


def of_any(path: Path) -> Iterator[tuple[str, Change]]:
    if path:
        yield "null", replace_with(None)
        yield "removed", remove
    if path and isinstance(path[-1], str):
        yield "renamed", rename


def of_text(value: str) -> Iterator[tuple[str, Change]]:
    for other in (value + "a", value[:-1], value[:1] + " " + value[1:], value.swapcase() + "é", "", 1, [value]):
        yield repr(other), replace_with(other)


def of_list(value: list[Any], path: Path) -> Iterator[tuple[str, Change]]:
    yield "longer", replace_with([*value, value[-1]])
    yield "empty", replace_with([])
    if len(value) > 1 and path != ("proof",):
        yield "turned", replace_with([*value[1:], value[0]])


def variants(document: Document) -> Iterator[tuple[str, Document]]:
    """Every document that differs from `document` in one place, for many kinds of difference."""
    added = {"x": "y", "@id": "urn:x:1", "urn:x:p": "v", "validUntil": "2099-01-01T00:00:00Z"}
    for path, value in places(document):
        where = "/".join(map(str, path))
        changes = list(of_any(path))
        changes += of_text(value) if isinstance(value, str) else ()
        changes += of_list(value, path) if isinstance(value, list) else ()
        for name, change in changes:
            yield f"{where}: {name}", changed(document, path, change)
        for key in added.keys() - (value.keys() if isinstance(value, dict) else added.keys()):
            yield f"{where}/{key}: added", changed(document, (*path, key), replace_with(added[key]))


def test_the_untouched_badge_is_valid() -> None:
    """The positive control of everything below."""
    assert is_valid(BADGE)
    assert is_valid(TEXT)


def test_no_change_anywhere_in_the_badge_goes_unnoticed() -> None:
    """Every value altered, every member removed, renamed or added, in the document and inside each proof."""
    tried = dict(variants(BADGE))

    assert [] == [where for where, document in tried.items() if is_valid(document)]
    assert len(tried) > 1000


def test_no_change_anywhere_in_the_status_list_goes_unnoticed() -> None:
    """A changed list makes the badge not valid; it never just counts as `unknown`."""
    answers = {
        where: checks.status(BADGE, status_list=document, trust=TRUST, now=NOW).answer
        for where, document in variants(LIST)
    }

    assert Answer.PASSED is checks.status(BADGE, status_list=LIST, trust=TRUST, now=NOW).answer
    assert [] == [where for where, answer in answers.items() if answer is not Answer.FAILED]


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(0, len(TEXT) - 1), byte=st.integers(0, 255))
def test_no_changed_byte_gives_another_valid_badge(place: int, byte: int) -> None:
    """A byte may only be changed into another spelling of the very same document."""
    text = TEXT[:place] + bytes([byte]) + TEXT[place + 1 :]

    if is_valid(text):
        assert BADGE == json.loads(text)


@pytest.mark.parametrize(
    "path",
    [
        ("credentialSubject", "id"),
        ("validUntil",),
        ("issuer", "name"),
        ("credentialStatus", "statusListIndex"),
        ("credentialSubject", "result", 0, "value"),
        ("relatedResource", 0, "digestSRI"),
    ],
)
def test_the_rdf_proof_on_its_own_notices_a_changed_value(path: Path) -> None:
    """Other verifiers only look at this one."""
    other = "2031-01-01T00:00:00Z" if path == ("validUntil",) else "urn:x:9"
    forged = changed(BADGE, path, replace_with(other))

    assert holds(BADGE, BADGE["proof"][0], key=KEY.public)
    assert not holds(forged, BADGE["proof"][0], key=KEY.public)


def test_a_member_that_rdf_drops_is_refused_although_the_rdf_proof_still_holds() -> None:
    """An unknown term is not in the data set, so the RDF suite cannot see it; the JSON suite and the shape do."""
    forged = {**BADGE, "goedgekeurdDoor": "de minister"}

    assert holds(forged, BADGE["proof"][0], key=KEY.public)
    assert not holds(forged, BADGE["proof"][1], key=KEY.public)
    assert "badge-profile-departed" == verify(forged, now=NOW, trust=TRUST, status_list=LIST).code


def test_a_key_given_twice_is_refused() -> None:
    """Two readers could pick a different one of the two; I-JSON (RFC 7493) forbids it."""
    twice = TEXT.replace(b'"validUntil":', b'"validUntil":"2099-01-01T00:00:00Z","validUntil":', 1)

    assert "badge-unreadable" == verify(twice, now=NOW, trust=TRUST, status_list=LIST).code


def _resigned(document: Document, *, rdfc: SigningKey, jcs: SigningKey, name_of: SigningKey | None = None) -> Document:
    named = (name_of or rdfc).public
    body = unsecured(document)
    return {
        **body,
        "proof": [
            add_rdfc_proof(body, key=rdfc, method=named.url_under(ISSUER.id), created=NOW),
            add_jcs_proof(body, key=jcs, method=jcs.public.did_url, created=NOW),
        ],
    }


def test_a_badge_signed_with_a_stolen_name_and_another_key_is_not_believed() -> None:
    forged = sign(unsecured(BADGE), key=OTHER_KEY, issuer=ISSUER.id, created=NOW)

    assert "badge-key-unknown" == verify(forged, now=NOW, trust=TRUST, status_list=LIST).code


def test_a_proof_that_names_the_real_key_but_was_made_with_another_is_wrong() -> None:
    forged = _resigned(BADGE, rdfc=OTHER_KEY, jcs=KEY, name_of=KEY)

    assert "badge-signature-wrong" == verify(forged, now=NOW, trust=TRUST, status_list=LIST).code


def test_two_proofs_by_different_keys_are_not_one_signature() -> None:
    forged = _resigned(BADGE, rdfc=KEY, jcs=OTHER_KEY)

    assert "badge-keys-differ" == verify(forged, now=NOW, trust=TRUST, status_list=LIST).code


def test_a_proof_for_another_purpose_does_not_count_even_when_it_is_properly_signed() -> None:
    """A signature given to log in (`authentication`) must never be usable as a statement."""
    body = unsecured(BADGE)
    proof = {**BADGE["proof"][1], "proofPurpose": "authentication"}

    assert not holds(body, proof, key=KEY.public)
    assert not is_valid({**BADGE, "proof": [BADGE["proof"][0], proof]})


def test_a_signature_written_another_way_is_refused() -> None:
    """The second half of an Ed25519 signature has only one allowed value (RFC 8032, 5.1.7)."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = from_base58btc(BADGE["proof"][1]["proofValue"])
    other = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    forged = copy.deepcopy(BADGE)
    forged["proof"][1]["proofValue"] = base58btc(signature[:32] + other)

    assert not is_valid(forged)


@pytest.mark.parametrize("kept", [0, 1])
def test_one_of_the_two_proofs_is_not_enough(kept: int) -> None:
    assert not is_valid({**BADGE, "proof": [BADGE["proof"][kept]]})
    assert not is_valid({**BADGE, "proof": BADGE["proof"][kept]})


def test_an_independent_verifier_agrees() -> None:
    """The verifier of openbadgeslib, which knows nothing of ours, accepts the badge, and refuses it once changed."""
    current = badge(now=datetime.now(UTC))  # it reads the wall clock
    verifier = OB3LdpVerifier(KEY.public.pem())

    assert ISSUER.id == verifier.verify(json.dumps(current)).issuer.id
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verifier.verify(json.dumps({**current, "name": "iets anders"}))

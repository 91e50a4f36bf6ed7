"""The checks that make up a verification, each with a stable code and a sentence in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from proeftuin_conformance.badges import profile, sentences
from proeftuin_conformance.badges.errors import BadgeKeyError, StatusListError, UnreadableError
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.badges.keys import public_key_of
from proeftuin_conformance.badges.moments import moment, stamp
from proeftuin_conformance.badges.proofs import Suite, holds
from proeftuin_conformance.badges.statuslist import StatusList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proeftuin_conformance.badges.profile import Kind
    from proeftuin_conformance.badges.trust import TrustList
    from proeftuin_conformance.texts import Text

LEEWAY: Final = timedelta(minutes=5)
"""How far the verifier's clock may lag behind the issuer's. It stretches a start, never an end."""

NAMES: Final = ("structure", "schema", "signature", "issuer", "period", "status")


class Answer(StrEnum):
    """What a check found."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # could not be known, for lack of a (current) status list
    SKIPPED = "skipped"  # an earlier check left nothing to stand on


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check and what it found."""

    name: str
    answer: Answer
    code: str
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """Give the check as JSON."""
        return {
            "name": self.name,
            "answer": self.answer.value,
            "code": self.code,
            "text": self.text.to_dict(),
        }


def passed(name: str, code: str, **facts: object) -> Check:
    """Record that `name` is in order."""
    return Check(name=name, answer=Answer.PASSED, code=code, text=sentences.say(code, **facts))


def failed(name: str, code: str, **facts: object) -> Check:
    """Record that `name` is not in order."""
    return Check(name=name, answer=Answer.FAILED, code=code, text=sentences.say(code, **facts))


def unknown(name: str, code: str, **facts: object) -> Check:
    """Record that nobody can tell about `name`."""
    return Check(name=name, answer=Answer.UNKNOWN, code=code, text=sentences.say(code, **facts))


def skipped(name: str) -> Check:
    """Record that `name` was not looked at, because of an earlier check."""
    code = "badge-check-skipped"
    return Check(name=name, answer=Answer.SKIPPED, code=code, text=sentences.say(code, name=name))


def schema(document: Mapping[str, Any], *, kind: Kind) -> Check:
    """Check that the document has the closed shape of our profile, and that its parts agree."""
    found = profile.departure(document, kind=kind)
    if found is not None:
        return failed("schema", "badge-profile-departed", place=found)
    for field in ("validFrom", "validUntil"):
        try:
            moment(document[field])
        except ValueError as error:  # 30 February has the right shape
            return failed("schema", "badge-profile-departed", place=f"{field}: {error}")
    return passed("schema", "badge-profile-kept")


def signature(document: Mapping[str, Any], *, issuer: str) -> Check:
    """Check that every proof in the set holds, and that one key made them all."""
    multikeys = set()
    # The JSON proof first: it is cheap, and only what it vouches for is worth canonicalising as RDF.
    for proof in sorted(document["proof"], key=lambda each: each["cryptosuite"] != Suite.JCS):
        try:
            key = public_key_of(proof["verificationMethod"], issuer=issuer)
            moment(proof["created"])
        except BadgeKeyError as error:
            return failed("signature", "badge-key-foreign", reason=error.text)
        except ValueError as error:
            return failed("signature", "badge-signature-wrong", suite=proof["cryptosuite"], reason=str(error))
        multikeys.add(key.multikey)
        if not holds(document, proof, key=key):
            return failed("signature", "badge-signature-wrong", suite=proof["cryptosuite"])
    if len(multikeys) != 1:
        return failed("signature", "badge-keys-differ")
    return passed("signature", "badge-signature-good", key=multikeys.pop())


def issuer(document: Mapping[str, Any], *, issuer: str, trust: TrustList, now: datetime) -> Check:
    """Check that we trust the issuer, and that the key was theirs to use when they signed."""
    party = trust.find(issuer)
    if party is None:
        return failed("issuer", "badge-issuer-unknown", issuer=issuer)
    multikey = public_key_of(document["proof"][0]["verificationMethod"], issuer=issuer).multikey
    key = party.key(multikey)
    if key is None:
        return failed("issuer", "badge-key-unknown", issuer=party.name, key=multikey)
    signed = [moment(proof["created"]) for proof in document["proof"]]
    if key.revoked:
        return failed("issuer", "badge-key-revoked", issuer=party.name, key=multikey)
    if not key.speaks_at(max(signed)):
        return failed("issuer", "badge-key-retired", issuer=party.name, key=multikey)
    if max(signed) > now + LEEWAY:
        return failed("issuer", "badge-signed-in-future", created=stamp(max(signed)))
    return passed("issuer", "badge-issuer-trusted", issuer=party.name)


def period(document: Mapping[str, Any], *, now: datetime) -> Check:
    """Check that `now` lies from `validFrom` up to, not including, `validUntil`."""
    start, end = document["validFrom"], document["validUntil"]
    if now + LEEWAY < moment(start):
        return failed("period", "badge-not-yet-valid", start=start)
    if now >= moment(end):
        return failed("period", "badge-expired", end=end)
    return passed("period", "badge-in-period", start=start, end=end)


def status(
    badge: Mapping[str, Any],
    *,
    status_list: bytes | str | Mapping[str, Any] | None,
    trust: TrustList,
    now: datetime,
) -> Check:
    """Check the badge's bit in its status list (Bitstring Status List v1.0, section 3.2)."""
    if status_list is None:
        return unknown("status", "badge-status-unknown")
    entry = badge["credentialStatus"]
    try:
        published = parse(status_list) if isinstance(status_list, (bytes, str)) else status_list
        wrong = _list_is_wrong(published, entry=entry, issuer_id=badge["issuer"]["id"], trust=trust, now=now)
        return wrong or _bit(published, index=int(entry["statusListIndex"]), now=now)
    except (UnreadableError, StatusListError) as error:
        return failed("status", "badge-status-list-wrong", reason=error.text)


def _bit(published: Mapping[str, Any], *, index: int, now: datetime) -> Check:
    if StatusList.decode(published["credentialSubject"]["encodedList"]).is_set(index):
        return failed("status", "badge-revoked", since=published["validFrom"])
    if now >= moment(published["validUntil"]):
        return unknown("status", "badge-status-list-stale", end=published["validUntil"])
    return passed("status", "badge-not-revoked", end=published["validUntil"])


def _list_is_wrong(
    published: Mapping[str, Any],
    *,
    entry: Mapping[str, str],
    issuer_id: str,
    trust: TrustList,
    now: datetime,
) -> Check | None:
    """Give what makes a status list one we do not believe; None when we do."""
    shape = schema(published, kind="status-list")
    if shape.answer is not Answer.PASSED:
        return failed("status", "badge-status-list-wrong", reason=shape.text)
    # Bitstring Status List lets another party publish the list; ours are always the issuer's own.
    expected, actual = (entry["statusListCredential"], issuer_id), (published["id"], published["issuer"])
    if expected != actual:
        return failed("status", "badge-status-list-other", expected=" ".join(expected), actual=" ".join(actual))
    believed = signature(published, issuer=issuer_id)
    if believed.answer is Answer.PASSED:
        believed = issuer(published, issuer=issuer_id, trust=trust, now=now)
    if believed.answer is not Answer.PASSED:
        return failed("status", "badge-status-list-wrong", reason=believed.text)
    if now + LEEWAY < moment(published["validFrom"]):
        return failed("status", "badge-status-list-future", start=published["validFrom"])
    return None

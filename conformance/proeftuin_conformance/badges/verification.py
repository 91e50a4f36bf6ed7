"""Is this badge true, today? Every check by name, and one answer.

`verify` never asks the network and never looks at a clock: the moment, the trust list and the status list come
in as arguments, so that the same question gives the same answer in a CI job, on an aeroplane and in court.

What `status unknown` means: without a current status list nobody can tell whether the badge was revoked. The
answer is then *not valid*, unless the caller says that this is acceptable (`accept_unknown_status`, the
command line's `--offline`): the badge is accepted and the answer says, in so many words, that revocation was
not checked. A stale list still counts when it says *revoked*, for revocation is for good; when it says
nothing, it says nothing. A list that is forged, or is not the badge's own, never counts as "unknown": it
makes the badge not valid, because somebody tampered.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.badges import checks
from proeftuin_conformance.badges.checks import Answer, Check
from proeftuin_conformance.badges.errors import UnreadableError
from proeftuin_conformance.badges.jsontext import parse
from proeftuin_conformance.badges.moments import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from proeftuin_conformance.badges.trust import TrustList
    from proeftuin_conformance.texts import Text


class State(StrEnum):
    """What a reader is shown: one word."""

    TESTED = "getest"
    FAILED = "gefaald"
    EXPIRED = "verlopen"
    REVOKED = "ingetrokken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The answer about one badge.

    Attributes:
        checks: all checks in order; those that had no ground to stand on are `skipped`.
        badge: the document as it was read, or None when it could not be.
        accepts_unknown_status: whether the caller takes a badge whose revocation is not known.
        checked_at: the moment the question was asked for.
    """

    checks: tuple[Check, ...]
    badge: Mapping[str, Any] | None
    accepts_unknown_status: bool
    checked_at: datetime

    @property
    def valid(self) -> bool:
        """The one answer."""
        return all(self._accepts(check) for check in self.checks)

    @property
    def code(self) -> str:
        """The code of the first check that stands in the way, or `badge-valid`."""
        return next((check.code for check in self.checks if not self._accepts(check)), "badge-valid")

    @property
    def status_known(self) -> bool:
        """Tell whether revocation was really checked."""
        return any(check.name == "status" and check.answer is not Answer.UNKNOWN for check in self.checks)

    @property
    def state(self) -> State | None:
        """The word for a badge whose signature is good; None when it is not to be believed at all."""
        by_name = {check.name: check for check in self.checks}
        if any(by_name[name].answer is not Answer.PASSED for name in ("structure", "schema", "signature", "issuer")):
            return None
        if by_name["status"].code == "badge-revoked":
            return State.REVOKED
        if by_name["period"].code == "badge-expired":
            return State.EXPIRED
        return State.TESTED if self.valid else None

    def explanation(self) -> tuple[Text, ...]:
        """One sentence per check, in both languages."""
        return tuple(check.text for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as JSON, for `--json` and the API."""
        return {
            "valid": self.valid,
            "code": self.code,
            "state": self.state.value if self.state else None,
            "statusKnown": self.status_known,
            "checkedAt": stamp(self.checked_at),
            "badge": self.badge.get("id") if self.badge else None,
            "checks": [check.to_dict() for check in self.checks],
        }

    def _accepts(self, check: Check) -> bool:
        if check.answer is Answer.PASSED:
            return True
        return check.name == "status" and check.answer is Answer.UNKNOWN and self.accepts_unknown_status


def verify(
    document: bytes | str | Mapping[str, Any],
    *,
    now: datetime,
    trust: TrustList,
    status_list: bytes | str | Mapping[str, Any] | None = None,
    accept_unknown_status: bool = False,
) -> Verification:
    """Check a badge.

    Args:
        document: the credential, as it was received. Pass bytes where you have them: only then can a key that
            is given twice be seen.
        now: the moment to judge at.
        trust: whose badges count, with which keys.
        status_list: the status list credential, if there is one at hand.
        accept_unknown_status: whether a badge whose revocation cannot be known may still be valid.

    Returns:
        The answer; a bad badge is an answer too, never an exception.
    """
    badge: Mapping[str, Any] | None = None
    steps: list[Check] = []
    try:
        badge = parse(document) if isinstance(document, (bytes, str)) else document
        steps.append(checks.passed("structure", "badge-readable"))
    except UnreadableError as error:
        steps.append(checks.failed("structure", "badge-unreadable", reason=error.text))
    if badge is not None:
        steps.extend(_judge(badge, now=now, trust=trust, status_list=status_list))
    done = {step.name for step in steps}
    steps.extend(checks.skipped(name) for name in checks.NAMES if name not in done)
    return Verification(checks=tuple(steps), badge=badge, accepts_unknown_status=accept_unknown_status, checked_at=now)


def _judge(
    badge: Mapping[str, Any],
    *,
    now: datetime,
    trust: TrustList,
    status_list: bytes | str | Mapping[str, Any] | None,
) -> Iterator[Check]:
    """Yield checks, each standing on the one before; stop where there is nothing left to stand on."""
    grounds: tuple[Callable[[], Check], ...] = (
        lambda: checks.schema(badge, kind="badge"),
        lambda: checks.signature(badge, issuer=badge["issuer"]["id"]),
    )
    for ground in grounds:
        check = ground()
        yield check
        if check.answer is not Answer.PASSED:
            return
    yield checks.issuer(badge, issuer=badge["issuer"]["id"], trust=trust, now=now)
    yield checks.period(badge, now=now)
    yield checks.status(badge, status_list=status_list, trust=trust, now=now)

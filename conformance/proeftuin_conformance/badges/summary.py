"""What a badge says, read back from its Open Badges terms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_conformance.badges.errors import UnreadableError
from proeftuin_conformance.badges.profile import departure

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The statements of one badge; whether they are true is for `verify`.

    Attributes:
        facts: by name (see `credential.FACTS`): digests, isolation tier, depth, run.
        passed: how many requirements were seen to hold.
        others: requirement address → why it is not among those (not tested, does not apply).
    """

    id: str
    name: str
    issuer: str
    issuer_name: str
    release: str
    kit: str
    standard: str
    standard_name: str
    valid_from: str
    valid_until: str
    report: str
    report_digest: str
    facts: Mapping[str, str]
    passed: int
    others: Mapping[str, str]


def summarise(badge: Mapping[str, Any]) -> Summary:
    """Read a badge.

    Raises:
        UnreadableError: the document does not have the shape of a badge of ours.
    """
    found = departure(badge, kind="badge")
    if found is not None:
        raise UnreadableError(
            nl=f"dit is geen badge van proeftuin: {found}", en=f"this is not a proeftuin badge: {found}"
        )
    subject = badge["credentialSubject"]
    achievement = subject["achievement"]
    prefix = f"{achievement['id']}/facts#"
    results = subject["result"]
    return Summary(
        id=badge["id"],
        name=badge["name"],
        issuer=badge["issuer"]["id"],
        issuer_name=badge["issuer"]["name"],
        release=subject["id"],
        kit=achievement["id"],
        standard=achievement["alignment"][0]["targetUrl"],
        standard_name=achievement["alignment"][0]["targetName"],
        valid_from=badge["validFrom"],
        valid_until=badge["validUntil"],
        report=badge["evidence"][0]["id"],
        report_digest=badge["evidence"][0]["narrative"],
        facts={
            row["resultDescription"].removeprefix(prefix): row["value"]
            for row in results
            if row["resultDescription"].startswith(prefix) and "value" in row
        },
        passed=sum("status" in row for row in results),
        others={
            row["resultDescription"]: row["value"]
            for row in results
            if "value" in row and not row["resultDescription"].startswith(prefix)
        },
    )

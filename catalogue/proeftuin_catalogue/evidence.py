"""What may be said of a release and a standard: claimed, tested, failed, expired, or never tested.

A claim is what the supplier says. Evidence is what a run showed. Evidence is only ever added; what it
means today follows from the facts and the moment, and is worked out here, in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from proeftuin_catalogue.semver import SemVer
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from proeftuin_catalogue.kits import KnownKit


class EvidenceState(StrEnum):
    """The mark of a release for a standard; strongest first."""

    TESTED = "getest"
    EXPIRED = "verlopen"
    FAILED = "gefaald"
    CLAIMED = "verklaard"
    NEVER = "nooit-getest"


class OutdatedReason(StrEnum):
    """Why evidence that once held does not count any more."""

    VALIDITY_ENDED = "geldigheid-voorbij"
    BADGE_REVOKED = "badge-ingetrokken"
    KIT_CHANGED = "kit-vernieuwd"
    COMPONENT_CHANGED = "component-gewijzigd"


STATE_LABELS: dict[EvidenceState, Text] = {
    EvidenceState.TESTED: Text(nl="Getest", en="Tested"),
    EvidenceState.EXPIRED: Text(nl="Verlopen", en="Expired"),
    EvidenceState.FAILED: Text(nl="Gefaald", en="Failed"),
    EvidenceState.CLAIMED: Text(nl="Verklaard", en="Claimed"),
    EvidenceState.NEVER: Text(nl="Nooit getest", en="Never tested"),
}

STATE_SENTENCES: dict[EvidenceState, Text] = {
    EvidenceState.TESTED: Text(
        nl="Getest in de proeftuin en geslaagd; het bewijs is nog geldig.",
        en="Tested in the living lab and passed; the evidence is still valid.",
    ),
    EvidenceState.EXPIRED: Text(
        nl="Ooit geslaagd, maar dat bewijs geldt nu niet meer.",
        en="Passed once, but that evidence does not count any more.",
    ),
    EvidenceState.FAILED: Text(
        nl="Getest in de proeftuin en niet geslaagd.",
        en="Tested in the living lab and not passed.",
    ),
    EvidenceState.CLAIMED: Text(
        nl="De leverancier zegt dat dit klopt; het is niet getest.",
        en="The supplier says so; it has not been tested.",
    ),
    EvidenceState.NEVER: Text(nl="Niet verklaard en niet getest.", en="Neither claimed nor tested."),
}

REASON_SENTENCES: dict[OutdatedReason, Text] = {
    OutdatedReason.VALIDITY_ENDED: Text(
        nl="De geldigheid van het bewijs is voorbij.",
        en="The validity of the evidence has ended.",
    ),
    OutdatedReason.BADGE_REVOKED: Text(nl="De badge is ingetrokken.", en="The badge was revoked."),
    OutdatedReason.KIT_CHANGED: Text(
        nl="De toetskit heeft een nieuwe hoofdversie; deze versie is daar nog niet mee getest.",
        en="The kit has a new major version; this release has not been tested with it yet.",
    ),
    OutdatedReason.COMPONENT_CHANGED: Text(
        nl="De component is gewijzigd sinds de test.",
        en="The component has changed since the test.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One run of one kit on one component, as far as the catalogue needs it.

    Attributes:
        verdict: Of the whole run; only `pass` and `fail` say something about the product.
        depth: How deep was tested: counts by name, such as `requirements`, `tested`, `cases`.
        tier: How well the sandbox was isolated (`local`, `docker`, `kubernetes`).
        valid_until: Of the badge when there is one, else of the run; None means that no end is set.
    """

    run_id: str
    kit_id: str
    kit_version: str
    kit_digest: str
    verdict: str
    finished_at: datetime
    depth: dict[str, int]
    tier: str
    component_digest: str
    town_digest: str
    valid_until: datetime | None = None
    badge_id: str | None = None
    revoked_at: datetime | None = None
    revoked_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the facts say at a moment.

    Attributes:
        evidence: The run on which the state rests; None when it rests on a claim or on nothing.
        outdated: Why the evidence does not count fully any more. For `verlopen` it is the cause; beside
            `gefaald` it says that a new run could tell otherwise.
        until: When the state can change by itself, by the passing of time.
    """

    state: EvidenceState
    evidence: Evidence | None = None
    outdated: OutdatedReason | None = None
    until: datetime | None = None


def judge(
    evidence: Iterable[Evidence],
    *,
    claimed: bool,
    kit: KnownKit | None,
    component_digest: str | None,
    now: datetime,
) -> Judgement:
    """Work out the state of one release for one kit.

    Rules, in this order:

    * Runs that ended in `error`, `skip` or `not_tested` say nothing about the product and change nothing.
    * Runs on the release's present artefact go before runs on another, runs with the kit's present major
      version before older ones; then the newest decides.
    * A failed run stays a failed run until a newer one passes: time and revocation do not wash it off.
    * A passed run counts until its validity ends, its badge is revoked, the kit gets a new major version,
      or the artefact changes.

    Args:
        evidence: All runs of this kit on this release.
        claimed: Whether the supplier claims conformance.
        kit: The kit as it is installed now; None when it no longer is.
        component_digest: Digest of the release's present artefact, when known.
        now: The moment for which the answer holds.
    """

    def precedence(one: Evidence) -> tuple[bool, bool, datetime, str]:
        return (
            not _is_other(one, component_digest),
            not _is_older(one, kit),
            one.finished_at,
            one.run_id,
        )

    telling = [one for one in evidence if one.verdict in {"pass", "fail"}]
    if not telling:
        return Judgement(state=EvidenceState.CLAIMED if claimed else EvidenceState.NEVER)
    latest = max(telling, key=precedence)
    reason = _outdated(latest, kit=kit, component_digest=component_digest, now=now)
    if latest.verdict == "fail":
        changes = {OutdatedReason.KIT_CHANGED, OutdatedReason.COMPONENT_CHANGED}
        return Judgement(
            state=EvidenceState.FAILED,
            evidence=latest,
            outdated=reason if reason in changes else None,
        )
    if reason is not None:
        return Judgement(state=EvidenceState.EXPIRED, evidence=latest, outdated=reason)
    return Judgement(state=EvidenceState.TESTED, evidence=latest, until=latest.valid_until)


def _outdated(
    one: Evidence, *, kit: KnownKit | None, component_digest: str | None, now: datetime
) -> OutdatedReason | None:
    if one.revoked_at is not None:
        return OutdatedReason.BADGE_REVOKED
    if _is_other(one, component_digest):
        return OutdatedReason.COMPONENT_CHANGED
    if _is_older(one, kit):
        return OutdatedReason.KIT_CHANGED
    if one.valid_until is not None and one.valid_until <= now:
        return OutdatedReason.VALIDITY_ENDED
    return None


def _is_other(one: Evidence, component_digest: str | None) -> bool:
    return component_digest is not None and component_digest != one.component_digest


def _is_older(one: Evidence, kit: KnownKit | None) -> bool:
    return kit is not None and SemVer.parse(one.kit_version).major < kit.major

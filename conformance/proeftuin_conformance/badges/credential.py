"""The badge itself: an Open Badges 3.0 `OpenBadgeCredential` about one release and one kit version.

What is said with which Open Badges term (no term of our own, so that every verifier understands all of it):

| fact | term |
|---|---|
| the release that was tested | `credentialSubject.id` |
| the kit version, its standard and its rules | `achievement`, `alignment`, `criteria` |
| each requirement and what was found | `resultDescription` + `result` |
| kit, component and town digest, isolation tier, depth, run | `result`, described as `<kit>/facts#…` |
| the report, fixed by its digest | `evidence` + `relatedResource.digestSRI` |
| revocation | one `credentialStatus` |

Open Badges speaks of persons; its schema asks for a URI only, and a release has one.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from proeftuin_conformance.badges.award import reasons_to_withhold
from proeftuin_conformance.badges.errors import BadgeWithheldError, UnreadableError
from proeftuin_conformance.badges.moments import stamp
from proeftuin_conformance.badges.profile import departure
from proeftuin_conformance.badges.proofs import sign
from proeftuin_conformance.badges.statuslist import CREDENTIALS_CONTEXT
from proeftuin_conformance.outcomes import Outcome
from proeftuin_conformance.texts import Text

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_conformance.badges.award import RequirementResult
    from proeftuin_conformance.badges.keys import PublicKey, SigningKey
    from proeftuin_conformance.badges.statuslist import StatusPointer

BADGE_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
VALIDITY: Final = timedelta(days=365)
"""A year: longer and nobody knows what was tested, shorter and nobody keeps it renewed."""

_TESTED: Final = Text(nl=": getest met ", en=": tested with ")

FACTS: Final = ("kit-digest", "component-digest", "town-digest", "isolation-tier", "depth", "run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who says so. `id` is a web address that answers with the issuer's keys."""

    id: str
    name: str
    url: str

    def document(self, keys: tuple[PublicKey, ...]) -> dict[str, Any]:
        """Give what the issuer's address answers: an Open Badges Profile with its keys (Controlled Identifiers)."""
        methods = [
            {
                "id": key.url_under(self.id),
                "type": "Multikey",
                "controller": self.id,
                "publicKeyMultibase": key.multikey,
            }
            for key in keys
        ]
        return {
            "@context": [
                "https://www.w3.org/ns/cid/v1",
                CREDENTIALS_CONTEXT,
                BADGE_CONTEXT,
            ],
            "id": self.id,
            "type": ["Profile"],
            "name": self.name,
            "url": self.url,
            "alsoKnownAs": [key.did for key in keys],
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class KitFacts:
    """The kit version that was run and the standard it tests.

    `id` and `criteria_url` are addresses; `digest` is `sha256:` and hexadecimal.
    """

    id: str
    name: str
    version: str
    digest: str
    title: Text
    criteria: Text
    criteria_url: str
    standard_title: Text
    standard_version: str
    standard_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The run that is the evidence.

    Attributes:
        id: the run's address or URN.
        release: the release that was tested, a URI.
        release_title: what people call it, for example `Dossierloket 1.0.0` and `Case desk 1.0.0`.
        report_url: where the report is.
        report_digest: `sha256:` and hexadecimal, of the report's bytes.
        component_digest: of the component as it was deployed.
        town_digest: of the municipality it was tested in.
        tier: how well the sandbox was isolated.
        depth: what "tested" meant this time: how much was reached and tried.
        results: one per requirement of the kit.
    """

    id: str
    release: str
    release_title: Text
    report_url: str
    report_digest: str
    component_digest: str
    town_digest: str
    tier: str
    depth: Text
    results: tuple[RequirementResult, ...]


def issue(
    run: RunFacts,
    kit: KitFacts,
    *,
    badge_id: str,
    issuer: Issuer,
    key: SigningKey,
    status: StatusPointer,
    now: datetime,
    validity: timedelta = VALIDITY,
) -> dict[str, Any]:
    """Give the signed badge for a run.

    Args:
        run: what was found, and on what.
        kit: with which kit.
        badge_id: the badge's own address or URN.
        issuer: who issues it.
        key: the issuer's key.
        status: the badge's place in a status list; choose it at random.
        now: the moment of issuing, also the start of validity.
        validity: how long the badge lasts.

    Raises:
        BadgeWithheldError: the results do not earn a badge (see `award`).
        UnreadableError: a fact does not fit the shape of a badge, such as a release that is no URI.
    """
    reasons = reasons_to_withhold(run.results)
    if reasons:
        raise BadgeWithheldError(
            nl="geen badge: " + "; ".join(reason.nl for reason in reasons),
            en="no badge: " + "; ".join(reason.en for reason in reasons),
        )
    document = _document(run, kit, badge_id=badge_id, issuer=issuer, status=status, start=now, end=now + validity)
    badge = sign(document, key=key, issuer=issuer.id, created=now)
    found = departure(badge, kind="badge")
    if found is not None:
        raise UnreadableError(
            nl=f"de gegevens passen niet in een badge: {found}", en=f"the facts do not fit a badge: {found}"
        )
    return badge


def subresource_integrity(digest: str) -> str:
    """Turn `sha256:<hexadecimal>` into `sha256-<base64>`, the form of `digestSRI`.

    Raises:
        ValueError: not such a digest.
    """
    algorithm, _, value = digest.partition(":")
    return f"{algorithm}-{base64.b64encode(bytes.fromhex(value)).decode('ascii')}"


def requirement_uri(kit: str, requirement: str) -> str:
    """Give the address of one requirement of a kit, as results name it."""
    return f"{kit}#{quote(requirement, safe='/')}"


def fact_uri(kit: str, fact: str) -> str:
    """Give the address under which a badge states one of `FACTS`."""
    return f"{kit}/facts#{fact}"


def _document(
    run: RunFacts,
    kit: KitFacts,
    *,
    badge_id: str,
    issuer: Issuer,
    status: StatusPointer,
    start: datetime,
    end: datetime,
) -> dict[str, Any]:
    label = f"{kit.name} {kit.version}"
    return {
        "@context": [CREDENTIALS_CONTEXT, BADGE_CONTEXT],
        "id": badge_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _name(run.release_title, label),
        "description": _both(kit.criteria),
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name, "url": issuer.url},
        "validFrom": stamp(start),
        "validUntil": stamp(end),
        "credentialSubject": {
            "id": run.release,
            "type": ["AchievementSubject"],
            "achievement": _achievement(run, kit, label=label),
            "result": [*_fact_results(run, kit), *(_result(row, kit) for row in run.results)],
        },
        "evidence": [
            {
                "id": run.report_url,
                "type": ["Evidence"],
                "name": "Testrapport / Test report",
                "genre": "ConformanceReport",
                "narrative": run.report_digest,
            }
        ],
        "relatedResource": [
            {
                "id": run.report_url,
                "digestSRI": subresource_integrity(run.report_digest),
                "mediaType": "application/json",
            }
        ],
        "credentialStatus": status.to_dict(),
    }


def subject_of(credential: dict[str, Any]) -> Text:
    """Read from the name of one of our badges what was tested, as people call it."""
    dutch, _, rest = str(credential["name"]).partition(_TESTED.nl)
    english = rest.partition(" / ")[2].rpartition(_TESTED.en.removeprefix(": "))[0].removesuffix(": ")
    return Text(nl=dutch, en=english or dutch)


def _name(title: Text, label: str) -> str:
    english = f"{title.en}{_TESTED.en}" if title.en != title.nl else _TESTED.en.removeprefix(": ")
    return f"{title.nl}{_TESTED.nl}{label} / {english}{label}"


def _achievement(run: RunFacts, kit: KitFacts, *, label: str) -> dict[str, Any]:
    return {
        "id": kit.id,
        "type": ["Achievement"],
        "achievementType": "QualityAssuranceCredential",
        "name": f"{_both(kit.title)} ({label})",
        "description": _both(kit.criteria),
        "version": kit.version,
        "criteria": {"id": kit.criteria_url, "narrative": _both(kit.criteria)},
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": f"{kit.standard_title.nl} {kit.standard_version}",
                "targetUrl": kit.standard_url,
            }
        ],
        "resultDescription": [
            *(
                {
                    "id": fact_uri(kit.id, fact),
                    "type": ["ResultDescription"],
                    "name": fact,
                    "resultType": "Result",
                }
                for fact in FACTS
            ),
            *(
                {
                    "id": requirement_uri(kit.id, row.id),
                    "type": ["ResultDescription"],
                    "name": f"{row.level}: {_both(row.title)}",
                    "resultType": "Status" if row.outcome is Outcome.PASS else "Result",
                }
                for row in run.results
            ),
        ],
    }


def _fact_results(run: RunFacts, kit: KitFacts) -> list[dict[str, Any]]:
    values = {
        "kit-digest": kit.digest,
        "component-digest": run.component_digest,
        "town-digest": run.town_digest,
        "isolation-tier": run.tier,
        "depth": _both(run.depth),
        "run": run.id,
    }
    return [{"type": ["Result"], "resultDescription": fact_uri(kit.id, fact), "value": values[fact]} for fact in FACTS]


def _result(row: RequirementResult, kit: KitFacts) -> dict[str, Any]:
    base = {"type": ["Result"], "resultDescription": requirement_uri(kit.id, row.id)}
    if row.outcome is Outcome.PASS:
        return {**base, "status": "Passed"}
    reason = f": {_both(row.reason)}" if row.reason else ""
    return {**base, "value": f"{row.outcome}{reason}"}


def _both(text: Text) -> str:
    return text.nl if text.nl == text.en else f"{text.nl} / {text.en}"

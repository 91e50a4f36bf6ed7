"""What a supplier may say of a release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - dataclass fields are read at run time by the API

from proeftuin_catalogue.drafts import DIGEST_PATTERN, Faults
from proeftuin_catalogue.semver import SemVer
from proeftuin_kernel.ids import is_dns_label

_DIGEST = re.compile(DIGEST_PATTERN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDraft:
    """A release to be listed.

    Attributes:
        version: SemVer 2.
        released: Day of release; today when not given.
        artefact_digest: `sha256:` and 64 hexadecimal digits over the artefact.
        component_name: Name of the component (DNS label) that this release deploys as.
    """

    version: str
    released: date | None = None
    artefact_digest: str | None = None
    component_name: str | None = None


def checked_release(draft: ReleaseDraft) -> ReleaseDraft:
    """Check the rules of a release.

    Raises:
        SolutionInvalidError: with every fault found.
    """
    faults = Faults()
    try:
        SemVer.parse(draft.version)
    except ValueError:
        faults.add(
            "/version",
            nl="geef een versienummer volgens SemVer, zoals 1.4.0 of 2.0.0-beta.1",
            en="give a release number that follows SemVer, such as 1.4.0 or 2.0.0-beta.1",
        )
    if draft.artefact_digest is not None and not _DIGEST.fullmatch(draft.artefact_digest):
        faults.add(
            "/artefactDigest",
            nl="geef 'sha256:' met 64 hexadecimale cijfers",
            en="give 'sha256:' with 64 hexadecimal digits",
        )
    if draft.component_name is not None and not is_dns_label(draft.component_name):
        faults.add(
            "/componentName",
            nl="gebruik 1 tot 63 kleine letters, cijfers en streepjes",
            en="use 1 to 63 lower-case letters, digits and hyphens",
        )
    faults.stop()
    return draft

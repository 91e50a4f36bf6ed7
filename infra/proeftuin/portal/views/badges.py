"""A badge: who says so, what exactly, until when, and whether it is still true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin.portal.views.evidence import Mark

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeCheck:
    """One step of the verification.

    Attributes:
        answer: `passed`, `failed`, `unknown` or `skipped`.
    """

    name: str
    answer: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeView:
    """Everything on the page of one badge.

    Attributes:
        credential_url, svg_url: Where this site serves the files.
        credential_address, svg_address, page_address: The same and this page with the public host, to copy.
    """

    id: str
    subject: Text
    version: str
    achievement: Text
    statement: Text
    kit: str
    kit_version: str
    issuer: str
    issuer_name: str
    issued: datetime
    until: datetime | None
    state: str
    valid: bool
    verdict: Text
    checks: tuple[BadgeCheck, ...]
    checked_at: datetime
    depth: Text
    tier: str
    credential_url: str
    svg_url: str
    credential_address: str
    svg_address: str
    page_address: str
    run_id: str | None = None
    solution_slug: str | None = None
    revoked_because: Text | None = None

    @property
    def command(self) -> str:
        """What to type to verify the badge: whom one trusts must be said, and this machine must be let in by name."""
        said = f"proeftuin badge verify {self.credential_address} --trust-issuer {self.issuer}"
        return f"{said} --allow-loopback" if self.issuer.startswith("http://") else said

    @property
    def mark(self) -> Mark:
        """The mark that goes with the state."""
        return {"getest": Mark.TESTED, "verlopen": Mark.EXPIRED}.get(self.state, Mark.FAILED)

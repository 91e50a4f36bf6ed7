"""What the assessment tells the rest of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from proeftuin_kernel.events import DomainEvent


@dataclass(frozen=True)
class RunFinished(DomainEvent):
    """A run came to its end, whatever the outcome; a cancelled run does not finish.

    Attributes:
        outcome: `pass`, `fail`, `skip` or `error`; `error` says nothing about the product.
        depth: counts by name: requests, operations documented and reached, requirements exercised.
        report_digest: `sha256:…` of the report's bytes; empty when the run ended without a report.
        badge: id of the badge that was issued, or None.
    """

    name: ClassVar[str] = "run.finished"

    run: str
    organisation: str
    deployment: str | None
    sandbox: str | None
    solution: str | None
    release: str | None
    component: str
    component_version: str
    component_digest: str
    town_digest: str
    tier: str
    kit: str
    kit_version: str
    kit_digest: str
    outcome: str
    mode: str
    depth: dict[str, int]
    report_digest: str
    finished_at: str
    badge: str | None


@dataclass(frozen=True)
class BadgeIssued(DomainEvent):
    """A run earned a badge."""

    name: ClassVar[str] = "badge.issued"

    badge: str
    run: str
    organisation: str
    solution: str | None
    release: str | None
    kit: str
    kit_version: str
    valid_until: str


@dataclass(frozen=True)
class BadgeRevoked(DomainEvent):
    """A badge was taken back, for good."""

    name: ClassVar[str] = "badge.revoked"

    badge: str
    run: str
    organisation: str
    solution: str | None
    release: str | None
    kit: str
    reason: str
    revoked_at: str

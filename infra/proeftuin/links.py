"""What happens across areas: a run that ended becomes evidence, a badge shows in the catalogue.

Handlers get events at least once and in any order; the catalogue's register is made for that.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin.identity.models import OrganisationRow
from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.events import BadgeIssued, BadgeRevoked, RunFinished
from proeftuin_catalogue.events import SolutionChanged
from proeftuin_catalogue.kits import KnownKit
from proeftuin_catalogue.service import CatalogueService
from proeftuin_conformance import load_kits
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from proeftuin.application import Application
    from proeftuin_catalogue.register import EvidenceRegister
    from proeftuin_kernel.db import Database


def connect(application: Application) -> None:
    """Subscribe the handlers that span areas."""
    catalogue = application.get(CatalogueService)
    register, badges = catalogue.evidence, application.get(BadgeService)
    bus = application.bus
    bus.subscribe(RunFinished, name="catalogue.evidence", handler=lambda event: run_finished(register, event))
    bus.subscribe(BadgeIssued, name="catalogue.badge", handler=lambda event: badge_issued(register, badges, event))
    bus.subscribe(BadgeRevoked, name="catalogue.revocation", handler=lambda event: badge_revoked(register, event))
    bus.subscribe(SolutionChanged, name="catalogue.index", handler=catalogue.on_solution_changed)


def run_finished(register: EvidenceRegister, event: RunFinished) -> None:
    """Keep what a run showed as evidence about the release it was run on."""
    register.record_evidence(
        run_id=event.run,
        organisation=event.organisation,
        component_name=event.component,
        component_version=event.component_version,
        component_digest=event.component_digest,
        kit_id=event.kit,
        kit_version=event.kit_version,
        kit_digest=event.kit_digest,
        verdict=event.outcome,
        finished_at=datetime.fromisoformat(event.finished_at),
        depth=event.depth,
        tier=event.tier,
        town_digest=event.town_digest,
    )


def badge_issued(register: EvidenceRegister, badges: BadgeService, event: BadgeIssued) -> None:
    """Show a badge beside the evidence on which it rests."""
    register.record_badge(
        badge_id=event.badge,
        run_id=event.run,
        kit_id=event.kit,
        issued_at=badges.get(SYSTEM, event.badge).issued_at,
        valid_until=datetime.fromisoformat(event.valid_until),
    )


def badge_revoked(register: EvidenceRegister, event: BadgeRevoked) -> None:
    """Show that a badge was taken back."""
    register.record_revocation(
        badge_id=event.badge, revoked_at=datetime.fromisoformat(event.revoked_at), reason=event.reason
    )


def known_kits() -> list[KnownKit]:
    """Give the installed kits in the words of the catalogue."""
    return [
        KnownKit(
            id=kit.id,
            version=kit.version,
            title=Text(nl=kit.title.nl, en=kit.title.en),
            summary=Text(nl=kit.summary.nl, en=kit.summary.en),
            standard_url=kit.standard.url,
            standard_version=kit.standard.version,
        )
        for kit in load_kits().values()
    ]


class OrganisationNames:
    """Gives the catalogue the names of suppliers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self, organisation_ids: Collection[str]) -> Mapping[str, str]:
        """Give the names of organisations; those that are not known are left out."""
        with self._database.read() as session:
            found = session.execute(
                select(OrganisationRow.id, OrganisationRow.name).where(OrganisationRow.id.in_(organisation_ids))
            )
            return {identifier: name for identifier, name in found}  # noqa: C416 - rows are not pairs to a type checker

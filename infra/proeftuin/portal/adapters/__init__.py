"""From the services of the areas to what the pages show. The only part of the portal that knows the areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin.identity.audit import AuditService
from proeftuin.identity.service import IdentityService
from proeftuin.identity.tokens import TokenService
from proeftuin.links import OrganisationNames
from proeftuin.portal.adapters.assessment import Assessment
from proeftuin.portal.adapters.catalogue import Catalogue
from proeftuin.portal.adapters.images import Images
from proeftuin.portal.adapters.journal import DatabaseJournal
from proeftuin.portal.adapters.operator import Operator
from proeftuin.portal.adapters.past_kits import PastKits
from proeftuin.portal.adapters.people import People
from proeftuin.portal.adapters.sandboxes import Sandboxes
from proeftuin.portal.desks import Desks
from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.service import RunService
from proeftuin_catalogue.service import CatalogueService
from proeftuin_sandbox.service import SandboxService

if TYPE_CHECKING:
    from proeftuin.application import Application


def desks_of(application: Application) -> Desks:
    """Make the desks that this installation has services for; a service that is not registered has none."""
    registry = application.registry
    names = OrganisationNames(application.database)
    sandbox_service = registry.get(SandboxService)
    runs, badges = registry.get(RunService), registry.get(BadgeService)
    catalogue = registry.get(CatalogueService)
    people = None
    if IdentityService in registry:
        people = People(registry[IdentityService], registry[TokenService], registry[AuditService])
    assessment = None
    if runs is not None and badges is not None:
        assessment = Assessment(
            runs,
            badges,
            journal=DatabaseJournal(application.database),
            sandboxes=sandbox_service,
            public_url=application.settings.public_url,
        )
    return Desks(
        journal=DatabaseJournal(application.database),
        catalogue=Catalogue(catalogue.reading, past=PastKits(runs) if runs is not None else None)
        if catalogue is not None
        else None,
        public_url=application.settings.base_url,
        sandboxes=Sandboxes(sandbox_service, database=application.database, names=names, assessment=assessment)
        if sandbox_service is not None
        else None,
        assessment=assessment,
        people=people,
        operator=Operator(sandbox_service, names=names) if sandbox_service is not None else None,
        images=Images(sandbox_service.images, names=names) if sandbox_service is not None else None,
    )

"""The composition root: builds the services of every area and connects what spans areas.

An area never imports another. "Run passed, so issue a badge, so show it in the catalogue" is a chain of
event handlers (`links.py`), and this is the place where everything comes together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin import links
from proeftuin.application import Application
from proeftuin.identity.assembly import add_identity
from proeftuin.sandboxes import SandboxTargets, add_sandboxes
from proeftuin_assessment.badges import BadgeService
from proeftuin_assessment.issuer import load_authority
from proeftuin_assessment.jobs import register_jobs as register_assessment_jobs
from proeftuin_assessment.service import RunService
from proeftuin_assessment.worker import RunWorker
from proeftuin_catalogue.jobs import register_jobs as register_catalogue_jobs
from proeftuin_catalogue.service import CatalogueService

if TYPE_CHECKING:
    from proeftuin_assessment.targets import Targets
    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.settings import Settings


def build(database_url: str, settings: Settings, *, clock: Clock | None = None) -> Application:
    """Build the whole platform on a migrated database. Nothing starts yet: see `Application.start`."""
    application = Application.on(database_url, settings, clock=clock)
    add_identity(application)
    catalogue = _add_catalogue(application)
    sandboxes = add_sandboxes(application)
    targets = SandboxTargets(sandboxes, catalogue, public_url=settings.public_url)
    _add_assessment(application, targets=targets)
    links.connect(application)
    return application


def _add_catalogue(application: Application) -> CatalogueService:
    catalogue = application.add(
        CatalogueService(
            application.database,
            kits=links.known_kits(),
            organisations=links.OrganisationNames(application.database),
        )
    )
    register_catalogue_jobs(application.jobs, catalogue)
    application.on_start.append(catalogue.start)
    return catalogue


def _add_assessment(application: Application, *, targets: Targets) -> None:
    settings, database = application.settings, application.database
    authority = load_authority(
        settings.data_dir / "issuer",
        base_url=settings.public_url,
        name="proeftuin",
        pem=settings.issuer_key.get_secret_value() if settings.issuer_key is not None else None,
    )
    badges = application.add(BadgeService(database, authority))
    application.add(RunService(database, targets))
    worker = application.add(RunWorker(database, badges, targets, wall_time_s=settings.run_timeout_seconds))
    register_assessment_jobs(application.jobs, worker, badges)
    application.on_drain.append(worker.stop)

"""Put the sandbox area into the platform, and let the other areas judge and list what runs there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from proeftuin.backends import make_backend, make_shelf, make_workshop
from proeftuin_assessment.targets import Deployed, TargetFacts
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.text import Text
from proeftuin_sandbox.bundle_store import BundleStore
from proeftuin_sandbox.bundles import BundleLimits
from proeftuin_sandbox.jobs import register_jobs
from proeftuin_sandbox.policy import Policy
from proeftuin_sandbox.service import SandboxService
from proeftuin_sandbox.shared_bundles import SharedBundleStore

if TYPE_CHECKING:
    from proeftuin.application import Application
    from proeftuin_catalogue.service import CatalogueService
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.settings import Settings
    from proeftuin_sandbox.views import ComponentTarget


_RESET_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 3.0
"""Short: whoever waits longer asks again, and can be told to stop in between."""


def add_sandboxes(application: Application) -> SandboxService:
    """Add sandboxes, on the backend that the settings name."""
    settings, database = application.settings, application.database
    limits = BundleLimits(packed_mib=settings.upload_limit_mib, unpacked_mib=4 * settings.upload_limit_mib)
    shelf = make_shelf(settings)
    workshop = make_workshop(settings, limits=limits, shelf=shelf)
    backend = make_backend(settings, postgres_url=maintenance_url(database.url), limits=limits, workshop=workshop)
    policy = Policy(
        lifetime=timedelta(minutes=settings.sandbox_lifetime_minutes),
        max_lifetime=timedelta(minutes=settings.sandbox_max_lifetime_minutes),
        quota=settings.sandbox_quota,
        tiers=allowed_tiers(settings),
        idle=timedelta(minutes=settings.sandbox_idle_minutes) or None,
        pool=settings.sandbox_pool,
        capacity=settings.sandbox_capacity or None,
        image_mib=settings.image_upload_limit_mib,
        image_quota_mib=settings.image_quota_mib,
        image_unused=timedelta(days=settings.image_unused_days),
        made_unused=timedelta(days=settings.image_cache_days),
    )
    bundles = make_bundles(settings, database, limits=limits)
    service = application.add(SandboxService(database, backend, bundles, policy, shelf=shelf, workshop=workshop))
    register_jobs(application.jobs, service)
    application.on_start.append(service.start)
    application.on_stop.append(service.close)
    return service


def make_bundles(settings: Settings, database: Database, *, limits: BundleLimits) -> BundleStore:
    """Make the place where uploaded bundles are kept."""
    folder = settings.data_dir / "bundles"
    if settings.bundles == "database":
        return SharedBundleStore(database, folder, limits=limits)
    return BundleStore(folder, limits=limits)


def allowed_tiers(settings: Settings) -> frozenset[str] | None:
    """Give the isolation tiers that may become ready; None allows all.

    The local backend runs components as the platform's own user. That is for trying things at home: in
    production it must be allowed by name.
    """
    named = frozenset(tier.strip() for tier in settings.sandbox_tiers.split(",") if tier.strip())
    if named:
        return named
    if settings.environment == "development":
        return None
    # Who sets the lower tier of a cluster has said so by name.
    chosen = {"kubernetes-standard"} if settings.kubernetes_tier == "standard" else set()
    return frozenset({"docker", "kubernetes", *chosen})


def maintenance_url(url: str) -> str:
    """Name the database `postgres` of the same server, from which other databases are made."""
    return urlunsplit(urlsplit(url)._replace(path="/postgres"))


class SandboxTargets:
    """What a run may judge: the components in sandboxes. Implements `proeftuin_assessment.targets.Targets`."""

    def __init__(self, sandboxes: SandboxService, catalogue: CatalogueService, *, public_url: str) -> None:
        self._sandboxes = sandboxes
        self._catalogue = catalogue
        self._public_url = public_url

    def find(self, principal: Principal, deployment: str) -> TargetFacts:
        """Give the facts of a running deployment.

        Raises:
            NotFoundError: there is none, or the principal may not know of it.
            ConflictError: it does not run now.
        """
        return self._facts(self._sandboxes.target_of(principal, deployment))

    def deployed(self, deployment: str) -> Deployed:
        """Tell what a deployment holds now, whether or not it runs.

        Raises:
            NotFoundError: there is none.
        """
        found = self._sandboxes.components.standing(SYSTEM, deployment)
        return Deployed(
            digest=found.digest, revision=found.revision, is_running=found.is_running, is_at_seed=found.is_at_seed
        )

    def bring_up(self, deployment: str, *, from_seed: bool) -> TargetFacts:
        """Have a deployment run, also after a crash of the platform, and give its facts of now.

        Raises:
            ConflictError: it does not run yet.
            ProeftuinError: it will not run again by itself.
        """
        timeout = _RESET_SECONDS if from_seed else _LOOK_SECONDS
        return self._facts(self._sandboxes.bring_up(SYSTEM, deployment, from_seed=from_seed, timeout=timeout))

    def reset(self, sandbox: str) -> None:
        """Put a sandbox back to its seed and return when its components answer again.

        Raises:
            ProeftuinError: it could not be done.
        """
        self._sandboxes.reset_and_wait(SYSTEM, sandbox, timeout=_RESET_SECONDS)

    def _facts(self, found: ComponentTarget) -> TargetFacts:
        slug = self._catalogue.reading.slug_of_component(found.organisation, found.component)
        return TargetFacts(
            organisation=found.organisation,
            component=found.component,
            component_version=found.version,
            component_digest=found.digest,
            revision=found.revision,
            title=Text(nl=found.title_nl, en=found.title_en),
            base_url=found.base_url,
            town_digest=found.town_digest,
            tier=found.tier,
            deployment=found.deployment_id,
            sandbox=found.sandbox_id,
            release_uri=f"{self._public_url}/oplossingen/{slug}#{found.version}" if slug else None,
            openapi_url=found.openapi_url,
            health_url=found.health_url,
            town_url=found.town_url,
            pages=found.pages,
            claims=tuple((claim.kit, claim.actor) for claim in found.claims),
        )

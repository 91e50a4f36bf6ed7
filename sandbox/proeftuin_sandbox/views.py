"""What leaves the service: frozen facts about sandboxes, deployments and targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from proeftuin_sandbox.manifest import manifest_from_json
from proeftuin_sandbox.states import DeploymentState, SandboxState

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_infra.process_status import ProcessStatus
    from proeftuin_sandbox.admission import Queued
    from proeftuin_sandbox.backends.base import ComponentView
    from proeftuin_sandbox.manifest import Claim, Manifest
    from proeftuin_sandbox.models import DeploymentRow, SandboxRow


@dataclass(frozen=True, slots=True)
class SandboxView:
    """A sandbox as it is known now.

    Attributes:
        cause: Why it failed or is quarantined: `{"code", "cause": {nl, en}, "remedy": {nl, en}}`.
        isolation: The record of the isolation proof.
        destruction: The record of what was taken away and what was left: nothing.
        is_resetting: A reset was asked for and is not done yet.
        is_proving: An isolation proof was asked for and is not done yet.
        queued: Its turn, while it waits for a place.
        last_used_at: When somebody last used it, to the minute.
        suspended_at: When the last of it had stopped; None while it still stops.
        proved_at: When its isolation was last proved.
        from_pool: It was made before it was asked for; None when this platform keeps no such sandboxes.
        repairs: How often it was not as it should be and was put right.
        town_day: The day that it is in its town; 0 is the seed.
        town_day_wanted: The day to which it lives on.
    """

    id: str
    organisation: str
    created_by: str
    name: str
    backend: str
    tier: str
    profile: str
    seed: int
    state: SandboxState
    created_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    ceiling_at: datetime
    destroyed_at: datetime | None
    is_resetting: bool
    town_digest: str | None
    town_url: str | None
    cause: dict[str, Any] | None
    isolation: dict[str, Any] | None
    destruction: dict[str, Any] | None
    is_proving: bool = False
    queued: Queued | None = None
    last_used_at: datetime | None = None
    suspended_at: datetime | None = None
    proved_at: datetime | None = None
    from_pool: bool | None = None
    repairs: int = 0
    town_day: int = 0
    town_day_wanted: int = 0

    @classmethod
    def of(cls, row: SandboxRow, *, queued: Queued | None = None) -> SandboxView:
        """Take a row out of its session, with its turn when it waits."""
        return cls(
            id=row.id,
            organisation=row.organisation,
            created_by=row.created_by,
            name=row.name,
            backend=row.backend,
            tier=row.tier,
            profile=row.profile,
            seed=row.seed,
            state=SandboxState(row.state),
            created_at=row.created_at,
            ready_at=row.ready_at,
            expires_at=row.expires_at,
            ceiling_at=row.ceiling_at,
            destroyed_at=row.destroyed_at,
            is_resetting=row.resets_wanted > row.resets_done,
            town_digest=row.town_digest,
            town_url=row.town_url,
            cause=row.cause,
            isolation=row.isolation,
            destruction=row.destruction,
            is_proving=row.proofs_wanted > row.proofs_done,
            queued=queued,
            last_used_at=row.touched_at,
            suspended_at=row.suspended_at,
            proved_at=row.proved_at,
            from_pool=row.from_pool,
            repairs=row.repairs,
            town_day=row.town_day,
            town_day_wanted=row.town_day_wanted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """One isolation proof of a sandbox.

    Attributes:
        record: What was tried and seen, sealed with a digest.
    """

    at: datetime
    holds: bool
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A component in a sandbox as it is known now.

    Attributes:
        digest: Of the uploaded content.
        revision: Grows with every upload under this name.
        base_url: Where it answers; None until it has run.
        failures: How often it failed or crashed in a row.
        next_attempt_at: When it is started again; None when it is not.
        process: What its process uses; None when it never ran or was not looked at.
    """

    id: str
    sandbox_id: str
    name: str
    state: DeploymentState
    manifest: Manifest
    manifest_json: dict[str, Any]
    digest: str
    revision: int
    base_url: str | None
    failures: int
    next_attempt_at: datetime | None
    cause: dict[str, Any] | None
    created_at: datetime
    changed_at: datetime
    running_since: datetime | None
    process: ProcessStatus | None = None

    @classmethod
    def of(cls, row: DeploymentRow, *, seen: ComponentView | None = None) -> DeploymentView:
        """Take a row out of its session, with what the backend sees of it."""
        return cls(
            id=row.id,
            sandbox_id=row.sandbox_id,
            name=row.name,
            state=DeploymentState(row.state),
            manifest=manifest_from_json(row.manifest),
            manifest_json=row.manifest,
            digest=row.digest,
            revision=row.revision,
            base_url=row.base_url,
            failures=row.failures,
            next_attempt_at=row.next_attempt_at,
            cause=row.cause,
            created_at=row.created_at,
            changed_at=row.changed_at,
            running_since=row.running_since,
            process=seen.status if seen is not None else None,
        )

    @property
    def openapi_url(self) -> str | None:
        """The address of its OpenAPI document, when it has one and has run."""
        path = self.manifest.openapi
        return f"{self.base_url}{path}" if self.base_url and path else None

    @property
    def health_url(self) -> str | None:
        """The address of its health check, when it has run."""
        return f"{self.base_url}{self.manifest.health.path}" if self.base_url else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a deployment holds now: enough to tell whether it is still what it was.

    Attributes:
        digest: Of the content that was uploaded last.
        revision: Grows with every upload, also of the same content; not with a restart or a reset.
        is_running: That very revision runs now.
        is_at_seed: Its town has not lived since it was last put back.
    """

    digest: str
    revision: int
    is_running: bool
    is_at_seed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentTarget:
    """A component that runs now, with everything that a verdict on it must carry.

    Attributes:
        digest: Of the uploaded content.
        revision: Grows with every upload, also of the same content; not with a restart or a reset.
    """

    organisation: str
    sandbox_id: str
    deployment_id: str
    component: str
    version: str
    title_nl: str
    title_en: str
    digest: str
    revision: int
    base_url: str
    openapi_url: str | None
    health_url: str
    town_url: str
    town_digest: str
    tier: str
    pages: tuple[str, ...]
    claims: tuple[Claim, ...]

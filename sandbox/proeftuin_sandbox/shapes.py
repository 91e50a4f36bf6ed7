"""The JSON of the sandbox API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from proeftuin_kernel.web import WHOLE, ApiModel, TextOut
from proeftuin_sandbox.life_shapes import QueueOut
from proeftuin_sandbox.states import DeploymentState, SandboxState
from vlavirgem.profile import profile_names

if TYPE_CHECKING:
    from proeftuin_sandbox.backends.promises import Capabilities
    from proeftuin_sandbox.views import DeploymentView, SandboxView

SANDBOX_ID = r"^sbx-[0-9a-hjkmnp-tv-z]{26}$"
ORGANISATION_ID = r"^org-[0-9a-hjkmnp-tv-z]{26}$"
COMPONENT_NAME = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
NO_CONTROLS = r"^[^\x00-\x1f\x7f]+$"
MAX_MINUTES = 525_600
MAX_SEED = 2**31 - 1
Minutes = Annotated[int, Field(ge=1, le=MAX_MINUTES), WHOLE]


class TownIn(ApiModel):
    """Which municipality the sandbox gets."""

    profile: str = Field(default="gehucht", json_schema_extra={"enum": list(profile_names())}, description="Its size.")
    seed: Annotated[int, Field(ge=0, le=MAX_SEED), WHOLE] = Field(default=1830, description="Which one of that size.")


class SandboxIn(ApiModel):
    """What to ask of a new sandbox."""

    name: str = Field(min_length=1, max_length=100, pattern=NO_CONTROLS, description="For people.")
    organisation: str | None = Field(
        default=None, pattern=ORGANISATION_ID, description="On whose behalf; may be left out with one organisation."
    )
    town: TownIn = TownIn()
    lifetime_minutes: Minutes | None = Field(
        default=None, description="How long; the operator has a default and a ceiling."
    )


class ExtensionIn(ApiModel):
    """How much longer a sandbox should live."""

    minutes: Minutes


class FailureOut(ApiModel):
    """Why something does not work, and what helps."""

    code: str = Field(description="Stable; explained in sandbox/README.md.")
    cause: TextOut
    remedy: TextOut


class TownOut(ApiModel):
    """The municipality of a sandbox."""

    profile: str
    seed: int
    digest: str | None = Field(description="Digest of its content; null until it is made.")
    url: str | None = Field(description="Root of its building blocks; null until they run.")
    day: int = Field(description="How many days it has lived; 0 is its seed.")
    living_to: int | None = Field(description="The day to which it is living now; null when it is not.")


class SandboxOut(ApiModel):
    """A sandbox."""

    id: str
    name: str
    organisation: str
    created_by: str
    state: SandboxState
    is_resetting: bool = Field(description="A reset was asked for and is not done yet.")
    backend: str
    tier: str = Field(description="How well it is isolated; see `GET /api/v1/sandboxes/capabilities`.")
    town: TownOut
    created_at: datetime
    ready_at: datetime | None
    expires_at: datetime
    latest_expiry: datetime = Field(description="No extension goes beyond this.")
    destroyed_at: datetime | None
    failure: FailureOut | None
    isolation: dict[str, Any] | None = Field(description="Record of the isolation proof.")
    destruction: dict[str, Any] | None = Field(description="Record of what was removed and what was left.")
    queue: QueueOut | None = Field(description="Its turn, while it is `queued`.")
    is_proving: bool = Field(description="An isolation proof was asked for and is not done yet.")
    proved_at: datetime | None = Field(description="When its isolation was last proved.")
    last_used_at: datetime | None = Field(description="When somebody last used it, to the minute.")
    suspended_at: datetime | None = Field(description="When the last of it had stopped, while it is `suspended`.")
    from_pool: bool | None = Field(
        description="It was made before it was asked for; null when there are no such sandboxes here."
    )
    repairs: int = Field(description="How often it was not as it should be and was put right.")

    @classmethod
    def of(cls, view: SandboxView) -> SandboxOut:
        """Show a sandbox."""
        return cls(
            id=view.id,
            name=view.name,
            organisation=view.organisation,
            created_by=view.created_by,
            state=view.state,
            is_resetting=view.is_resetting,
            backend=view.backend,
            tier=view.tier,
            town=TownOut(
                profile=view.profile,
                seed=view.seed,
                digest=view.town_digest,
                url=view.town_url,
                day=view.town_day,
                living_to=view.town_day_wanted if view.town_day_wanted > view.town_day else None,
            ),
            created_at=view.created_at,
            ready_at=view.ready_at,
            expires_at=view.expires_at,
            latest_expiry=view.ceiling_at,
            destroyed_at=view.destroyed_at,
            failure=_failure(view.cause),
            isolation=view.isolation,
            destruction=view.destruction,
            queue=QueueOut.of(view.queued) if view.queued is not None else None,
            is_proving=view.is_proving,
            proved_at=view.proved_at,
            last_used_at=view.last_used_at,
            suspended_at=view.suspended_at,
            from_pool=view.from_pool,
            repairs=view.repairs,
        )


class UsageOut(ApiModel):
    """What a component's processes use, measured within the last second."""

    processes: int
    memory_mib: float
    cpu_seconds: float
    disk_mib: float


class ComponentOut(ApiModel):
    """A component in a sandbox."""

    id: str
    sandbox: str
    name: str
    version: str
    title: TextOut
    state: DeploymentState
    revision: int = Field(description="Grows with every upload under this name.")
    digest: str = Field(description="Digest of the uploaded content.")
    url: str | None
    openapi_url: str | None
    health_url: str | None
    usage: UsageOut | None = Field(description="Null when it does not run.")
    failures: int = Field(description="How often it failed in a row.")
    next_attempt_at: datetime | None
    failure: FailureOut | None
    created_at: datetime
    changed_at: datetime
    running_since: datetime | None
    description: dict[str, Any] = Field(description="Its component.yaml, as JSON.")

    @classmethod
    def of(cls, view: DeploymentView) -> ComponentOut:
        """Show a component."""
        process = view.process
        return cls(
            id=view.id,
            sandbox=view.sandbox_id,
            name=view.name,
            version=view.manifest.version,
            title=TextOut.of(view.manifest.title),
            state=view.state,
            revision=view.revision,
            digest=view.digest,
            url=view.base_url,
            openapi_url=view.openapi_url,
            health_url=view.health_url,
            usage=UsageOut(
                processes=process.processes,
                memory_mib=process.memory_mib,
                cpu_seconds=process.cpu_seconds,
                disk_mib=process.disk_mib,
            )
            if process is not None and process.alive
            else None,
            failures=view.failures,
            next_attempt_at=view.next_attempt_at,
            failure=_failure(view.cause),
            created_at=view.created_at,
            changed_at=view.changed_at,
            running_since=view.running_since,
            description=view.manifest_json,
        )


class ControlOut(ApiModel):
    """One promise about a sandbox, and how far it is kept."""

    id: str
    level: Literal["enforced", "advisory", "absent"]
    title: TextOut
    explanation: TextOut


class CapabilitiesOut(ApiModel):
    """What the sandboxes of this platform promise."""

    backend: str
    tier: str
    controls: list[ControlOut]

    @classmethod
    def of(cls, capabilities: Capabilities) -> CapabilitiesOut:
        """Show capabilities."""
        return cls(
            backend=capabilities.backend,
            tier=capabilities.tier,
            controls=[
                ControlOut(
                    id=control.id,
                    level=control.level.value,
                    title=TextOut.of(control.title),
                    explanation=TextOut.of(control.explanation),
                )
                for control in capabilities.controls
            ],
        )


def _failure(cause: dict[str, Any] | None) -> FailureOut | None:
    return FailureOut.model_validate(cause) if cause is not None else None

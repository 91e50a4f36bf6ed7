"""The JSON about a sandbox's turn, plan and proofs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from proeftuin_kernel.web import WHOLE, ApiModel, TextOut

if TYPE_CHECKING:
    from proeftuin_sandbox.admission import Queued
    from proeftuin_sandbox.asking import Plan
    from proeftuin_sandbox.previews import Preview


class TurnOut(ApiModel):
    """A place in the queue."""

    position: int = Field(ge=1, description="1 is next. Organisations take turns; of each the oldest request first.")
    expected_at: datetime | None = Field(
        description="When it is expected to be ready, by how long places were held lately; null when nobody can say."
    )


class QueueOut(TurnOut):
    """The turn of a sandbox that waits."""

    since: datetime
    reason: TextOut | None = Field(description="Why nobody gets a place now, when the operator stopped new sandboxes.")

    @classmethod
    def of(cls, queued: Queued) -> QueueOut:
        """Show a turn."""
        return cls(
            position=queued.turn.position,
            expected_at=queued.turn.expected_at,
            since=queued.since,
            reason=TextOut.of(queued.reason) if queued.reason is not None else None,
        )


class PreviewIn(ApiModel):
    """How long a link should work."""

    minutes: Annotated[int, Field(ge=1, le=10_080), WHOLE] = 60


class PreviewOut(ApiModel):
    """A link to a component."""

    id: str
    component: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, preview: Preview) -> PreviewOut:
        """Show a link, without its secret."""
        return cls(
            id=preview.id,
            component=preview.component,
            created_by=preview.created_by,
            created_at=preview.created_at,
            expires_at=preview.expires_at,
            revoked_at=preview.revoked_at,
        )


class PreviewMadeOut(PreviewOut):
    """A link that was just made."""

    url: str = Field(description="Path on this platform, with the secret; shown once.")

    @classmethod
    def made(cls, preview: Preview, *, url: str) -> PreviewMadeOut:
        """Show a link with its secret."""
        return cls(url=url, **PreviewOut.of(preview).model_dump())


class LifeIn(ApiModel):
    """How many days a town should live on."""

    days: int = Field(default=30, ge=1, le=365, description="At most a year at a time.")


class ProofOut(ApiModel):
    """One isolation proof."""

    at: datetime
    holds: bool
    record: dict[str, Any] = Field(description="What was tried and seen, sealed with a digest.")


class PartOut(ApiModel):
    """One thing that would be made."""

    kind: str = Field(description="In the backend's own words.")
    name: str
    detail: str


class QuotaOut(ApiModel):
    """How many sandboxes an organisation may have, and has."""

    allowed: int
    used: int


class PlanOut(ApiModel):
    """What would come of a request for a sandbox."""

    outcome: Literal["ready", "made", "queued", "refused"] = Field(
        description="One stands `ready`, it is `made` at once, `queued` until there is room, or `refused` (the quota)."
    )
    organisation: str
    backend: str
    tier: str
    quota: QuotaOut
    queue: TurnOut | None = Field(description="The turn that it would get; null when it would not wait.")
    expires_at: datetime = Field(description="When its time would be over, if it did not wait.")
    parts: list[PartOut] = Field(description="What would be made; names follow from an id that is not used.")

    @classmethod
    def of(cls, plan: Plan) -> PlanOut:
        """Show a plan."""
        return cls(
            outcome=plan.outcome.value,
            organisation=plan.organisation,
            backend=plan.backend,
            tier=plan.tier,
            quota=QuotaOut(allowed=plan.quota, used=plan.used),
            queue=TurnOut(position=plan.turn.position, expected_at=plan.turn.expected_at) if plan.turn else None,
            expires_at=plan.expires_at,
            parts=[PartOut(kind=part.kind, name=part.name, detail=part.detail) for part in plan.parts],
        )

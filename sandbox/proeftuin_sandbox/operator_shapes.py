"""The JSON of what an operator sees and does."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from proeftuin_kernel.web import ApiModel, TextOut
from proeftuin_sandbox.life_shapes import QueueOut
from proeftuin_sandbox.shapes import NO_CONTROLS

if TYPE_CHECKING:
    from proeftuin_sandbox.cordons import Cordon
    from proeftuin_sandbox.operating import Overview


class ReasonIn(ApiModel):
    """A reason in two languages."""

    nl: str = Field(min_length=1, max_length=300, pattern=NO_CONTROLS)
    en: str = Field(min_length=1, max_length=300, pattern=NO_CONTROLS)


class CordonIn(ApiModel):
    """Why no new sandboxes are made."""

    reason: ReasonIn = Field(description="Shown to everybody who waits.")


class CordonOut(ApiModel):
    """A time in which no new sandboxes are made."""

    since: datetime
    by: str
    reason: TextOut

    @classmethod
    def of(cls, cordon: Cordon) -> CordonOut:
        """Show a cordon."""
        return cls(since=cordon.since, by=cordon.by, reason=TextOut.of(cordon.reason))


class WaiterOut(QueueOut):
    """Who waits."""

    sandbox: str
    organisation: str


class PlacesOut(ApiModel):
    """How many sandboxes may run at once."""

    capacity: int | None = Field(description="Null when there is no end to them.")
    taken: int = Field(description="The pool's included.")


class PoolOut(ApiModel):
    """Sandboxes that are made before anybody asks."""

    maximum: int
    ready: int
    making: int
    hits: int = Field(description="Requests of the last day that got one at once.")
    misses: int = Field(description="Requests of the last day, while there was a pool, that did not.")


class DurationOut(ApiModel):
    """How long one act took in the last seven days, in seconds."""

    act: str
    count: int
    p50: float
    p95: float


class OverviewOut(ApiModel):
    """All sandboxes of this platform together."""

    states: dict[str, int] = Field(description="How many sandboxes of people there are in each state.")
    places: PlacesOut
    queue: list[WaiterOut] = Field(description="Who waits, in order.")
    cordon: CordonOut | None
    pool: PoolOut
    durations: list[DurationOut]
    repairs: int = Field(description="How often the sandboxes that are there now were repaired.")

    @classmethod
    def of(cls, overview: Overview) -> OverviewOut:
        """Show an overview."""
        return cls(
            states=overview.states,
            places=PlacesOut(capacity=overview.capacity, taken=overview.placed),
            queue=[
                WaiterOut(
                    sandbox=one.sandbox_id,
                    organisation=one.organisation,
                    position=one.turn.position,
                    expected_at=one.turn.expected_at,
                    since=one.since,
                    reason=TextOut.of(one.reason) if one.reason is not None else None,
                )
                for one in overview.queue
            ],
            cordon=CordonOut.of(overview.cordon) if overview.cordon is not None else None,
            pool=PoolOut(
                maximum=overview.pool.maximum,
                ready=overview.pool.ready,
                making=overview.pool.making,
                hits=overview.pool.hits,
                misses=overview.pool.misses,
            ),
            durations=[
                DurationOut(act=one.act.value, count=one.count, p50=round(one.p50, 3), p95=round(one.p95, 3))
                for one in overview.spreads
            ],
            repairs=overview.repairs,
        )

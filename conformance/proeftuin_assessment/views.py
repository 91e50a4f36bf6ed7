"""What the services give back: frozen facts, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from proeftuin_kernel.text import Text


class RunState(StrEnum):
    """Where a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"  # there is a report, whatever its outcome
    FAILED = "failed"  # ended without a report: ours or the set-up's fault, never the product's
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether nothing changes any more."""
        return self not in {RunState.QUEUED, RunState.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run, without its report.

    Attributes:
        outcome: of the report; `error` for a failed run; None until the end.
        cause: why a run failed.
        withheld: why a finished run earned no badge; empty when it did or is not done.
        summary: `counts` and `depth` of the report, when there is one.
        badge: id of its badge.
    """

    id: str
    organisation: str
    requested_at: datetime
    deployment: str | None
    sandbox: str | None
    solution: str | None
    release: str | None
    component: str
    component_version: str
    component_digest: str
    title: Text
    base_url: str
    town_digest: str
    tier: str
    kit: str
    kit_version: str
    kit_digest: str
    actor: str | None
    mode: str
    seed: int
    state: RunState
    outcome: str | None
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    cause: Text | None
    withheld: tuple[Text, ...]
    report_digest: str | None
    badge: str | None

    @property
    def stream(self) -> str:
        """The journal in which its progress is told."""
        return stream_of(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A badge as the platform knows it, with the credential as it was signed."""

    id: str
    run: str
    organisation: str
    solution: str | None
    release: str | None
    component: str
    component_version: str
    kit: str
    kit_version: str
    issued_at: datetime
    valid_until: datetime
    status_list: str
    status_index: int
    revoked_at: datetime | None
    revoked_reason: str | None
    credential: dict[str, Any]


def stream_of(run: str) -> str:
    """Name the journal of a run."""
    return f"run:{run}"

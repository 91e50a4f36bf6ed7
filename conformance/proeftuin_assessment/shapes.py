"""The JSON shapes of the assessment API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from proeftuin_assessment.views import Badge, Run, RunState
from proeftuin_kernel.web import WHOLE, ApiModel, TextOut

_TAIL = r"-[0-9a-hjkmnp-tv-z]{26}$"
RUN_ID = rf"^run{_TAIL}"
BADGE_ID = rf"^bdg{_TAIL}"
STATUS_LIST_ID = rf"^stl{_TAIL}"
DEPLOYMENT_ID = rf"^dep{_TAIL}"
SOLUTION_ID = rf"^sol{_TAIL}"
RELEASE_ID = rf"^rel{_TAIL}"
NAME = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
LARGEST_SEED = 2**31 - 1  # a PostgreSQL integer

Outcome = Literal["pass", "fail", "skip", "omit", "error", "not_tested"]
_Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class RunIn(ApiModel):
    """Which run is asked for."""

    deployment: str = Field(pattern=DEPLOYMENT_ID, description="A component that runs in one of your sandboxes.")
    kit: str = Field(pattern=NAME, description="The kit to test with.")
    actor: str | None = Field(default=None, pattern=NAME, description="Role in the kit; default: as claimed, or all.")
    mode: Literal["quick", "full"] = Field(default="full", description="`quick` does not generate test data.")
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED), WHOLE] = Field(
        default=1830, description="The same seed gives the same requests."
    )


class RunOut(ApiModel):
    """A run, without its report."""

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
    town_digest: str
    tier: str = Field(description="How well the sandbox was isolated.")
    kit: str
    kit_version: str
    kit_digest: str
    actor: str | None
    mode: Literal["quick", "full"]
    seed: int
    state: RunState
    outcome: Outcome | None = Field(description="`error` says nothing about the component.")
    attempts: int = Field(description="How often a worker began; more than 1 after an interruption.")
    started_at: datetime | None
    finished_at: datetime | None
    cause: TextOut | None = Field(description="Why a run ended without a report.")
    withheld: list[TextOut] = Field(description="Why a finished run earned no badge.")
    report_digest: str | None
    badge: str | None

    @classmethod
    def of(cls, run: Run) -> RunOut:
        """Show a run."""
        facts = {name: getattr(run, name) for name in cls.model_fields if name not in {"cause", "withheld"}}
        return cls(
            **facts,
            cause=TextOut.of(run.cause) if run.cause else None,
            withheld=[TextOut.of(reason) for reason in run.withheld],
        )


class BadgeOut(ApiModel):
    """What the platform knows of a badge, beside the credential itself."""

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
    revoked_at: datetime | None
    revoked_reason: str | None

    @classmethod
    def of(cls, badge: Badge) -> BadgeOut:
        """Show a badge."""
        return cls(**{name: getattr(badge, name) for name in cls.model_fields})


class RevocationIn(ApiModel):
    """Why a badge is taken back."""

    reason: _Reason = Field(description="For whoever reads the page of the badge.")


class CheckOut(ApiModel):
    """One check of a badge."""

    name: str
    answer: Literal["passed", "failed", "unknown", "skipped"]
    code: str = Field(description="Stable; see conformance/README.md.")
    text: TextOut


class VerificationOut(ApiModel):
    """The answer about a badge."""

    valid: bool
    code: str = Field(description="Code of the first check in the way, or `badge-valid`.")
    state: Literal["getest", "verlopen", "ingetrokken"] | None
    status_known: bool = Field(description="Whether revocation was really checked.")
    checked_at: datetime
    badge: Any | None = Field(description="The id that the document gives itself.")
    checks: list[CheckOut]

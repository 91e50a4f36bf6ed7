"""Ask for a sandbox, or ask what one would be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select

from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from proeftuin_sandbox import access, cordons, refusals, repository, streams
from proeftuin_sandbox.backends.base import SandboxSpec, TownSpec
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.pool_size import Kind
from proeftuin_sandbox.states import Desired, SandboxState
from vlavirgem import GENERATOR_VERSION

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.admission import Admission
    from proeftuin_sandbox.backends.base import Planned, SandboxBackend
    from proeftuin_sandbox.policy import Policy
    from proeftuin_sandbox.pool import Pool
    from proeftuin_sandbox.turns import Turn


@dataclass(frozen=True, slots=True)
class NewSandbox:
    """What somebody asks for.

    Attributes:
        name: For people.
        organisation: On whose behalf; None when the person has only one that may.
        profile: Size of the town.
        seed: Which town of that size.
        lifetime: How long; None for the operator's default.
    """

    name: str
    organisation: str | None = None
    profile: str = "gehucht"
    seed: int = 1830
    lifetime: timedelta | None = None


class Outcome(StrEnum):
    """What would come of a request."""

    READY = "ready"
    """One stands ready."""
    MADE = "made"
    """It is made at once."""
    QUEUED = "queued"
    """It waits for a place first."""
    REFUSED = "refused"
    """The organisation has as many as it may."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of a request, if it were made now; nothing was written.

    Attributes:
        outcome: Made, queued or refused.
        quota: Sandboxes that the organisation may have; `used` of them are there.
        turn: Its turn, when it would wait.
        expires_at: When its time would be over, if it did not wait.
        parts: What would be made, in the backend's own words.
        cordon: Why nobody is let in now, when the operator says so.
    """

    outcome: Outcome
    organisation: str
    backend: str
    tier: str
    quota: int
    used: int
    turn: Turn | None
    expires_at: datetime
    parts: tuple[Planned, ...]
    cordon: Text | None = None


class Asking:
    """Takes in requests for sandboxes; part of `SandboxService`."""

    def __init__(
        self, database: Database, backend: SandboxBackend, policy: Policy, *, admission: Admission, pool: Pool
    ) -> None:
        self._database = database
        self._backend = backend
        self._policy = policy
        self._admission = admission
        self._pool = pool

    def create(self, principal: Principal, wish: NewSandbox, *, idempotency_key: str | None) -> SandboxRow:
        """Write down a request; see `SandboxService.create`."""
        organisation = access.organisation_for(principal, wish.organisation)
        digest = _digest_of(wish)
        with self._database.begin() as work:
            # One at a time per organisation: the quota and the key are read before they are written.
            repository.lock(work.session, f"sandbox:{organisation}")
            earlier = _earlier(work.session, organisation, idempotency_key)
            if earlier is not None:
                if earlier.request_digest != digest:
                    raise refusals.key_reused()
                return earlier
            lifetime = self._lifetime_of(wish)
            if repository.count_living(work.session, organisation) >= self._policy.quota:
                raise refusals.quota(self._policy.quota)
            self._admission.lock(work.session)
            claimed = self._pool.claim(work, Kind(wish.profile, wish.seed), lifetime=lifetime)
            row = claimed or self._new_row(work, wish, lifetime=lifetime)
            row.organisation, row.created_by, row.name = organisation, principal.name, wish.name
            row.idempotency_key, row.request_digest = idempotency_key, digest if idempotency_key else None
            work.session.add(row)
            work.session.flush()
            work.audit(
                principal, "sandbox.create", row.id, organisation=organisation, profile=wish.profile, seed=wish.seed
            )
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "requested",
                Text(nl="De proeftuin is aangevraagd.", en="The sandbox is requested."),
            )
            if claimed is not None:
                self._pool.hand_over(work, claimed)
            else:
                self._admission.enter(work, row)
            return row

    def plan(self, principal: Principal, wish: NewSandbox) -> Plan:
        """Tell what a request would come to; see `SandboxService.plan`."""
        organisation = access.organisation_for(principal, wish.organisation)
        lifetime = self._lifetime_of(wish)
        now = self._database.clock.now()
        with self._database.read() as session:
            used = repository.count_living(session, organisation)
            turn = self._admission.forecast(session, organisation, now=now)
            cordon = cordons.open_cordon(session)
            stands_ready = self._pool.has(session, Kind(wish.profile, wish.seed))
        refused = used >= self._policy.quota
        capabilities = self._backend.capabilities()
        spec = SandboxSpec(new_id("sbx"), TownSpec(wish.profile, wish.seed))
        return Plan(
            outcome=_outcome(refused=refused, stands_ready=stands_ready, waits=turn is not None),
            organisation=organisation,
            backend=capabilities.backend,
            tier=capabilities.tier,
            quota=self._policy.quota,
            used=used,
            turn=None if refused or stands_ready else turn,
            expires_at=now + lifetime,
            parts=self._backend.plan(spec),
            cordon=cordon.reason if cordon is not None else None,
        )

    def _new_row(self, work: UnitOfWork, wish: NewSandbox, *, lifetime: timedelta) -> SandboxRow:
        capabilities = self._backend.capabilities()
        return SandboxRow(
            id=new_id("sbx"),
            backend=capabilities.backend,
            tier=capabilities.tier,
            profile=wish.profile,
            seed=wish.seed,
            state=SandboxState.QUEUED,
            desired=Desired.READY,
            created_at=work.now,
            touched_at=work.now,
            expires_at=work.now + lifetime,
            ceiling_at=work.now + self._policy.max_lifetime,
            resets_wanted=0,
            resets_done=0,
            attempts=0,
            generator=GENERATOR_VERSION,
            from_pool=False if self._policy.pool else None,
        )

    def _lifetime_of(self, wish: NewSandbox) -> timedelta:
        lifetime = wish.lifetime or self._policy.lifetime
        if lifetime > self._policy.max_lifetime:
            raise refusals.ceiling(self._policy.max_lifetime)
        return lifetime


def _outcome(*, refused: bool, stands_ready: bool, waits: bool) -> Outcome:
    if refused:
        return Outcome.REFUSED
    if stands_ready:
        return Outcome.READY
    return Outcome.QUEUED if waits else Outcome.MADE


def _earlier(session: Session, organisation: str, key: str | None) -> SandboxRow | None:
    if key is None:
        return None
    return session.scalar(
        select(SandboxRow).where(SandboxRow.organisation == organisation, SandboxRow.idempotency_key == key)
    )


def _digest_of(wish: NewSandbox) -> str:
    text = json.dumps([wish.name, wish.organisation, wish.profile, wish.seed, str(wish.lifetime)])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

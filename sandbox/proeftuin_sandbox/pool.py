"""Sandboxes that are made and proved before anybody asks, and handed out at once.

A member is a row like any other, owned by the platform; claiming it is changing its owner in one transaction. So a
crash leaves it either in the pool or with its new owner.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from proeftuin_sandbox import cordons, repository, streams
from proeftuin_sandbox.making import tell_others
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.pool_size import Kind, pool_sizes
from proeftuin_sandbox.reconciler import drift_of
from proeftuin_sandbox.scheduling import defer_converge, defer_creation, defer_destruction
from proeftuin_sandbox.states import Desired, SandboxState
from vlavirgem import GENERATOR_VERSION

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.admission import Admission
    from proeftuin_sandbox.backends.base import SandboxBackend
    from proeftuin_sandbox.policy import Policy

OWNER = "platform"
"""No organisation has this id, so that nobody but an operator sees a member."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_PAUSE = timedelta(minutes=5)
_UNFIT = frozenset({SandboxState.FAILED, SandboxState.QUARANTINED, SandboxState.SUSPENDED})
_TRIES = 3


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """How the pool does.

    Attributes:
        maximum: The operator's choice.
        ready: Members that can be claimed.
        making: Members on their way.
        hits: Requests of the last day that got a member; `misses` did not.
    """

    maximum: int
    ready: int
    making: int
    hits: int
    misses: int


class Pool:
    """Tends the pool and hands its members out; part of `SandboxService`."""

    def __init__(self, backend: SandboxBackend, policy: Policy, *, admission: Admission) -> None:
        self._backend = backend
        self._policy = policy
        self._admission = admission

    def claim(self, work: UnitOfWork, kind: Kind, *, lifetime: timedelta) -> SandboxRow | None:
        """Take a member out of the pool, with a life of its own; None when there is none that serves now.

        Call it under the admission's lock. Who waits goes first, and a cordon stops claims too.
        """
        session = work.session
        if not self._policy.pool or repository.queued(session) or cordons.open_cordon(session) is not None:
            return None
        for _ in range(_TRIES):
            row = session.scalar(
                self._fit(kind).order_by(SandboxRow.proved_at.desc()).limit(1).with_for_update(skip_locked=True)
            )
            if row is None:
                return None
            if drift_of(self._backend.observe(row.id)) is not None:
                defer_destruction(work, row)
                session.flush()
                continue
            row.created_at = row.admitted_at = row.touched_at = work.now
            row.expires_at, row.ceiling_at = work.now + lifetime, work.now + self._policy.max_lifetime
            row.pooled, row.from_pool, row.warned_at = False, True, None
            return row
        return None

    def hand_over(self, work: UnitOfWork, row: SandboxRow) -> None:
        """Have a claimed member be ready for its new owner; one with an old proof is proved first."""
        stream = streams.sandbox_stream(row.id)
        if row.proved_at is None or work.now - row.proved_at > self._policy.proof_age:
            row.state, row.ready_at = SandboxState.REQUESTED, None
            words = Text(
                nl="Er stond een proeftuin klaar; zijn afscherming wordt opnieuw bewezen.",
                en="A sandbox stood ready; its isolation is proved anew.",
            )
            streams.tell_news(work, stream, "claimed", words)
            defer_converge(work, row.id)
            return
        row.ready_at = work.now
        tell_others(work, row)
        streams.tell_end(
            work,
            stream,
            row.state,
            Text(nl="Er stond een proeftuin voor u klaar.", en="A sandbox stood ready for you."),
        )

    def has(self, session: Session, kind: Kind) -> bool:
        """Tell whether a request of this kind would get a member now."""
        if not self._policy.pool or repository.queued(session) or cordons.open_cordon(session) is not None:
            return False
        return session.scalar(self._fit(kind).limit(1)) is not None

    def tend(self, work: UnitOfWork) -> None:
        """Drop what is unfit or too much, prove anew what was proved long ago, and make what is missing."""
        session = work.session
        self._admission.lock(session)
        members = list(repository.pool_members(session, lock=True))
        fit = [row for row in members if self._is_fit(row)]
        for row in members:
            if row not in fit:
                defer_destruction(work, row)
        session.flush()
        if not self._policy.pool or cordons.open_cordon(session) is not None or repository.queued(session):
            return
        free = self._admission.free(session)
        wanted = pool_sizes(
            repository.demand(session, self._backend.capabilities().backend, since=work.now - _HOUR),
            maximum=self._policy.pool,
            room=free + len(fit) if free is not None else None,
        )
        have = Counter(Kind(row.profile, row.seed) for row in fit)
        for row in sorted(fit, key=lambda one: (one.state == SandboxState.READY, one.created_at)):
            kind = Kind(row.profile, row.seed)
            if have[kind] > wanted.get(kind, 0):
                have[kind] -= 1
                defer_destruction(work, row)
            elif _needs_proof(row, work, self._policy.proof_age):
                row.proofs_wanted += 1
                defer_converge(work, row.id)
        session.flush()
        if not self._failed_lately(work):
            room = free if free is not None else sum(wanted.values())
            missing = [kind for kind, size in wanted.items() for _ in range(size - have[kind])]
            for kind in missing[: max(0, room)]:
                self._make(work, kind)

    def facts(self, session: Session, *, now: datetime) -> PoolFacts:
        """Tell how the pool does."""
        states = Counter(row.state for row in repository.pool_members(session))
        rows = session.execute(
            select(SandboxRow.from_pool, func.count())
            .where(SandboxRow.from_pool.is_not(None), SandboxRow.created_at > now - _DAY)
            .group_by(SandboxRow.from_pool)
        )
        asked = {row[0]: row[1] for row in rows}
        return PoolFacts(
            maximum=self._policy.pool,
            ready=states[SandboxState.READY],
            making=states[SandboxState.REQUESTED] + states[SandboxState.PROVISIONING],
            hits=asked.get(True, 0),
            misses=asked.get(False, 0),
        )

    def _fit(self, kind: Kind) -> Select[SandboxRow]:
        return select(SandboxRow).where(
            SandboxRow.pooled,
            SandboxRow.state == SandboxState.READY,
            SandboxRow.desired == Desired.READY,
            SandboxRow.backend == self._backend.capabilities().backend,
            SandboxRow.generator == GENERATOR_VERSION,
            SandboxRow.profile == kind.profile,
            SandboxRow.seed == kind.seed,
        )

    def _is_fit(self, row: SandboxRow) -> bool:
        return (
            row.state not in _UNFIT
            and row.generator == GENERATOR_VERSION
            and row.backend == self._backend.capabilities().backend
            and self._policy.pool > 0
        )

    def _failed_lately(self, work: UnitOfWork) -> bool:
        """Tell whether a member was given up before it was ever ready: wait a little before the next."""
        return (
            work.session.scalar(
                select(SandboxRow.id)
                .where(
                    SandboxRow.pooled,
                    SandboxRow.desired == Desired.DESTROYED,
                    SandboxRow.ready_at.is_(None),
                    SandboxRow.created_at > work.now - _PAUSE,
                )
                .limit(1)
            )
            is not None
        )

    def _make(self, work: UnitOfWork, kind: Kind) -> None:
        capabilities = self._backend.capabilities()
        row = SandboxRow(
            id=new_id("sbx"),
            organisation=OWNER,
            created_by="proeftuin",
            name="voorraad",
            backend=capabilities.backend,
            tier=capabilities.tier,
            profile=kind.profile,
            seed=kind.seed,
            state=SandboxState.REQUESTED,
            desired=Desired.READY,
            created_at=work.now,
            admitted_at=work.now,
            expires_at=work.now + self._policy.max_lifetime,
            ceiling_at=work.now + self._policy.max_lifetime,
            resets_wanted=0,
            resets_done=0,
            attempts=0,
            pooled=True,
            generator=GENERATOR_VERSION,
        )
        work.session.add(row)
        work.session.flush()
        defer_creation(work, row.id)


def _needs_proof(row: SandboxRow, work: UnitOfWork, age: timedelta) -> bool:
    return (
        row.state == SandboxState.READY
        and row.proofs_wanted == row.proofs_done
        and (row.proved_at is None or work.now - row.proved_at > age)
    )

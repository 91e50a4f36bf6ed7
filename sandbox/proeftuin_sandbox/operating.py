"""What the operator of the platform sees of all sandboxes together, and the cordon."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proeftuin_kernel.auth import Permission
from proeftuin_sandbox import cordons, durations, listing, repository
from proeftuin_sandbox.scheduling import defer_admission
from proeftuin_sandbox.views import SandboxView

if TYPE_CHECKING:
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.text import Text
    from proeftuin_sandbox.admission import Admission, Queued
    from proeftuin_sandbox.cordons import Cordon
    from proeftuin_sandbox.durations import Spread
    from proeftuin_sandbox.listing import Question
    from proeftuin_sandbox.policy import Policy
    from proeftuin_sandbox.pool import Pool, PoolFacts

SUBJECT = "sandboxes"


@dataclass(frozen=True, slots=True)
class Overview:
    """All sandboxes of this platform together.

    Attributes:
        states: How many people's sandboxes there are in each state; those of the pool are apart.
        capacity: Places in all; None when there is no end to them.
        placed: Places that are taken, the pool's included.
        queue: Who waits, in order.
        cordon: The cordon of now, if any.
        spreads: How long each act took in the last seven days.
        repairs: How often sandboxes that are still there were repaired.
    """

    states: dict[str, int]
    capacity: int | None
    placed: int
    queue: tuple[Queued, ...]
    cordon: Cordon | None
    pool: PoolFacts
    spreads: tuple[Spread, ...]
    repairs: int


class Operating:
    """What an operator may ask; part of `SandboxService`."""

    def __init__(self, database: Database, policy: Policy, *, admission: Admission, pool: Pool) -> None:
        self._database = database
        self._policy = policy
        self._admission = admission
        self._pool = pool

    def overview(self, principal: Principal) -> Overview:
        """Show everything at once.

        Raises:
            ForbiddenError: the principal is no operator.
        """
        principal.require(Permission.SANDBOX_OPERATE)
        now = self._database.clock.now()
        with self._database.read() as session:
            rows = [row for row in repository.living(session) if not row.pooled]
            return Overview(
                states=dict(Counter(row.state for row in rows)),
                capacity=self._policy.capacity,
                placed=repository.count_placed(session),
                queue=tuple(self._admission.queue(session, now=now)),
                cordon=cordons.open_cordon(session),
                pool=self._pool.facts(session, now=now),
                spreads=tuple(durations.spreads(session, now=now)),
                repairs=sum(row.repairs for row in rows),
            )

    def all(self, principal: Principal, question: Question, *, limit: int) -> list[SandboxView]:
        """List sandboxes of everybody, sorted and filtered.

        Raises:
            ForbiddenError: the principal is no operator.
            ValueError: `question.after` is no place in such a list.
        """
        principal.require(Permission.SANDBOX_OPERATE)
        with self._database.read() as session:
            return [SandboxView.of(row) for row in listing.rows_of(session, question, limit=limit)]

    def organisations(self, principal: Principal) -> list[str]:
        """List the organisations that have a sandbox now.

        Raises:
            ForbiddenError: the principal is no operator.
        """
        principal.require(Permission.SANDBOX_OPERATE)
        with self._database.read() as session:
            return listing.organisations_of(session)

    def cordon(self, principal: Principal, reason: Text) -> Cordon:
        """Stop new sandboxes; requests wait and are told why, and what runs goes on.

        Raises:
            ForbiddenError: the principal is no operator.
        """
        principal.require(Permission.SANDBOX_OPERATE)
        with self._database.begin() as work:
            self._admission.lock(work.session)
            cordons.begin(work, principal, reason)
            work.session.flush()
            work.audit(principal, "sandbox.cordon", SUBJECT, reason=reason.as_dict())
            self._admission.tell_all_anew(work)
            found = cordons.open_cordon(work.session)
        if found is None:
            raise RuntimeError("a cordon that was just begun is not there")
        return found

    def uncordon(self, principal: Principal) -> None:
        """Let new sandboxes in again; that nothing stopped them is not an error.

        Raises:
            ForbiddenError: the principal is no operator.
        """
        principal.require(Permission.SANDBOX_OPERATE)
        with self._database.begin() as work:
            self._admission.lock(work.session)
            if cordons.end(work, principal):
                work.session.flush()
                work.audit(principal, "sandbox.uncordon", SUBJECT)
                self._admission.tell_all_anew(work)
                defer_admission(work)

"""Bring sandboxes from what is to what is wanted, one at a time each, whatever happened before.

Each act is announced by a committed row before it happens, under a lease whose token is checked with every
write. A worker that dies anywhere is followed by another that starts over: names are deterministic and every
act may happen twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel import leases
from proeftuin_kernel.text import Text
from proeftuin_sandbox import durations, repairing, repository, streams
from proeftuin_sandbox.backends.base import FailureError, SandboxSpec, TownSpec
from proeftuin_sandbox.deploying import Deploying
from proeftuin_sandbox.durations import Act
from proeftuin_sandbox.failing import write_failure
from proeftuin_sandbox.fence import Fence, SupersededError
from proeftuin_sandbox.leaving import Leaving
from proeftuin_sandbox.making import Making, is_living
from proeftuin_sandbox.states import DeploymentState, Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import Observed, SandboxBackend
    from proeftuin_sandbox.bundle_store import BundleStore
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy

_MAX_ACTS = 200
_log = structlog.get_logger(__name__)


def _no_hook(_code: str) -> None:
    """Do nothing between an announcement and its act."""


class Reconciler:
    """Works towards what people want of each sandbox.

    Args:
        database: The rows.
        backend: The world.
        bundles: Uploaded components.
        policy: The operator's choices.
        lease_seconds: How long a dead worker keeps others waiting.
        hook: Called with the code of each step after it was announced, just before it happens.
    """

    def __init__(
        self,
        database: Database,
        backend: SandboxBackend,
        bundles: BundleStore,
        policy: Policy,
        *,
        lease_seconds: float = 15,
        hook: Callable[[str], None] = _no_hook,
    ) -> None:
        self._database = database
        self._backend = backend
        self._policy = policy
        self._lease_seconds = lease_seconds
        self._hook = hook
        self._deploying = Deploying(backend, bundles, policy)
        self._making = Making(backend, policy)
        self._leaving = Leaving(backend, policy)
        self._seen_whole: set[str] = set()

    def converge(self, sandbox_id: str) -> None:
        """Do everything that can be done for a sandbox now; returns when it is as wanted, or must wait.

        Raises:
            LeaseHeldError: another worker is at it.
        """
        with leases.hold(self._database, f"sandbox:{sandbox_id}", seconds=self._lease_seconds) as lease:
            fence = Fence(self._database, lease, sandbox_id, hook=self._hook)
            for _ in range(_MAX_ACTS):
                if self._database.closing.is_set():  # the next start looks at every sandbox
                    return
                try:
                    if not self._act(fence):
                        return
                except SupersededError:
                    continue
            _log.warning("a sandbox does not come to rest", sandbox=sandbox_id)

    def destroy_orphan(self, sandbox_id: str) -> None:
        """Take away what belongs to no living sandbox.

        Raises:
            LeaseHeldError: somebody works on it after all.
            FailureError: something refuses to go.
        """
        with leases.hold(self._database, f"sandbox:{sandbox_id}", seconds=self._lease_seconds):
            for _ in self._backend.destroy(sandbox_id):
                """Each pull lets one act happen."""

    def _act(self, fence: Fence) -> bool:
        """Do the next thing; False when there is nothing to do now."""
        with self._database.read() as session:
            row = repository.get_sandbox(session, fence.sandbox_id)
            now = self._database.clock.now()
            is_due = row.next_attempt_at is None or row.next_attempt_at <= now
        state = SandboxState(row.state)
        if row.desired == Desired.DESTROYED:
            return state is not SandboxState.DESTROYED and is_due and self._leaving.destroy(fence)
        match state:
            case SandboxState.SUSPENDED:
                return row.suspended_at is None and is_due and self._leaving.suspend(fence)
            case SandboxState.REQUESTED | SandboxState.PROVISIONING:
                if not is_due or repairing.waits(fence, row, self._backend):
                    return False
                return self._making.create(fence, _spec(row))
            case SandboxState.READY:
                return self._look_after(fence, row, is_due=is_due)
        return False

    def _look_after(self, fence: Fence, row: SandboxRow, *, is_due: bool) -> bool:
        """Do the next thing for a ready sandbox."""
        seen = self._backend.observe(fence.sandbox_id)
        drift = drift_of(seen)
        if drift is not None:
            return self._making.repair(fence, drift, is_counted=fence.sandbox_id in self._seen_whole)
        self._seen_whole.add(fence.sandbox_id)
        if row.resets_wanted > row.resets_done:
            return is_due and self._reset(fence, _spec(row), number=row.resets_wanted)
        if row.town_day_wanted > row.town_day:
            return is_due and self._making.live(fence, _spec(row), until=row.town_day_wanted)
        if row.proofs_wanted > row.proofs_done:
            return is_due and self._making.prove(fence, number=row.proofs_wanted)
        return self._deploying.act(fence, seen)

    def _reset(self, fence: Fence, spec: SandboxSpec, *, number: int) -> bool:
        stream = streams.sandbox_stream(fence.sandbox_id)
        began = self._database.clock.now()
        try:
            fence.drive(self._backend.reset(spec), stream=stream, is_wanted=is_living(fence))
        except FailureError as error:
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.FAILED)
        with fence.write() as (work, row):
            row.resets_done, row.attempts, row.next_attempt_at, row.cause = number, 0, None, None
            row.town_day = 0
            durations.note(work, row, Act.RESET, (work.now - began).total_seconds())
            for deployment in repository.deployments(work.session, row.id):
                if deployment.desired == Desired.RUNNING and deployment.state != DeploymentState.FAILED:
                    deployment.state = DeploymentState.REQUESTED
            streams.tell_end(
                work,
                stream,
                row.state,
                Text(
                    nl="De gemeente is terug bij het begin. De componenten starten opnieuw, zonder hun gegevens.",
                    en="The town is back at its seed. The components start again, without their data.",
                ),
            )
        return True


def drift_of(seen: Observed) -> Text | None:
    """Tell what of a ready sandbox is not as it was made; None when all of it is."""
    if not seen.is_serving:
        return Text(
            nl="De bouwstenen draaien niet meer; ze worden opnieuw gestart. De gegevens blijven.",
            en="The building blocks do not run any more; they are started again. The data stays.",
        )
    if seen.drift:
        what = ", ".join(seen.drift)
        return Text(nl=f"Veranderd of verdwenen: {what}.", en=f"Changed or gone: {what}.")
    return None


def _spec(row: SandboxRow) -> SandboxSpec:
    return SandboxSpec(row.id, TownSpec(row.profile, row.seed))

"""Bring sandboxes from what is to what is wanted, one at a time each, whatever happened before.

Each act is announced by a committed row before it happens, under a lease whose token is checked with every
write. A worker that dies anywhere is followed by another that starts over: names are deterministic and every
act may happen twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel import leases
from proeftuin_kernel.text import Text
from proeftuin_sandbox import repository, streams
from proeftuin_sandbox.backends.base import Failure, FailureError, SandboxSpec, Step, TownSpec
from proeftuin_sandbox.deploying import Deploying
from proeftuin_sandbox.events import SandboxDestroyed, SandboxReady
from proeftuin_sandbox.fence import Fence, SupersededError
from proeftuin_sandbox.records import destruction_record, isolation_record, owned_as_json
from proeftuin_sandbox.scheduling import defer_later
from proeftuin_sandbox.states import DeploymentState, Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import Proof, SandboxBackend
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
            return state is not SandboxState.DESTROYED and is_due and self._destroy(fence)
        if state in {SandboxState.REQUESTED, SandboxState.PROVISIONING}:
            return is_due and self._create(fence, _spec(row))
        if state is not SandboxState.READY:
            return False
        if not self._backend.observe(fence.sandbox_id).is_serving:
            return self._bring_back(fence)
        if row.resets_wanted > row.resets_done:
            return is_due and self._reset(fence, _spec(row), number=row.resets_wanted)
        return self._deploying.act(fence)

    def _create(self, fence: Fence, spec: SandboxSpec) -> bool:
        stream = streams.sandbox_stream(fence.sandbox_id)
        with fence.write() as (_, row):
            row.state = SandboxState.PROVISIONING
        try:
            steps = _and_then_prove(self._backend.create(spec))
            fence.drive(steps, stream=stream, is_wanted=self._is_living(fence))
            proof = self._backend.prove(fence.sandbox_id)
        except FailureError as error:
            return self._failed(fence, error.failure, otherwise=SandboxState.FAILED)
        self._made(fence, proof)
        return True

    def _made(self, fence: Fence, proof: Proof) -> None:
        """Write down that the sandbox is ready, or that it must not be used."""
        seen = self._backend.observe(fence.sandbox_id)
        stream = streams.sandbox_stream(fence.sandbox_id)
        capabilities = self._backend.capabilities()
        tiers = self._policy.tiers
        objection = (
            _NOT_PROVED if not proof.holds else _TIER_REFUSED if tiers and capabilities.tier not in tiers else None
        )
        with fence.write() as (work, row):
            row.isolation = isolation_record(proof, capabilities, at=work.now)
            row.tier = capabilities.tier
            row.town_digest, row.town_url = seen.town_digest, seen.town_url
            row.attempts, row.next_attempt_at = 0, None
            if objection is not None:
                row.state, row.cause = SandboxState.QUARANTINED, objection.as_json()
                streams.tell_end(work, stream, row.state, objection.cause, failure=objection)
                return
            row.state, row.cause = SandboxState.READY, None
            if row.ready_at is None:
                row.ready_at = work.now
                work.emit(
                    SandboxReady(
                        sandbox_id=row.id,
                        organisation=row.organisation,
                        tier=row.tier,
                        town_digest=row.town_digest or "",
                        town_url=row.town_url or "",
                    )
                )
            streams.tell_end(work, stream, row.state, Text(nl="De proeftuin is klaar.", en="The sandbox is ready."))

    def _bring_back(self, fence: Fence) -> bool:
        with fence.write() as (work, row):
            row.state = SandboxState.PROVISIONING
            streams.tell_news(
                work,
                streams.sandbox_stream(row.id),
                "bring-back",
                Text(
                    nl="De bouwstenen draaien niet meer; ze worden opnieuw gestart. De gegevens blijven.",
                    en="The building blocks do not run any more; they are started again. The data stays.",
                ),
            )
        return True

    def _reset(self, fence: Fence, spec: SandboxSpec, *, number: int) -> bool:
        stream = streams.sandbox_stream(fence.sandbox_id)
        try:
            fence.drive(self._backend.reset(spec), stream=stream, is_wanted=self._is_living(fence))
        except FailureError as error:
            return self._failed(fence, error.failure, otherwise=SandboxState.FAILED)
        with fence.write() as (work, row):
            row.resets_done, row.attempts, row.next_attempt_at, row.cause = number, 0, None, None
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

    def _destroy(self, fence: Fence) -> bool:
        stream = streams.sandbox_stream(fence.sandbox_id)
        try:
            before = [thing for thing in self._backend.inventory() if thing.sandbox_id == fence.sandbox_id]
            with fence.write() as (_, row):
                row.state = SandboxState.EXPIRING
                if row.destruction is None:
                    row.destruction = {"removed": owned_as_json(before)}
            fence.drive(self._backend.destroy(fence.sandbox_id), stream=stream, is_wanted=lambda _: True)
            residue = [thing for thing in self._backend.inventory() if thing.sandbox_id == fence.sandbox_id]
        except FailureError as error:
            return self._failed(fence, error.failure, otherwise=SandboxState.EXPIRING)
        if residue:
            what = ", ".join(f"{thing.kind} {thing.name}" for thing in residue)
            return self._failed(fence, _residue(what), otherwise=SandboxState.EXPIRING)
        with fence.write() as (work, row):
            removed = (row.destruction or {}).get("removed", [])
            row.destruction = destruction_record(removed, residue, at=work.now)
            row.state, row.destroyed_at, row.cause, row.town_url = SandboxState.DESTROYED, work.now, None, None
            for deployment in repository.deployments(work.session, row.id):
                if deployment.state != DeploymentState.FAILED:
                    deployment.state = DeploymentState.STOPPED
                deployment.next_attempt_at = None
            work.emit(SandboxDestroyed(sandbox_id=row.id, organisation=row.organisation))
            streams.tell_end(
                work,
                stream,
                row.state,
                Text(
                    nl=f"De proeftuin is weg: {len(removed)} onderdelen verwijderd, niets blijft achter.",
                    en=f"The sandbox is gone: {len(removed)} parts removed, nothing is left.",
                ),
            )
        return False

    def _failed(self, fence: Fence, failure: Failure, *, otherwise: SandboxState) -> bool:
        """Write down what went wrong; try again after a pause, or give up."""
        with fence.write() as (work, row):
            stream = streams.sandbox_stream(row.id)
            row.attempts += 1
            row.cause = failure.as_json()
            leaving = otherwise is SandboxState.EXPIRING
            if leaving or (failure.is_transient and row.attempts < self._policy.attempts):
                pause = self._policy.back_off(row.attempts)
                row.next_attempt_at = work.now + pause
                streams.tell_news(work, stream, failure.code, failure.cause)
                defer_later(work, row.id, seconds=pause.total_seconds())
            else:
                row.state, row.next_attempt_at = otherwise, None
                streams.tell_end(work, stream, row.state, failure.cause, failure=failure)
        _log.warning("sandbox step failed", sandbox=fence.sandbox_id, code=failure.code, cause=failure.cause.en)
        return False

    @staticmethod
    def _is_living(fence: Fence) -> Callable[[Session], bool]:
        return lambda session: repository.get_sandbox(session, fence.sandbox_id).desired == Desired.READY


def _spec(row: SandboxRow) -> SandboxSpec:
    return SandboxSpec(row.id, TownSpec(row.profile, row.seed))


def _and_then_prove(steps: Iterator[Step]) -> Iterator[Step]:
    """Count the isolation proof as the last step of making a sandbox."""
    total = 1
    for step in steps:
        if step.total is None:
            yield step
        else:
            total = step.total + 1
            yield replace(step, total=total)
    yield Step("prove", Text(nl="De isolatie bewijzen", en="Proving the isolation"), total, total)


_NOT_PROVED = Failure(
    "isolation-not-proved",
    Text(
        nl="Een belofte over de isolatie werd niet bewezen; in deze proeftuin draait daarom niets.",
        en="A promise about the isolation was not proved; so nothing runs in this sandbox.",
    ),
    Text(
        nl="Vraag een nieuwe proeftuin; de beheerder ziet in het bewijs welke controle faalt.",
        en="Ask for a new sandbox; the operator sees in the proof which control fails.",
    ),
)
_TIER_REFUSED = Failure(
    "tier-not-allowed",
    Text(
        nl="De beheerder laat proeftuinen met dit isolatieniveau hier niet toe.",
        en="The operator does not allow sandboxes of this isolation tier here.",
    ),
    Text(
        nl="Vraag de beheerder een ander soort proeftuin in te stellen.",
        en="Ask the operator to configure another kind of sandbox.",
    ),
)


def _residue(what: str) -> Failure:
    return Failure(
        "residue-left",
        Text(nl=f"Er blijft iets achter: {what}.", en=f"Something is left: {what}."),
        Text(nl="Het platform probeert opnieuw.", en="The platform tries again."),
        is_transient=True,
    )

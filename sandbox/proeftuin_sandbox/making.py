"""Make a sandbox, bring it back, prove its isolation, and put right what is not as it should be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox import durations, repairing, repository, streams
from proeftuin_sandbox.backends.base import FailureError, Step
from proeftuin_sandbox.durations import Act
from proeftuin_sandbox.events import SandboxReady
from proeftuin_sandbox.failing import DRIFTS_AGAIN, TIER_REFUSED, not_proved, write_failure
from proeftuin_sandbox.fence import StillWaitingError
from proeftuin_sandbox.leaving import rest_components
from proeftuin_sandbox.models import ProofRow
from proeftuin_sandbox.records import isolation_record
from proeftuin_sandbox.scheduling import defer_admission
from proeftuin_sandbox.states import Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Failure, SandboxBackend, SandboxSpec
    from proeftuin_sandbox.backends.promises import Capabilities, Proof
    from proeftuin_sandbox.fence import Fence
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy


class Making:
    """The part of the reconciler that has sandboxes be as promised."""

    def __init__(self, backend: SandboxBackend, policy: Policy) -> None:
        self._backend = backend
        self._policy = policy

    def create(self, fence: Fence, spec: SandboxSpec) -> bool:
        """Bring a sandbox to where its town serves and its isolation is proved.

        A repair that only waits gives its worker back and is come back to: see `repairing`.
        """
        stream = streams.sandbox_stream(fence.sandbox_id)
        clock = fence.database.clock
        began = clock.now()
        with fence.write() as (_, row):
            row.state = SandboxState.PROVISIONING
            patience = repairing.patience(row)
        try:
            steps = _and_then_prove(self._backend.create(spec))
            fence.drive(steps, stream=stream, is_wanted=is_living(fence), patience=patience)
            served = clock.now()
            proof = self._backend.prove(fence.sandbox_id)
        except StillWaitingError:
            return repairing.come_back(fence, self._policy)
        except FailureError as error:
            repairing.forget_wait(fence)
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.FAILED)
        seen = self._backend.observe(fence.sandbox_id)
        with fence.write() as (work, row):
            if row.desired != Desired.READY:  # while it was being proved, somebody wanted it gone
                return True
            if row.ready_at is None:
                durations.note(work, row, Act.CREATE, (served - began).total_seconds())
            durations.note(work, row, Act.PROVE, (work.now - served).total_seconds())
            row.town_digest, row.town_url = seen.town_digest, seen.town_url
            row.town_day = 0  # where its data was lost it is at its seed; it lives again to the day that is wanted
            row.attempts, row.next_attempt_at = 0, None
            if not self._keep_proof(work, row, proof):
                return True
            row.state, row.cause, row.touched_at = SandboxState.READY, None, work.now
            if row.ready_at is None:
                row.ready_at = work.now
                if not row.pooled:
                    tell_others(work, row)
            if row.drift is not None:
                _tell_repaired(work, row)
            streams.tell_end(work, stream, row.state, Text(nl="De proeftuin is klaar.", en="The sandbox is ready."))
        return True

    def prove(self, fence: Fence, *, number: int) -> bool:
        """Prove the isolation of a running sandbox anew, because somebody asked."""
        stream = streams.sandbox_stream(fence.sandbox_id)
        began = fence.database.clock.now()
        prove = Step("prove", Text(nl="De afscherming opnieuw bewijzen", en="Proving the isolation anew"), 1, 1)
        try:
            fence.drive(iter([prove]), stream=stream, is_wanted=is_living(fence))
            proof = self._backend.prove(fence.sandbox_id)
            if not proof.holds:
                for _ in self._backend.suspend(fence.sandbox_id):
                    """Nothing runs in a sandbox whose walls are not proved."""
        except FailureError as error:
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.FAILED)
        with fence.write() as (work, row):
            durations.note(work, row, Act.PROVE, (work.now - began).total_seconds())
            row.proofs_done, row.attempts, row.next_attempt_at = number, 0, None
            if not self._keep_proof(work, row, proof):
                rest_components(work, row)
                return True
            row.cause = None
            told = Text(nl="De afscherming is opnieuw bewezen.", en="The isolation is proved anew.")
            streams.tell_end(work, stream, row.state, told)
        return True

    def live(self, fence: Fence, spec: SandboxSpec, *, until: int) -> bool:
        """Have the town of a running sandbox live up to a day; what can never be is told and no longer wanted."""
        stream = streams.sandbox_stream(fence.sandbox_id)
        began = fence.database.clock.now()
        try:
            fence.drive(self._backend.live(spec, until=until), stream=stream, is_wanted=_lives_to(fence, until))
        except FailureError as error:
            if error.failure.is_transient:
                return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.FAILED)
            return self._live_no_further(fence, error.failure)
        with fence.write() as (work, row):
            durations.note(work, row, Act.LIVE, (work.now - began).total_seconds())
            row.town_day, row.attempts, row.next_attempt_at, row.cause = until, 0, None, None
            streams.tell_end(
                work,
                stream,
                row.state,
                Text(nl=f"Het is dag {until} in de gemeente.", en=f"It is day {until} in the town."),
            )
        return True

    def _live_no_further(self, fence: Fence, failure: Failure) -> bool:
        with fence.write() as (work, row):
            row.town_day_wanted = row.town_day
            row.attempts, row.next_attempt_at, row.cause = 0, None, None
            streams.tell_end(work, streams.sandbox_stream(row.id), row.state, failure.cause, failure=failure)
        return True

    def repair(self, fence: Fence, what: Text, *, is_counted: bool) -> bool:
        """Have a sandbox made whole; one that needs it again and again is given up instead of flapping.

        Args:
            fence: The right to write.
            what: What is not as it should be.
            is_counted: This platform saw it whole before. After a restart of the platform everything is down once;
                that is nobody's fault.
        """
        with fence.write() as (work, row):
            if row.repaired_at is None or work.now - row.repaired_at > self._policy.repairs_within:
                row.repairs_lately, row.repaired_at = 0, work.now
            row.repairs_lately += is_counted
            row.repairs += is_counted
            given_up = row.repairs_lately > self._policy.repairs
            if not given_up:
                row.state, row.drift = SandboxState.PROVISIONING, what.as_dict()
                streams.tell_news(work, streams.sandbox_stream(row.id), "bring-back", what)
        if given_up:
            return self._give_up(fence)
        return True

    def _give_up(self, fence: Fence) -> bool:
        try:
            for _ in self._backend.suspend(fence.sandbox_id):
                """What still runs of it stops."""
        except FailureError as error:
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.FAILED)
        with fence.write() as (work, row):
            rest_components(work, row)
        return write_failure(fence, DRIFTS_AGAIN, self._policy, otherwise=SandboxState.FAILED)

    def _keep_proof(self, work: UnitOfWork, row: SandboxRow, proof: Proof) -> bool:
        """Write a proof down; False when the sandbox must not be used because of it."""
        capabilities = self._backend.capabilities()
        row.isolation = isolation_record(proof, capabilities, at=work.now)
        row.tier, row.proved_at = capabilities.tier, work.now
        work.session.add(ProofRow(sandbox_id=row.id, at=work.now, holds=proof.holds, record=row.isolation))
        objection = self._objection(proof, capabilities)
        if objection is None:
            return True
        row.state, row.cause, row.drift = SandboxState.QUARANTINED, objection.as_json(), None
        streams.tell_end(work, streams.sandbox_stream(row.id), row.state, objection.cause, failure=objection)
        defer_admission(work)
        return False

    def _objection(self, proof: Proof, capabilities: Capabilities) -> Failure | None:
        if not proof.holds:
            return not_proved(proof, capabilities)
        allowed = self._policy.tiers
        return TIER_REFUSED if allowed and capabilities.tier not in allowed else None


def tell_others(work: UnitOfWork, row: SandboxRow) -> None:
    """Tell the other areas that somebody's sandbox is ready."""
    work.emit(
        SandboxReady(
            sandbox_id=row.id,
            organisation=row.organisation,
            tier=row.tier,
            town_digest=row.town_digest or "",
            town_url=row.town_url or "",
        )
    )


def is_living(fence: Fence) -> Callable[[Session], bool]:
    """Make the question whether a sandbox is still wanted as one that runs."""
    return lambda session: repository.get_sandbox(session, fence.sandbox_id).desired == Desired.READY


def _lives_to(fence: Fence, until: int) -> Callable[[Session], bool]:
    """Make the question whether a town should still live to a day: not when it is to be reset meanwhile."""

    def ask(session: Session) -> bool:
        row = repository.get_sandbox(session, fence.sandbox_id)
        return row.desired == Desired.READY and row.resets_wanted == row.resets_done and row.town_day_wanted >= until

    return ask


def _tell_repaired(work: UnitOfWork, row: SandboxRow) -> None:
    what = row.drift or {"nl": "", "en": ""}
    row.drift = None
    words = Text(nl=f"De proeftuin werd hersteld: {what['nl']}", en=f"The sandbox was repaired: {what['en']}")
    streams.tell_news(work, streams.sandbox_stream(row.id), "repaired", words)


def _and_then_prove(steps: Iterator[Step]) -> Iterator[Step]:
    """Count the isolation proof as the last step of making a sandbox."""
    total = 1
    for step in steps:
        if step.total is None:
            yield step
        else:
            total = step.total + 1
            yield replace(step, total=total)
    yield Step("prove", Text(nl="De afscherming bewijzen", en="Proving the isolation"), total, total)

"""Have a sandbox rest with its data, or take it away with proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox import durations, repository, streams
from proeftuin_sandbox.backends.base import FailureError, Surveys
from proeftuin_sandbox.durations import Act
from proeftuin_sandbox.events import SandboxDestroyed
from proeftuin_sandbox.failing import residue_left, write_failure
from proeftuin_sandbox.records import destruction_record, owned_as_json
from proeftuin_sandbox.scheduling import defer_admission
from proeftuin_sandbox.states import DeploymentState, Desired, SandboxState

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Owned, SandboxBackend
    from proeftuin_sandbox.fence import Fence
    from proeftuin_sandbox.models import SandboxRow
    from proeftuin_sandbox.policy import Policy

_ENDED = frozenset({DeploymentState.STOPPED, DeploymentState.FAILED})


class Leaving:
    """The part of the reconciler that has sandboxes stop."""

    def __init__(self, backend: SandboxBackend, policy: Policy) -> None:
        self._backend = backend
        self._policy = policy

    def suspend(self, fence: Fence) -> bool:
        """Stop all that runs; its data stays, and what should run is remembered."""
        began = fence.database.clock.now()
        stream = streams.sandbox_stream(fence.sandbox_id)
        try:
            fence.drive(self._backend.suspend(fence.sandbox_id), stream=stream, is_wanted=_wants_rest(fence))
        except FailureError as error:
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.SUSPENDED)
        with fence.write() as (work, row):
            if row.desired != Desired.SUSPENDED:
                return True
            rest_components(work, row)
            row.suspended_at, row.attempts, row.next_attempt_at, row.cause = work.now, 0, None, None
            durations.note(work, row, Act.SUSPEND, (work.now - began).total_seconds())
            _give_place_back(work, row)
            streams.tell_end(
                work,
                stream,
                row.state,
                Text(
                    nl="De proeftuin is gepauzeerd. De gegevens blijven bewaard; hervat hem om verder te gaan.",
                    en="The sandbox is suspended. Its data is kept; resume it to go on.",
                ),
            )
        return False

    def destroy(self, fence: Fence) -> bool:
        """Take all away, and write down what there was and that nothing is left."""
        began = fence.database.clock.now()
        stream = streams.sandbox_stream(fence.sandbox_id)
        try:
            before = self._owned(fence.sandbox_id)
            with fence.write() as (_, row):
                row.state = SandboxState.EXPIRING
                if row.destruction is None:
                    row.destruction = {"removed": owned_as_json(before)}
            fence.drive(self._backend.destroy(fence.sandbox_id), stream=stream, is_wanted=lambda _: True)
            residue = self._owned(fence.sandbox_id)
        except FailureError as error:
            return write_failure(fence, error.failure, self._policy, otherwise=SandboxState.EXPIRING)
        if residue:
            what = ", ".join(f"{thing.kind} {thing.name}" for thing in residue)
            return write_failure(fence, residue_left(what), self._policy, otherwise=SandboxState.EXPIRING)
        with fence.write() as (work, row):
            removed = (row.destruction or {}).get("removed", [])
            row.destruction = destruction_record(removed, residue, at=work.now)
            durations.note(work, row, Act.DESTROY, (work.now - began).total_seconds())
            _give_place_back(work, row)
            row.state, row.destroyed_at, row.cause, row.town_url = SandboxState.DESTROYED, work.now, None, None
            for deployment in repository.deployments(work.session, row.id):
                if deployment.state != DeploymentState.FAILED:
                    deployment.state = DeploymentState.STOPPED
                deployment.next_attempt_at = None
            if not row.pooled:
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

    def _owned(self, sandbox_id: str) -> list[Owned]:
        """List what exists of one sandbox; where there are very many, without looking at the others."""
        if isinstance(self._backend, Surveys):
            return list(self._backend.owned_by(sandbox_id))
        return [thing for thing in self._backend.inventory() if thing.sandbox_id == sandbox_id]


def rest_components(work: UnitOfWork, row: SandboxRow) -> None:
    """Write down that the components stopped with their sandbox; what is wanted of them stays."""
    for deployment in repository.deployments(work.session, row.id):
        if deployment.state in _ENDED:
            continue
        state = DeploymentState.SUSPENDED if deployment.desired == Desired.RUNNING else DeploymentState.STOPPED
        deployment.state, deployment.changed_at, deployment.next_attempt_at = state, work.now, None


def _give_place_back(work: UnitOfWork, row: SandboxRow) -> None:
    if row.admitted_at is not None and not row.pooled and row.state != SandboxState.DESTROYED:
        held = work.now - row.admitted_at if row.suspended_at in {None, work.now} else None
        if held is not None:
            durations.note(work, row, Act.HOLD, held.total_seconds())
    defer_admission(work)


def _wants_rest(fence: Fence) -> Callable[[Session], bool]:
    return lambda session: repository.get_sandbox(session, fence.sandbox_id).desired == Desired.SUSPENDED

"""Bring the components of a ready sandbox to what is wanted: start, start again after a pause, stop."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from proeftuin_kernel.text import Text
from proeftuin_sandbox import durations, repository, streams
from proeftuin_sandbox.backends.base import DeploymentOrder, FailureError
from proeftuin_sandbox.durations import Act
from proeftuin_sandbox.events import ComponentDeployed
from proeftuin_sandbox.manifest import manifest_from_json
from proeftuin_sandbox.scheduling import defer_later
from proeftuin_sandbox.states import DeploymentState, Desired

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Failure, Observed, SandboxBackend
    from proeftuin_sandbox.bundle_store import BundleStore
    from proeftuin_sandbox.fence import Fence
    from proeftuin_sandbox.models import DeploymentRow
    from proeftuin_sandbox.policy import Policy

_STEADY = timedelta(minutes=5)
_log = structlog.get_logger(__name__)


class Deploying:
    """The part of the reconciler that looks after components."""

    def __init__(self, backend: SandboxBackend, bundles: BundleStore, policy: Policy) -> None:
        self._backend = backend
        self._bundles = bundles
        self._policy = policy

    def act(self, fence: Fence, seen: Observed) -> bool:
        """Do the next thing for some component; False when there is nothing to do now.

        Args:
            fence: The right to write.
            seen: What exists, a moment ago.
        """
        with fence.database.read() as session:
            rows = list(repository.deployments(session, fence.sandbox_id))
        now = fence.database.clock.now()
        return any(self._act_on(fence, row, seen, now) for row in rows)

    def needs_work(self, row: DeploymentRow, seen: Observed, now: datetime) -> bool:
        """Tell whether a component is not as it should be, and something can be done about it now."""
        state = DeploymentState(row.state)
        view = seen.component(row.name)
        runs_this = view is not None and view.is_running and view.revision == row.revision
        if row.desired == Desired.STOPPED:
            return state is not DeploymentState.STOPPED
        if state is DeploymentState.RUNNING:
            return not runs_this
        is_due = row.next_attempt_at is None or row.next_attempt_at <= now
        return state not in {DeploymentState.FAILED, DeploymentState.STOPPED} and is_due

    def _act_on(self, fence: Fence, row: DeploymentRow, seen: Observed, now: datetime) -> bool:
        if not self.needs_work(row, seen, now):
            return False
        if row.desired == Desired.STOPPED:
            self._stop(fence, row)
        elif row.state == DeploymentState.RUNNING:
            self._note_crash(fence, row)
        else:
            self._deploy(fence, row)
        return True

    def _deploy(self, fence: Fence, row: DeploymentRow) -> None:
        order = self._order(row)
        began = fence.database.clock.now()
        with fence.write() as (work, _):
            current = repository.get_deployment(work.session, row.sandbox_id, row.name, lock=True)
            current.state, current.changed_at = DeploymentState.STARTING, work.now
        try:
            fence.drive(
                self._backend.deploy(order),
                stream=streams.deployment_stream(row.id),
                is_wanted=_still_wants(row),
            )
        except FailureError as error:
            self._failed(fence, row, error.failure)
            return
        view = self._backend.observe(fence.sandbox_id).component(row.name)
        with fence.write() as (work, sandbox):
            current = repository.get_deployment(work.session, row.sandbox_id, row.name, lock=True)
            if current.revision != row.revision:
                return
            is_first = current.running_since is None
            durations.note(work, sandbox, Act.DEPLOY, (work.now - began).total_seconds())
            current.state, current.cause, current.next_attempt_at = DeploymentState.RUNNING, None, None
            current.base_url = view.base_url if view is not None else None
            current.running_since = current.changed_at = work.now
            if is_first:
                work.emit(
                    ComponentDeployed(
                        sandbox_id=row.sandbox_id,
                        deployment_id=row.id,
                        organisation=sandbox.organisation,
                        component=row.name,
                        version=order.manifest.version,
                        digest=row.digest,
                        revision=row.revision,
                        base_url=current.base_url or "",
                        claims=[
                            {"kit": claim.kit, "version": claim.version, "actor": claim.actor}
                            for claim in order.manifest.claims
                        ],
                    )
                )
            streams.tell_end(
                work,
                streams.deployment_stream(row.id),
                current.state,
                Text(
                    nl=f"{row.name} {order.manifest.version} antwoordt op {current.base_url}.",
                    en=f"{row.name} {order.manifest.version} answers at {current.base_url}.",
                ),
            )

    def _failed(self, fence: Fence, row: DeploymentRow, failure: Failure) -> None:
        with fence.write() as (work, _):
            current = repository.get_deployment(work.session, row.sandbox_id, row.name, lock=True)
            if current.revision != row.revision:
                return
            may_pass = failure.is_transient or current.running_since is not None
            self._write_failure(work, current, failure, again=may_pass)

    def _note_crash(self, fence: Fence, row: DeploymentRow) -> None:
        failure = self._backend.explain(self._order(row))
        with fence.write() as (work, _):
            current = repository.get_deployment(work.session, row.sandbox_id, row.name, lock=True)
            if current.revision != row.revision or current.state != DeploymentState.RUNNING:
                return
            if failure.is_transient:  # not the component's fault: back at once, nothing counted
                current.state, current.changed_at = DeploymentState.REQUESTED, work.now
                streams.tell_news(work, streams.deployment_stream(row.id), failure.code, failure.cause)
                return
            if current.running_since is not None and work.now - current.running_since > _STEADY:
                current.failures = 0
            self._write_failure(work, current, failure, again=True)

    def _write_failure(self, work: UnitOfWork, current: DeploymentRow, failure: Failure, *, again: bool) -> None:
        """Write down what went wrong; try again after a pause, or give up."""
        stream = streams.deployment_stream(current.id)
        current.failures += 1
        current.cause, current.changed_at = failure.as_json(), work.now
        if again and current.failures < self._policy.attempts:
            pause = self._policy.back_off(current.failures)
            current.state, current.next_attempt_at = DeploymentState.CRASHED, work.now + pause
            seconds = int(pause.total_seconds())
            streams.tell_news(
                work,
                stream,
                failure.code,
                Text(
                    nl=f"{failure.cause.nl} Nieuwe poging over {seconds} s.",
                    en=f"{failure.cause.en} Another attempt in {seconds} s.",
                ),
            )
            defer_later(work, current.sandbox_id, seconds=seconds)
        else:
            current.state, current.next_attempt_at = DeploymentState.FAILED, None
            streams.tell_end(work, stream, current.state, failure.cause, failure=failure)
        _log.info("component failed", deployment=current.id, code=failure.code, attempt=current.failures)

    def _stop(self, fence: Fence, row: DeploymentRow) -> None:
        stream = streams.deployment_stream(row.id)
        with fence.write() as (work, _):
            streams.tell_news(work, stream, "stop", Text(nl="De component stoppen", en="Stopping the component"))
        fence.hook("stop")
        try:
            self._backend.stop(row.sandbox_id, row.name)
        except FailureError as error:
            _log.warning("component does not stop", deployment=row.id, cause=error.failure.cause.en)
        with fence.write() as (work, _):
            current = repository.get_deployment(work.session, row.sandbox_id, row.name, lock=True)
            if current.desired == Desired.STOPPED:
                current.state, current.changed_at = DeploymentState.STOPPED, work.now
                current.next_attempt_at = None
                streams.tell_end(
                    work, stream, current.state, Text(nl="De component is gestopt.", en="The component is stopped.")
                )

    def _order(self, row: DeploymentRow) -> DeploymentOrder:
        return DeploymentOrder(
            sandbox_id=row.sandbox_id,
            manifest=manifest_from_json(row.manifest),
            bundle=self._bundles.path(row.digest),
            digest=row.digest,
            revision=row.revision,
        )


def _still_wants(row: DeploymentRow) -> Callable[[Session], bool]:
    def ask(session: Session) -> bool:
        sandbox = repository.get_sandbox(session, row.sandbox_id)
        current = repository.get_deployment(session, row.sandbox_id, row.name)
        return (
            sandbox.desired == Desired.READY
            and sandbox.resets_wanted == sandbox.resets_done
            and current.desired == Desired.RUNNING
            and current.revision == row.revision
        )

    return ask

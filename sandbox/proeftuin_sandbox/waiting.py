"""Wait until a sandbox is as it should be, and do the work meanwhile when no worker does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox import refusals, repository
from proeftuin_sandbox.states import LEAVING, LOST, DeploymentState, Desired, SandboxState

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.base import Observed, SandboxBackend
    from proeftuin_sandbox.models import DeploymentRow, SandboxRow
    from proeftuin_sandbox.reconciler import Reconciler

    Condition = Callable[[SandboxRow, Sequence[DeploymentRow], Observed], bool]


class Waiting:
    """Waits for sandboxes; part of `SandboxService`.

    Args:
        database: The rows.
        backend: What really runs: after a crash of the platform the rows still say how it was before.
        reconciler: Does the work.
        closing: Set when the platform stops; nobody waits any longer then.
    """

    def __init__(
        self, database: Database, backend: SandboxBackend, reconciler: Reconciler, *, closing: threading.Event
    ) -> None:
        self._database = database
        self._backend = backend
        self._reconciler = reconciler
        self._closing = closing

    def until(self, sandbox_id: str, condition: Condition, *, timeout: float) -> bool:
        """Wait until a condition holds; False when it does not within `timeout` seconds.

        Raises:
            SandboxGoneError: the sandbox is gone or going.
            SandboxSuspendedError: it rests until somebody resumes it.
            WillNotRunError: it failed for good, so that waiting is no use.
        """
        deadline = time.monotonic() + timeout
        while not self._holds(sandbox_id, condition):
            if time.monotonic() >= deadline or self._closing.is_set():
                return False
            try:
                self._reconciler.converge(sandbox_id)
            except LeaseHeldError:  # a worker is at it already
                time.sleep(0.05)
            time.sleep(0.02)
        return True

    def _holds(self, sandbox_id: str, condition: Condition) -> bool:
        with self._database.read() as session:
            sandbox = repository.get_sandbox(session, sandbox_id)
            rows = list(repository.deployments(session, sandbox_id))
        if sandbox.state in LEAVING:
            raise refusals.gone()
        if sandbox.state == SandboxState.SUSPENDED:
            raise refusals.suspended()
        if sandbox.state in LOST:
            raise refusals.will_not_run(sandbox.state)
        return condition(sandbox, rows, self._backend.observe(sandbox_id))


def is_ready(sandbox: SandboxRow, _rows: Sequence[DeploymentRow], _seen: Observed) -> bool:
    """Tell whether people may ask something of the sandbox."""
    return sandbox.state == SandboxState.READY


def is_at_rest(sandbox: SandboxRow, rows: Sequence[DeploymentRow], seen: Observed) -> bool:
    """Tell whether no reset is due and every component runs, or does not and will not."""
    ended = {DeploymentState.STOPPED, DeploymentState.FAILED}
    return sandbox.resets_wanted == sandbox.resets_done and all(
        row.state in ended or is_running(sandbox, row, seen) for row in rows
    )


def runs(deployment_id: str) -> Condition:
    """Make the condition that one component runs.

    It raises WillNotRunError when the component was stopped or failed for good.
    """

    def condition(sandbox: SandboxRow, rows: Sequence[DeploymentRow], seen: Observed) -> bool:
        row = next((one for one in rows if one.id == deployment_id), None)
        if row is None:
            raise refusals.component_not_found()
        if row.desired == Desired.STOPPED or row.state == DeploymentState.FAILED:
            raise refusals.will_not_run(row.state)
        return sandbox.resets_wanted == sandbox.resets_done and is_running(sandbox, row, seen)

    return condition


def is_running(sandbox: SandboxRow, row: DeploymentRow, seen: Observed) -> bool:
    """Tell whether a component runs, by the rows and also by what exists: the revision that was last uploaded."""
    view = seen.component(row.name)
    return (
        sandbox.state == SandboxState.READY
        and seen.is_serving
        and row.state == DeploymentState.RUNNING
        and view is not None
        and view.is_running
        and view.revision == row.revision
    )

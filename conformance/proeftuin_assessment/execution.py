"""One attempt at a run: the process on one side, the journal and the wish to cancel on the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from proeftuin_assessment import repository
from proeftuin_assessment.process import Hooks, Job, ProcessEndedError, follow
from proeftuin_assessment.progress import step_of
from proeftuin_assessment.views import stream_of
from proeftuin_kernel import leases

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from proeftuin_kernel.db import Database
    from proeftuin_kernel.leases import Lease

_WRITE_EVERY_SECONDS: Final = 0.5
_WRITE_AT_ONCE: Final = 200


class Execution:
    """Follows one process; writes its events in batches and looks, with each batch, whether to go on.

    Args:
        database: where the journal is.
        lease: shown before every write; a worker that lost it stops.
        run: id of the run.
        reset: puts the sandbox back to its seed.
        stopping: set when the platform stops.

    Attributes:
        cancelled: whether somebody asked to cancel the run.
    """

    def __init__(
        self,
        database: Database,
        lease: Lease,
        run: str,
        *,
        reset: Callable[[], None],
        stopping: threading.Event,
    ) -> None:
        self._database = database
        self._lease = lease
        self._run = run
        self._reset = reset
        self._stopping = stopping
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._written_at = 0.0
        self.cancelled = False

    def report_of(self, job: Job) -> dict[str, Any]:
        """Run to the end and give the report.

        Raises:
            ProcessEndedError: there is none: cancelled, stopping, broken down, too late or refused.
            LeaseHeldError: another worker took over.
        """
        for event in follow(job, hooks=Hooks(reset=self._reset, idle=self.must_end)):
            match event["event"]:
                case "report":
                    self._write()
                    report: dict[str, Any] = event["report"]
                    return report
                case "refused":
                    raise ProcessEndedError(event["message"])
                case _:
                    self._waiting.append(step_of(event))
        raise ProcessEndedError("the events ended without a report")

    def must_end(self) -> bool:
        """Write what there is to tell, when it is time, and tell whether to stop."""
        due = time.monotonic() - self._written_at >= _WRITE_EVERY_SECONDS
        if due or len(self._waiting) >= _WRITE_AT_ONCE:
            self._write()
        return self.cancelled or self._stopping.is_set()

    def _write(self) -> None:
        with self._database.begin() as work:
            leases.check(work.session, self._lease)
            for kind, data in self._waiting:
                work.tell(stream_of(self._run), kind, **data)
            self.cancelled = repository.cancel_is_requested(work.session, self._run)
        self._waiting.clear()
        self._written_at = time.monotonic()

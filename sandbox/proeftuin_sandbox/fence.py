"""Writes that only the worker who holds the sandbox may do, and acts that are announced before they happen."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from proeftuin_kernel import leases
from proeftuin_sandbox import repository, streams
from proeftuin_sandbox.backends.base import LULL, PULSE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from sqlalchemy.orm import Session

    from proeftuin_kernel.db import Database
    from proeftuin_kernel.leases import Lease
    from proeftuin_kernel.unit_of_work import UnitOfWork
    from proeftuin_sandbox.backends.base import Step
    from proeftuin_sandbox.models import SandboxRow

    Hook = Callable[[str], None]

_NEWS_LIMIT = 300


class SupersededError(Exception):
    """What was being done is not wanted any more; whoever drives looks again at what is."""


class StillWaitingError(Exception):
    """Nothing is left to do but to look whether something has come about, and that takes long."""


class Fence:
    """One worker's right to bring one sandbox about.

    Args:
        database: Where the rows are.
        lease: The right; every write checks that it still holds.
        sandbox_id: Which sandbox.
        hook: Called after each announcement, just before the act; for tests that kill.
    """

    def __init__(self, database: Database, lease: Lease, sandbox_id: str, *, hook: Hook) -> None:
        self.database = database
        self.sandbox_id = sandbox_id
        self.hook = hook
        self._lease = lease

    @contextmanager
    def write(self) -> Iterator[tuple[UnitOfWork, SandboxRow]]:
        """Open a unit of work on the sandbox's row.

        Raises:
            LeaseHeldError: another worker took over.
        """
        with self.database.begin() as work:
            leases.check(work.session, self._lease)
            yield work, repository.get_sandbox(work.session, self.sandbox_id, lock=True)

    def drive(
        self,
        steps: Iterator[Step],
        *,
        stream: str,
        is_wanted: Callable[[Session], bool],
        patience: float | None = None,
    ) -> None:
        """Let acts happen one by one, each announced in a committed row first.

        Args:
            steps: What is about to be done, step by step.
            stream: Where it is told.
            is_wanted: Whether it still is.
            patience: For how many seconds a wait in which nothing is done may hold this worker; None: to its end.

        Raises:
            StillWaitingError: such a wait took longer.
            SupersededError: it is not wanted any more, or the platform stops; the act at hand was finished, the rest
                is not done.
            FailureError: an act failed.
            LeaseHeldError: another worker took over.
        """
        news, lull = 0, _Lull(patience)
        try:
            for step in steps:
                lull.see(step)
                if step.code in {PULSE, LULL}:
                    with self.database.read() as session:
                        wanted = self._goes_on(session, is_wanted)
                else:
                    news = 0 if step.number is not None else news + 1
                    with self.write() as (work, _):
                        wanted = self._goes_on(work.session, is_wanted)
                        if wanted and news <= _NEWS_LIMIT:
                            streams.tell_step(work, stream, step)
                if not wanted:
                    raise SupersededError
                if step.number is not None:
                    self.hook(step.code)
        finally:
            _close(steps)

    def _goes_on(self, session: Session, is_wanted: Callable[[Session], bool]) -> bool:
        return not self.database.closing.is_set() and is_wanted(session)


class _Lull:
    """Looks how long nothing was done but looking."""

    def __init__(self, patience: float | None) -> None:
        self._patience = patience
        self._since: float | None = None

    def see(self, step: Step) -> None:
        """Take note of a step.

        Raises:
            StillWaitingError: it took longer than there is patience for.
        """
        if step.number is not None:
            self._since = None
        elif step.code == LULL and self._patience is not None:
            now = time.monotonic()
            self._since = self._since or now
            if now - self._since >= self._patience:
                raise StillWaitingError


def _close(steps: Iterator[Step]) -> None:
    """Let a generator clean up now, not when it happens to be collected."""
    generator: Generator[Step] | Iterator[Step] = steps
    if hasattr(generator, "close"):
        generator.close()

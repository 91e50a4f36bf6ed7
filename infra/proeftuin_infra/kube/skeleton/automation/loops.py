"""Tidies up after Pulumi's language host when its engine died under it.

Then the host leaves its event loop open, with tasks in it and a pool of threads behind it; in a platform that lives
for months that adds up.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proeftuin_infra.kube.skeleton.programs import Program

_QUIET_SECONDS = 0.2
_PATIENCE_SECONDS = 5.0


class Loops:
    """Remembers the event loops in which a program ran, and closes those that were left open."""

    def __init__(self) -> None:
        self._loops: list[asyncio.AbstractEventLoop] = []

    def kept(self, program: Program) -> Program:
        """Make a program of which the loops are remembered."""

        def run() -> None:
            self._loops.append(asyncio.get_running_loop())
            program()

        return run

    def close(self) -> None:
        """Close what was left open, once the host has let go of it."""
        for loop in self._loops:
            if not loop.is_closed():
                _wait_until_quiet(loop)
            if not loop.is_closed() and not loop.is_running():
                with contextlib.suppress(RuntimeError):  # the host was faster after all
                    _finish(loop)


def _finish(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.set_exception_handler(lambda *_: None)  # whatever they still say was about an engine that is gone
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks, timeout=_PATIENCE_SECONDS))
    for task in tasks:
        if task.done() and not task.cancelled():
            task.exception()
    loop.close()


def _wait_until_quiet(loop: asyncio.AbstractEventLoop) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    since = time.monotonic()
    while not loop.is_closed() and time.monotonic() < deadline and time.monotonic() - since < _QUIET_SECONDS:
        if loop.is_running():
            since = time.monotonic()
        time.sleep(0.01)

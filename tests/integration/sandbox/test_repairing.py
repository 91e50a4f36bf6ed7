"""A repair that waits gives its worker back, is come back to, and is given up when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin_kernel.text import Text
from proeftuin_sandbox import repairing
from proeftuin_sandbox.backends.base import LULL, Step
from proeftuin_sandbox.jobs import register_jobs
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.loops import in_a_loop
from support.sandbox_fake import FakeBackend, failure
from support.sandbox_world import STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.jobs import JobQueue
    from proeftuin_sandbox.backends.base import SandboxSpec


@dataclass
class SlowBackend(FakeBackend):
    """Waits for what others start, such as a cluster its pods.

    Attributes:
        awaited: Sandboxes whose town is being started by somebody else.
        made: How often all of a sandbox was gone through.
    """

    awaited: set[str] = field(default_factory=set)
    made: Counter[str] = field(default_factory=Counter)

    def create(self, spec: SandboxSpec) -> Iterator[Step]:
        self.made[spec.id] += 1
        yield Step("room", Text(nl="kamer", en="room"), 1, 2)
        while spec.id in self.awaited:
            self._fail("wait")
            yield Step(LULL, Text(nl="", en=""))
            time.sleep(0.01)
        yield from super().create(spec)

    def fell_over(self, sandbox_id: str) -> None:
        """Have the town of a sandbox end, and somebody else begin to start it again."""
        self.awaited.add(sandbox_id)
        self.rooms[sandbox_id].serving = False

    def came_back(self, sandbox_id: str) -> None:
        """Have the town serve again."""
        self.awaited.discard(sandbox_id)
        self.rooms[sandbox_id].serving = True


@pytest.fixture
def backend() -> SlowBackend:
    return SlowBackend()


@pytest.fixture
def world(database: Database, backend: SlowBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SandboxWorld:
    monkeypatch.setattr(repairing, "_AT_FIRST", 0.1)
    monkeypatch.setattr(repairing, "_LATER", 0.0)
    return SandboxWorld.on(database, backend, tmp_path)


def waiting(world: SandboxWorld, backend: SlowBackend) -> str:
    """Have a sandbox whose repair waits."""
    sandbox = world.ready().id
    backend.fell_over(sandbox)
    world.service.converge(sandbox)
    return sandbox


def state_of(world: SandboxWorld, sandbox: str) -> SandboxState:
    return world.service.get(STARTUP, sandbox).state


def test_other_jobs_go_on_while_a_repair_waits(
    world: SandboxWorld, backend: SlowBackend, jobs: JobQueue, database: Database
) -> None:
    """With one worker and one that waits for ever, somebody else's sandbox is made all the same."""
    slow = world.ready().id
    backend.fell_over(slow)
    world.service.sweep()
    asked = world.service.create(STARTUP, NewSandbox(name="Van een ander")).id
    register_jobs(jobs, world.service)

    async def work() -> None:
        worker = asyncio.create_task(jobs.run(concurrency=1))
        for _ in range(400):
            if await asyncio.to_thread(state_of, world, asked) == SandboxState.READY:
                break
            await asyncio.sleep(0.05)
        database.closing.set()
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker

    in_a_loop(work())
    assert (SandboxState.READY, SandboxState.PROVISIONING) == (state_of(world, asked), state_of(world, slow))
    assert backend.made[slow] >= 1


def test_a_repair_that_waits_is_looked_at_and_ends_as_soon_as_the_town_serves(
    world: SandboxWorld, backend: SlowBackend, clock: FixedClock
) -> None:
    """All of it is gone through once at first and once at the end; in between a look is enough."""
    sandbox = waiting(world, backend)
    for _ in range(3):
        clock.advance(timedelta(seconds=3))
        world.service.converge(sandbox)
    assert (SandboxState.PROVISIONING, 2) == (state_of(world, sandbox), backend.made[sandbox])
    backend.came_back(sandbox)
    clock.advance(timedelta(seconds=3))
    world.service.converge(sandbox)

    assert (SandboxState.READY, 3) == (state_of(world, sandbox), backend.made[sandbox])
    assert ("news", "repaired") in world.told(f"sandbox:{sandbox}")
    assert world.service.get(STARTUP, sandbox).cause is None


def test_a_repair_that_takes_too_long_has_failed_and_is_tried_again_before_it_is_given_up(
    world: SandboxWorld, backend: SlowBackend, clock: FixedClock
) -> None:
    """Each attempt gets its two minutes; now and then it is looked what is wrong."""
    sandbox = waiting(world, backend)
    waited = 0
    while world.service.get(STARTUP, sandbox).cause is None:
        clock.advance(timedelta(seconds=5))
        waited += 5
        world.service.converge(sandbox)
        assert waited <= 140
    failed = world.service.get(STARTUP, sandbox)
    assert (SandboxState.PROVISIONING, "town-start-failed") == (failed.state, failed.cause["code"])
    assert waited >= 120
    assert 8 <= backend.made[sandbox] - 1 <= 10
    while state_of(world, sandbox) != SandboxState.FAILED:
        clock.advance(timedelta(seconds=5))
        waited += 5
        world.service.converge(sandbox)
        assert waited <= 5 * 220


def test_what_goes_wrong_meanwhile_is_told_soon(world: SandboxWorld, backend: SlowBackend, clock: FixedClock) -> None:
    """A town that cannot start is not waited for until the end."""
    sandbox = waiting(world, backend)
    backend.failing["wait"] = failure("image-pull-refused")
    clock.advance(timedelta(seconds=16))
    world.service.converge(sandbox)

    failed = world.service.get(STARTUP, sandbox)
    assert (SandboxState.FAILED, "image-pull-refused") == (failed.state, failed.cause["code"])


def test_a_repair_that_waits_can_be_stopped(world: SandboxWorld, backend: SlowBackend) -> None:
    """Whoever wants the sandbox gone does not wait for it to come back."""
    sandbox = waiting(world, backend)
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)

    assert SandboxState.DESTROYED == state_of(world, sandbox)


def test_what_is_made_for_the_first_time_is_not_left(
    world: SandboxWorld, backend: SlowBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody waits for it, and it would only be later."""
    monkeypatch.setattr(repairing, "_AT_FIRST", 0.0)
    sandbox = world.service.create(STARTUP, NewSandbox(name="Eerste")).id
    backend.awaited.add(sandbox)
    threading.Timer(0.3, backend.awaited.clear).start()
    world.service.converge(sandbox)

    assert (SandboxState.READY, 1) == (state_of(world, sandbox), backend.made[sandbox])

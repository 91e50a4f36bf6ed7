"""A conformance run asks for a component that runs: it is brought up, with its data, or told that it will not run."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin.sandboxes import SandboxTargets
from proeftuin_assessment.targets import Deployed
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.errors import ConflictError, NotFoundError
from proeftuin_kernel.ids import new_id
from proeftuin_kernel.text import Text
from proeftuin_sandbox import errors
from proeftuin_sandbox.backends.base import Failure
from support.sandbox_fake import FakeBackend, failure
from support.sandbox_world import OTHER, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from proeftuin_kernel.clock import FixedClock
    from proeftuin_sandbox.views import DeploymentView, SandboxView


@pytest.fixture
def made(world: SandboxWorld) -> SandboxView:
    return world.ready()


@pytest.fixture
def clock_in(world: SandboxWorld, made: SandboxView) -> DeploymentView:
    """A component that runs in that sandbox."""
    return world.deploy(made.id)


def kill_platform(backend: FakeBackend, sandbox_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave what a killed platform leaves: rows that say all is well, and no process."""
    backend.rooms[sandbox_id].serving = False
    backend.crash(sandbox_id, "klok", code="platform-gone")
    gone = Failure("platform-gone", Text(nl="a", en="a"), Text(nl="b", en="b"), is_transient=True)
    monkeypatch.setattr(backend, "explain", lambda _order: gone)


def targets(world: SandboxWorld) -> SandboxTargets:
    catalogue: Any = SimpleNamespace(reading=SimpleNamespace(slug_of_component=lambda *_names: None))
    return SandboxTargets(world.service, catalogue, public_url="https://proeftuin.example")


def test_rows_are_not_believed_when_the_processes_are_gone(
    world: SandboxWorld,
    backend: FakeBackend,
    made: SandboxView,
    clock_in: DeploymentView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A run that began on the word of the rows would blame the set-up."""
    assert world.service.target_of(STARTUP, clock_in.id).base_url
    kill_platform(backend, made.id, monkeypatch)

    with pytest.raises(errors.SandboxNotReadyError):
        world.service.target_of(STARTUP, clock_in.id)
    assert Deployed(digest=clock_in.digest, revision=1, is_running=False) == targets(world).deployed(clock_in.id)


@pytest.mark.parametrize("from_seed", [False, True])
def test_after_a_kill_of_the_platform_a_component_is_brought_up(
    *,
    from_seed: bool,
    world: SandboxWorld,
    backend: FakeBackend,
    made: SandboxView,
    clock_in: DeploymentView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its data stays, unless the caller wants the seed."""
    kill_platform(backend, made.id, monkeypatch)

    facts = targets(world).bring_up(clock_in.id, from_seed=from_seed)

    assert (clock_in.digest, 1, made.id) == (facts.component_digest, facts.revision, facts.sandbox)
    assert int(from_seed) == backend.rooms[made.id].resets
    assert facts == targets(world).find(SYSTEM, clock_in.id)


def test_a_reset_or_a_restart_is_no_new_revision_and_an_upload_is(
    world: SandboxWorld,
    backend: FakeBackend,
    made: SandboxView,
    clock_in: DeploymentView,
    clock: FixedClock,
) -> None:
    """A kit resets between its scenarios; only another upload makes a component another one."""
    world.service.reset_and_wait(STARTUP, made.id)
    backend.crash(made.id, "klok")
    world.service.converge(made.id)
    clock.advance(world.service.policy.back_off(1))
    same = targets(world).bring_up(clock_in.id, from_seed=False)
    world.deploy(made.id)
    again = targets(world).deployed(clock_in.id)

    assert (1, 2) == (same.revision, again.revision)
    assert same.component_digest == again.digest, "the same content again"


def test_a_component_that_needs_time_is_asked_for_again(
    world: SandboxWorld, backend: FakeBackend, made: SandboxView, clock_in: DeploymentView
) -> None:
    """It crashed a moment ago and gets its pause; the caller decides how long it keeps asking."""
    backend.crash(made.id, "klok")

    with pytest.raises(ConflictError):
        world.service.bring_up(STARTUP, clock_in.id, timeout=0.1)


def test_waiting_ends_at_once_when_a_sandbox_failed_for_good(
    world: SandboxWorld, backend: FakeBackend, made: SandboxView, clock_in: DeploymentView
) -> None:
    backend.failing["reset"] = failure("machine-trouble")
    started = time.monotonic()

    with pytest.raises(errors.WillNotRunError):
        world.service.reset_and_wait(STARTUP, made.id)
    for from_seed in (False, True):
        with pytest.raises(errors.WillNotRunError):
            world.service.bring_up(STARTUP, clock_in.id, from_seed=from_seed)

    assert time.monotonic() - started < 30


def test_waiting_ends_at_once_when_a_sandbox_is_gone_or_a_component_is_stopped(
    world: SandboxWorld, made: SandboxView, clock_in: DeploymentView
) -> None:
    world.service.components.stop(STARTUP, made.id, "klok")
    with pytest.raises(errors.WillNotRunError):
        world.service.bring_up(STARTUP, clock_in.id)

    world.service.destroy(STARTUP, made.id)
    with pytest.raises(errors.SandboxGoneError):
        world.service.bring_up(STARTUP, clock_in.id)


def test_nobody_brings_up_what_is_not_theirs(world: SandboxWorld, clock_in: DeploymentView) -> None:
    for person, deployment in ((OTHER, clock_in.id), (STARTUP, new_id("dep"))):
        with pytest.raises(NotFoundError):
            world.service.bring_up(person, deployment)


def test_a_platform_that_stops_keeps_nobody_waiting(
    world: SandboxWorld, backend: FakeBackend, made: SandboxView, clock_in: DeploymentView
) -> None:
    backend.crash(made.id, "klok")
    world.service.close()
    started = time.monotonic()

    with pytest.raises(ConflictError):
        world.service.bring_up(STARTUP, clock_in.id)
    assert time.monotonic() - started < 30

"""Rest, return, repair and proofs, on a backend in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from proeftuin_kernel import journal
from proeftuin_kernel.auth import SYSTEM
from proeftuin_kernel.tables import AuditFact
from proeftuin_sandbox import errors
from proeftuin_sandbox.durations import spreads
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.sandbox_fake import FakeBackend, failure
from support.sandbox_world import OPERATOR, OTHER, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from proeftuin_sandbox.backends.promises import Proof

IDLE = replace(POLICY, idle=timedelta(minutes=20), repairs=2)


@pytest.fixture
def world(database: Database, backend: FakeBackend, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, backend, tmp_path, policy=IDLE)


def suspended(world: SandboxWorld) -> str:
    made = world.ready()
    world.deploy(made.id)
    world.service.suspend(STARTUP, made.id)
    world.service.converge(made.id)
    return made.id


def test_a_suspended_sandbox_rests_and_comes_back_with_what_should_run(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """Nothing runs, nothing is lost, and nobody has to remember what ran."""
    sandbox = suspended(world)
    resting = world.service.get(STARTUP, sandbox)
    component = world.service.components.get(STARTUP, sandbox, "klok")
    assert (SandboxState.SUSPENDED, False) == (resting.state, backend.rooms[sandbox].serving)
    assert resting.suspended_at is not None
    assert DeploymentState.SUSPENDED == component.state
    assert ("end", "suspended") == world.told(f"sandbox:{sandbox}")[-1]

    world.service.resume(STARTUP, sandbox)
    world.service.converge(sandbox)
    back = world.service.get(STARTUP, sandbox)
    assert (SandboxState.READY, None) == (back.state, back.suspended_at)
    assert DeploymentState.RUNNING == world.service.components.get(STARTUP, sandbox, "klok").state
    with world.database.read() as session:
        facts = list(session.scalars(select(AuditFact.action).where(AuditFact.subject == sandbox)))
    assert {"sandbox.suspend", "sandbox.resume"} <= set(facts)


def test_what_somebody_stopped_stays_stopped_after_a_rest(world: SandboxWorld) -> None:
    """The wish counts, not what happened to run."""
    made = world.ready()
    world.deploy(made.id)
    world.service.components.stop(STARTUP, made.id, "klok")
    world.service.converge(made.id)
    for change in (world.service.suspend, world.service.resume):
        change(STARTUP, made.id)
        world.service.converge(made.id)

    assert DeploymentState.STOPPED == world.service.components.get(STARTUP, made.id, "klok").state


def test_work_on_a_suspended_sandbox_is_refused_with_what_helps(world: SandboxWorld) -> None:
    """A run, an upload and a reset all say: resume it."""
    sandbox = suspended(world)
    component = world.service.components.get(STARTUP, sandbox, "klok")
    asked = (
        lambda: world.service.target(STARTUP, sandbox, "klok"),
        lambda: world.service.bring_up(SYSTEM, component.id, timeout=0.1),
        lambda: world.service.components.deploy(STARTUP, sandbox, "klok", world.bundle()),
        lambda: world.service.reset(STARTUP, sandbox),
        lambda: world.service.prove(STARTUP, sandbox),
    )
    for ask in asked:
        with pytest.raises(errors.SandboxSuspendedError, match="Resume it"):
            ask()


def test_suspending_and_resuming_twice_is_no_error_and_strangers_see_nothing(world: SandboxWorld) -> None:
    """Clients may repeat themselves."""
    sandbox = suspended(world)
    assert SandboxState.SUSPENDED == world.service.suspend(STARTUP, sandbox).state
    world.service.resume(STARTUP, sandbox)
    assert SandboxState.REQUESTED == world.service.resume(STARTUP, sandbox).state
    for change in (world.service.suspend, world.service.resume, world.service.prove):
        with pytest.raises(errors.SandboxNotFoundError):
            change(OTHER, sandbox)


def test_what_refuses_to_stop_is_tried_until_it_stops(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """A sandbox that holds on does not stay half awake for good."""
    made = world.ready()
    backend.failing["suspend"] = failure("machine-trouble")
    world.service.suspend(STARTUP, made.id)
    world.service.converge(made.id)
    assert "machine-trouble" == world.service.get(STARTUP, made.id).cause["code"]
    backend.failing.clear()
    clock.advance(timedelta(minutes=2))
    world.service.sweep()
    world.service.converge(made.id)

    assert world.service.get(STARTUP, made.id).suspended_at is not None


def test_a_resumed_sandbox_needs_a_place_like_any_other(
    database: Database, backend: FakeBackend, tmp_path: Path
) -> None:
    """Resting gives the place back; coming back may mean waiting."""
    world = SandboxWorld.on(database, backend, tmp_path, policy=replace(IDLE, capacity=1))
    sandbox = suspended(world)
    second = world.ready(name="tweede")
    assert SandboxState.READY == second.state
    world.service.resume(STARTUP, sandbox)
    assert 1 == world.service.get(STARTUP, sandbox).queued.turn.position
    world.service.destroy(STARTUP, second.id)
    world.service.converge(second.id)
    world.service.admit()
    world.service.converge(sandbox)

    assert SandboxState.READY == world.service.get(STARTUP, sandbox).state
    assert DeploymentState.RUNNING == world.service.components.get(STARTUP, sandbox, "klok").state


def test_what_nobody_uses_is_warned_and_then_suspended(world: SandboxWorld, clock: FixedClock) -> None:
    """Two clocks: idle means rest, old means gone. A warning comes first."""
    made = world.ready()
    clock.advance(timedelta(minutes=16))
    world.service.sweep()
    assert ("news", "rests-soon") == world.told(f"sandbox:{made.id}")[-1]
    clock.advance(timedelta(minutes=5))
    world.service.sweep()
    world.service.converge(made.id)

    assert ("end", "suspended") == world.told(f"sandbox:{made.id}")[-1]


def test_use_keeps_a_sandbox_awake_and_an_operator_who_looks_does_not(world: SandboxWorld, clock: FixedClock) -> None:
    """Its own people and runs count."""
    ours, other = world.ready(), world.ready(principal=OTHER)
    for _ in range(5):
        clock.advance(timedelta(minutes=10))
        world.service.get(STARTUP, ours.id)
        world.service.get(OPERATOR, other.id)
        world.service.sweep()
        world.service.converge(other.id)

    assert SandboxState.READY == world.service.get(STARTUP, ours.id).state
    assert SandboxState.SUSPENDED == world.service.get(OPERATOR, other.id).state


def test_use_is_written_down_once_a_minute(world: SandboxWorld, clock: FixedClock) -> None:
    """Reading must stay cheap."""
    made = world.ready()
    first = world.service.get(STARTUP, made.id).last_used_at
    clock.advance(timedelta(seconds=59))
    world.service.get(STARTUP, made.id)
    assert first == world.service.get(STARTUP, made.id).last_used_at
    clock.advance(timedelta(seconds=1))
    world.service.get(STARTUP, made.id)

    assert clock.now() == world.service.get(STARTUP, made.id).last_used_at


def test_what_drifts_is_repaired_told_and_counted(world: SandboxWorld, backend: FakeBackend) -> None:
    """A policy that somebody took away comes back, and everybody can read that it was gone."""
    made = world.ready()
    world.service.converge(made.id)
    backend.rooms[made.id].drift = ("NetworkPolicy default-deny",)
    world.service.sweep()
    world.service.converge(made.id)
    news = [one for one in journal.read(world.database, f"sandbox:{made.id}") if one.data["code"] == "repaired"]

    assert (SandboxState.READY, 1) == (world.service.get(STARTUP, made.id).state, _repairs(world, made.id))
    assert () == backend.rooms[made.id].drift
    assert ["The sandbox was repaired: Changed or gone: NetworkPolicy default-deny."] == [
        one.data["message"]["en"] for one in news
    ]


def test_a_sandbox_that_drifts_again_and_again_is_given_up_with_a_remedy(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """Flapping helps nobody; resuming tries again."""
    made = world.ready()
    world.deploy(made.id)
    for _ in range(3):
        backend.rooms[made.id].serving = False
        world.service.converge(made.id)
    failed = world.service.get(STARTUP, made.id)
    assert (SandboxState.FAILED, "drifts-again") == (failed.state, failed.cause["code"])
    assert not backend.rooms[made.id].serving
    world.service.resume(STARTUP, made.id)
    world.service.converge(made.id)

    assert SandboxState.READY == world.service.get(STARTUP, made.id).state
    assert DeploymentState.RUNNING == world.service.components.get(STARTUP, made.id, "klok").state


def test_repairs_that_are_far_apart_are_never_given_up(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """Only flapping counts against a sandbox."""
    made = world.ready()
    for _ in range(4):
        clock.advance(timedelta(minutes=11))
        backend.rooms[made.id].serving = False
        world.service.converge(made.id)

    assert (SandboxState.READY, 4) == (world.service.get(STARTUP, made.id).state, _repairs(world, made.id))


def test_what_went_down_with_the_platform_is_not_held_against_a_sandbox(
    world: SandboxWorld, backend: FakeBackend, database: Database, tmp_path: Path
) -> None:
    """A platform that is restarted ten times loses nobody's sandbox."""
    made = world.ready()
    for _ in range(4):
        backend.rooms[made.id].serving = False
        SandboxWorld.on(database, backend, tmp_path, policy=IDLE).service.converge(made.id)

    assert (SandboxState.READY, 0) == (world.service.get(STARTUP, made.id).state, _repairs(world, made.id))


def test_a_proof_on_demand_is_kept_beside_the_earlier_ones(world: SandboxWorld, clock: FixedClock) -> None:
    """The history shows when a promise was seen to hold."""
    made = world.ready()
    clock.advance(timedelta(minutes=5))
    assert world.service.prove(STARTUP, made.id).is_proving
    world.service.converge(made.id)
    proofs = world.service.proofs(OPERATOR, made.id)

    assert [clock.now(), clock.now() - timedelta(minutes=5)] == [proof.at for proof in proofs]
    assert (False, clock.now()) == (
        world.service.get(STARTUP, made.id).is_proving,
        world.service.get(STARTUP, made.id).proved_at,
    )
    assert ("end", "ready") == world.told(f"sandbox:{made.id}")[-1]


def test_a_proof_that_fails_later_puts_the_sandbox_in_quarantine_and_stops_what_runs(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """Nothing runs behind a wall with a hole."""
    made = world.ready()
    world.deploy(made.id)
    backend.isolates = False
    world.service.prove(OPERATOR, made.id)
    world.service.converge(made.id)

    assert SandboxState.QUARANTINED == world.service.get(STARTUP, made.id).state
    assert not backend.rooms[made.id].serving
    assert [False, True] == [proof.holds for proof in world.service.proofs(STARTUP, made.id)]


def test_every_act_leaves_a_measurement(world: SandboxWorld) -> None:
    """What people are told to expect is measured, not guessed."""
    sandbox = suspended(world)
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)
    with world.database.read() as session:
        measured = {one.act.value for one in spreads(session, now=world.database.clock.now())}

    assert {"create", "prove", "deploy", "suspend", "destroy", "hold"} == measured


def _repairs(world: SandboxWorld, sandbox: str) -> int:
    return world.service.get(STARTUP, sandbox).repairs


def test_what_is_to_go_while_it_is_being_proved_is_never_said_to_be_ready(
    world: SandboxWorld, backend: FakeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last word is that of the person who wanted it gone, not of the work that was under way."""
    asked = world.service.create(STARTUP, NewSandbox(name="x"))
    prove = backend.prove

    def asked_to_go_meanwhile(sandbox_id: str) -> Proof:
        world.service.destroy(STARTUP, sandbox_id)
        return prove(sandbox_id)

    monkeypatch.setattr(backend, "prove", asked_to_go_meanwhile)
    world.service.converge(asked.id)

    assert SandboxState.DESTROYED == world.service.get(STARTUP, asked.id).state
    assert ("end", "ready") not in world.told(f"sandbox:{asked.id}")

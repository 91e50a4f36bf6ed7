"""The warm pool and the cordon, on a backend in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from proeftuin_kernel import journal
from proeftuin_kernel.errors import ForbiddenError
from proeftuin_kernel.tables import StoredEvent
from proeftuin_kernel.text import Text
from proeftuin_sandbox import errors
from proeftuin_sandbox.asking import Outcome
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.sandbox_world import OPERATOR, OTHER, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from support.sandbox_fake import FakeBackend

WARM = replace(POLICY, pool=2, quota=20)
REASON = Text(nl="Onderhoud tot 14 uur.", en="Maintenance until 14:00.")


@pytest.fixture
def world(database: Database, backend: FakeBackend, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, backend, tmp_path, policy=WARM)


def members(world: SandboxWorld, *, state: SandboxState = SandboxState.READY) -> list[str]:
    with world.database.read() as session:
        return list(session.scalars(select(SandboxRow.id).where(SandboxRow.pooled, SandboxRow.state == state)))


def tend(world: SandboxWorld) -> None:
    """Have the pool looked after, and what that asks for be done."""
    world.service.sweep()
    with world.database.read() as session:
        pooled = list(session.scalars(select(SandboxRow.id).where(SandboxRow.pooled)))
    for member in pooled:
        world.service.converge(member)


def test_who_asks_gets_a_sandbox_that_stood_ready_with_its_proof(world: SandboxWorld) -> None:
    """Ready in the very answer: no waiting, and everything is there as if it had been made for them."""
    tend(world)
    (member,) = members(world)
    assert Outcome.READY == world.service.plan(STARTUP, NewSandbox(name="x")).outcome
    got = world.service.create(STARTUP, NewSandbox(name="Proef", lifetime=timedelta(minutes=30)))
    with world.database.read() as session:
        ready = list(session.scalars(select(StoredEvent.payload).where(StoredEvent.name == "sandbox.ready")))

    assert (member, SandboxState.READY, "Proef", True) == (got.id, got.state, got.name, got.from_pool)
    assert (got.created_at + timedelta(minutes=30), True) == (got.expires_at, got.isolation["holds"])
    assert [(got.id, got.organisation)] == [(one["sandbox_id"], one["organisation"]) for one in ready]
    assert ("end", "ready") == world.told(f"sandbox:{got.id}")[-1]


def test_members_of_the_pool_are_nobodys(world: SandboxWorld) -> None:
    """People neither see nor touch them; an operator does not see them among people's sandboxes."""
    tend(world)
    (member,) = members(world)
    for change in (world.service.get, world.service.destroy, world.service.reset):
        with pytest.raises(errors.SandboxNotFoundError):
            change(STARTUP, member)

    assert [] == world.service.page(OPERATOR)


def test_a_member_goes_to_one_person_only(world: SandboxWorld) -> None:
    """Two who ask at the same moment never get the same one."""
    tend(world)
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(lambda _: world.service.create(STARTUP, NewSandbox(name="x")), range(4)))

    assert 4 == len({one.id for one in got})
    assert 1 == sum(one.from_pool for one in got)


def test_another_kind_of_town_is_made_as_always(world: SandboxWorld) -> None:
    """A member is no substitute for what somebody asked."""
    tend(world)
    got = world.service.create(STARTUP, NewSandbox(name="x", seed=7))

    assert (SandboxState.REQUESTED, False) == (got.state, got.from_pool)
    assert (0, 1) == (_pool(world).hits, _pool(world).misses)


def test_an_old_proof_is_done_again_in_the_pool(world: SandboxWorld, clock: FixedClock) -> None:
    """Nobody waits for it."""
    tend(world)
    (member,) = members(world)
    clock.advance(timedelta(minutes=31))
    tend(world)

    assert clock.now() == world.service.create(STARTUP, NewSandbox(name="x")).proved_at
    assert 2 == len(world.service.proofs(STARTUP, member))


def test_a_member_that_was_not_proved_lately_is_proved_on_the_way_out(world: SandboxWorld, clock: FixedClock) -> None:
    """An old promise is not sold as a new one."""
    tend(world)
    clock.advance(timedelta(minutes=31))
    got = world.service.create(STARTUP, NewSandbox(name="x"))
    assert (SandboxState.REQUESTED, True) == (got.state, got.from_pool)
    world.service.converge(got.id)
    made = world.service.get(STARTUP, got.id)

    assert (SandboxState.READY, clock.now()) == (made.state, made.proved_at)


def test_a_member_that_fell_down_is_not_handed_out(world: SandboxWorld, backend: FakeBackend) -> None:
    """Ready means that it serves."""
    tend(world)
    (member,) = members(world)
    backend.rooms[member].serving = False
    got = world.service.create(STARTUP, NewSandbox(name="x"))

    assert member != got.id
    assert SandboxState.REQUESTED == got.state


def test_members_of_an_older_generator_are_replaced(world: SandboxWorld) -> None:
    """After an upgrade nobody gets yesterday's town."""
    tend(world)
    (old,) = members(world)
    with world.database.begin() as work:
        work.session.get(SandboxRow, old).generator = "0.0.1"
    tend(world)
    tend(world)

    assert [old] == members(world, state=SandboxState.DESTROYED)
    assert 1 == len(members(world))


def test_a_member_that_cannot_be_made_is_not_tried_without_end(
    world: SandboxWorld, backend: FakeBackend, clock: FixedClock
) -> None:
    """A broken backend is not hammered by the pool."""
    backend.isolates = False
    for _ in range(4):
        tend(world)
    assert 1 == len(members(world, state=SandboxState.DESTROYED))
    clock.advance(timedelta(minutes=6))
    backend.isolates = True
    tend(world)

    assert 1 == len(members(world))


def test_the_pool_gives_way_to_people_who_wait(database: Database, backend: FakeBackend, tmp_path: Path) -> None:
    """A place belongs to who asks, not to who may ask."""
    world = SandboxWorld.on(database, backend, tmp_path, policy=replace(WARM, capacity=1))
    tend(world)
    (member,) = members(world)
    asked = world.service.create(OTHER, NewSandbox(name="x", seed=7))
    assert SandboxState.QUEUED == asked.state
    world.service.converge(member)
    world.service.admit()
    world.service.converge(asked.id)

    assert SandboxState.READY == world.service.get(OTHER, asked.id).state
    tend(world)
    assert [] == members(world)


def test_a_pool_that_is_turned_off_leaves_nothing(
    world: SandboxWorld, database: Database, backend: FakeBackend, tmp_path: Path
) -> None:
    """Turning it off is a setting."""
    tend(world)
    off = SandboxWorld.on(database, backend, tmp_path, policy=replace(WARM, pool=0))
    tend(off)

    assert {} == backend.rooms
    assert off.service.create(STARTUP, NewSandbox(name="x")).from_pool is None


def test_a_cordon_has_requests_wait_with_its_reason_and_leaves_what_runs_alone(world: SandboxWorld) -> None:
    """An operator empties a platform without refusing or stopping anybody."""
    running = world.ready()
    tend(world)
    world.service.operating.cordon(OPERATOR, REASON)
    asked = world.service.create(STARTUP, NewSandbox(name="x"))
    told = [one.data["message"]["nl"] for one in journal.read(world.database, f"sandbox:{asked.id}")][-1]

    assert (SandboxState.QUEUED, REASON, None) == (asked.state, asked.queued.reason, asked.queued.turn.expected_at)
    assert "Onderhoud tot 14 uur." in told
    assert SandboxState.READY == world.service.get(STARTUP, running.id).state
    assert REASON == world.service.operating.overview(OPERATOR).cordon.reason
    world.service.operating.uncordon(OPERATOR)
    world.service.admit()
    assert SandboxState.REQUESTED == world.service.get(STARTUP, asked.id).state


def test_only_operators_operate(world: SandboxWorld) -> None:
    """Nobody else stops new sandboxes or sees everybody's."""
    for ask in (
        lambda: world.service.operating.cordon(STARTUP, REASON),
        lambda: world.service.operating.uncordon(STARTUP),
        lambda: world.service.operating.overview(STARTUP),
    ):
        with pytest.raises(ForbiddenError):
            ask()


def test_the_overview_tells_states_places_queue_pool_and_durations(
    database: Database, backend: FakeBackend, tmp_path: Path
) -> None:
    """One look is enough."""
    world = SandboxWorld.on(database, backend, tmp_path, policy=replace(WARM, capacity=1, pool=0))
    world.ready()
    asked = world.service.create(OTHER, NewSandbox(name="x"))
    seen = world.service.operating.overview(OPERATOR)

    assert ({"ready": 1, "queued": 1}, 1, 1) == (seen.states, seen.capacity, seen.placed)
    assert [(asked.id, 1)] == [(one.sandbox_id, one.turn.position) for one in seen.queue]
    assert {"create", "prove"} == {one.act.value for one in seen.spreads}


def _pool(world: SandboxWorld):
    return world.service.operating.overview(OPERATOR).pool

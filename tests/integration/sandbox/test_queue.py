"""Places, turns and plans on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from proeftuin_kernel.errors import ForbiddenError
from proeftuin_sandbox import errors
from proeftuin_sandbox.asking import Outcome
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.sandbox_fake import FakeBackend
from support.sandbox_world import ORGANISATION, OTHER, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database

NARROW = replace(POLICY, capacity=1, quota=5)


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, FakeBackend(), tmp_path, policy=NARROW)


def ask(world: SandboxWorld, principal: Principal = STARTUP) -> str:
    return world.service.create(principal, NewSandbox(name="x")).id


def rows(world: SandboxWorld) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(SandboxRow)) or 0


def test_a_plan_tells_what_would_be_made_and_writes_nothing(world: SandboxWorld) -> None:
    """People may look before they leap."""
    plan = world.service.plan(STARTUP, NewSandbox(name="x"))

    assert (Outcome.MADE, ORGANISATION, 5, 0, None) == (
        plan.outcome,
        plan.organisation,
        plan.quota,
        plan.used,
        plan.turn,
    )
    assert ["folder"] == [part.kind for part in plan.parts]
    assert 0 == rows(world)


def test_a_plan_tells_the_turn_and_the_quota_that_a_request_would_meet(world: SandboxWorld) -> None:
    """The same rules as a real request."""
    world.ready()
    queued = world.service.plan(OTHER, NewSandbox(name="x"))
    for _ in range(4):
        ask(world)

    assert (Outcome.QUEUED, 1) == (queued.outcome, queued.turn.position)
    assert Outcome.REFUSED == world.service.plan(STARTUP, NewSandbox(name="x")).outcome
    with pytest.raises(errors.LifetimeCeilingError):
        world.service.plan(STARTUP, NewSandbox(name="x", lifetime=timedelta(days=99)))
    with pytest.raises(ForbiddenError):
        world.service.plan(OTHER, NewSandbox(name="x", organisation=ORGANISATION))


def test_beyond_the_capacity_requests_wait_and_see_where_they_stand(world: SandboxWorld) -> None:
    """Nobody is refused because it is busy."""
    first = world.ready()
    second, third = ask(world), ask(world)
    waits = world.service.get(STARTUP, third)

    assert (SandboxState.QUEUED, 2) == (waits.state, waits.queued.turn.position)
    assert first.expires_at <= world.service.get(STARTUP, second).queued.turn.expected_at
    assert ("news", "queued") in world.told(f"sandbox:{third}")
    assert [2, 1] == [view.queued.turn.position for view in world.service.page(STARTUP, state=SandboxState.QUEUED)], (
        "lists tell it too"
    )


def test_a_place_that_comes_free_goes_to_the_organisation_whose_turn_it_is(
    world: SandboxWorld, clock: FixedClock
) -> None:
    """Organisations in turn: the one with the long line does not go first."""
    first = world.ready()
    ours = [ask(world), ask(world)]
    theirs = ask(world, OTHER)
    clock.advance(timedelta(minutes=10))
    world.service.destroy(STARTUP, first.id)
    world.service.converge(first.id)
    world.service.admit()

    assert SandboxState.REQUESTED == world.service.get(OTHER, theirs).state
    assert [1, 2] == [world.service.get(STARTUP, one).queued.turn.position for one in ours]
    assert ("news", "admitted") in world.told(f"sandbox:{theirs}")
    assert 60 == round((world.service.get(OTHER, theirs).expires_at - clock.now()).total_seconds() / 60), (
        "its time begins when it gets its place"
    )


def test_the_queue_is_in_the_database_and_outlives_the_platform(
    world: SandboxWorld, database: Database, tmp_path: Path
) -> None:
    """A restart changes nobody's turn."""
    world.ready()
    theirs, ours = ask(world, OTHER), ask(world)
    after = SandboxWorld.on(database, world.backend, tmp_path, policy=NARROW)
    after.service.start()
    after.service.sweep()

    assert (1, 2) == (
        after.service.get(OTHER, theirs).queued.turn.position,
        after.service.get(STARTUP, ours).queued.turn.position,
    )


def test_who_waits_can_cancel_and_the_others_move_up(world: SandboxWorld) -> None:
    """Cancelling is destroying; nothing was made."""
    world.ready()
    second, third = ask(world), ask(world)
    world.service.destroy(STARTUP, second)
    world.service.converge(second)
    world.service.admit()

    assert SandboxState.DESTROYED == world.service.get(STARTUP, second).state
    assert 1 == world.service.get(STARTUP, third).queued.turn.position
    assert 2 == world.told(f"sandbox:{third}").count(("news", "queued"))


def test_waiting_costs_no_lifetime(world: SandboxWorld, clock: FixedClock) -> None:
    """A request does not expire in the queue."""
    world.ready()
    second = ask(world)
    with world.database.begin() as work:
        work.session.get(SandboxRow, second).expires_at = clock.now() - timedelta(minutes=1)
    world.service.sweep()

    assert SandboxState.QUEUED == world.service.get(STARTUP, second).state


def test_a_larger_platform_lets_everybody_in(world: SandboxWorld, database: Database, tmp_path: Path) -> None:
    """The capacity is a setting, not a fact of the rows."""
    world.ready()
    waiting = [ask(world), ask(world, OTHER)]
    wider = SandboxWorld.on(database, world.backend, tmp_path, policy=replace(NARROW, capacity=None))
    wider.service.sweep()

    assert {SandboxState.REQUESTED} == {
        wider.service.get(STARTUP, waiting[0]).state,
        wider.service.get(OTHER, waiting[1]).state,
    }

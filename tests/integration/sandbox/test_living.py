"""The town of a sandbox lives on because somebody asked, and what is judged begins at the seed all the same."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from proeftuin.sandboxes import SandboxTargets
from proeftuin_sandbox import errors
from proeftuin_sandbox.durations import spreads
from proeftuin_sandbox.states import SandboxState
from support.sandbox_fake import FakeBackend, failure
from support.sandbox_world import OPERATOR, OTHER, STARTUP, SandboxWorld

MONTH = 30


def lived(world: SandboxWorld, sandbox: str, days: int = MONTH) -> int:
    """Have a town live and give its day."""
    world.service.live(STARTUP, sandbox, days=days)
    world.service.converge(sandbox)
    return world.service.get(STARTUP, sandbox).town_day


def test_a_town_lives_on_beside_its_components(world: SandboxWorld, backend: FakeBackend) -> None:
    """Day after day, told as it goes, measured, and nothing is stopped for it."""
    made = world.ready()
    world.deploy(made.id)
    asked = world.service.live(STARTUP, made.id, days=MONTH)
    assert (0, MONTH) == (asked.town_day, asked.town_day_wanted)
    world.service.converge(made.id)

    assert MONTH == world.service.get(STARTUP, made.id).town_day == backend.rooms[made.id].day
    assert MONTH + 5 == lived(world, made.id, days=5)
    assert ("end", "ready") == world.told(f"sandbox:{made.id}")[-1]
    assert backend.rooms[made.id].components["klok"].is_running
    with world.database.read() as session:
        assert "live" in {one.act.value for one in spreads(session, now=world.database.clock.now())}


def test_a_reset_brings_the_town_back_to_day_0(world: SandboxWorld, backend: FakeBackend) -> None:
    """Also of days that were asked for and had not come yet."""
    made = world.ready()
    lived(world, made.id)
    world.service.live(STARTUP, made.id, days=MONTH)
    world.service.reset_and_wait(STARTUP, made.id)
    seen = world.service.get(STARTUP, made.id)

    assert (0, 0, 0) == (seen.town_day, seen.town_day_wanted, backend.rooms[made.id].day)


def test_a_town_that_lost_its_data_lives_again(world: SandboxWorld, backend: FakeBackend) -> None:
    """The rows say which day is wanted; a town that was brought back is asked where it is."""
    made = world.ready()
    lived(world, made.id)
    backend.rooms[made.id].serving, backend.rooms[made.id].day = False, 0
    world.service.converge(made.id)

    assert MONTH == backend.rooms[made.id].day == world.service.get(STARTUP, made.id).town_day


def test_who_may_not_or_cannot_is_told_so(world: SandboxWorld, backend: FakeBackend) -> None:
    """Not ready, somebody else's, or further than a town lives."""
    made = world.ready()
    with pytest.raises(errors.SandboxNotFoundError):
        world.service.live(OTHER, made.id, days=1)
    for _ in range(10):
        world.service.live(OPERATOR, made.id, days=365)
    with pytest.raises(errors.TownTooOldError):
        world.service.live(STARTUP, made.id, days=1)
    world.service.suspend(STARTUP, made.id)
    with pytest.raises(errors.SandboxSuspendedError):
        world.service.live(STARTUP, made.id, days=1)


def test_a_town_that_can_never_live_keeps_its_sandbox(world: SandboxWorld, backend: FakeBackend) -> None:
    """It is told, and not asked for again and again."""
    made = world.ready()
    backend.failing["live"] = failure("town-cannot-live")
    assert 0 == lived(world, made.id)
    seen = world.service.get(STARTUP, made.id)

    assert (SandboxState.READY, 0) == (seen.state, seen.town_day_wanted)
    assert ("end", "ready") == world.told(f"sandbox:{made.id}")[-1]


def test_a_run_begins_at_the_seed_and_sees_when_the_town_lived_meanwhile(
    world: SandboxWorld, backend: FakeBackend
) -> None:
    """Evidence names the digest of the town, which is the digest of its seed."""
    made = world.ready()
    deployment = world.deploy(made.id)
    lived(world, made.id)
    catalogue: Any = SimpleNamespace(reading=SimpleNamespace(slug_of_component=lambda *_names: None))
    targets = SandboxTargets(world.service, catalogue, public_url="https://proeftuin.example")
    assert not targets.deployed(deployment.id).is_at_seed

    targets.bring_up(deployment.id, from_seed=False)

    assert (0, 1) == (backend.rooms[made.id].day, backend.rooms[made.id].resets)
    assert targets.deployed(deployment.id).is_at_seed
    lived(world, made.id, days=1)
    assert not targets.deployed(deployment.id).is_at_seed

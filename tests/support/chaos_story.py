"""The life of one sandbox, with a death of the platform at every moment of every part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.sandbox_world import STARTUP

if TYPE_CHECKING:
    from proeftuin_sandbox.views import DeploymentView, SandboxView
    from support.chaos import Chaos

_DAYS = 2


def live_through_everything(chaos: Chaos) -> None:
    """Make, deploy, live on, rest, come back, reset, leave: each gets there, and in the end nothing is left."""
    ground, name = chaos.place.ground, chaos.place.ground.component
    sandbox_id = chaos.world.service.create(STARTUP, NewSandbox(name="x")).id
    chaos.dies_at_every_moment(sandbox_id)
    _town_serves(chaos, sandbox_id)
    assert ground.room == kinds(chaos), f"one of each, and nothing of a proof; {chaos.history}"

    chaos.world.service.components.deploy(STARTUP, sandbox_id, name, chaos.world.bundle(name))
    chaos.dies_at_every_moment(sandbox_id)
    seen = _component_runs(chaos, sandbox_id)
    assert ground.with_component == kinds(chaos), chaos.history
    assert 200 == httpx.get(f"{seen.base_url}/telt", timeout=20).status_code

    chaos.world.service.live(STARTUP, sandbox_id, days=_DAYS)
    chaos.dies_at_every_moment(sandbox_id)
    assert _DAYS == chaos.world.service.get(STARTUP, sandbox_id).town_day, chaos.history

    chaos.world.service.prove(STARTUP, sandbox_id)
    chaos.dies_at_every_moment(sandbox_id)
    assert not chaos.world.service.get(STARTUP, sandbox_id).is_proving
    _component_runs(chaos, sandbox_id)

    chaos.world.service.suspend(STARTUP, sandbox_id)
    chaos.dies_at_every_moment(sandbox_id)
    rests = chaos.world.service.get(STARTUP, sandbox_id)
    assert (SandboxState.SUSPENDED, True) == (rests.state, rests.suspended_at is not None), chaos.history
    there = chaos.world.backend.observe(sandbox_id)
    assert (True, False) == (there.exists, there.is_serving)
    assert not [view for view in there.components if view.is_running]

    chaos.world.service.resume(STARTUP, sandbox_id)
    chaos.dies_at_every_moment(sandbox_id)
    _town_serves(chaos, sandbox_id)
    assert _DAYS == chaos.world.service.get(STARTUP, sandbox_id).town_day, chaos.history
    assert ground.keeps_data == (_count(_component_runs(chaos, sandbox_id)) > 0), chaos.history

    chaos.world.service.reset(STARTUP, sandbox_id)
    chaos.dies_at_every_moment(sandbox_id)
    made = chaos.world.service.get(STARTUP, sandbox_id)
    assert (False, 0) == (made.is_resetting, made.town_day), chaos.history
    _town_serves(chaos, sandbox_id)
    assert 0 == _count(_component_runs(chaos, sandbox_id)), chaos.history
    assert ground.with_component == kinds(chaos), chaos.history

    leave(chaos, sandbox_id)


def leave(chaos: Chaos, sandbox_id: str) -> None:
    """Destroy a sandbox while platforms die."""
    chaos.world.service.destroy(STARTUP, sandbox_id)
    chaos.dies_at_every_moment(sandbox_id)
    gone = chaos.world.service.get(STARTUP, sandbox_id)
    assert (SandboxState.DESTROYED, []) == (gone.state, gone.destruction["residue"]), chaos.history
    chaos.nothing_is_left(sandbox_id)


def kinds(chaos: Chaos) -> list[str]:
    """Tell the kinds of all that exists, one for each thing."""
    return sorted(thing.kind for thing in chaos.world.backend.inventory())


def _town_serves(chaos: Chaos, sandbox_id: str) -> SandboxView:
    made = chaos.world.service.get(STARTUP, sandbox_id)
    assert SandboxState.READY == made.state, f"{made.cause} {chaos.history}"
    assert 200 == httpx.get(f"{made.town_url}/gezondheid", timeout=20).status_code
    return made


def _component_runs(chaos: Chaos, sandbox_id: str) -> DeploymentView:
    seen = chaos.world.service.components.get(STARTUP, sandbox_id, chaos.place.ground.component)
    assert DeploymentState.RUNNING == seen.state, f"{seen.cause} {chaos.history}"
    assert 200 == httpx.get(f"{seen.base_url}/gezondheid", timeout=20).status_code
    return seen


def _count(seen: DeploymentView) -> int:
    return httpx.get(seen.base_url, timeout=20).json()["count"]

"""Platforms on Docker die with SIGKILL at every moment; the next one reaches what is wanted, and nothing is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState
from support.chaos import Chaos, settle
from support.chaos_grounds import DockerGround
from support.chaos_story import live_through_everything
from support.sandbox_world import STARTUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def chaos(
    docker_engine: str, image_store: Any, migrated_database: Callable[[], str], tmp_path: Path
) -> Iterator[Chaos]:
    chaos = Chaos.on(DockerGround(docker_engine, image_store.folder), tmp_path, migrated_database())
    yield chaos
    chaos.close()


def test_a_sandbox_lives_its_whole_life_under_platforms_that_die_at_every_moment(chaos: Chaos) -> None:
    """Whatever was there is found and used, nothing is made twice, and in the end nothing is left."""
    live_through_everything(chaos)


def test_rooms_go_on_without_a_platform_and_are_taken_over_by_the_next(chaos: Chaos) -> None:
    """`kill -9` of the platform costs nobody their work; it is closed off all the while."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    settle(chaos.world, asked.id)
    chaos.world.deploy(asked.id)
    address = chaos.world.service.components.get(STARTUP, asked.id, "klok").base_url
    httpx.get(f"{address}/telt", timeout=20)
    successor = chaos.place.platform()  # as a platform that starts after a crash
    successor.service.converge(asked.id)
    seen = successor.service.components.get(STARTUP, asked.id, "klok")

    assert (DeploymentState.RUNNING, address) == (seen.state, seen.base_url)
    assert 1 == httpx.get(address, timeout=20).json()["count"]
    successor.service.close()
    assert not chaos.world.backend.observe(asked.id).is_serving, "a platform that stops in good order stops its towns"
    successor.database.close()
    settle(chaos.world, asked.id)
    back = chaos.world.service.components.get(STARTUP, asked.id, "klok")

    assert DeploymentState.RUNNING == back.state
    assert 1 == httpx.get(back.base_url, timeout=20).json()["count"], "with its data"


def test_what_no_platform_knows_is_an_orphan_and_goes(chaos: Chaos, migrated_database: Callable[[], str]) -> None:
    """The database was put back to before the sandbox was made."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    settle(chaos.world, asked.id)
    fresh = replace(chaos.place, database_url=migrated_database()).platform()
    fresh.service.sweep()

    assert set() == chaos.place.ground.left(chaos.place.folder / "sandboxes")
    fresh.service.close()
    fresh.database.close()

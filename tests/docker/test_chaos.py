"""The platform is killed with SIGKILL at every step on Docker; the next one finishes, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.docker_chaos import platform
from support.sandbox_world import STARTUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.sandbox_world import SandboxWorld

pytestmark = [pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(600)]
TESTS = Path(__file__).parents[1]


@dataclass
class Chaos:
    """A folder, a database and an engine over which platforms come and are killed."""

    place: tuple[Path, str, str, Path]
    world: SandboxWorld

    def killed_at_each(self, steps: list[str], sandbox_id: str) -> None:
        """Have one platform after another die, each at the next step; the last one finishes the work."""
        for step in steps:
            ended = subprocess.run(
                [sys.executable, "-m", "support.docker_chaos", *map(str, self.place), sandbox_id, step],
                cwd=TESTS,
                env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                check=False,
                capture_output=True,
                timeout=180,
            )
            assert -signal.SIGKILL == ended.returncode, ended.stderr.decode()[-2000:]
        self.converge(sandbox_id)

    def converge(self, sandbox_id: str) -> None:
        """Bring a sandbox about, once the dead platform's lease has run out."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self.world.service.converge(sandbox_id)
            except LeaseHeldError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
            else:
                return

    def kinds(self) -> list[str]:
        return sorted(thing.kind for thing in self.world.backend.inventory())


@pytest.fixture
def chaos(
    docker_engine: str, image_store: Any, migrated_database: Callable[[], str], tmp_path: Path
) -> Iterator[Chaos]:
    place = (tmp_path, migrated_database(), docker_engine, image_store.folder)
    made = Chaos(place, platform(*place, hook=lambda _: None))
    yield made
    for sandbox_id in {thing.sandbox_id for thing in made.world.backend.inventory()}:
        list(made.world.backend.destroy(sandbox_id))
    made.world.service.close()
    made.world.database.close()


def test_a_platform_that_dies_at_any_step_is_followed_by_one_that_finishes_and_nothing_stays(chaos: Chaos) -> None:
    """One sandbox through its whole life: made, deployed in, reset, destroyed, each with a death at every step."""
    service = chaos.world.service
    asked = service.create(STARTUP, NewSandbox(name="x"))
    chaos.killed_at_each(["town", "network", "start", "serve", "prove"], asked.id)
    made = service.get(STARTUP, asked.id)

    assert SandboxState.READY == made.state
    assert 200 == httpx.get(f"{made.town_url}/gezondheid", timeout=20).status_code
    assert ["container"] * 2 + ["network"] * 2 + ["volume"] == chaos.kinds(), "one of each, and nothing of a proof"

    service.components.deploy(STARTUP, asked.id, "klok", chaos.world.bundle())
    chaos.killed_at_each(["image", "start", "wait"], asked.id)
    seen = service.components.get(STARTUP, asked.id, "klok")

    assert DeploymentState.RUNNING == seen.state
    assert 200 == httpx.get(f"{seen.base_url}/telt", timeout=20).status_code
    assert ["container"] * 4 + ["network"] * 2 + ["volume"] * 2 == chaos.kinds()

    service.reset(STARTUP, asked.id)
    chaos.killed_at_each(["stop", "town", "database", "serve"], asked.id)
    again = service.components.get(STARTUP, asked.id, "klok")

    assert not service.get(STARTUP, asked.id).is_resetting
    assert 0 == httpx.get(again.base_url, timeout=20).json()["count"]

    service.destroy(STARTUP, asked.id)
    chaos.killed_at_each(["components", "data", "network"], asked.id)
    gone = service.get(STARTUP, asked.id)

    assert (SandboxState.DESTROYED, []) == (gone.state, gone.destruction["residue"])
    assert [] == chaos.kinds()


def test_rooms_go_on_without_a_platform_and_are_taken_over_by_the_next(chaos: Chaos) -> None:
    """`kill -9` of the platform costs nobody their work; it is closed off all the while."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.converge(asked.id)
    chaos.world.deploy(asked.id)
    address = chaos.world.service.components.get(STARTUP, asked.id, "klok").base_url
    httpx.get(f"{address}/telt", timeout=20)
    successor = platform(*chaos.place, hook=lambda _: None)  # as a platform that starts after a crash
    successor.service.converge(asked.id)
    seen = successor.service.components.get(STARTUP, asked.id, "klok")

    assert (DeploymentState.RUNNING, address) == (seen.state, seen.base_url)
    assert 1 == httpx.get(address, timeout=20).json()["count"]
    successor.service.close()
    assert not chaos.world.backend.observe(asked.id).is_serving, "a platform that stops in good order stops its towns"
    successor.database.close()
    chaos.converge(asked.id)
    back = chaos.world.service.components.get(STARTUP, asked.id, "klok")

    assert DeploymentState.RUNNING == back.state
    assert 1 == httpx.get(back.base_url, timeout=20).json()["count"], "with its data"


def test_what_no_platform_knows_is_an_orphan_and_goes(chaos: Chaos, migrated_database: Callable[[], str]) -> None:
    """The database was put back to before the sandbox was made."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.converge(asked.id)
    fresh = platform(chaos.place[0], migrated_database(), *chaos.place[2:], hook=lambda _: None)
    fresh.service.sweep()

    assert [] == chaos.kinds()
    fresh.service.close()
    fresh.database.close()

"""The platform is killed with SIGKILL at every step on Kubernetes; the next one finishes, and nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from proeftuin.schema import migrate
from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.kubernetes_chaos import platform
from support.sandbox_world import STARTUP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.kubernetes_worlds import Site
    from support.sandbox_world import SandboxWorld

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(900)]
TESTS = Path(__file__).parents[2]
ROOM = ["Deployment", "Namespace", "Pod", "Secret", "Service"]


@dataclass
class Chaos:
    """A folder, a database and a cluster over which platforms come and are killed."""

    folder: Path
    database_url: str
    site: Site
    world: SandboxWorld

    def killed_at_each(self, steps: list[str], sandbox_id: str) -> None:
        """Have one platform after another die, each at the next step; the last one finishes the work."""
        place = [self.folder, self.database_url, self.site.kubeconfig, self.site.registry, self.site.store.folder]
        for step in steps:
            ended = subprocess.run(
                [sys.executable, "-m", "support.kubernetes_chaos", *map(str, place), sandbox_id, step],
                cwd=TESTS,
                env={
                    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
                check=False,
                capture_output=True,
                timeout=240,
            )
            assert -signal.SIGKILL == ended.returncode, f"{step}: {ended.stderr.decode()[-2000:]}"
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
        return sorted(thing.kind for thing in self.world.backend.inventory() if thing.kind != "log")


@pytest.fixture
def chaos(cluster_site: Site, new_database: Callable[[str | None], str], tmp_path: Path) -> Iterator[Chaos]:
    url = new_database(None)
    migrate(url)
    made = Chaos(tmp_path, url, cluster_site, platform(tmp_path, url, cluster_site, hook=lambda _: None))
    yield made
    backend = made.world.backend
    for sandbox_id in {thing.sandbox_id for thing in backend.inventory()}:
        list(backend.destroy(sandbox_id))
    backend.forget_cluster()
    made.world.service.close()
    made.world.database.close()


def test_a_platform_that_dies_at_any_step_is_followed_by_one_that_finishes_and_nothing_stays(chaos: Chaos) -> None:
    """One sandbox through its whole life, with a death at every step of each part of it."""
    service = chaos.world.service
    asked = service.create(STARTUP, NewSandbox(name="x"))
    chaos.killed_at_each(["town", "push", "room", "serve", "prove"], asked.id)
    made = service.get(STARTUP, asked.id)

    assert SandboxState.READY == made.state, made.cause
    assert 200 == httpx.get(f"{made.town_url}/gezondheid", timeout=20).status_code
    assert ROOM == chaos.kinds(), "one of each, and nothing of a proof"

    service.components.deploy(STARTUP, asked.id, "klok", chaos.world.bundle())
    chaos.killed_at_each(["image", "push", "start", "wait"], asked.id)
    seen = service.components.get(STARTUP, asked.id, "klok")

    assert DeploymentState.RUNNING == seen.state, seen.cause
    assert 200 == httpx.get(f"{seen.base_url}/telt", timeout=20).status_code
    assert sorted([*ROOM, "Deployment", "Pod"]) == chaos.kinds()

    service.reset(STARTUP, asked.id)
    chaos.killed_at_each(["stop", "drop"], asked.id)
    again = service.components.get(STARTUP, asked.id, "klok")

    assert not service.get(STARTUP, asked.id).is_resetting
    assert DeploymentState.RUNNING == again.state, again.cause
    assert 0 == httpx.get(again.base_url, timeout=20).json()["count"]

    service.suspend(STARTUP, asked.id)
    chaos.killed_at_each(["components", "town"], asked.id)
    assert service.get(STARTUP, asked.id).suspended_at is not None
    assert "Pod" not in chaos.kinds()

    service.resume(STARTUP, asked.id)
    chaos.killed_at_each(["room", "serve", "start"], asked.id)
    assert SandboxState.READY == service.get(STARTUP, asked.id).state
    assert 200 == httpx.get(service.components.get(STARTUP, asked.id, "klok").base_url, timeout=20).status_code

    service.destroy(STARTUP, asked.id)
    chaos.killed_at_each(["listeners", "room", "logs"], asked.id)
    gone = service.get(STARTUP, asked.id)

    assert (SandboxState.DESTROYED, []) == (gone.state, gone.destruction["residue"])
    assert () == chaos.world.backend.inventory()


def test_rooms_go_on_without_a_platform_and_are_taken_over_by_the_next(chaos: Chaos) -> None:
    """`kill -9` of the platform costs nobody their work; it is closed off all the while."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.converge(asked.id)
    chaos.world.deploy(asked.id)
    before = chaos.world.service.components.get(STARTUP, asked.id, "klok")
    httpx.get(f"{before.base_url}/telt", timeout=20)
    chaos.world.backend.close()  # its ports are free, as after a crash
    successor = platform(chaos.folder, chaos.database_url, chaos.site, hook=lambda _: None)
    successor.service.converge(asked.id)
    seen = successor.service.components.get(STARTUP, asked.id, "klok")

    assert (DeploymentState.RUNNING, before.base_url) == (seen.state, seen.base_url)
    assert 1 == httpx.get(seen.base_url, timeout=20).json()["count"], "the very same process"
    successor.service.close()
    successor.database.close()


def test_what_no_platform_knows_is_an_orphan_and_goes(chaos: Chaos, new_database: Callable[[str | None], str]) -> None:
    """The database was put back to before the sandbox was made."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.converge(asked.id)
    url = new_database(None)
    migrate(url)
    fresh = platform(chaos.folder, url, chaos.site, hook=lambda _: None)
    fresh.service.sweep()

    assert [] == chaos.kinds()
    fresh.service.close()
    fresh.database.close()

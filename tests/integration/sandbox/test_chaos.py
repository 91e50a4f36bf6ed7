"""The platform is killed with SIGKILL at every step; the next one reaches what is wanted, with nothing left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import select

from proeftuin_infra import proctree
from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import DeploymentState, SandboxState
from support.sandbox_chaos import POLICY, platform
from support.sandbox_world import STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[2]


class Chaos:
    """A folder and a database over which platforms come and are killed."""

    def __init__(self, folder: Path, database_url: str, maintenance_url: str) -> None:
        self.folder = folder
        self._urls = (database_url, maintenance_url)
        self.world: SandboxWorld = platform(folder, *self._urls, hook=lambda _: None)

    def killed_at(self, step: str, sandbox_id: str) -> None:
        """Have a platform start, wait until the former one's lease has run out, and die just before a step."""
        arguments = [str(self.folder), *self._urls, sandbox_id, step]
        ended = subprocess.run(
            [sys.executable, "-m", "support.sandbox_chaos", *arguments],
            cwd=TESTS,
            # Compiled modules may be kept: each platform starts in half the time.
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            check=False,
            capture_output=True,
            timeout=60,
        )
        assert -signal.SIGKILL == ended.returncode, ended.stderr.decode()[-2000:]

    def killed_at_each(self, steps: list[str], sandbox_id: str) -> None:
        """Have one platform after another die, each at the next step; the last one finishes the work."""
        self.world.service.close()
        for step in steps:
            self.killed_at(step, sandbox_id)
        self.successor()
        self.converge(sandbox_id)

    def successor(self) -> None:
        """Start the next platform, as after a crash."""
        self.world.service.close()
        self.world.database.close()
        self.world = platform(self.folder, *self._urls, hook=lambda _: None)

    def converge(self, sandbox_id: str) -> None:
        """Bring a sandbox about, once the dead platform's lease has run out."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self.world.service.converge(sandbox_id)
            except LeaseHeldError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="module")
def chaos_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder, so that the town is generated once."""
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture
def chaos(chaos_folder: Path, database_url: str, postgres: str) -> Iterator[Chaos]:
    chaos = Chaos(chaos_folder, database_url, postgres)
    yield chaos
    for thing in chaos.world.backend.inventory():
        list(chaos.world.backend.destroy(thing.sandbox_id))
    chaos.world.service.close()
    chaos.world.database.close()


def answer(url: str) -> int:
    return httpx.get(url, timeout=5).status_code


def leftovers(chaos: Chaos) -> list:
    deadline = time.monotonic() + 8
    while chaos.world.backend.inventory() and time.monotonic() < deadline:
        time.sleep(0.05)
    return list(chaos.world.backend.inventory())


def test_platforms_that_die_at_every_step_of_making_a_sandbox_are_followed_by_one_that_makes_it(
    chaos: Chaos,
) -> None:
    """Whatever was there is found and used; nothing is made twice."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.killed_at_each(["town", "template", "database", "serve", "prove"], asked.id)
    made = chaos.world.service.get(STARTUP, asked.id)

    assert SandboxState.READY == made.state
    assert 200 == answer(f"{made.town_url}/gezondheid")
    assert ["database", "folder", "process", "role"] == sorted(
        thing.kind for thing in chaos.world.backend.inventory()
    ), "one of each"


def test_platforms_that_die_at_every_step_of_a_deployment_are_followed_by_one_that_deploys(chaos: Chaos) -> None:
    """The component runs once, and nothing of the earlier attempts does."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.service.components.deploy(STARTUP, asked.id, "klok", chaos.world.bundle())
    chaos.killed_at_each(["unpack", "install", "start", "wait"], asked.id)
    seen = chaos.world.service.components.get(STARTUP, asked.id, "klok")

    assert DeploymentState.RUNNING == seen.state
    assert 200 == answer(f"{seen.base_url}/gezondheid")
    assert 1 == len(proctree.with_environment(f"PROEFTUIN_DATA_DIR={_data(chaos, asked.id)}"))


def test_platforms_that_die_at_every_step_of_a_reset_are_followed_by_one_that_finishes(chaos: Chaos) -> None:
    """After a reset that was cut short the component is empty and the town is whole."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.deploy(asked.id)
    answer(f"{chaos.world.service.components.get(STARTUP, asked.id, 'klok').base_url}/telt")
    assert (_data(chaos, asked.id) / "count").exists()
    chaos.world.service.reset(STARTUP, asked.id)
    chaos.killed_at_each(["stop", "drop", "database", "serve"], asked.id)
    made = chaos.world.service.get(STARTUP, asked.id)
    seen = chaos.world.service.components.get(STARTUP, asked.id, "klok")

    assert (SandboxState.READY, False) == (made.state, made.is_resetting)
    assert DeploymentState.RUNNING == seen.state
    assert 200 == answer(f"{made.town_url}/gezondheid")
    assert not (_data(chaos, asked.id) / "count").exists()


def test_platforms_that_die_at_every_step_of_a_rest_and_a_return_lose_nothing(chaos: Chaos) -> None:
    """After a rest nothing runs; after the return everything does, with its data."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.deploy(asked.id)
    answer(f"{chaos.world.service.components.get(STARTUP, asked.id, 'klok').base_url}/telt")
    chaos.world.service.suspend(STARTUP, asked.id)
    chaos.killed_at_each(["components", "town"], asked.id)
    assert chaos.world.service.get(STARTUP, asked.id).suspended_at is not None
    assert "process" not in {thing.kind for thing in chaos.world.backend.inventory()}
    assert (_data(chaos, asked.id) / "count").exists()
    chaos.world.service.resume(STARTUP, asked.id)
    chaos.killed_at_each(["database", "serve", "prove", "start", "wait"], asked.id)
    made = chaos.world.service.get(STARTUP, asked.id)

    assert SandboxState.READY == made.state
    assert DeploymentState.RUNNING == chaos.world.service.components.get(STARTUP, asked.id, "klok").state
    assert (_data(chaos, asked.id) / "count").exists()
    assert 200 == answer(f"{made.town_url}/gezondheid")


def test_platforms_that_die_while_a_sandbox_stands_ready_or_is_handed_out_lose_it_to_nobody(chaos: Chaos) -> None:
    """A member is made, claimed and proved anew under platforms that die; there is one, and it is its owner's."""
    warm = replace(POLICY, pool=1, proof_age=timedelta(0))

    def pooled() -> SandboxWorld:
        return SandboxWorld.on(chaos.world.database, chaos.world.backend, chaos.folder, policy=warm)

    pooled().service.sweep()
    with chaos.world.database.read() as session:
        member = session.scalars(select(SandboxRow.id).where(SandboxRow.pooled)).one()
    chaos.killed_at_each(["database", "serve", "prove"], member)
    got = pooled().service.create(STARTUP, NewSandbox(name="x"))
    assert (member, SandboxState.REQUESTED) == (got.id, got.state), "its proof is old"
    chaos.killed_at_each(["serve", "prove"], member)
    made = chaos.world.service.get(STARTUP, member)

    assert (SandboxState.READY, True) == (made.state, made.from_pool)
    assert 200 == answer(f"{made.town_url}/gezondheid")
    assert ["database", "folder", "process", "role"] == sorted(
        thing.kind for thing in chaos.world.backend.inventory()
    ), "one of each"


def test_platforms_that_die_at_every_step_of_a_destruction_are_followed_by_one_that_leaves_nothing(
    chaos: Chaos,
) -> None:
    """Processes, folders, databases and roles: all gone, and the record says so."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.deploy(asked.id)
    chaos.world.service.destroy(STARTUP, asked.id)
    chaos.killed_at_each(["components", "town", "database", "files"], asked.id)
    gone = chaos.world.service.get(STARTUP, asked.id)

    assert SandboxState.DESTROYED == gone.state
    assert [] == gone.destruction["residue"]
    assert [] == leftovers(chaos)


def test_a_platform_that_dies_with_everything_running_leaves_no_process(chaos: Chaos) -> None:
    """`kill -9` of the platform ends towns and components within seconds."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.service.components.deploy(STARTUP, asked.id, "klok", chaos.world.bundle())
    chaos.world.backend.close()
    chaos.killed_at("wait", asked.id)
    deadline = time.monotonic() + 8
    while proctree.with_environment(f"PROEFTUIN_SANDBOX={asked.id}"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _data(chaos: Chaos, sandbox_id: str) -> Path:
    return chaos.folder / "sandboxes" / "rooms" / sandbox_id / "components" / "klok" / "data"

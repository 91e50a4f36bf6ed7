"""Platforms on this machine die with SIGKILL at every moment; the next one reaches what is wanted, nothing is left."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import select

from proeftuin_infra import proctree
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.chaos import POLICY, Chaos, settle
from support.chaos_grounds import LocalGround, processes_of
from support.chaos_story import kinds, live_through_everything
from support.sandbox_world import STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_sandbox.service import SandboxService

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture
def chaos(tmp_path: Path, database_url: str, postgres: str) -> Iterator[Chaos]:
    chaos = Chaos.on(LocalGround(postgres), tmp_path, database_url)
    yield chaos
    chaos.close()


def test_a_sandbox_lives_its_whole_life_under_platforms_that_die_at_every_moment(chaos: Chaos) -> None:
    """Whatever was there is found and used, nothing is made twice, and in the end nothing is left."""
    live_through_everything(chaos)


def test_a_sandbox_that_is_handed_out_while_platforms_die_is_lost_to_nobody(chaos: Chaos) -> None:
    """A member is claimed and proved anew under platforms that die; there is one, and it is its owner's."""
    warm = replace(POLICY, pool=1, proof_age=timedelta(0))

    def with_a_pool() -> SandboxService:
        return SandboxWorld.on(chaos.world.database, chaos.world.backend, chaos.place.folder, policy=warm).service

    with_a_pool().sweep()
    with chaos.world.database.read() as session:
        member = session.scalars(select(SandboxRow.id).where(SandboxRow.pooled)).one()
    settle(chaos.world, member)
    got = with_a_pool().create(STARTUP, NewSandbox(name="x"))
    assert (member, SandboxState.REQUESTED) == (got.id, got.state), "its proof is old"
    chaos.dies_at_every_moment(member)
    made = chaos.world.service.get(STARTUP, member)

    assert (SandboxState.READY, True) == (made.state, made.from_pool), chaos.history
    assert 200 == httpx.get(f"{made.town_url}/gezondheid", timeout=5).status_code
    assert LocalGround.room == kinds(chaos), chaos.history


def test_a_platform_that_dies_with_everything_running_leaves_no_process(chaos: Chaos) -> None:
    """`kill -9` of the platform ends towns and components within seconds."""
    asked = chaos.world.service.create(STARTUP, NewSandbox(name="x"))
    chaos.world.service.components.deploy(STARTUP, asked.id, "klok", chaos.world.bundle())
    chaos.successor()
    with chaos.living(asked.id) as platform:
        assert {"klok"} <= {
            environment.get("PROEFTUIN_COMPONENT") for _, environment in proctree.labelled("PROEFTUIN_COMPONENT")
        }
        os.kill(platform, signal.SIGKILL)
        deadline = time.monotonic() + 8
        while left := processes_of(chaos.place.folder / "sandboxes"):
            assert time.monotonic() < deadline, left
            time.sleep(0.05)

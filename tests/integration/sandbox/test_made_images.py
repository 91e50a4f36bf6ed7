"""What the platform made itself of towns and components goes when no living sandbox needs it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from support.sandbox_fake import FakeBackend
from support.sandbox_world import STARTUP, SandboxWorld

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database


class FakeWorkshop:
    """Remembers what it was told to keep."""

    def __init__(self) -> None:
        self.kept: list[tuple[set[str], set[tuple[str, int]], int]] = []
        self.is_broken = False

    def prune(self, *, bundles: Collection[str], towns: Collection[tuple[str, int]], unused: timedelta) -> int:
        self.kept.append((set(bundles), set(towns), unused.days))
        if self.is_broken:
            raise OSError(5, "Input/output error")
        return 2 * 2**20


def test_what_the_platform_made_is_taken_away_but_for_what_living_sandboxes_need(
    database: Database, tmp_path: Path, clock: FixedClock
) -> None:
    """Their bundles and their towns; a disk with a fault keeps nobody from looking after sandboxes."""
    workshop = FakeWorkshop()
    world = SandboxWorld.on(database, FakeBackend(), tmp_path, workshop=workshop)
    sandbox = world.ready().id
    world.deploy(sandbox)
    digest = world.service.components.all(STARTUP, sandbox)[0].digest
    world.service.sweep()
    world.service.sweep()
    world.service.destroy(STARTUP, sandbox)
    world.service.converge(sandbox)
    workshop.is_broken = True
    clock.advance(timedelta(minutes=11))
    world.service.sweep()

    assert [({digest}, {("gehucht", 1830)}, 30), (set(), set(), 30)] == workshop.kept

"""What the operator lists, and what a component was seen to use, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin_kernel.errors import ForbiddenError
from proeftuin_kernel.text import Text
from proeftuin_sandbox import usage
from proeftuin_sandbox.listing import Order, Question
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.sandbox_fake import FakeBackend
from support.sandbox_world import NEIGHBOUR, OPERATOR, ORGANISATION, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, FakeBackend(), tmp_path, policy=replace(POLICY, quota=5))


def names(world: SandboxWorld, question: Question, *, limit: int = 10) -> list[str]:
    return [one.name for one in world.service.operating.all(OPERATOR, question, limit=limit)]


def test_the_operator_sorts_filters_and_pages_through_all_sandboxes(world: SandboxWorld, clock: FixedClock) -> None:
    """Every order goes on after the last one of the page before, also among equals."""
    for name in ("b", "a", "c"):
        world.service.create(STARTUP, NewSandbox(name=name))
        clock.advance(timedelta(minutes=1))
    gone = world.ready(name="d")
    world.service.destroy(STARTUP, gone.id)
    world.service.converge(gone.id)

    assert ["c", "a", "b"] == names(world, Question())
    assert ["a", "b", "c"] == names(world, Question(order=Order.NAME, descending=False))
    first = world.service.operating.all(OPERATOR, Question(order=Order.STATE), limit=1)[0]
    after = (first.state.value, first.id)
    rest = names(world, Question(order=Order.STATE, after=after))
    assert {"a", "b", "c"} == {first.name, *rest}
    assert 2 == len(rest)
    oldest = world.service.operating.all(OPERATOR, Question(descending=False), limit=1)[0]
    assert ["a", "c"] == names(world, Question(descending=False, after=(oldest.created_at.isoformat(), oldest.id)))
    assert ["d"] == names(world, Question(state=SandboxState.DESTROYED))
    assert [] == names(world, Question(organisation=NEIGHBOUR))
    assert [ORGANISATION] == world.service.operating.organisations(OPERATOR)


def test_only_an_operator_lists_the_sandboxes_of_everybody(world: SandboxWorld) -> None:
    """People see their own, by another way."""
    with pytest.raises(ForbiddenError):
        world.service.operating.all(STARTUP, Question(), limit=1)
    with pytest.raises(ForbiddenError):
        world.service.operating.organisations(STARTUP)


def test_a_sweep_notes_what_components_use_for_half_an_hour(world: SandboxWorld, clock: FixedClock) -> None:
    """Enough for a picture, and never more."""
    sandbox = world.ready()
    world.deploy(sandbox.id)
    for _ in range(3):
        world.service.sweep()
        clock.advance(timedelta(seconds=10))

    seen = world.service.components.usage(STARTUP, sandbox.id)
    assert {"klok": 3} == {name: len(samples) for name, samples in seen.items()}
    assert [timedelta(seconds=10)] * 2 == [
        after.at - before.at for before, after in zip(seen["klok"], seen["klok"][1:], strict=False)
    ]
    clock.advance(usage.KEPT)
    assert {} == world.service.components.usage(STARTUP, sandbox.id)
    world.service.sweep()
    clock.advance(-timedelta(minutes=5))
    assert 1 == len(world.service.components.usage(STARTUP, sandbox.id)["klok"])


def test_a_plan_tells_the_operators_reason(world: SandboxWorld) -> None:
    """Whoever would wait reads why before asking."""
    reason = Text(nl="Onderhoud.", en="Maintenance.")
    world.service.operating.cordon(OPERATOR, reason)
    assert reason == world.service.plan(STARTUP, NewSandbox(name="x")).cordon
    world.service.operating.uncordon(OPERATOR)
    assert world.service.plan(STARTUP, NewSandbox(name="x")).cordon is None

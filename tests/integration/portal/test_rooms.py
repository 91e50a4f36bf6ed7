"""The life of a sandbox and the operator's view, on the real services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin.portal.adapters.operator import Operator
from proeftuin.portal.adapters.sandboxes import Sandboxes
from proeftuin.portal.views.asking import Wish
from proeftuin.portal.views.operator import SORTS, Filter
from proeftuin_kernel.errors import BadInputError, ForbiddenError
from proeftuin_kernel.text import Text
from support.catalogue_builders import Names
from support.sandbox_fake import FakeBackend
from support.sandbox_world import OPERATOR, ORGANISATION, POLICY, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database

REASON = Text(nl="Onderhoud.", en="Maintenance.")


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    return SandboxWorld.on(database, FakeBackend(), tmp_path, policy=replace(POLICY, capacity=3, quota=5))


@pytest.fixture
def desk(world: SandboxWorld, database: Database) -> Sandboxes:
    return Sandboxes(world.service, database=database, names=Names({}), assessment=None)


@pytest.fixture
def operator(world: SandboxWorld) -> Operator:
    return Operator(world.service, names=Names({}))


def test_the_page_follows_a_sandbox_to_rest_and_back(desk: Sandboxes, world: SandboxWorld, clock: FixedClock) -> None:
    """With its proofs, what it used and what happened to it."""
    sandbox_id = world.ready().id
    world.deploy(sandbox_id)
    for _ in range(2):
        world.service.sweep()
        clock.advance(timedelta(seconds=10))
    ready = desk.sandbox(STARTUP, sandbox_id)
    assert ("ready", 1, True) == (ready.state, len(ready.proofs), ready.proofs[0].holds)
    assert [3] == [len(one.sparks) for one in ready.usage]
    assert ready.news[0].at >= ready.news[-1].at

    desk.prove(STARTUP, sandbox_id)
    assert ("proving", True) == (desk.sandbox(STARTUP, sandbox_id).state, desk.sandbox(STARTUP, sandbox_id).is_busy)
    world.service.converge(sandbox_id)
    assert 2 == len(desk.sandbox(STARTUP, sandbox_id).proofs)

    desk.suspend(STARTUP, sandbox_id)
    assert "suspending" == desk.sandbox(STARTUP, sandbox_id).state
    world.service.converge(sandbox_id)
    rests = desk.sandbox(STARTUP, sandbox_id)
    assert ("suspended", False) == (rests.state, rests.is_busy)

    desk.resume(STARTUP, sandbox_id)
    world.service.converge(sandbox_id)
    assert "ready" == desk.sandbox(STARTUP, sandbox_id).state


def test_the_operator_sees_everything_in_every_order(operator: Operator, world: SandboxWorld) -> None:
    """And nobody else does."""
    made = [world.ready(name=name).id for name in ("Eerste", "Tweede")]
    for sort in SORTS:
        up, down = (operator.overview(OPERATOR, Filter(sort=one)) for one in (sort, f"-{sort}"))
        assert set(made) == {row.id for row in up.rows}
        assert [row.id for row in up.rows] == [row.id for row in reversed(down.rows)]
    view = operator.overview(OPERATOR, Filter(state="failed"))
    assert ((), 3, 2, [("ready", 2)]) == (
        view.rows,
        view.capacity,
        view.taken,
        [(one.state, one.count) for one in view.states],
    )
    with pytest.raises(ForbiddenError):
        operator.overview(STARTUP, Filter())
    with pytest.raises(BadInputError):
        operator.overview(OPERATOR, Filter(cursor="zomaar"))


def test_a_cordon_is_told_to_who_asks_and_to_who_waits(operator: Operator, desk: Sandboxes) -> None:
    """In the words of the operator."""
    operator.cordon(OPERATOR, REASON)
    wish = Wish(organisation=ORGANISATION, name="Proef", profile="gehucht", seed=1830, minutes=30)
    plan = desk.plan(STARTUP, wish)
    assert ("queued", 1, None, REASON) == (plan.outcome, plan.position, plan.expected, plan.cordon)
    waits = desk.sandbox(STARTUP, desk.create(STARTUP, wish))
    assert waits.turn is not None
    assert (1, REASON) == (waits.turn.position, waits.turn.reason)
    assert (None, None) == (waits.expires, waits.latest_expiry), "its time begins with its turn"
    view = operator.overview(OPERATOR, Filter())
    assert [("Proef", 1)] == [(one.name, one.position) for one in view.queue]
    assert [None] == [one.expires for one in view.rows]
    operator.uncordon(OPERATOR)
    assert operator.overview(OPERATOR, Filter()).cordon is None
    assert desk.plan(STARTUP, wish).cordon is None


def test_a_member_shares_looks_and_ends_a_link(desk: Sandboxes, world: SandboxWorld, clock: FixedClock) -> None:
    """A link never outlives its sandbox; who looks again gets the same link while it works."""
    sandbox_id = world.ready().id
    world.deploy(sandbox_id)
    for minutes in (10, 10_080, None):
        desk.share(STARTUP, sandbox_id, "klok", minutes=minutes)
    rows = desk.sandbox(STARTUP, sandbox_id).previews
    ends = world.service.get(STARTUP, sandbox_id).expires_at
    assert [ends, ends, clock.now() + timedelta(minutes=10)] == [one.expires for one in rows]
    assert [("klok", "Klok", "Ada Test")] * 3 == [(one.component, one.title.nl, one.made_by) for one in rows]

    token = desk.look(STARTUP, sandbox_id, "klok", token=None)
    assert token == desk.look(STARTUP, sandbox_id, "klok", token=token)
    assert 4 == len(desk.sandbox(STARTUP, sandbox_id).previews)
    for row in desk.sandbox(STARTUP, sandbox_id).previews:
        desk.unshare(STARTUP, sandbox_id, row.id)
    assert () == desk.sandbox(STARTUP, sandbox_id).previews
    assert token != desk.look(STARTUP, sandbox_id, "klok", token=token)

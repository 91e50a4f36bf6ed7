"""The rules by which a platform can look after thousands of sandboxes; how long it takes is `bench_scale.py`."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, insert, select, text

from proeftuin_kernel.ids import new_id
from proeftuin_kernel.jobs import JobQueue
from proeftuin_sandbox.backends.base import Observed, Owned, Survey
from proeftuin_sandbox.models import SandboxRow
from proeftuin_sandbox.scheduling import CONVERGE_JOB, defer_converge, defer_creation, defer_many
from proeftuin_sandbox.service import NewSandbox
from proeftuin_sandbox.states import SandboxState
from support.sandbox_fake import FakeBackend, FakeRoom, failure
from support.sandbox_world import POLICY, STARTUP, SandboxWorld, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_kernel.db import Database

MANY = replace(POLICY, quota=1000)


@dataclass
class Surveyed(FakeBackend):
    """A backend that can tell of all its sandboxes at once.

    Attributes:
        asked: Which methods were called that look at sandboxes.
        news: What `changed` tells next.
        silent: Nothing can be told now.
    """

    asked: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    silent: bool = False

    def observe(self, sandbox_id: str) -> Observed:
        self.asked.append("observe")
        return super().observe(sandbox_id)

    def inventory(self) -> tuple[Owned, ...]:
        self.asked.append("inventory")
        return super().inventory()

    def survey(self) -> Survey | None:
        self.asked.append("survey")
        self._fail("survey")
        return None if self.silent else self._seen(list(self.rooms))

    def changed(self, *, patience: float) -> Survey | None:
        time.sleep(min(patience, 0.01))
        told, self.news = self.news, []
        return self._seen(told)

    def owned_by(self, sandbox_id: str) -> tuple[Owned, ...]:
        self.asked.append("owned_by")
        return tuple(thing for thing in super().inventory() if thing.sandbox_id == sandbox_id)

    def _seen(self, sandbox_ids: list[str]) -> Survey:
        return Survey({one: super(Surveyed, self).observe(one) for one in sandbox_ids}, frozenset(self.rooms))


@pytest.fixture
def world(database: Database, tmp_path: Path) -> SandboxWorld:
    database.jobs = JobQueue(database.url)
    return SandboxWorld.on(database, Surveyed(), tmp_path, policy=MANY)


def grow(world: SandboxWorld, count: int) -> list[str]:
    """Have so many more ready sandboxes like the first."""
    with world.database.begin() as work:
        model = work.session.scalars(select(SandboxRow).limit(1)).one()
        columns = columns_of(model)
        ids = [new_id("sbx") for _ in range(count)]
        if ids:
            work.session.execute(insert(SandboxRow), [{**columns, "id": one} for one in ids])
    for one in ids:
        world.backend.rooms[one] = FakeRoom()
    return ids


@contextmanager
def statements(world: SandboxWorld) -> Iterator[list[str]]:
    """Collect what is asked of the database."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


def waiting(world: SandboxWorld) -> list[str]:
    """Give the sandboxes that wait to be looked at, those that go first first."""
    question = (
        "SELECT args->>'sandbox_id' FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :name"
        " ORDER BY priority DESC, id"
    )
    with world.database.begin() as work:
        return list(work.session.scalars(text(question), {"name": CONVERGE_JOB}))


def forget(world: SandboxWorld) -> None:
    """Have nobody wait."""
    with world.database.begin() as work:
        work.session.execute(text("DELETE FROM procrastinate_jobs"))


def test_a_sweep_asks_as_much_of_database_and_backend_for_one_sandbox_as_for_two_hundred(world: SandboxWorld) -> None:
    """One question for all, not one for each: of the database, and of the cluster."""
    world.ready()
    world.service.sweep()
    forget(world)
    counts = []
    for more in (0, 199):
        grow(world, more)
        world.backend.asked.clear()
        with statements(world) as told:
            world.service.sweep()
        counts.append((len(told), list(world.backend.asked)))

    assert counts[0] == counts[1]
    assert ["survey"] == counts[1][1], "nothing is looked at by itself when all is well"
    assert [] == waiting(world)
    everything = [one for one in told if "sandbox.state !=" in one]
    assert everything
    assert not [one for one in everything if "isolation" in one], "tens of kilobytes that a sweep has no use for"


def test_a_sweep_wakes_who_needs_it_and_nobody_else_once(world: SandboxWorld) -> None:
    """Also a sandbox of which nothing is left, and one for which somebody asked something."""
    first = world.ready().id
    fallen, changed, gone, *_ = grow(world, 20)
    world.backend.rooms[fallen].serving = False
    world.backend.rooms[changed].drift = ("NetworkPolicy",)
    del world.backend.rooms[gone]
    world.service.reset(STARTUP, first)
    forget(world)
    world.service.sweep()
    with statements(world) as told:
        world.service.sweep()

    assert {first, fallen, changed, gone} == set(waiting(world))
    assert 4 == len(waiting(world)), "who waits already is not put in the queue again"
    assert not [one for one in told if "INSERT INTO procrastinate" in one or "SAVEPOINT" in one]


@pytest.mark.parametrize("how", ["silent", "refuses"])
def test_nothing_is_concluded_from_a_backend_that_cannot_tell(world: SandboxWorld, how: str) -> None:
    """A cluster that does not answer is not a cluster on which nothing runs."""
    world.ready()
    forget(world)
    world.backend.rooms["sbx-nobodys"] = FakeRoom()
    if how == "silent":
        world.backend.silent = True
    else:
        world.backend.failing["survey"] = failure("cluster-unreachable")
    world.service.sweep()

    assert [] == waiting(world)
    assert "sbx-nobodys" in world.backend.rooms, "no orphan is removed either"


def test_what_changes_is_woken_at_once_and_not_by_the_next_sweep(world: SandboxWorld) -> None:
    """Lag does not depend on how often everything is looked over, nor on how much there is."""
    ready = world.ready().id
    rests = world.ready(name="Rust").id
    world.service.suspend(STARTUP, rests)
    world.service.converge(rests)
    forget(world)
    world.service.start()
    try:
        world.backend.rooms[ready].serving = False
        world.backend.news = [ready, rests, "sbx-strange"]
        deadline = time.monotonic() + 10
        while not waiting(world) and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        world.service.close()

    assert [ready] == waiting(world), "not who rests, and not who is nobody's"
    assert not [one for one in threading.enumerate() if one.name == "sandbox-watch"]


def test_a_start_wakes_those_that_wait_and_leaves_those_that_serve_to_the_first_sweep(world: SandboxWorld) -> None:
    """Thousands that are well would stand in the queue before the few that are not."""
    world.ready()
    asked = world.service.create(STARTUP, NewSandbox(name="x")).id
    forget(world)
    world.service.start()
    world.service.close()

    assert [asked] == waiting(world)


def test_taking_one_away_does_not_list_the_others(world: SandboxWorld) -> None:
    """The proof of destruction reads what is labelled with that one sandbox."""
    gone = world.ready().id
    grow(world, 5)
    world.backend.asked.clear()
    world.service.destroy(STARTUP, gone)
    world.service.converge(gone)

    assert SandboxState.DESTROYED == world.service.get(STARTUP, gone).state
    assert ["owned_by", "owned_by"] == [one for one in world.backend.asked if one != "observe"]


def test_what_is_there_goes_before_what_must_be_made(world: SandboxWorld) -> None:
    """Somebody who resets a sandbox does not wait behind thirty that are being made."""
    with world.database.begin() as work:
        defer_creation(work, "sbx-new")
        defer_many(work, ["sbx-a", "sbx-b"])
        defer_converge(work, "sbx-c")

    assert ["sbx-a", "sbx-b", "sbx-c", "sbx-new"] == waiting(world)


def test_in_a_long_queue_only_a_move_that_matters_is_told(database: Database, tmp_path: Path) -> None:
    """Else each one who leaves has something written for all who stay."""
    world = SandboxWorld.on(database, FakeBackend(), tmp_path, policy=replace(MANY, capacity=1))
    leaves = world.ready().id
    queued = [world.service.create(STARTUP, NewSandbox(name="x")).id for _ in range(25)]
    world.service.destroy(STARTUP, leaves)
    world.service.converge(leaves)
    world.service.admit()
    told = [len([code for _, code in world.told(f"sandbox:{one}") if code == "queued"]) for one in queued]

    assert [1, 2, 2] == [told[0], told[1], told[20]], "near the front each place counts"
    assert {1} == set(told[22:]), "far back one place does not"

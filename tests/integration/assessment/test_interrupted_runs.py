"""Runs that are cancelled, doubled, interrupted or left behind: what remains of them."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text, update

from proeftuin_assessment.errors import (
    RunEndedError,
)
from proeftuin_assessment.models import RunRow
from proeftuin_assessment.views import RunState
from proeftuin_assessment.worker import MAX_ATTEMPTS
from proeftuin_kernel import leases
from proeftuin_kernel.errors import ProeftuinError
from support.assessment_traces import events, kinds, queued
from support.assessment_world import VENDOR

if TYPE_CHECKING:
    from proeftuin_kernel.clock import FixedClock
    from support.assessment_world import Component, World


def in_background(world: World, run: str) -> threading.Thread:
    thread = threading.Thread(target=world.worker.execute, args=(run,))
    thread.start()
    return thread


def test_a_waiting_run_is_cancelled_at_once(world: World) -> None:
    run = world.runs.cancel(VENDOR, world.request().id)
    world.worker.execute(run.id)

    assert RunState.CANCELLED is world.runs.get(VENDOR, run.id).state
    assert "end" == kinds(world, run.id)[-1]
    assert [] == events(world.database, "run.finished")
    with pytest.raises(RunEndedError):
        world.runs.cancel(VENDOR, run.id)


def test_a_running_run_is_cancelled_within_a_second_or_two(world: World, component: Component) -> None:
    component.hold = threading.Event()
    run = world.request()
    thread = in_background(world, run.id)
    assert component.asked.wait(20)

    asked_at = time.monotonic()
    world.runs.cancel(VENDOR, run.id)
    thread.join(10)

    assert not thread.is_alive()
    assert time.monotonic() - asked_at < 5
    assert RunState.CANCELLED is world.runs.get(VENDOR, run.id).state
    component.hold.set()


def test_two_workers_never_carry_out_the_same_run(world: World, component: Component) -> None:
    component.hold = threading.Event()
    run = world.request()
    thread = in_background(world, run.id)
    assert component.asked.wait(20)

    with pytest.raises(leases.LeaseHeldError):
        world.another_worker().execute(run.id)

    component.hold.set()
    thread.join(20)
    assert ("pass", 1) == (world.runs.get(VENDOR, run.id).outcome, world.runs.get(VENDOR, run.id).attempts)


def test_a_worker_that_lost_its_lease_cannot_write_any_more(world: World, component: Component) -> None:
    """Fencing: a worker that was asleep must not end a run that another has taken over."""
    component.hold = threading.Event()
    run = world.request()
    failures: list[BaseException] = []

    def carry_out() -> None:
        try:
            world.worker.execute(run.id)
        except ProeftuinError as error:
            failures.append(error)

    thread = threading.Thread(target=carry_out)
    thread.start()
    assert component.asked.wait(20)
    with world.database.begin() as work:
        work.session.execute(text("UPDATE kernel_lease SET token = token + 1, holder = 'somebody else'"))
    thread.join(20)
    component.hold.set()

    assert [leases.LeaseHeldError] == [type(error) for error in failures]
    assert RunState.RUNNING is world.runs.get(VENDOR, run.id).state


def test_a_stopping_platform_gives_its_runs_back(world: World, component: Component) -> None:
    """The attempt does not count, and the next worker goes on at once, from the seed."""
    component.hold = threading.Event()
    run = world.request()
    thread = in_background(world, run.id)
    assert component.asked.wait(20)

    world.worker.stop()
    thread.join(10)

    given_back = world.runs.get(VENDOR, run.id)
    assert (RunState.QUEUED, 0) == (given_back.state, given_back.attempts)
    component.hold.set()
    before = len(world.targets.resets)
    world.another_worker().execute(run.id)
    assert "pass" == world.runs.get(VENDOR, run.id).outcome
    assert before + 2 == len(world.targets.resets)  # what the first attempt left, and the phase that asks for it


def test_a_run_that_keeps_being_interrupted_ends_cleanly(world: World) -> None:
    run = world.request()
    with world.database.begin() as work:
        work.session.execute(update(RunRow).values(attempts=MAX_ATTEMPTS, state="running"))

    world.worker.execute(run.id)

    ended = world.runs.get(VENDOR, run.id)
    assert (RunState.FAILED, "error") == (ended.state, ended.outcome)
    assert ended.cause is not None
    assert "opnieuw" in ended.cause.nl
    assert ["error"] == [event["outcome"] for event in events(world.database, "run.finished")]


def test_a_process_that_breaks_down_fails_the_run_and_not_the_component(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proeftuin_assessment.process.MODULE", "proeftuin_assessment.no_such_module")

    run = world.finished_run()

    assert (RunState.FAILED, "error", None) == (run.state, run.outcome, run.report_digest)
    assert run.cause is not None
    assert "zegt niets over de component" in run.cause.nl


def test_runs_that_nobody_works_on_are_taken_up_again(world: World, clock: FixedClock) -> None:
    """The clock finds what a crash left behind: rows without a worker."""
    run = world.request()
    with world.database.begin() as work:
        work.session.execute(text("DELETE FROM procrastinate_jobs"))
    assert 0 == world.worker.take_up_left_runs()

    clock.advance(timedelta(minutes=1))

    assert 1 == world.worker.take_up_left_runs()
    assert [run.id] == [job[2] for job in queued(world.database)]
    with leases.hold(world.database, run.stream):
        assert 0 == world.worker.take_up_left_runs()

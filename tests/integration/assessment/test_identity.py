"""A supplier changes the component while its run waits or runs: no badge says what was not tested."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from proeftuin_assessment.errors import ReportNotReadyError
from proeftuin_assessment.views import RunState
from proeftuin_kernel import journal
from proeftuin_kernel.errors import ConflictError, GoneError
from proeftuin_kernel.tables import StoredEvent
from proeftuin_kernel.text import Text
from support.assessment_world import SANDBOX, VENDOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_assessment.views import Run
    from support.assessment_world import Component, World

OTHER = "sha256:" + "e" * 64
NOT_YET = ConflictError(Text(nl="Nog niet.", en="Not yet."))
GONE = GoneError(Text(nl="Voorgoed weg.", en="Gone for good."))


def run_with(world: World, component: Component, meanwhile: Callable[[], None]) -> Run:
    """Do something while a run is busy with the component; give the run as it ended."""
    component.hold = threading.Event()
    run = world.request()
    thread = threading.Thread(target=world.worker.execute, args=(run.id,))
    thread.start()
    assert component.asked.wait(30)
    meanwhile()
    component.hold.set()
    thread.join(30)
    return world.runs.get(VENDOR, run.id)


def assert_not_judged(world: World, run: Run) -> None:
    assert (RunState.FAILED, "error", None) == (run.state, run.outcome, run.badge)
    assert run.cause is not None
    assert "vervangen" in run.cause.nl
    assert "replaced" in run.cause.en
    with pytest.raises(ReportNotReadyError):
        world.runs.report(VENDOR, run.id)
    with world.database.read() as session:
        told = session.scalars(select(StoredEvent.payload).where(StoredEvent.name == "run.finished")).all()
        issued = session.scalars(select(StoredEvent.id).where(StoredEvent.name == "badge.issued")).all()
    assert [("error", "")] == [(event["outcome"], event["report_digest"]) for event in told]
    assert [] == issued


def test_a_component_that_was_replaced_while_its_run_waited_is_not_judged(world: World, component: Component) -> None:
    """The run was asked for another digest than would be tested."""
    run = world.request()
    world.on(component_digest=OTHER, revision=1)

    world.worker.execute(run.id)

    assert_not_judged(world, world.runs.get(VENDOR, run.id))
    assert not component.asked.is_set()


def test_a_component_that_was_replaced_during_its_run_is_not_judged(world: World, component: Component) -> None:
    """Part of what was seen is of the one, part of the other."""
    run = run_with(world, component, lambda: world.on(component_digest=OTHER, revision=1))

    assert_not_judged(world, run)


def test_a_component_that_was_replaced_and_put_back_is_not_judged(world: World, component: Component) -> None:
    """The digest is the same again at the end; the revision tells."""

    def swap() -> None:
        world.on(component_digest=OTHER, revision=1)
        world.on(component_digest="sha256:" + "c" * 64, revision=2)

    run = run_with(world, component, swap)

    assert_not_judged(world, run)


def test_a_component_that_ended_before_its_run_keeps_the_report_and_earns_no_badge(
    world: World, component: Component
) -> None:
    """Nothing else took its place, so what was seen is of this digest; but nobody can try it any more."""

    def end() -> None:
        world.targets.is_running = False

    run = run_with(world, component, end)

    assert (RunState.DONE, "pass", None) == (run.state, run.outcome, run.badge)
    assert ["De component draaide niet meer"] == [reason.nl[:30] for reason in run.withheld]
    assert world.runs.report(VENDOR, run.id)


def test_a_platform_that_stops_does_not_cost_a_component_its_badge(world: World, component: Component) -> None:
    """Stopping ends the components too; the next worker does the run again."""
    component.hold = threading.Event()

    def stop() -> None:
        world.targets.is_running = False
        world.worker.stop(patience_s=0)

    given_back = run_with(world, component, stop)
    world.targets.is_running = True
    world.another_worker().execute(given_back.id)

    assert (RunState.QUEUED, 0) == (given_back.state, given_back.attempts)
    assert world.runs.get(VENDOR, given_back.id).badge is not None


def test_after_a_new_upload_the_same_question_is_a_new_run(world: World) -> None:
    """Else a supplier would be given the run of the upload before, which cannot end well."""
    first = world.request()
    world.on(component_digest=OTHER, revision=1)
    second = world.request()

    assert first.id != second.id
    assert second.id == world.request().id
    world.worker.execute(second.id)
    assert "pass" == world.runs.get(VENDOR, second.id).outcome


def test_a_run_that_waited_when_the_platform_died_waits_for_its_sandbox(world: World) -> None:
    """Its component comes back after the restart, later than the worker; nothing is reset that has not begun."""
    run = world.request()
    world.targets.refusals = [NOT_YET, NOT_YET]

    world.worker.execute(run.id)

    ended = world.runs.get(VENDOR, run.id)
    assert (RunState.DONE, "pass", 1) == (ended.state, ended.outcome, ended.attempts)
    assert [SANDBOX] == world.targets.resets, "only the reset that the kit asks for"


def test_a_run_whose_sandbox_is_lost_ends_at_once_with_the_cause(world: World) -> None:
    run = world.request()
    world.targets.refusals = [GONE]

    world.worker.execute(run.id)

    ended = world.runs.get(VENDOR, run.id)
    assert (RunState.FAILED, "error") == (ended.state, ended.outcome)
    assert ended.cause is not None
    assert "Voorgoed weg." in ended.cause.nl


def test_a_run_that_waits_for_its_sandbox_can_be_cancelled(world: World) -> None:
    run = world.request()
    world.targets.refusals = [NOT_YET] * 100
    thread = threading.Thread(target=world.worker.execute, args=(run.id,))
    thread.start()
    deadline = time.monotonic() + 20
    while world.runs.get(VENDOR, run.id).state is not RunState.RUNNING and time.monotonic() < deadline:
        time.sleep(0.05)

    world.runs.cancel(VENDOR, run.id)
    thread.join(20)

    assert RunState.CANCELLED is world.runs.get(VENDOR, run.id).state
    assert "end" == journal.read(world.database, run.stream)[-1].kind

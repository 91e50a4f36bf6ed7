"""Runs: asked for, carried out, judged and kept."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from proeftuin_assessment.errors import (
    KitActorUnknownError,
    KitUnknownError,
    ReportNotReadyError,
    RunNotFoundError,
    RunQuotaError,
)
from proeftuin_assessment.models import RunRow
from proeftuin_assessment.service import MAX_UNFINISHED
from proeftuin_assessment.views import RunState
from proeftuin_kernel import journal
from proeftuin_kernel.auth import ROLE_PERMISSIONS, VISITOR, Permission, Principal, Role
from proeftuin_kernel.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from proeftuin_kernel.tables import AuditFact
from support.assessment_traces import events, kinds, queued
from support.assessment_world import DEPLOYMENT, SANDBOX, STRANGER, VENDOR, VENDOR_ORGANISATION, fresh_deployment

if TYPE_CHECKING:
    from support.assessment_world import Component, World


def test_a_run_that_is_asked_for_waits_in_the_queue(world: World) -> None:
    """Row, job, audit fact and first step are one transaction."""
    run = world.request()

    assert (RunState.QUEUED, "toetskit", "1.2.0", "aanbieder") == (run.state, run.kit, run.kit_version, run.actor)
    assert [("assessment.run", f"target:{SANDBOX}", run.id)] == queued(world.database)
    assert ["queued"] == kinds(world, run.id)
    with world.database.read() as session:
        assert ["run.request"] == list(session.scalars(select(AuditFact.action)))


@pytest.mark.parametrize(
    ("stored", "english"), [({"nl": "Dossierloket", "en": "Case desk"}, "Case desk"), ("Dossierloket", "Dossierloket")]
)
def test_a_run_knows_what_its_component_is_called_also_one_of_an_earlier_version(
    world: World, stored: str | dict[str, str], english: str
) -> None:
    """Earlier versions kept the Dutch title alone."""
    run = world.request()
    with world.database.begin() as work:
        target = {**work.session.get_one(RunRow, run.id).target, "title": stored}
        work.session.execute(update(RunRow).where(RunRow.id == run.id).values(target=target))

    found = world.runs.get(VENDOR, run.id).title
    assert ("Dossierloket", "Case desk") == (run.title.nl, run.title.en)
    assert ("Dossierloket", english) == (found.nl, found.en)


def test_asking_twice_is_asking_once_until_the_run_has_ended(world: World) -> None:
    first, again, other = world.request(), world.request(), world.request(seed=7)

    assert first.id == again.id
    assert first.id != other.id
    world.runs.cancel(VENDOR, first.id)
    assert first.id != world.request().id


@pytest.mark.parametrize("role", Role)
def test_only_who_may_request_runs_for_the_organisation_can(world: World, role: Role) -> None:
    person = VISITOR if role is Role.VISITOR else Principal("per-9", "x", organisations={VENDOR_ORGANISATION: role})

    if Permission.RUN_REQUEST in ROLE_PERMISSIONS[role]:
        assert world.runs.request(person, DEPLOYMENT, kit="toetskit").id
    else:
        with pytest.raises((UnauthenticatedError, ForbiddenError)):
            world.runs.request(person, DEPLOYMENT, kit="toetskit")


def test_what_is_not_yours_does_not_exist(world: World) -> None:
    """An answer other than `not found` would tell a competitor that something is there."""
    run = world.request()

    for act in (world.runs.get, world.runs.report, world.runs.cancel):
        with pytest.raises(RunNotFoundError):
            act(STRANGER, run.id)
        with pytest.raises(UnauthenticatedError):
            act(VISITOR, run.id)
    with pytest.raises(NotFoundError):
        world.runs.request(STRANGER, DEPLOYMENT, kit="toetskit")
    with pytest.raises(NotFoundError):
        world.runs.request(VENDOR, fresh_deployment(), kit="toetskit")
    assert [] == list(world.runs.page(STRANGER))
    assert [] == list(world.runs.page(VISITOR))
    assert [run.id] == [one.id for one in world.runs.page(VENDOR)]


def test_an_unknown_kit_or_role_is_told_before_anything_is_kept(world: World) -> None:
    with pytest.raises(KitUnknownError):
        world.request(kit="toetskist")
    with pytest.raises(KitActorUnknownError):
        world.request(actor="afnemer")

    assert [] == list(world.runs.page(VENDOR))


def test_an_organisation_cannot_fill_the_queue(world: World) -> None:
    for seed in range(MAX_UNFINISHED):
        world.request(seed=seed)

    with pytest.raises(RunQuotaError) as caught:
        world.request(seed=MAX_UNFINISHED)
    assert caught.value.retry_after


def test_a_run_ends_with_a_report_whose_digest_is_that_of_its_bytes(world: World) -> None:
    run = world.finished_run()
    report = world.runs.report(VENDOR, run.id)

    assert (RunState.DONE, "pass", 1) == (run.state, run.outcome, run.attempts)
    assert "sha256:" + hashlib.sha256(report.encode()).hexdigest() == run.report_digest
    assert run.id == json.loads(report)["run"]
    assert run.kit_digest == json.loads(report)["kit"]["digest"]


def test_the_sandbox_is_reset_when_the_kit_asks_for_it(world: World) -> None:
    """The component only has the right seed because the reset ran, in this process, while the other waited."""
    run = world.finished_run()

    assert [SANDBOX] == world.targets.resets
    assert "pass" == run.outcome


def test_a_reset_that_fails_is_an_error_and_no_verdict_on_the_component(world: World) -> None:
    world.targets.broken = True

    run = world.finished_run()

    assert (RunState.DONE, "error", None) == (run.state, run.outcome, run.badge)
    assert "the database is on fire" in world.runs.report(VENDOR, run.id)


def test_progress_can_be_followed_and_ends(world: World) -> None:
    run = world.finished_run()
    told = kinds(world, run.id)

    assert ["queued", "run-started"] == told[:2]
    assert "end" == told[-1]
    assert {"phase-started", "requirement-observed", "phase-finished"} <= set(told)
    first = journal.read(world.database, run.stream)[0]
    assert told[1:] == [entry.kind for entry in journal.read(world.database, run.stream, after=first.id)]


def test_the_rest_of_the_platform_hears_of_a_finished_run_once(world: World) -> None:
    run = world.finished_run()
    world.worker.execute(run.id)  # a job may run twice

    told = events(world.database, "run.finished")
    assert 1 == len(told)
    assert (run.id, "pass", run.badge) == (told[0]["run"], told[0]["outcome"], told[0]["badge"])
    assert 3 == dict(told[0]["depth"])["requirementsExercised"]  # type: ignore[call-overload]  # a JSON object


def test_a_component_that_fails_is_told_why_it_earned_no_badge(world: World, component: Component) -> None:
    component.status = 500

    run = world.finished_run()

    assert (RunState.DONE, "fail", None) == (run.state, run.outcome, run.badge)
    assert ["k-answers (Antwoordt) voldoet niet"] == [reason.nl for reason in run.withheld]


def test_a_failed_recommendation_leaves_the_badge_and_is_told_in_it(world: World, component: Component) -> None:
    """A standard leaves room for a SHOULD that is not met; the badge says so, it does not hide it."""
    component.has_name = False

    run = world.finished_run()

    assert ("pass", ()) == (run.outcome, run.withheld)
    assert run.badge is not None
    assert "k-advice" in json.dumps(world.badges.get(VENDOR, run.badge).credential)


def test_a_component_that_is_not_there_is_an_error_and_blames_nobody(world: World) -> None:
    world.on(base_url="http://127.0.0.1:9", component_version="2.0.0")

    run = world.finished_run()

    assert (RunState.DONE, "error", None) == (run.state, run.outcome, run.badge)
    assert run.withheld


def test_what_a_component_sends_cannot_spoil_the_database(world: World, component: Component) -> None:
    """PostgreSQL refuses NUL characters; evidence quotes whatever came back."""
    component.status = 404

    run = world.finished_run()

    assert "fail" == run.outcome
    assert "nul \ufffd en half" in world.runs.report(VENDOR, run.id)


def test_a_report_is_not_there_before_the_end(world: World) -> None:
    with pytest.raises(ReportNotReadyError):
        world.runs.report(VENDOR, world.request().id)

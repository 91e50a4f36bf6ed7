"""The desks say of the services what is so: nothing added, nothing lost, claim and proof told apart."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin.portal.adapters.assessment import Assessment
from proeftuin.portal.adapters.catalogue import Catalogue
from proeftuin.portal.adapters.past_kits import PastKits
from proeftuin.portal.adapters.sandboxes import Sandboxes
from proeftuin.portal.adapters.standards import stored_report
from proeftuin.portal.views.asking import Wish
from proeftuin.portal.views.catalogue import SearchQuery
from proeftuin.portal.views.evidence import Mark
from proeftuin_catalogue.releases import ReleaseDraft
from proeftuin_catalogue.service import CatalogueService
from proeftuin_conformance.kit import find_kit
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.errors import BadInputError, NotFoundError
from support.assessment_world import OPERATOR, VENDOR
from support.catalogue_builders import ANN, KITS, VENDOR_A, Names, draft
from support.catalogue_builders import run as evidence
from support.sandbox_fake import FakeBackend
from support.sandbox_world import ORGANISATION, OTHER, STARTUP, SandboxWorld

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin.portal.adapters.journal import DatabaseJournal
    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from support.assessment_world import Component, World


@pytest.fixture
def catalogue(database: Database) -> CatalogueService:
    """A catalogue with one solution: one claim proved, one not."""
    service = CatalogueService(database, kits=KITS, organisations=Names())
    service.start()
    made = service.publishing.create(ANN, VENDOR_A, draft(), slug="dossierloket")
    service.publishing.release(ANN, made, ReleaseDraft(version="1.0.0", component_name="dossierloket"))
    for kit in ("api-regels", "generiek-proces"):
        service.publishing.claim(ANN, made, "1.0.0", kit)
    service.evidence.record_evidence(**evidence())
    return service


@pytest.fixture
def assessment(world: World, journal: DatabaseJournal) -> Assessment:
    """The desk of runs and badges."""
    return Assessment(
        world.runs, world.badges, journal=journal, sandboxes=None, public_url="https://proeftuin.example"
    )


@pytest.fixture
def sandbox_world(database: Database, tmp_path: Path) -> SandboxWorld:
    """A sandbox service on a backend in memory."""
    return SandboxWorld.on(database, FakeBackend(), tmp_path)


@pytest.fixture
def sandboxes(sandbox_world: SandboxWorld, database: Database) -> Sandboxes:
    """The desk of sandboxes."""
    return Sandboxes(
        sandbox_world.service,
        database=database,
        names=Names({ORGANISATION: "Voorbeeld-start-up"}),
        assessment=None,
    )


def test_a_house_shows_what_is_proved_and_what_is_only_said(catalogue: CatalogueService) -> None:
    """One window per standard, each in its own state."""
    street = Catalogue(catalogue.reading).street(VISITOR)
    house = street.streets[0].houses[0]
    assert (1, 1) == (street.total, street.proved)
    assert {"api-regels": Mark.TESTED, "generiek-proces": Mark.CLAIMED} == {
        one.kit: one.mark for one in house.evidence
    }


def test_the_catalogue_finds_narrows_and_counts(catalogue: CatalogueService) -> None:
    """With the words, facets and reasons of the service."""
    desk = Catalogue(catalogue.reading)
    found = desk.search(VISITOR, SearchQuery(q="dossierloket", filters=(("bewijs", ("getest",)),), sort="naam"))
    nothing = desk.search(VISITOR, SearchQuery(q="zwembad"))
    assert ["dossierloket"] == [row.slug for row in found.rows]
    assert found.rows[0].why is not None
    assert any(option.chosen for facet in found.facets for option in facet.options)
    assert 0 == nothing.total


def test_a_cursor_that_is_not_ours_is_refused(catalogue: CatalogueService) -> None:
    """With a clear error, as everywhere."""
    with pytest.raises(BadInputError):
        Catalogue(catalogue.reading).search(VISITOR, SearchQuery(cursor="onzin"))


def test_a_solution_says_in_its_title_what_was_proved(catalogue: CatalogueService) -> None:
    """And links each proof to its run."""
    view = Catalogue(catalogue.reading).solution(ANN, "dossierloket")
    assert "Dossierloket 1.0.0 voldoet aan één standaard" == view.answer.nl
    assert "run-1" == next(one for one in view.evidence if one.mark is Mark.TESTED).run_id


def test_nobody_is_led_to_a_report_that_is_not_theirs_to_read(catalogue: CatalogueService) -> None:
    """A run without a badge is for the supplier alone: others would find 'not found' behind the link."""
    desk = Catalogue(catalogue.reading)
    for who, run in ((ANN, "run-1"), (VISITOR, None)):
        (proved,) = [one for one in desk.solution(who, "dossierloket").evidence if one.mark is Mark.TESTED]
        (row,) = desk.standard(who, "api-regels", version=None).solutions
        assert [run, run] == [proved.run_id, next(one for one in row.evidence if one.kit == "api-regels").run_id]
    catalogue.evidence.record_badge(
        run_id="run-1", kit_id="api-regels", badge_id="bdg-1", issued_at=evidence()["finished_at"], valid_until=None
    )
    (public,) = [one for one in desk.solution(VISITOR, "dossierloket").evidence if one.mark is Mark.TESTED]
    assert ("run-1", "bdg-1") == (public.run_id, public.badge_id)


def test_a_standard_says_what_is_asked_and_who_meets_it(catalogue: CatalogueService) -> None:
    """The requirements of the installed kit, and the marks of the catalogue."""
    desk = Catalogue(catalogue.reading)
    view = desk.standard(VISITOR, "generiek-proces", version=None)
    kit = find_kit("generiek-proces")
    assert (kit.version, kit.digest) == (view.version, view.digest)
    assert [one.id for one in kit.requirements] == [one.id for one in view.requirements]
    assert len({one.anchor for one in view.requirements}) == len(view.requirements)
    assert all(bool(one.ways) != bool(one.reason) for one in view.requirements)
    assert [Mark.CLAIMED] == [mark.mark for row in view.solutions if (mark := view.mark_of(row))]
    assert Mark.TESTED in {
        mark
        for row in desk.standards(VISITOR)
        if row.kit == "api-regels"
        for mark, count in row.counts.items()
        if count
    }
    with pytest.raises(NotFoundError):
        desk.standard(VISITOR, "bestaat-niet", version=None)


def test_a_kit_that_is_gone_is_told_from_a_report_that_the_reader_may_see(
    world: World, catalogue: CatalogueService, component: Component
) -> None:
    """The catalogue does not know this kit; who may not read the report learns nothing of it either."""
    component.status = 500
    run = world.finished_run()
    desk = Catalogue(catalogue.reading, past=PastKits(world.runs))
    found = desk.standard(VENDOR, run.kit, version=run.kit_version)

    assert (run.kit, run.kit_version, False) == (found.kit, found.version, found.is_installed)
    assert found.requirements
    assert run.kit not in found.title.en
    with pytest.raises(NotFoundError):
        desk.standard(VISITOR, run.kit, version=run.kit_version)
    with pytest.raises(NotFoundError):
        desk.standard(VENDOR, run.kit, version="99.0.0")


def test_a_component_is_known_by_its_release(catalogue: CatalogueService) -> None:
    """By name and version together; a badge may name one that is not listed."""
    desk = Catalogue(catalogue.reading)
    assert ("dossierloket",) == desk.identity(VISITOR, "dossierloket", "1.0.0").slugs
    assert () == desk.identity(VISITOR, "dossierloket", "9.0.0").slugs
    assert () == desk.identity(VISITOR, "onbekend", "1.0.0").slugs


def test_a_run_that_passed_leads_to_its_badge_and_the_badge_back(world: World, assessment: Assessment) -> None:
    """The page of the badge verifies it at that moment."""
    run = assessment.run(VENDOR, world.finished_run().id)
    assert "pass" == run.verdict
    assert "Case desk 1.0.0 meets" in run.answer.en
    assert run.badge_id is not None
    badge = assessment.badge(VISITOR, run.badge_id)
    assert badge.valid
    assert ("getest", "Dossierloket 1.0.0", run.id) == (badge.state, badge.subject.nl, badge.run_id)
    assert "Case desk 1.0.0 was tested with" in badge.statement.en
    assert badge.depth.nl != badge.depth.en
    assert "local" == badge.tier
    assert {"passed"} == {check.answer for check in badge.checks}


def test_a_revoked_badge_is_not_true_any_more(world: World, assessment: Assessment) -> None:
    """And says why."""
    badge_id = assessment.run(VENDOR, world.finished_run().id).badge_id
    assert badge_id is not None
    world.badges.revoke(OPERATOR, badge_id, reason="Fout in de kit")
    badge = assessment.badge(VISITOR, badge_id)
    assert not badge.valid
    assert "ingetrokken" == badge.state
    assert badge.revoked_because is not None


def test_a_run_that_failed_shows_requirement_exchange_and_curl(
    world: World, assessment: Assessment, component: Component
) -> None:
    """Findings first, and every requirement in the grid."""
    component.status = 500
    run = assessment.run(VENDOR, world.finished_run().id)
    assert "fail" == run.verdict
    assert run.withheld
    first = run.findings[0]
    assert first.request is not None
    assert first.curl is not None
    assert first.title.nl
    assert first.clause_url.startswith("http")
    assert {"fail"} <= {cell.outcome for cell in run.requirements}
    assert run.progress.finished


def test_a_clause_of_the_kit_itself_leads_to_the_page_of_the_kit(world: World, assessment: Assessment) -> None:
    """On the page, and from a file that was kept."""
    run = assessment.run(VENDOR, world.finished_run().id)
    address = f"/kits/{run.kit}/{run.kit_version}#eis-k-human"
    report, _ = assessment.report(VENDOR, run.id, "html", language="en")
    assert [address] == [cell.clause_url for cell in run.requirements if "://" not in cell.clause_url]
    assert f'href="https://proeftuin.example{address}"' in report.decode()


def test_runs_are_listed_page_by_page_and_only_to_who_may_see_them(world: World, assessment: Assessment) -> None:
    """Newest first; one that earned a badge is public."""
    first, second = (world.finished_run().id for _ in range(2))
    page = assessment.run_list(VENDOR, deployment_id=None, cursor=None, limit=1)
    rest = assessment.run_list(VENDOR, deployment_id=None, cursor=page.next, limit=1)
    assert ([second], [first]) == ([row.id for row in page.items], [row.id for row in rest.items])
    assert rest.next is None
    public = assessment.run_list(VISITOR, deployment_id=None, cursor=None, limit=10).items
    assert {row.id for row in public if row.badge_id} == {row.id for row in public}


@pytest.mark.parametrize(
    ("form", "media_type", "has"),
    [
        ("html", "text/html; charset=utf-8", "<!doctype html>"),
        ("json", "application/json", '"outcome"'),
        ("junit", "application/xml", "<testsuite"),
    ],
)
def test_a_report_can_be_kept_in_three_forms(
    world: World, assessment: Assessment, form: str, media_type: str, has: str
) -> None:
    """JSON byte for byte as its digest was taken; the others are made from it."""
    run = world.finished_run()
    content, kind = assessment.report(VENDOR, run.id, form, language="nl")
    assert media_type == kind
    assert has in content.decode()


def test_a_stored_report_reads_back_as_it_was(world: World, component: Component) -> None:
    """Nothing is lost between the JSON and the values that the reporters take."""
    component.status = 500
    text = world.runs.report(VENDOR, world.finished_run().id)
    again = json.loads(json.dumps(stored_report(text).to_dict()))
    assert json.loads(text) == again


def test_a_new_sandbox_is_made_with_what_the_form_says(sandboxes: Sandboxes, sandbox_world: SandboxWorld) -> None:
    """And its page follows it until it is ready, with the honest label of each control."""
    form = sandboxes.form(STARTUP)
    wish = Wish(
        organisation=form.organisations[0].value, name="Proef", profile="gehucht", seed=form.default_seed, minutes=30
    )
    sandbox_id = sandboxes.create(STARTUP, wish)
    asked = sandboxes.sandbox(STARTUP, sandbox_id)
    sandbox_world.service.converge(sandbox_id)
    ready = sandboxes.sandbox(STARTUP, sandbox_id)
    assert ("requested", True) == (asked.state, asked.is_busy)
    assert ("ready", False) == (ready.state, ready.is_busy)
    assert timedelta(minutes=30) == (ready.expires or ready.created) - ready.created
    assert "Voorbeeld-start-up" == ready.organisation
    assert ready.capabilities
    assert ready.progress.finished


def test_a_size_that_does_not_exist_is_a_fault_of_its_field(sandboxes: Sandboxes) -> None:
    """So that the form can say so."""
    with pytest.raises(BadInputError) as refused:
        sandboxes.create(
            STARTUP, Wish(organisation=ORGANISATION, name="Proef", profile="metropool", seed=1830, minutes=30)
        )
    assert "/profiel" == refused.value.extra["errors"][0]["pointer"]


def test_sandboxes_are_listed_page_by_page_and_never_to_others(
    sandboxes: Sandboxes, sandbox_world: SandboxWorld, clock: FixedClock
) -> None:
    """By cursor, newest first."""
    first = sandbox_world.ready(name="Eerste").id
    clock.advance(timedelta(minutes=1))
    second = sandbox_world.ready(name="Tweede").id
    page = sandboxes.list(STARTUP, cursor=None, limit=1)
    rest = sandboxes.list(STARTUP, cursor=page.next, limit=1)
    assert ([second], [first]) == ([row.id for row in page.items], [row.id for row in rest.items])
    assert rest.next is None
    assert [] == list(sandboxes.list(OTHER, cursor=None, limit=10).items)
    assert [] == list(sandboxes.list(VISITOR, cursor=None, limit=10).items)
    with pytest.raises(NotFoundError):
        sandboxes.sandbox(OTHER, first)


def test_a_bundle_is_deployed_under_the_name_in_its_manifest(
    sandboxes: Sandboxes, sandbox_world: SandboxWorld
) -> None:
    """Nobody has to type the name again."""
    sandbox = sandbox_world.ready()
    name = sandboxes.deploy(STARTUP, sandbox.id, source=sandbox_world.bundle("klok"), filename="klok.tar.gz")
    sandbox_world.service.converge(sandbox.id)
    view = sandboxes.component(STARTUP, sandbox.id, name)
    assert ("klok", "running") == (name, view.state)
    assert view.deployment_id.startswith("dep-")
    assert ["klok"] == [row.name for row in sandboxes.sandbox(STARTUP, sandbox.id).components]


def test_what_is_no_bundle_is_refused_with_the_words_of_the_service(
    sandboxes: Sandboxes, sandbox_world: SandboxWorld
) -> None:
    """Whatever is uploaded."""
    sandbox = sandbox_world.ready()
    for content, filename in ((b"rommel", "x.tar.gz"), (b"kind: Niets", "component.yaml"), (b"", "leeg.tar.gz")):
        with pytest.raises(BadInputError):
            sandboxes.deploy(STARTUP, sandbox.id, source=io.BytesIO(content), filename=filename)

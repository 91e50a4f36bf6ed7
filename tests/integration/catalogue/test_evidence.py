"""Evidence enters from runs only, in any order, any number of times, and means what the facts say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin_catalogue.jobs import EXPIRE, register_jobs
from proeftuin_catalogue.search.base import Facet
from proeftuin_catalogue.service import CatalogueService
from proeftuin_kernel.auth import VISITOR
from support.catalogue_builders import (
    ANN,
    API,
    DIGEST,
    KITS,
    NOW,
    OTHER_DIGEST,
    PROCESS,
    VENDOR_A,
    Names,
    manifest,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_catalogue.views import MarkView
    from proeftuin_kernel.clock import FixedClock
    from proeftuin_kernel.db import Database
    from proeftuin_kernel.jobs import JobQueue

BADGE = {
    "badge_id": "bdg-1",
    "run_id": "run-1",
    "kit_id": API.id,
    "issued_at": NOW,
    "valid_until": NOW + timedelta(days=365),
}
REVOKED = {"badge_id": "bdg-1", "revoked_at": NOW, "reason": "proef"}


@pytest.fixture
def listed(catalogue: CatalogueService) -> str:
    """Release 1.0.0 of dossierloket, which claims two standards."""
    return catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), DIGEST)


def mark(catalogue: CatalogueService, kit: str = API.id) -> MarkView:
    """The mark of dossierloket on its own page; the list must say the same."""
    page = next(one for one in catalogue.reading.get(VISITOR, "dossierloket").releases[0].marks if one.kit_id == kit)
    listed = catalogue.reading.search(VISITOR).items[0].solution.mark_for(kit, title=API.title)
    assert (page.state, page.outdated) == (listed.state, listed.outdated)
    return page


def test_a_run_turns_a_claim_into_evidence_of_that_standard_alone(catalogue: CatalogueService, listed: str) -> None:
    """One standard is tested, the other stays a claim; the mark carries date, depth and tier."""
    catalogue.evidence.record_evidence(**run())

    tested, claimed = mark(catalogue), mark(catalogue, PROCESS.id)

    assert ("getest", "run-1", "local", 1200) == (tested.state, tested.run_id, tested.tier, tested.depth["cases"])
    assert ("verklaard", None, {}) == (claimed.state, claimed.tested_at, claimed.depth)


def test_the_same_run_told_twice_counts_once(catalogue: CatalogueService, listed: str) -> None:
    """Events come at least once."""
    for _ in range(2):
        catalogue.evidence.record_evidence(**run())

    assert 1 == len(catalogue.reading.get(VISITOR, listed).releases[0].evidence)


def test_the_order_of_events_makes_no_difference(catalogue: CatalogueService) -> None:
    """Listing, run, badge and revocation may arrive in any order: all 24 end in the same mark."""
    outcomes = set()
    for number, order in enumerate(permutations(range(4))):
        name, run_id, badge_id = f"loket-{number}", f"run-{number}", f"bdg-{number}"
        steps: list[Callable[[], Any]] = [
            partial(catalogue.publishing.register_from_component, ANN, VENDOR_A, manifest(name=name), _digest(number)),
            partial(
                catalogue.evidence.record_evidence,
                **run(run_id=run_id, component_name=name, component_digest=_digest(number)),
            ),
            partial(catalogue.evidence.record_badge, **{**BADGE, "badge_id": badge_id, "run_id": run_id}),
            partial(catalogue.evidence.record_revocation, **{**REVOKED, "badge_id": badge_id}),
        ]
        for place in order:
            steps[place]()
        found = next(one for one in catalogue.reading.get(VISITOR, name).releases[0].marks if one.kit_id == API.id)
        outcomes.add((found.state, found.outdated, found.badge_id == badge_id))

    assert {("verlopen", "badge-ingetrokken", True)} == outcomes


def _digest(number: int) -> str:
    return f"sha256:{number:064x}"


def test_a_run_of_another_supplier_says_nothing_about_ours(catalogue: CatalogueService, listed: str) -> None:
    """A component of the same name and other bytes is another component."""
    catalogue.evidence.record_evidence(**run(organisation="org-b"))

    assert "verklaard" == mark(catalogue).state


def test_an_error_blames_nobody(catalogue: CatalogueService, listed: str) -> None:
    """A run that broke is kept and changes no mark."""
    catalogue.evidence.record_evidence(**run(verdict="error"))

    assert "verklaard" == mark(catalogue).state
    assert ["error"] == [one.verdict for one in catalogue.reading.get(VISITOR, listed).releases[0].evidence]


def test_a_newer_run_decides(catalogue: CatalogueService, listed: str) -> None:
    """Failing after passing is failing, and passing again is passing."""
    states = []
    for number, verdict in enumerate(("pass", "fail", "pass"), start=1):
        catalogue.evidence.record_evidence(**run(number, verdict=verdict))
        states.append(mark(catalogue).state)

    assert ["getest", "gefaald", "getest"] == states


def test_other_bytes_outdate_the_evidence_until_they_are_tested(catalogue: CatalogueService, listed: str) -> None:
    """A badge was for these bytes; the same version with other bytes has to be tested again."""
    catalogue.evidence.record_evidence(**run())
    catalogue.publishing.register_from_component(ANN, VENDOR_A, manifest(), OTHER_DIGEST)
    moved = mark(catalogue)
    catalogue.evidence.record_evidence(**run(2, component_digest=OTHER_DIGEST))

    assert ("verlopen", "component-gewijzigd") == (moved.state, moved.outdated)
    assert "getest" == mark(catalogue).state


def test_evidence_expires_on_lists_by_the_clock(catalogue: CatalogueService, clock: FixedClock, listed: str) -> None:
    """The page knows at once, the list within a minute, by a job that may run twice."""
    catalogue.evidence.record_evidence(**run(valid_until=NOW + timedelta(hours=1)))
    assert 1 == catalogue.reading.search(VISITOR, filters={Facet.EVIDENCE: frozenset({"getest"})}).total
    clock.advance(timedelta(hours=2))

    assert [1, 0] == [catalogue.evidence.expire() for _ in range(2)]
    assert ("verlopen", "geldigheid-voorbij") == (mark(catalogue).state, mark(catalogue).outdated)
    assert 0 == catalogue.reading.search(VISITOR, filters={Facet.EVIDENCE: frozenset({"getest"})}).total


def test_the_validity_of_a_badge_goes_before_that_of_the_run(catalogue: CatalogueService, listed: str) -> None:
    """What was signed is what counts."""
    catalogue.evidence.record_evidence(**run(valid_until=NOW + timedelta(hours=1)))
    catalogue.evidence.record_badge(**BADGE)

    assert (BADGE["valid_until"], "bdg-1") == (mark(catalogue).valid_until, mark(catalogue).badge_id)


def test_a_new_major_version_of_a_kit_outdates_evidence_at_start_up(
    catalogue: CatalogueService, database: Database, listed: str
) -> None:
    """A platform that starts with newer kits renews every mark by itself."""
    catalogue.evidence.record_evidence(**run())
    newer = CatalogueService(database, kits=[replace(API, version="2.0.0"), PROCESS], organisations=Names())
    newer.start()

    assert ("verlopen", "kit-vernieuwd") == (mark(newer).state, mark(newer).outdated)


def test_another_process_sees_changes_within_a_second(
    catalogue: CatalogueService, database: Database, listed: str
) -> None:
    """Each process follows the change numbers; no message between processes is needed."""
    other = CatalogueService(database, kits=KITS, organisations=Names())
    other.start()
    other._index._poll_seconds = 0  # type: ignore[attr-defined]  # as if a second had passed
    catalogue.evidence.record_evidence(**run())

    assert "getest" == mark(other).state


def test_a_supplier_that_changes_its_name_is_found_by_the_new_one(
    catalogue: CatalogueService, names: Names, listed: str
) -> None:
    """Names of organisations are the identity part's; the catalogue follows."""
    names.known[VENDOR_A] = "Zoetwater Systemen"
    catalogue.evidence.rename_supplier(VENDOR_A)

    assert [0, 1] == [catalogue.reading.search(VISITOR, text=word).total for word in ("aardappel", "zoetwater")]


def test_expiry_is_a_job(catalogue: CatalogueService, jobs: JobQueue) -> None:
    """The assembly registers it with the others."""
    register_jobs(jobs, catalogue)

    assert EXPIRE in jobs._registrations

"""Suppliers manage their own solutions, lose nothing, and cannot touch those of others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from proeftuin_catalogue.errors import (
    ClaimNotFoundError,
    KitUnknownError,
    NothingToUndoError,
    ReleaseExistsError,
    SlugTakenError,
    SolutionChangedMeanwhileError,
    SolutionInvalidError,
    SolutionNotFoundError,
    SolutionWithdrawnError,
)
from proeftuin_catalogue.releases import ReleaseDraft
from proeftuin_catalogue.search.base import SearchQuery
from proeftuin_catalogue.search.tantivy_index import TantivySearchIndex
from proeftuin_kernel.auth import VISITOR
from proeftuin_kernel.errors import ForbiddenError, UnauthenticatedError
from proeftuin_kernel.tables import AuditFact, StoredEvent
from proeftuin_kernel.text import Text
from support.catalogue_builders import ANN, API, BEN, CLERK, DIGEST, VENDOR_A, draft, manifest

if TYPE_CHECKING:
    from collections.abc import Callable

    from proeftuin_catalogue.service import CatalogueService
    from proeftuin_kernel.auth import Principal
    from proeftuin_kernel.db import Database

ONE = ReleaseDraft(version="1.0.0")


@pytest.fixture
def solution(catalogue: CatalogueService) -> str:
    """A solution of supplier A with release 1.0.0."""
    made = catalogue.publishing.create(ANN, VENDOR_A, draft())
    catalogue.publishing.release(ANN, made, ONE)
    return made


CHANGES: dict[str, Callable[[CatalogueService, Principal, str], object]] = {
    "edit": lambda catalogue, who, key: catalogue.publishing.edit(who, key, {"licence": "MIT"}),
    "undo": lambda catalogue, who, key: catalogue.publishing.undo(who, key),
    "withdraw": lambda catalogue, who, key: catalogue.publishing.withdraw(who, key),
    "release": lambda catalogue, who, key: catalogue.publishing.release(who, key, ReleaseDraft(version="2.0.0")),
    "claim": lambda catalogue, who, key: catalogue.publishing.claim(who, key, "1.0.0", API.id),
    "withdraw claim": lambda catalogue, who, key: catalogue.publishing.withdraw_claim(who, key, "1.0.0", API.id),
    "history": lambda catalogue, who, key: catalogue.reading.history(who, key),
}


def test_nobody_touches_the_solution_of_another(catalogue: CatalogueService, solution: str) -> None:
    """Supplier A's solution is supplier A's alone; municipalities read, visitors are asked to sign in."""
    before = catalogue.reading.get(VISITOR, solution)

    for change in CHANGES.values():
        for who in (BEN, CLERK):
            with pytest.raises(ForbiddenError):
                change(catalogue, who, solution)
        with pytest.raises(UnauthenticatedError):
            change(catalogue, VISITOR, solution)

    assert before == catalogue.reading.get(VISITOR, solution)


def test_nobody_lists_a_solution_in_the_name_of_another(catalogue: CatalogueService) -> None:
    """The supplier of a solution is an organisation that the person acts for."""
    with pytest.raises(ForbiddenError):
        catalogue.publishing.create(BEN, VENDOR_A, draft())
    with pytest.raises(ForbiddenError):
        catalogue.publishing.register_from_component(BEN, VENDOR_A, manifest(), DIGEST)

    assert 0 == catalogue.reading.search(VISITOR).total


def test_a_new_solution_is_found_and_read_at_once_by_everybody(catalogue: CatalogueService) -> None:
    """What was committed is in the index of the process that committed it."""
    made = catalogue.publishing.create(ANN, VENDOR_A, draft("Vergunningenbalie"))

    found = catalogue.reading.search(VISITOR, text="vergunningenbalie")
    view = catalogue.reading.get(VISITOR, "vergunningenbalie")

    assert [made] == [item.solution.id for item in found.items]
    assert "tantivy" == found.engine
    assert (made, "Aardappel Software", "Vergunningenbalie", "Vergunningenbalie") == (
        view.id,
        view.supplier.name,
        view.name.nl,
        view.name.en,
    )


def test_every_fault_of_a_draft_is_pointed_at_and_nothing_is_saved(catalogue: CatalogueService) -> None:
    """Bad input: all faults at once, in both languages, with the place of each."""
    bad = draft(
        "Met\x00nul",
        short=Text(nl="x" * 301, en=""),
        licence="((",
        domains=("ruimtevaart",),
        hosting=("maan",),
        status="withdrawn",
        website="javascript:alert(1)",
        aliases=("ftp://oud.example",),
    )

    with pytest.raises(SolutionInvalidError) as caught:
        catalogue.publishing.create(ANN, VENDOR_A, bad)

    pointers = {fault["pointer"] for fault in caught.value.extra["errors"]}
    assert {
        "/name/nl",
        "/name/en",
        "/short/nl",
        "/short/en",
        "/licence",
        "/domains/0",
        "/hosting/0",
        "/status",
        "/website",
        "/aliases/0",
    } == pointers
    assert 0 == catalogue.reading.search(VISITOR).total


def test_an_edit_is_kept_as_history_and_can_be_undone_and_redone(catalogue: CatalogueService, solution: str) -> None:
    """The last change can be taken back, and so can the taking back."""
    catalogue.publishing.edit(ANN, solution, {"name": Text(nl="Zakenloket", en="Case desk")})
    catalogue.publishing.undo(ANN, solution)
    undone = catalogue.reading.get(VISITOR, solution)
    catalogue.publishing.undo(ANN, solution)
    redone = catalogue.reading.get(VISITOR, solution)

    actions = [line.action for line in catalogue.reading.history(ANN, solution)]
    assert ("Dossierloket", 3, "Zakenloket", 4) == (undone.name.nl, undone.version, redone.name.nl, redone.version)
    assert ["solution.undo", "solution.undo", "solution.edit", "solution.create"] == actions


def test_there_is_nothing_to_undo_on_a_new_solution(catalogue: CatalogueService, solution: str) -> None:
    """Undo never takes the creation back; withdrawing is there for that."""
    with pytest.raises(NothingToUndoError):
        catalogue.publishing.undo(ANN, solution)


def test_an_edit_of_a_version_that_is_gone_is_refused(catalogue: CatalogueService, solution: str) -> None:
    """Two people edit: the second is told, and the first one's work stays."""
    catalogue.publishing.edit(ANN, solution, {"licence": "MIT"}, expected_version=1)

    with pytest.raises(SolutionChangedMeanwhileError) as caught:
        catalogue.publishing.edit(ANN, solution, {"licence": "Apache-2.0"}, expected_version=1)

    assert 2 == caught.value.extra["version"]
    assert "MIT" == catalogue.reading.get(VISITOR, solution).licence


def test_an_edit_that_changes_nothing_makes_no_version(catalogue: CatalogueService, solution: str) -> None:
    """A double click is no second change."""
    catalogue.publishing.edit(ANN, solution, {"licence": "eupl-1.2"})

    assert 1 == catalogue.reading.get(VISITOR, solution).version


def test_a_withdrawn_solution_leaves_the_lists_and_keeps_its_address(
    catalogue: CatalogueService, solution: str
) -> None:
    """Withdrawn is not deleted; it takes nothing new until it is back."""
    catalogue.publishing.withdraw(ANN, solution)

    assert 0 == catalogue.reading.search(VISITOR).total
    assert "withdrawn" == catalogue.reading.get(VISITOR, solution).status
    for refused in ("release", "claim", "edit"):
        with pytest.raises(SolutionWithdrawnError):
            CHANGES[refused](catalogue, ANN, solution)

    catalogue.publishing.edit(ANN, solution, {"status": "active"})
    assert 1 == catalogue.reading.search(VISITOR).total


def test_short_names_are_unique_and_made_from_the_name(catalogue: CatalogueService) -> None:
    """Two solutions of one name get two addresses; a chosen address that is taken is refused."""
    for _ in range(2):
        catalogue.publishing.create(ANN, VENDOR_A, draft("Café Ünïek!"))

    with pytest.raises(SlugTakenError):
        catalogue.publishing.create(ANN, VENDOR_A, draft(), slug="cafe-uniek")
    with pytest.raises(SolutionInvalidError):
        catalogue.publishing.create(ANN, VENDOR_A, draft(), slug="Geen Slug")
    slugs = {item.solution.slug for item in catalogue.reading.search(VISITOR).items}
    assert {"cafe-uniek", "cafe-uniek-2"} == slugs


def test_the_current_release_is_the_highest_that_is_no_prerelease(catalogue: CatalogueService, solution: str) -> None:
    """Buyers get 1.10.0, not 1.9.0 and not 2.0.0-beta; the others follow from high to low."""
    for version in ("1.9.0", "2.0.0-beta.2", "1.10.0", "2.0.0-beta.11"):
        catalogue.publishing.release(ANN, solution, ReleaseDraft(version=version))

    view = catalogue.reading.get(VISITOR, solution)

    assert ["1.10.0", "2.0.0-beta.11", "2.0.0-beta.2", "1.9.0", "1.0.0"] == [one.version for one in view.releases]
    assert "1.10.0" == catalogue.reading.search(VISITOR).items[0].solution.release


def test_a_release_says_the_same_twice_or_is_refused(catalogue: CatalogueService, solution: str) -> None:
    """A number stands for one content."""
    again = catalogue.publishing.release(ANN, solution, ONE)

    with pytest.raises(ReleaseExistsError):
        catalogue.publishing.release(ANN, solution, replace(ONE, artefact_digest=DIGEST))

    assert again == catalogue.reading.get(VISITOR, solution).releases[0].id


def test_a_release_that_breaks_a_rule_is_refused(catalogue: CatalogueService, solution: str) -> None:
    """Release numbers are SemVer 2, digests are SHA-256, names are DNS labels."""
    versions = ("1.0", "v1.0.0", "01.0.0", "1.0.0" + "-a" * 40)
    bad = [ReleaseDraft(version=version) for version in versions]
    bad += [replace(ONE, artefact_digest="md5:1"), replace(ONE, component_name="Niet Goed")]

    for one in bad:
        with pytest.raises(SolutionInvalidError):
            catalogue.publishing.release(ANN, solution, one)


def test_a_claim_is_made_once_and_taken_back_once(catalogue: CatalogueService, solution: str) -> None:
    """Claims are idempotent, and what was taken back is gone from the page but not from the audit log."""
    first = catalogue.publishing.claim(ANN, solution, "1.0.0", API.id, actor="aanbieder")
    second = catalogue.publishing.claim(ANN, solution, "1.0.0", API.id)
    claimed = catalogue.reading.get(VISITOR, solution).releases[0]
    catalogue.publishing.withdraw_claim(ANN, solution, "1.0.0", API.id)
    after = catalogue.reading.get(VISITOR, solution).releases[0]

    assert first == second
    assert [("api-regels", "1.2.0", "aanbieder")] == [(c.kit_id, c.kit_version, c.actor) for c in claimed.claims]
    assert ["verklaard"] == [mark.state for mark in claimed.marks]
    assert ((), ()) == (after.claims, after.marks)
    with pytest.raises(ClaimNotFoundError):
        catalogue.publishing.withdraw_claim(ANN, solution, "1.0.0", API.id)


def test_a_claim_for_an_unknown_kit_names_the_nearest(catalogue: CatalogueService, solution: str) -> None:
    """A typing error in a kit's name gets a suggestion."""
    with pytest.raises(KitUnknownError) as caught:
        catalogue.publishing.claim(ANN, solution, "1.0.0", "api-regel")

    assert "Bedoelt u 'api-regels'?" in caught.value.detail.nl


def test_a_solution_that_is_not_there_is_not_found(catalogue: CatalogueService) -> None:
    """By short name and by id alike."""
    for key in ("bestaat-niet", "sol-00000000000000000000000000"):
        with pytest.raises(SolutionNotFoundError):
            catalogue.reading.get(VISITOR, key)


def test_changes_are_audited_and_told_as_events(
    catalogue: CatalogueService, database: Database, solution: str
) -> None:
    """Who changed what is written in the same transaction as the change."""
    catalogue.publishing.edit(ANN, solution, {"licence": "MIT"})

    def column(what: Any) -> list[Any]:
        with database.read() as session:
            return list(session.scalars(what))

    assert ["solution.create", "release.add", "solution.edit"] == column(
        select(AuditFact.action).where(AuditFact.subject == solution).order_by(AuditFact.id)
    )
    events = column(select(StoredEvent.payload).order_by(StoredEvent.id))
    assert {"solution_id": solution, "organisation": VENDOR_A, "change": "solution.edit"} == events[-1]


def test_a_reader_that_follows_the_changes_misses_none_while_writers_race(
    catalogue: CatalogueService, database: Database
) -> None:
    """Changes become visible in the order of their numbers, so following the numbers is enough."""
    follower = TantivySearchIndex(database, poll_seconds=0)
    stop = threading.Event()

    def follow() -> None:
        while not stop.is_set():
            follower.refresh()

    watching = threading.Thread(target=follow)
    watching.start()
    with ThreadPoolExecutor(4) as writers:
        made = [writers.submit(catalogue.publishing.create, ANN, VENDOR_A, draft(f"Loket {n}")) for n in range(40)]
        ids = {one.result() for one in made}
    stop.set()
    watching.join()

    assert ids == {hit.summary.id for hit in follower.search(SearchQuery(limit=100)).hits}


def test_two_people_who_edit_at_the_same_moment_cannot_both_win(catalogue: CatalogueService, solution: str) -> None:
    """The version is checked under a lock: one edit of the two is refused."""

    def edit(licence: str) -> str:
        try:
            catalogue.publishing.edit(ANN, solution, {"licence": licence}, expected_version=1)
        except SolutionChangedMeanwhileError as error:
            return error.code
        return licence

    with ThreadPoolExecutor(2) as people:
        outcomes = list(people.map(edit, ("MIT", "Apache-2.0")))

    winner = catalogue.reading.get(VISITOR, solution).licence
    assert {winner, "solution-changed-meanwhile"} == set(outcomes)


def test_when_the_index_breaks_the_database_answers(
    catalogue: CatalogueService, solution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A derived index may fail; searching may not."""

    def broken(_query: SearchQuery) -> None:
        raise RuntimeError("kapot")

    monkeypatch.setattr(catalogue._index, "search", broken)
    page = catalogue.reading.search(VISITOR, text="dossierloket")

    assert ("postgresql", [solution]) == (page.engine, [item.solution.id for item in page.items])

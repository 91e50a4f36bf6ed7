"""The catalogue's address holds all of its state; its list can be taken along."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from proeftuin.portal.routes.catalogue import address
from proeftuin.portal.views.catalogue import SearchQuery
from proeftuin.portal.views.evidence import Mark, strongest
from support import portal_views as made

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def test_the_address_holds_words_filters_order_and_page() -> None:
    """A link shows another reader the same list."""
    query = SearchQuery(q="loket & zo", filters=(("bewijs", ("getest", "verklaard")),), sort="naam")
    assert "/catalogus?q=loket+%26+zo&bewijs=getest&bewijs=verklaard&sort=naam&cursor=x" == address(query, cursor="x")
    assert "/catalogus" == address(SearchQuery())


def test_the_page_reads_its_state_from_the_address(client: TestClient) -> None:
    """Chosen filters are checked, words are in the box, the rest is ignored."""
    html = client.get("/catalogus?q=loket&bewijs=getest&onzin=1&sort=onbekend").text
    assert 'value="loket"' in html
    assert '<input type="checkbox" name="bewijs" value="getest" checked>' in html
    assert "onzin" not in html.replace("onzin=1", "")


def test_the_next_page_is_a_link_with_the_cursor(client: TestClient) -> None:
    """And from there the first page is one link away."""
    assert "cursor=volgende" in client.get("/catalogus").text
    assert 'rel="first"' in client.get("/catalogus?cursor=volgende").text


def test_a_suggestion_is_a_link(client: TestClient) -> None:
    """Somebody who mistypes is helped."""
    assert 'href="/catalogus?q=dossierloket"' in client.get("/catalogus?q=dosierloket").text


def test_control_characters_never_reach_the_service(client: TestClient) -> None:
    """PostgreSQL refuses NUL."""
    assert 200 == client.get("/catalogus?q=a%00b").status_code


def test_the_list_can_be_taken_along_as_csv(client: TestClient) -> None:
    """One row per solution and standard, with a claim and a proof told apart."""
    answer = client.get("/catalogus.csv?q=dossier")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    assert ["Dossierloket", "API-regels", "getest"] == [rows[1][1], rows[1][5], rows[1][6]]
    assert 3 == len(rows)


def test_a_csv_cell_is_never_a_formula() -> None:
    """A spreadsheet must not run what a supplier wrote."""
    from proeftuin.portal.routes.catalogue import _safe  # noqa: PLC0415 - the rule itself, not the page

    assert "'=1+1" == _safe("=1+1")
    assert "gewoon" == _safe("gewoon")


def test_proof_stands_for_a_solution_before_failure_and_claim() -> None:
    """The marks are listed beside it in full; the one mark is for sorting and counting."""
    claimed, failed, tested = (made.evidence(mark) for mark in (Mark.CLAIMED, Mark.FAILED, Mark.TESTED))
    assert Mark.TESTED == strongest((claimed, failed, tested))
    assert Mark.FAILED == strongest((claimed, failed))
    assert Mark.CLAIMED == strongest(())


def test_a_title_never_hides_a_failure() -> None:
    """What was disproved is in the sentence too."""
    assert (
        "Afsprakenboek 2.1.0 voldoet aan één standaard, en aan één standaard niet"
        == made.solution("afsprakenboek").answer.nl
    )
    assert "Meldpunt Openbaar Domein 2.1.0 is nog niet getoetst" == made.solution("meldpunt").answer.nl


def test_without_results_there_is_nothing_to_sort_or_filter(client: TestClient) -> None:
    """A control that can do nothing is in the way of the one that can: show all."""
    page = client.get("/catalogus?q=zzz").text
    assert 'id="sorteer"' not in page
    assert 'class="filter-panel"' not in page
    assert "Toon alles" in page

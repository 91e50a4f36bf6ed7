"""The page of a standard, the addresses that badges lead to, and the list of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin.portal.views.standards import anchor_of, clause_address
from support import portal_views as made

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp


def test_a_standard_says_how_much_of_it_is_tested_and_why_the_rest_is_not(client: TestClient) -> None:
    """The number is the title, the reason stands beside each requirement."""
    html = client.get("/kits/api-regels").text
    assert "API-regels: 2 van 3 eisen worden getoetst" in html
    assert "Dit kan alleen een mens nagaan." in html
    assert "met gerichte verzoeken, met gegenereerde verzoeken" in html
    assert "&lt;een&gt; vorm" in html
    assert "sha256:" + "ef" * 32 in html


def test_a_standard_says_who_meets_it_and_who_only_says_so(client: TestClient) -> None:
    """Each with the mark for this standard, not for another."""
    html = client.get("/kits/api-regels").text
    assert all(f'href="/oplossingen/{slug}"' in html for slug in ("dossierloket", "meldpunt", "sensorkaart"))
    assert 'href="/oplossingen/raadsbesluiten"' not in html
    assert 'href="/catalogus?standaard=api-regels"' in html


def test_the_criteria_of_an_older_badge_say_which_version_runs_here(client: TestClient) -> None:
    """A badge keeps its address; the page never pretends to be of that version."""
    other = client.get("/kits/api-regels/0.9.0")
    same = client.get("/kits/api-regels/1.0.0")
    assert (200, 200) == (other.status_code, same.status_code)
    assert "versie 0.9.0 van de kit draait hier niet, wel 1.0.0" in other.text
    assert "U leest een andere versie" not in same.text


def test_a_standard_that_is_not_here_is_not_found(client: TestClient) -> None:
    """As everything else."""
    assert 404 == client.get("/kits/bestaat-niet").status_code


def test_a_clause_that_a_kit_wrote_itself_is_read_on_the_page_of_the_kit(client: TestClient) -> None:
    """A published clause keeps its own address; a relative one would lead nowhere."""
    own = clause_address("eisen.md#gp-01", kit="api-regels", version="1.0.0", requirement="gp-01")
    published = "https://standaard.example/#/core/semver"
    assert "/kits/api-regels/1.0.0#eis-gp-01" == own
    assert f'id="{own.partition("#")[2]}"' in client.get(own).text
    assert published == clause_address(published, kit="x", version="1", requirement="/core/semver")
    assert "eis-core-semver" == anchor_of("/core/semver")


@pytest.mark.parametrize(
    ("address", "to"),
    [
        (f"/toetsen/{made.PASSED_RUN}", "/kits/api-regels/1.0.0"),
        (f"/badges/{made.BADGE}", "/kits/api-regels/1.0.0"),
        ("/oplossingen/dossierloket", "/kits/api-regels"),
        ("/over", "/kits"),
        ("/mijn", "/toetsen"),
        (f"/proeftuin/{made.SANDBOX}", "/toetsen"),
        (f"/proeftuin/{made.SANDBOX}/componenten/dossierloket", f"/toetsen?deployment=dep-{made.TAIL}"),
    ],
)
def test_pages_lead_to_the_standard_and_to_the_runs(client: TestClient, address: str, to: str) -> None:
    """Who reads a verdict can read what was asked."""
    assert f'href="{to}"' in client.get(address).text


def test_a_component_of_one_solution_leads_to_it(client: TestClient) -> None:
    """303: the address names the component, the solution says what is known of it."""
    answer = client.get("/id/component/dossierloket/1.0.0")
    assert (303, "/oplossingen/dossierloket#1.0.0") == (answer.status_code, answer.headers["location"])


def test_a_component_without_solution_says_what_it_is(client: TestClient) -> None:
    """And one of several lets the reader choose."""
    unlisted, several = (client.get(f"/id/component/{name}/1.0.0").text for name in ("kapot", "dubbel"))
    assert "kapot 1.0.0 is een component" in unlisted
    assert 'href="/oplossingen/twee#1.0.0"' in several
    twin = client.get("/id/component/kapot/1.0.0.json")
    assert {"name": "kapot", "version": "1.0.0", "slugs": []} == twin.json()


def test_runs_are_listed_page_by_page(client: TestClient, desk: MadeUp) -> None:
    """The address holds what is asked; a cursor that is no run is refused."""
    first = client.get(f"/toetsen?deployment=dep-{made.TAIL}").text
    assert f'href="/toetsen?deployment=dep-{made.TAIL}&amp;cursor={made.RUN}"' in first
    assert 'rel="first"' in client.get(f"/toetsen?cursor={made.RUN}").text
    assert 400 == client.get("/toetsen?cursor=onzin").status_code
    assert [
        {"deployment_id": f"dep-{made.TAIL}", "cursor": None},
        {"deployment_id": None, "cursor": made.RUN},
    ] == [given for _, given in desk.asked]


def test_a_visitor_sees_the_runs_that_are_public(visitor: TestClient) -> None:
    """Which those are, the service decides."""
    answer = visitor.get("/toetsen")
    assert 200 == answer.status_code
    assert "zijn openbaar" in answer.text


def test_an_empty_list_of_runs_says_how_to_make_the_first(client: TestClient, desk: MadeUp) -> None:
    """Open a sandbox, deploy, test."""
    desk.empty = True
    html = client.get("/toetsen").text
    assert "Er is nog niets getoetst" in html
    assert 'href="/kits"' in html


@pytest.mark.parametrize(("language", "says"), [("nl", "niet meer geïnstalleerd"), ("en", "no longer installed")])
def test_a_kit_that_is_gone_is_told_from_an_old_report(client: TestClient, language: str, says: str) -> None:
    """Old runs and badges keep leading somewhere: to the name, the requirements and a note, not to a new test."""
    answer = client.get(f"/kits/verdwenen/1.0.0?lang={language}")

    assert 200 == answer.status_code
    assert says in answer.text
    assert 'id="eis-gp-01"' in answer.text
    assert "proeftuin conformance run" not in answer.text

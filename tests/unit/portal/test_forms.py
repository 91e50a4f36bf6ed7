"""Forms: reload never repeats, input is kept, faults stand beside their field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support import portal_views as made

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

    from support.portal_site import MadeUp

GOOD = {"naam": "Proef", "organisatie": made.ORGANISATION, "profiel": "gehucht", "minuten": "60"}


def test_creating_a_sandbox_leads_to_its_page(client: TestClient, desk: MadeUp) -> None:
    """POST, redirect, GET: the browser never holds a page that repeats the action."""
    answer = client.post("/proeftuinen", data=GOOD)
    assert (303, f"/proeftuin/{made.BUSY_SANDBOX}") == (answer.status_code, answer.headers["location"])
    assert [
        (
            "create",
            {"organisation": made.ORGANISATION, "name": "Proef", "profile": "gehucht", "seed": 1830, "minutes": 60},
        )
    ] == desk.asked


def test_the_message_after_an_action_is_shown_once(client: TestClient) -> None:
    """And it is one of ours: the cookie holds a key, never a text."""
    client.post("/proeftuinen", data=GOOD)
    first = client.get(f"/proeftuin/{made.BUSY_SANDBOX}").text
    second = client.get(f"/proeftuin/{made.BUSY_SANDBOX}").text
    assert "De proeftuin is aangevraagd." in first
    assert "De proeftuin is aangevraagd." not in second


def test_a_message_that_is_not_ours_is_not_shown(client: TestClient) -> None:
    """Somebody who can plant a cookie cannot put words on our pages."""
    client.cookies.set("melding", "Betaal hier")
    assert "Betaal hier" not in client.get("/over").text


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("naam", "", "Vul dit in."),
        ("naam", "x" * 81, "hoogstens 80"),
        ("naam", "a\0b", "hoogstens 80"),
        ("minuten", "veel", "geheel getal van 1 tot en met 10080"),
        ("minuten", "0", "geheel getal van 1 tot en met 10080"),
        ("zaad", "-1", "geheel getal van 0 tot en met"),
    ],
)
def test_a_wrong_field_keeps_the_input_and_says_what_is_wrong(
    client: TestClient, desk: MadeUp, field: str, value: str, fault: str
) -> None:
    """The fault stands beside the field and in a summary that leads to it; nothing is asked of the service."""
    answer = client.post("/proeftuinen", data={**GOOD, "naam": "Mijn proef", field: value})
    assert 400 == answer.status_code
    assert fault in answer.text
    assert f'href="#f-{field}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    if field != "naam":
        assert 'value="Mijn proef"' in answer.text
    assert [] == desk.asked


def test_a_visitor_cannot_create_a_sandbox(visitor: TestClient, desk: MadeUp) -> None:
    """The form needs somebody who is signed in."""
    assert 403 == visitor.post("/proeftuinen", data=GOOD).status_code
    assert [] == desk.asked


@pytest.mark.parametrize(
    ("action", "data", "asked"),
    [
        ("verlengen", {"minuten": "30"}, ("extend", {"sandbox_id": made.SANDBOX, "minutes": 30})),
        ("terugzetten", {}, ("reset", {"sandbox_id": made.SANDBOX})),
        ("leven", {"dagen": "30"}, ("live", {"sandbox_id": made.SANDBOX, "days": 30})),
        ("pauzeren", {}, ("suspend", {"sandbox_id": made.SANDBOX})),
        ("hervatten", {}, ("resume", {"sandbox_id": made.SANDBOX})),
        ("bewijzen", {}, ("prove", {"sandbox_id": made.SANDBOX})),
        ("vernietigen", {}, ("destroy", {"sandbox_id": made.SANDBOX})),
    ],
)
def test_what_changes_a_sandbox_leads_back_to_it(
    client: TestClient, desk: MadeUp, action: str, data: dict[str, str], asked: tuple[str, dict[str, object]]
) -> None:
    """Each is a plain form, so that it works without JavaScript."""
    answer = client.post(f"/proeftuin/{made.SANDBOX}/{action}", data=data)
    assert (303, f"/proeftuin/{made.SANDBOX}") == (answer.status_code, answer.headers["location"])
    assert [asked] == desk.asked


@pytest.mark.parametrize(
    "action", ["verlengen", "terugzetten", "leven", "vernietigen", "pauzeren", "hervatten", "bewijzen"]
)
def test_looking_never_changes_anything(client: TestClient, desk: MadeUp, action: str) -> None:
    """GET asks for confirmation at most."""
    client.get(f"/proeftuin/{made.SANDBOX}/{action}")
    assert [] == desk.asked


def test_deploying_takes_one_file(client: TestClient, desk: MadeUp) -> None:
    """A bundle, or a component.yaml alone; which it is, is for the desk."""
    files = {"bundel": ("component.yaml", b"kind: Component")}
    answer = client.post(f"/proeftuin/{made.SANDBOX}/componenten", files=files)
    assert f"/proeftuin/{made.SANDBOX}/componenten/dossierloket" == answer.headers["location"]
    assert [("deploy", {"filename": "component.yaml", "content": b"kind: Component"})] == desk.asked


def test_a_wrong_component_is_explained_on_the_page(client: TestClient) -> None:
    """The words of the service stand beside the field."""
    files = {"bundel": ("component.yaml", b"x: 1")}
    answer = client.post(f"/proeftuin/{made.SANDBOX}/componenten", files=files)
    assert 400 == answer.status_code
    assert "regel 1: geen component" in answer.text


def test_deploying_nothing_asks_for_a_file(client: TestClient, desk: MadeUp) -> None:
    """Browsers send an empty part when no file is chosen."""
    answer = client.post(f"/proeftuin/{made.SANDBOX}/componenten", data={"x": "y"})
    assert 400 == answer.status_code
    assert "Kies een bestand." in answer.text
    assert [] == desk.asked


def test_an_upload_that_is_too_large_is_refused_before_it_is_received(client: TestClient, desk: MadeUp) -> None:
    """By its announced length."""
    files = {"bundel": ("b.tar.gz", b"x" * (2**20 + 2**17))}
    assert 413 == client.post(f"/proeftuin/{made.SANDBOX}/componenten", files=files).status_code
    assert [] == desk.asked


def test_testing_a_component_leads_to_the_run(client: TestClient, desk: MadeUp) -> None:
    """One button per claim."""
    address = f"/proeftuin/{made.SANDBOX}/componenten/dossierloket/toetsen"
    answer = client.post(address, data={"kit": "api-regels"})
    assert f"/toetsen/{made.BUSY_RUN}" == answer.headers["location"]
    assert [("request", {"deployment_id": f"dep-{made.TAIL}", "kit": "api-regels"})] == desk.asked


def test_a_new_token_is_shown_once_and_never_in_an_address(client: TestClient) -> None:
    """It travels in a short-lived cookie that only the next page gets."""
    form = {"naam": "CI", "organisatie": made.ORGANISATION, "rechten": ["sandbox:read"], "dagen": "30"}
    made_answer = client.post("/mijn/tokens", data=form)
    cookie = made_answer.headers.get_list("set-cookie")[-1]
    shown = client.get("/mijn")
    again = client.get("/mijn")
    assert "/mijn" == made_answer.headers["location"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/mijn" in cookie
    assert "pt_verzonnen_geheim" in shown.text
    assert "no-store" == shown.headers["cache-control"]
    assert "pt_verzonnen_geheim" not in again.text


def test_a_token_without_permissions_is_refused_with_the_input_kept(client: TestClient, desk: MadeUp) -> None:
    """A token that may do nothing is a mistake."""
    answer = client.post("/mijn/tokens", data={"naam": "CI", "organisatie": made.ORGANISATION, "dagen": "30"})
    assert 400 == answer.status_code
    assert "Kies minstens één recht." in answer.text
    assert 'value="CI"' in answer.text
    assert [] == desk.asked


def test_a_token_can_be_revoked(client: TestClient, desk: MadeUp) -> None:
    """With a plain form."""
    answer = client.post(f"/mijn/tokens/{made.TOKEN}/intrekken")
    assert 303 == answer.status_code
    assert [("revoke_token", {"token_id": made.TOKEN})] == desk.asked


def test_trying_a_solution_brings_its_name_to_the_form(client: TestClient) -> None:
    """And nothing that is no name."""
    assert 'value="dossierloket"' in client.get("/proeftuinen/nieuw?oplossing=dossierloket").text
    assert 'name="naam" type="text" value=""' in client.get("/proeftuinen/nieuw?oplossing=<script>x").text


def test_the_summary_of_faults_names_the_field(client: TestClient) -> None:
    """'Fill this in' alone does not say what; somebody who hears the page reads the summary first."""
    assert '<a href="#f-naam">Naam: Vul dit in.</a>' in client.post("/proeftuinen", data={**GOOD, "naam": ""}).text

"""Signing in over real HTTP: the same client code that speaks to ACM/IDM speaks to the test provider."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from proeftuin.identity.sign_in import SignIn
from support.identity_app import Served, choose_person, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def site(new_database: object, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served application for the tests of this file; each uses browsers of its own."""
    folder: Path = tmp_path_factory.mktemp("site")
    with served(new_database(template_database), folder) as running:
        yield running


def test_a_test_person_signs_in_and_acts_for_their_organisation(site: Served) -> None:
    """The whole way: our page, the provider's page, back, and the session holds."""
    with site.browser() as browser:
        choice = browser.get("/aanmelden", params={"terug": "/api/v1/me"})
        assert "Testpersoon Start-up" in choice.text
        assert "Niemand hier bestaat echt" in choice.text

        arrived = choose_person(browser, choice.url, "test-startup")

        assert (200, "/api/v1/me") == (arrived.status_code, arrived.url.path)
        me = arrived.json()
        assert ("Testpersoon Start-up", ["startup-voorbeeld"], None) == (
            me["name"],
            [one["slug"] for one in me["organisations"]],
            me["token"],
        )
        assert "sandbox:manage" in me["organisations"][0]["permissions"]


def test_the_page_of_the_provider_reads_in_english_too(site: Served) -> None:
    """Dutch first, English equal."""
    with site.browser(headers={"Accept-Language": "en-GB,en;q=0.9"}) as browser:
        page = browser.get("/aanmelden")

    assert ("en", True) == (page.headers["content-language"], "Nobody here is real" in page.text)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Served) -> None:
    """HttpOnly and SameSite; and the sealed cookie of the sign-in is gone afterwards."""
    with site.browser(follow_redirects=False) as browser:
        started = browser.get("/aanmelden")
        sent_back = choose_person(browser, started.headers["location"], "test-startup")
        finished = browser.get(sent_back.headers["location"])
        cookies = finished.headers.get_list("set-cookie")
        session = next(one for one in cookies if one.startswith("proeftuin="))

        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(session.split("; "))
        assert "Max-Age" not in session
        assert ["proeftuin"] == [cookie.name for cookie in browser.cookies.jar]


def test_what_goes_to_the_provider_carries_state_nonce_and_pkce(site: Served) -> None:
    """RFC 9700: all three, the challenge by SHA-256."""
    with site.browser(follow_redirects=False) as browser:
        first, second = (parse_qs(urlsplit(browser.get("/aanmelden").headers["location"]).query) for _ in range(2))

    assert (["S256"], ["code"], ["openid profile"]) == (
        first["code_challenge_method"],
        first["response_type"],
        first["scope"],
    )
    for once in ("state", "nonce", "code_challenge"):
        assert first[once] != second[once]


def test_an_answer_for_another_browser_is_refused(site: Served) -> None:
    """Somebody else's sign-in cannot be slipped into a browser (login CSRF)."""
    with site.browser(follow_redirects=False) as attacker, site.browser() as victim:
        started = attacker.get("/aanmelden")
        trap = choose_person(attacker, started.headers["location"], "test-startup").headers["location"]

        without_start = victim.get(trap)
        victim.get("/aanmelden")
        with_own_start = victim.get(trap)

        for answer in (without_start, with_own_start):
            assert 400 == answer.status_code
        assert "proeftuin" not in victim.cookies
        assert "sign-in-failed" == victim.get(trap, headers={"Accept": "application/json"}).json()["code"]


def test_reloading_the_way_back_does_not_break_a_session(site: Served) -> None:
    """Back and reload never repeat a sign-in."""
    with site.browser(follow_redirects=False) as browser:
        started = browser.get("/aanmelden")
        back = choose_person(browser, started.headers["location"], "test-startup").headers["location"]
        assert 303 == browser.get(back).status_code

        again = browser.get(back)

        assert (303, "/") == (again.status_code, again.headers["location"])
        assert 200 == browser.get("/api/v1/me").status_code


def test_who_changes_their_mind_hears_so_and_is_not_signed_in(site: Served) -> None:
    """Refusing at the provider is no failure."""
    with site.browser(headers={"Accept": "application/json"}) as browser:
        answer = choose_person(browser, browser.get("/aanmelden").url, "")

        assert (403, "sign-in-refused") == (answer.status_code, answer.json()["code"])
        assert 401 == browser.get("/api/v1/me").status_code


@pytest.mark.parametrize(
    "wanted", ["https://elders.example/", "//elders.example", "/\\elders.example", "javascript:alert(1)", "/\n/x"]
)
def test_the_way_back_never_leads_to_another_site(site: Served, wanted: str) -> None:
    """No open redirect."""
    with site.browser(follow_redirects=False) as browser:
        started = browser.get("/aanmelden", params={"terug": wanted})
        sent_back = choose_person(browser, started.headers["location"], "test-startup")

        assert "/" == browser.get(sent_back.headers["location"]).headers["location"]


def test_another_name_for_the_host_goes_to_the_public_one_first(site: Served) -> None:
    """Cookies belong to one host; who came in by another name would otherwise never arrive."""
    with site.browser(follow_redirects=False) as browser:
        answer = browser.get("/aanmelden?terug=/catalogus", headers={"Host": "proeftuin.localhost"})
        proxied = browser.get("/aanmelden?hier=1", headers={"Host": "proeftuin.localhost"})

    assert f"{site.url}/aanmelden?hier=1&terug=%2Fcatalogus" == answer.headers["location"]
    assert "/test-idp/authorize" in proxied.headers["location"]


def test_signing_out_ends_the_session_on_the_server_and_shows_the_provider(site: Served) -> None:
    """A copied cookie is worth nothing afterwards."""
    with site.signed_in("test-startup") as browser:
        copied = browser.cookies["proeftuin"]
        page = browser.post("/afmelden")

        assert ("/afgemeld", True) == (page.url.path, "U bent afgemeld" in page.text)
        assert "/test-idp/end_session?client_id=proeftuin" in page.text
        assert "proeftuin" not in browser.cookies
    with site.browser(cookies={"proeftuin": copied}) as thief:
        assert 401 == thief.get("/api/v1/me").status_code


def test_another_site_cannot_sign_somebody_out(site: Served) -> None:
    """Signing out is a change too."""
    with site.signed_in("test-startup") as browser:
        answer = browser.post("/afmelden", headers={"Sec-Fetch-Site": "cross-site", "Accept": "application/json"})

        assert (403, "cross-site") == (answer.status_code, answer.json()["code"])
        assert 200 == browser.get("/api/v1/me").status_code


def test_signing_out_with_a_session_that_ended_is_no_error(site: Served) -> None:
    """The button always works."""
    with site.browser(cookies={"proeftuin": "lang-voorbij"}) as browser:
        assert "/afgemeld" == browser.post("/afmelden").url.path


def test_a_token_made_in_the_browser_works_for_a_program(site: Served) -> None:
    """From sign-in to CI in two steps."""
    with site.signed_in("test-leverancier") as browser:
        organisation = browser.get("/api/v1/me").json()["organisations"][0]["id"]
        made = browser.post(
            "/api/v1/tokens",
            json={"organisation": organisation, "name": "bouwstraat", "scopes": ["organisation:read"]},
        )
        assert (201, "no-store") == (made.status_code, made.headers["cache-control"])
        token = made.json()

    program = {"Authorization": f"Bearer {token['secret']}"}
    with site.browser(headers={**program, "Accept": "application/json"}) as client:
        me = client.get("/api/v1/me").json()
        assert (token["token"]["id"], ["organisation:read"]) == (me["token"], me["scopes"])
        assert 200 == client.get(f"/api/v1/organisations/{organisation}").status_code
        refused = client.post("/api/v1/tokens", json={"organisation": organisation, "name": "x", "scopes": []})
        assert 403 == refused.status_code
        shown = client.get(f"/api/v1/tokens/{token['token']['id']}")
        assert (403, True) == (shown.status_code, token["secret"] not in shown.text)


def test_a_provider_that_is_away_is_a_503_with_words(
    new_database: object, template_database: str, tmp_path: Path
) -> None:
    """The visitor hears that it is not their fault, and can look around."""
    with (
        served(
            new_database(template_database), tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x"
        ) as running,
        running.browser(headers={"Accept": "application/json"}) as browser,
    ):
        answer = browser.get("/aanmelden")
        assert (503, "identity-provider-unavailable") == (answer.status_code, answer.json()["code"])
        assert 404 == browser.get("/test-idp/authorize").status_code, "the test provider is not there"
        assert "U bent afgemeld" in browser.get("/afgemeld").text
        assert SignIn in running.application.registry

"""Requests that the provider refuses, with the exact error: nobody is sent to an address that it does not know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.openid_client import BASE, CALLBACK, ORIGIN, Application, Forms, error_of, register

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CITIZEN = "persoon/5"


@pytest.mark.parametrize(
    "wrong",
    [
        "https://kwaad.test/terug",
        f"{CALLBACK}/",
        f"{CALLBACK}?x=1",
        "https://toepassing.test@kwaad.test/terug",
        "https://toepassing.test/terug/../elders",
        "https://toepassing.test/TERUG",
        "javascript:alert(1)",
        'https://toepassing.test/"é',
        "",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(application: Application, wrong: str) -> None:
    """Not even with an error: that would be an open redirect (RFC 6749, 3.1.2.4; RFC 9700, 4.11)."""
    answer = application.browser.get(application.address(redirect_uri=wrong), follow_redirects=False)

    assert 400 == answer.status_code
    assert "location" not in answer.headers
    assert "invalid_request" in answer.text
    assert "<script" not in answer.text


def test_an_unknown_application_goes_nowhere(application: Application) -> None:
    address = application.address().replace(application.client_id, "onbekend")
    answer = application.browser.get(address, follow_redirects=False)

    assert 400 == answer.status_code
    assert "invalid_client" in answer.text


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid sociaal"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "kort"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://toepassing.test/r"}, "request_uri_not_supported"),
        ({"claims": "[1]"}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": {"values": 1}}}'}, "invalid_request"),
        ({"claims": "["}, "invalid_request"),
    ],
    ids=str,
)
def test_the_application_hears_what_is_wrong(application: Application, asked: dict[str, str], error: str) -> None:
    """With its state and with who says it (RFC 6749, 4.1.2.1; RFC 9207)."""
    answer = application.browser.get(application.address(**asked), follow_redirects=False)
    told = error_of(answer)

    assert answer.headers["location"].startswith(f"{CALLBACK}?")
    assert error == told["error"]
    assert "staat-1" == told["state"]
    assert f"{ORIGIN}{BASE}" == told["iss"]


@pytest.mark.parametrize(
    ("given", "error"), [("token", "unsupported_response_type"), (None, "invalid_request")], ids=str
)
def test_only_the_code_flow_is_offered(application: Application, given: str | None, error: str) -> None:
    kind = f"response_type={given}&" if given else ""
    address = application.address().replace("response_type=code&", kind)

    assert error == error_of(application.browser.get(address, follow_redirects=False))["error"]


def test_a_parameter_that_is_there_twice_goes_nowhere(application: Application) -> None:
    answer = application.browser.get(f"{application.address()}&state=anders", follow_redirects=False)

    assert 400 == answer.status_code


def test_nobody_consents_for_who_signed_in_elsewhere_meanwhile(application: Application) -> None:
    """The page told somebody's data: who signs in in another window of the browser did not see it."""
    page = application.browser.get(application.address())
    form = {**Forms(page.text).hidden, "account": CITIZEN, "middel": "itsme"}
    shown = application.browser.post(f"{BASE}/authorize/aanmelden", data=form)
    application.browser.post(f"{BASE}/mijn/aanmelden", data={"account": "persoon/6", "middel": "itsme"})
    form = {**Forms(shown.text).hidden, "antwoord": "ja"}
    answer = application.browser.post(f"{BASE}/authorize/toestemming", data=form, follow_redirects=False)

    assert 200 == answer.status_code
    assert f"{BASE}/authorize/aanmelden" in Forms(answer.text).actions
    again = application.browser.get(application.address(prompt="none"), follow_redirects=False)
    assert "consent_required" == error_of(again)["error"]


def test_a_consent_does_not_make_somebody_sure_enough(application: Application) -> None:
    """A form with another question than that of the page leads back to signing in."""
    page = application.browser.get(application.address())
    form = {**Forms(page.text).hidden, "account": CITIZEN, "middel": "csampassword"}
    shown = application.browser.post(f"{BASE}/authorize/aanmelden", data=form)
    surer = application.address(acr_values="http://eidas.europa.eu/LoA/high").partition("?")[2]
    form = {**Forms(shown.text).hidden, "vraag": surer, "antwoord": "ja"}

    answer = application.browser.post(f"{BASE}/authorize/toestemming", data=form, follow_redirects=False)
    assert 200 == answer.status_code
    assert f"{BASE}/authorize/aanmelden" in Forms(answer.text).actions


@pytest.mark.parametrize("how", ["hint", "claim"])
def test_who_is_not_expected_cannot_sign_in_instead(application: Application, how: str) -> None:
    """The application is told of nobody else, whoever is chosen (OpenID Connect Core, 3.1.2.2 and 5.5.1)."""
    token = application.tokens(CITIZEN)["id_token"]
    subject = application.claims(token)["sub"]
    claims = json.dumps({"id_token": {"sub": {"value": subject}}})
    asked = {"id_token_hint": token} if how == "hint" else {"claims": claims}
    application.browser.cookies.clear()
    page = application.browser.get(application.address(**asked))
    form = {**Forms(page.text).hidden, "account": "persoon/6", "middel": "itsme"}
    other = application.browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)
    form["account"] = CITIZEN
    same = application.browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)

    assert 400 == other.status_code
    assert "set-cookie" not in other.headers
    assert "code" in error_of(same)


def test_a_citizen_who_says_no_gives_nothing(application: Application) -> None:
    page = application.browser.get(application.address())
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": CITIZEN, "middel": "itsme"}
    asked = application.browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)
    form = {"vraag": Forms(asked.text).hidden["vraag"], "antwoord": "nee"}
    answer = application.browser.post(f"{BASE}/authorize/toestemming", data=form, follow_redirects=False)

    assert "access_denied" == error_of(answer)["error"]
    again = application.browser.get(application.address(prompt="none"), follow_redirects=False)
    assert "consent_required" == error_of(again)["error"]


@pytest.mark.parametrize("account", ["", "persoon/999999999", "persoon/x", "baas/1", "persoon/1/2", "medewerker/-1"])
def test_nobody_signs_in_as_who_does_not_exist(application: Application, account: str) -> None:
    page = application.browser.get(application.address())
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": account, "middel": "itsme"}
    answer = application.browser.post(f"{BASE}/authorize/aanmelden", data=form, follow_redirects=False)

    assert 400 == answer.status_code
    assert "set-cookie" not in answer.headers


def test_a_means_that_is_not_sure_enough_cannot_be_forced(application: Application) -> None:
    page = application.browser.get(application.address(acr_values="http://eidas.europa.eu/LoA/high"))
    form = {"vraag": Forms(page.text).hidden["vraag"], "account": CITIZEN, "middel": "csampassword"}

    assert 400 == application.browser.post(f"{BASE}/authorize/aanmelden", data=form).status_code


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://kwaad.test"}], ids=str)
@pytest.mark.parametrize("path", ["authorize/aanmelden", "authorize/toestemming", "mijn/intrekken", "mijn/afmelden"])
def test_a_form_of_another_site_does_nothing(browser: TestClient, path: str, headers: dict[str, str]) -> None:
    assert 403 == browser.post(f"{BASE}/{path}", data={"account": CITIZEN}, headers=headers).status_code


@pytest.mark.parametrize("port", [1, 8080, 65535])
def test_of_a_loopback_address_the_port_may_differ(browser: TestClient, port: int) -> None:
    """RFC 8252, 7.3: a program on somebody's machine takes a free one."""
    application = register(browser, redirect_uris=["http://127.0.0.1/terug"])

    assert 200 == browser.get(application.address(redirect_uri=f"http://127.0.0.1:{port}/terug")).status_code
    for wrong in (f"http://127.0.0.1:{port}/elders", f"http://localhost:{port}/terug", "http://127.0.0.2/terug"):
        assert 400 == browser.get(application.address(redirect_uri=wrong)).status_code


@pytest.mark.parametrize("hint", ["none", "other", "rubbish"])
def test_signing_out_with_a_forged_hint_goes_nowhere(browser: TestClient, hint: str) -> None:
    after = "https://toepassing.test/weg"
    application = register(browser, post_logout_redirect_uris=[after])
    claims = {"iss": f"{ORIGIN}{BASE}", "aud": application.client_id, "sub": "x", "sid": "y"}
    key = ec.generate_private_key(ec.SECP256R1())
    forged = {
        "none": jwt.encode(claims, None, algorithm="none"),
        "other": jwt.encode(claims, key, algorithm="ES256"),
        "rubbish": "a.b.c",
    }[hint]
    asked = {"id_token_hint": forged, "post_logout_redirect_uri": after}
    answer = browser.get(f"{BASE}/end_session", params=asked, follow_redirects=False)

    assert 400 == answer.status_code
    assert "location" not in answer.headers


@pytest.mark.parametrize("after", ["https://kwaad.test/", "https://toepassing.test/weg?x=1"])
def test_signing_out_never_leads_elsewhere(browser: TestClient, after: str) -> None:
    application = register(browser, post_logout_redirect_uris=["https://toepassing.test/weg"])
    token = application.tokens(CITIZEN)["id_token"]
    asked = {"id_token_hint": token, "post_logout_redirect_uri": after}
    answer = browser.get(f"{BASE}/end_session", params=asked, follow_redirects=False)

    assert 200 == answer.status_code
    assert "location" not in answer.headers


def test_signing_out_without_a_hint_asks_first(browser: TestClient, application: Application) -> None:
    """A link in a page of somebody else must not sign people out (RP-Initiated Logout 1.0, 6)."""
    application.tokens(CITIZEN)
    assert "/end_session" in browser.get(f"{BASE}/end_session").text
    assert 303 == browser.get(application.address(prompt="none"), follow_redirects=False).status_code
    browser.post(f"{BASE}/end_session", data={"bevestigd": "ja"})

    none = browser.get(application.address(prompt="none"), follow_redirects=False)
    assert "login_required" == error_of(none)["error"]


def test_odd_characters_do_no_harm(browser: TestClient, application: Application) -> None:
    """Whatever somebody writes in the address."""
    for odd in ("\x00", "é", '"><script>alert(1)</script>', "%00", "a" * 7000):
        for name in ("state", "login_hint", "scope", "nonce", "ui_locales", "acr_values", "max_age", "zoek"):
            answer = browser.get(application.address(**{name: odd}), follow_redirects=False)
            assert answer.status_code in {200, 303, 400}, (name, odd[:10])
            assert "<script>" not in answer.text


def test_a_form_that_fits_in_no_address_goes_nowhere(browser: TestClient, application: Application) -> None:
    """A request may come as a form, and is then shown as an address (OpenID Connect Core, 3.1.2.1)."""
    question = application.address().partition("?")[2]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    shown = browser.post(f"{BASE}/authorize", content=question, headers=form)
    too_long = browser.post(f"{BASE}/authorize", data={"state": "a" * 100_000}, follow_redirects=False)

    assert f"{BASE}/authorize/aanmelden" in Forms(shown.text).actions
    assert 400 == too_long.status_code
    assert "location" not in too_long.headers

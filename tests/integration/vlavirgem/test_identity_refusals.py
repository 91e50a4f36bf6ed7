"""What the provider refuses, with the exact error, and that it never sends anybody to an address it does not know."""

from __future__ import annotations

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.testclient import TestClient

from support.openid_client import BASE, CALLBACK, ORIGIN, Forms, MovableClock, error_of, register
from vlavirgem.blocks.app import make_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.openid_client import Application

CITIZEN = "persoon/5"
PUBLIC = {"token_endpoint_auth_method": "none", "pkce_required": False}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    """The clock of the provider."""
    return MovableClock()


@pytest.fixture(scope="module")
def served(clone: Callable[[], str], clock: MovableClock) -> Iterator[TestClient]:
    """A town of these tests alone."""
    with TestClient(make_app(clone(), clock=clock), base_url=ORIGIN) as client:
        yield client


@pytest.fixture
def browser(served: TestClient, clock: MovableClock) -> TestClient:
    """A browser without cookies."""
    clock.ahead = timedelta()
    served.cookies.clear()
    return served


@pytest.fixture
def application(browser: TestClient) -> Application:
    """An application with a secret."""
    return register(browser)


def refusal(answer) -> tuple[int, str]:
    """Status and code of an error of the token endpoint."""
    assert "no-store" == answer.headers["cache-control"]
    assert "application/json" == answer.headers["content-type"]
    return answer.status_code, answer.json()["error"]


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


def test_a_code_works_once_and_then_takes_back_what_it_gave(application: Application) -> None:
    code = application.code_of(application.sign_in(CITIZEN))
    first = application.redeem(code)
    again = application.redeem(code)
    token = first.json()["access_token"]
    user = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert 200 == first.status_code
    assert (400, "invalid_grant") == refusal(again)
    assert 401 == user.status_code


def test_what_is_given_is_not_lost_in_the_town_as_it_was(application: Application) -> None:
    """A disturbed reading is rolled back; a code, or the first key, would be gone when it is used."""
    application.sign_in(CITIZEN)
    stale = {"VlaVirGem-Storing": "verouderd=3"}
    answer = application.browser.get(application.address(), headers=stale, follow_redirects=False)

    assert 200 == application.redeem(application.code_of(answer)).status_code


def test_a_code_is_not_for_another_application(application: Application) -> None:
    """A mix-up, or theft: the code still works for whom it was meant."""
    other = register(application.browser, client_name="Ander loket")
    code = application.code_of(application.sign_in(CITIZEN))
    other.verifier = application.verifier

    assert (400, "invalid_grant") == refusal(other.redeem(code))
    assert 200 == application.redeem(code).status_code


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_verifier": "x" * 64}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"code_verifier": "kort"}, "invalid_request"),
        ({"redirect_uri": "https://toepassing.test/elders"}, "invalid_grant"),
        ({"redirect_uri": ""}, "invalid_grant"),
        ({"code": "verzonnen"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 'é"'}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
    ],
    ids=str,
)
def test_a_wrong_token_request_is_refused(application: Application, changed: dict[str, str], error: str) -> None:
    """RFC 6749, 5.2 and RFC 7636, 4.6."""
    code = application.code_of(application.sign_in(CITIZEN))

    assert (400, error) == refusal(application.redeem(code, **changed))


def test_a_code_expires(application: Application, clock: MovableClock) -> None:
    code = application.code_of(application.sign_in(CITIZEN))
    clock.ahead = timedelta(minutes=2)

    assert (400, "invalid_grant") == refusal(application.redeem(code))


def test_a_token_request_without_a_grant_is_invalid(browser: TestClient) -> None:
    assert (400, "invalid_request") == refusal(browser.post(f"{BASE}/token"))
    assert (400, "invalid_request") == refusal(browser.post(f"{BASE}/token?grant_type=x", data={"grant_type": "x"}))
    twice = b"grant_type=a&grant_type=b"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (400, "invalid_request") == refusal(browser.post(f"{BASE}/token", content=twice, headers=form))


@pytest.mark.parametrize("secret", ["fout", "", "%ff", "é"])
def test_a_wrong_secret_is_refused(application: Application, secret: str) -> None:
    """With 401, and how to do better (RFC 6749, 5.2)."""
    basic = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    answer = application.browser.post(f"{BASE}/token", data={"grant_type": "refresh_token"}, headers=headers)

    assert (401, "invalid_client") == refusal(answer)
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_credentials_that_cannot_be_read_are_refused(browser: TestClient) -> None:
    for unreadable in ("Basic ////", "Basic %%%", "Basic", "Bearer x"):
        answer = browser.post(
            f"{BASE}/token", data={"grant_type": "refresh_token"}, headers={"Authorization": unreadable}
        )
        assert answer.status_code in {400, 401}
        assert answer.json()["error"] in {"invalid_client", "invalid_request"}


def test_an_application_with_a_secret_may_not_do_without(application: Application) -> None:
    code = application.code_of(application.sign_in(CITIZEN))
    application.secret = None

    assert (401, "invalid_client") == refusal(application.redeem(code))


def test_a_public_application_needs_its_proof(browser: TestClient) -> None:
    application = register(browser, **PUBLIC)
    without = application.address(code_challenge="", code_challenge_method="")

    assert "invalid_request" == error_of(browser.get(without, follow_redirects=False))["error"]
    assert 200 == application.redeem(application.code_of(application.sign_in(CITIZEN))).status_code


def test_an_application_of_before_pkce_can_be_registered_so(browser: TestClient) -> None:
    """ACM/IDM does not demand it of applications with a secret."""
    application = register(browser, pkce_required=False)
    answer = application.sign_in(CITIZEN, code_challenge="", code_challenge_method="")
    code = application.code_of(answer)

    assert (400, "invalid_request") == refusal(application.redeem(code))
    application.verifier = ""
    assert 200 == application.redeem(code).status_code


@pytest.mark.parametrize("port", [1, 8080, 65535])
def test_of_a_loopback_address_the_port_may_differ(browser: TestClient, port: int) -> None:
    """RFC 8252, 7.3: a program on somebody's machine takes a free one."""
    application = register(browser, redirect_uris=["http://127.0.0.1/terug"])

    assert 200 == browser.get(application.address(redirect_uri=f"http://127.0.0.1:{port}/terug")).status_code
    for wrong in (f"http://127.0.0.1:{port}/elders", f"http://localhost:{port}/terug", "http://127.0.0.2/terug"):
        assert 400 == browser.get(application.address(redirect_uri=wrong)).status_code


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [
        ({}, 401, None),
        ({"Authorization": "Bearer verzonnen"}, 401, "invalid_token"),
        ({"Authorization": "Basic eDp5"}, 401, None),
    ],
    ids=str,
)
def test_user_info_wants_a_token(browser: TestClient, headers: dict[str, str], status: int, error: str | None) -> None:
    """RFC 6750, 3.1: without credentials no error code is given."""
    answer = browser.get(f"{BASE}/userinfo", headers=headers)

    assert status == answer.status_code
    told = answer.headers["www-authenticate"]
    assert told.startswith("Bearer ")
    assert (error is None) == ("error=" not in told)


def test_an_expired_access_token_is_refused(application: Application, clock: MovableClock) -> None:
    token = application.tokens(CITIZEN)["access_token"]
    clock.ahead = timedelta(minutes=31)
    answer = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert 401 == answer.status_code


def test_a_refresh_token_is_no_access_token(application: Application) -> None:
    token = application.tokens(CITIZEN)["refresh_token"]
    answer = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert 401 == answer.status_code


def test_a_refresh_token_is_not_for_another_application(application: Application) -> None:
    token = application.tokens(CITIZEN)["refresh_token"]
    other = register(application.browser, client_name="Ander loket")

    assert (400, "invalid_grant") == refusal(other.ask_token(grant_type="refresh_token", refresh_token=token))
    assert 200 == application.ask_token(grant_type="refresh_token", refresh_token=token).status_code


class Machine:
    """An application that proves who it is with a key of its own."""

    def __init__(self, browser: TestClient) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        keyed = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public]}}
        self.application = register(
            browser,
            **keyed,
            client_name="Nachtelijke verwerking",
            grant_types=["client_credentials"],
            redirect_uris=[],
            scope="dossiers_lezen adressen_lezen",
        )
        self.browser = browser

    def assertion(self, **changed) -> str:
        """Sign an assertion (RFC 7523, 3)."""
        now = int(time.time())
        name = self.application.client_id
        claims = {"iss": name, "sub": name, "aud": f"{ORIGIN}{BASE}/token", "exp": now + 60, "jti": str(now)}
        claims = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm="ES256")

    def ask(self, assertion: str, **more: str):
        """Ask for a token."""
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
        return self.browser.post(f"{BASE}/token", data={**form, **more})


def test_a_machine_signs_with_its_own_key(browser: TestClient) -> None:
    """As an application at ACM/IDM does; the token is about the application and nobody else."""
    machine = Machine(browser)
    answer = machine.ask(machine.assertion(), scope="dossiers_lezen")
    api = register(browser, client_name="Mijn API", scope="dossiers_lezen")
    about = browser.post(
        f"{BASE}/introspect", data={"token": answer.json()["access_token"]}, auth=(api.client_id, api.secret)
    ).json()

    assert {"access_token", "token_type", "expires_in", "scope"} == set(answer.json())
    assert machine.application.client_id == about["sub"]
    assert "dossiers_lezen" == about["scope"]
    user = browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {answer.json()['access_token']}"})
    assert 403 == user.status_code


def test_an_assertion_works_once(browser: TestClient) -> None:
    machine = Machine(browser)
    assertion = machine.assertion()

    assert 200 == machine.ask(assertion).status_code
    assert (400, "invalid_client") == refusal(machine.ask(assertion))


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://elders.test"},
        {"aud": None},
        {"iss": "iemand"},
        {"exp": 1},
        {"exp": None},
        {"exp": "morgen"},
        {"exp": 4_000_000_000},
        {"jti": None},
        {"jti": "x" * 300},
        {"nbf": 4_000_000_000},
        {"sub": None},
    ],
    ids=str,
)
def test_a_wrong_assertion_is_refused(browser: TestClient, changed: dict) -> None:
    machine = Machine(browser)

    assert (400, "invalid_client") == refusal(machine.ask(machine.assertion(**changed)))


def test_an_assertion_needs_the_right_signature(browser: TestClient) -> None:
    """Not of another key, not none, and not with the public key as if it were a secret."""
    machine, other = Machine(browser), Machine(browser)
    claims = jwt.decode(machine.assertion(), options={"verify_signature": False})
    public = json.dumps(jwt.algorithms.ECAlgorithm.to_jwk(machine.key.public_key()))
    forged = [
        jwt.encode(claims, other.key, algorithm="ES256"),
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims, public, algorithm="HS256"),
        "geen.echt.token",
        "",
    ]

    for one in forged:
        status, error = refusal(machine.ask(one))
        assert status in {400, 401}
        assert "invalid_client" == error


def test_a_machine_gets_no_scope_that_it_was_not_given(browser: TestClient) -> None:
    machine = Machine(browser)

    assert (400, "invalid_scope") == refusal(machine.ask(machine.assertion(), scope="rrn"))


def test_an_application_without_a_key_cannot_assert(application: Application, browser: TestClient) -> None:
    machine = Machine(browser)
    name = application.client_id

    assert (400, "invalid_client") == refusal(machine.ask(machine.assertion(iss=name, sub=name)))


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


def test_of_two_that_use_a_code_at_once_one_gets_tokens(application: Application) -> None:
    """And then the other takes them back: somebody stole the code."""
    code = application.code_of(application.sign_in(CITIZEN))
    with ThreadPoolExecutor(max_workers=4) as threads:
        answers = list(threads.map(lambda _: application.redeem(code), range(4)))
    (given,) = [one for one in answers if one.status_code == 200]
    headers = {"Authorization": f"Bearer {given.json()['access_token']}"}

    assert 3 == sum(one.json().get("error") == "invalid_grant" for one in answers)
    assert 401 == application.browser.get(f"{BASE}/userinfo", headers=headers).status_code

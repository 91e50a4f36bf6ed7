"""What the provider refuses at its token endpoint and of tokens, with the exact error."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from support.openid_client import BASE, Application, MovableClock, error_of, refusal_of, register

if TYPE_CHECKING:
    from starlette.testclient import TestClient

CITIZEN = "persoon/5"
PUBLIC = {"token_endpoint_auth_method": "none", "pkce_required": False}


def test_a_code_works_once_and_then_takes_back_what_it_gave(application: Application) -> None:
    code = application.code_of(application.sign_in(CITIZEN))
    first = application.redeem(code)
    again = application.redeem(code)
    token = first.json()["access_token"]
    user = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert 200 == first.status_code
    assert (400, "invalid_grant") == refusal_of(again)
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

    assert (400, "invalid_grant") == refusal_of(other.redeem(code))
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

    assert (400, error) == refusal_of(application.redeem(code, **changed))


def test_a_code_expires(application: Application, clock: MovableClock) -> None:
    code = application.code_of(application.sign_in(CITIZEN))
    clock.ahead = timedelta(minutes=2)

    assert (400, "invalid_grant") == refusal_of(application.redeem(code))


def test_a_token_request_without_a_grant_is_invalid(browser: TestClient) -> None:
    assert (400, "invalid_request") == refusal_of(browser.post(f"{BASE}/token"))
    assert (400, "invalid_request") == refusal_of(browser.post(f"{BASE}/token?grant_type=x", data={"grant_type": "x"}))
    twice = b"grant_type=a&grant_type=b"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (400, "invalid_request") == refusal_of(browser.post(f"{BASE}/token", content=twice, headers=form))


@pytest.mark.parametrize("secret", ["fout", "", "%ff", "é"])
def test_a_wrong_secret_is_refused(application: Application, secret: str) -> None:
    """With 401, and how to do better (RFC 6749, 5.2)."""
    basic = base64.b64encode(f"{application.client_id}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    answer = application.browser.post(f"{BASE}/token", data={"grant_type": "refresh_token"}, headers=headers)

    assert (401, "invalid_client") == refusal_of(answer)
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

    assert (401, "invalid_client") == refusal_of(application.redeem(code))


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

    assert (400, "invalid_request") == refusal_of(application.redeem(code))
    application.verifier = ""
    assert 200 == application.redeem(code).status_code


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

    assert (400, "invalid_grant") == refusal_of(other.ask_token(grant_type="refresh_token", refresh_token=token))
    assert 200 == application.ask_token(grant_type="refresh_token", refresh_token=token).status_code


def test_of_two_that_use_a_code_at_once_one_gets_tokens(application: Application) -> None:
    """And then the other takes them back: somebody stole the code."""
    code = application.code_of(application.sign_in(CITIZEN))
    with ThreadPoolExecutor(max_workers=4) as threads:
        answers = list(threads.map(lambda _: application.redeem(code), range(4)))
    (given,) = [one for one in answers if one.status_code == 200]
    headers = {"Authorization": f"Bearer {given.json()['access_token']}"}

    assert 3 == sum(one.json().get("error") == "invalid_grant" for one in answers)
    assert 401 == application.browser.get(f"{BASE}/userinfo", headers=headers).status_code

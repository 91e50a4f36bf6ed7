"""What an application does with what it was given: refresh, ask about, give back; and keys that change."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
import pytest

from support.openid_client import BASE, Application, MovableClock, error_of, register
from vlavirgem.blocks.identiteit.requests import Application as Registered
from vlavirgem.store.identity import hashed

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_a_refresh_token_works_once(application: Application, citizen: str) -> None:
    """Who uses it again loses all of them: one of the two was a thief (RFC 9700, 4.14.2)."""
    first = application.tokens(citizen)
    second = application.ask_token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    again = application.ask_token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    third = application.ask_token(grant_type="refresh_token", refresh_token=second.json()["refresh_token"])

    claims = application.claims(second.json()["id_token"])
    assert application.claims(first["id_token"])["sub"] == claims["sub"]
    assert "nonce" not in claims
    assert [(400, "invalid_grant")] * 2 == [(one.status_code, one.json()["error"]) for one in (again, third)]


def test_a_refresh_may_ask_less_and_not_more(application: Application, citizen: str) -> None:
    token = application.tokens(citizen, scope="openid profile")["refresh_token"]
    more = application.ask_token(grant_type="refresh_token", refresh_token=token, scope="openid rrn")
    less = application.ask_token(grant_type="refresh_token", refresh_token=token, scope="openid")
    as_before = application.ask_token(grant_type="refresh_token", refresh_token=less.json()["refresh_token"])

    assert "invalid_scope" == more.json()["error"]
    assert "openid" == less.json()["scope"]
    assert "openid profile" == as_before.json()["scope"]


def test_an_api_asks_whether_a_token_counts(application: Application, clock: MovableClock, citizen: str) -> None:
    api = register(application.browser, client_name="Mijn API")
    token = application.tokens(citizen, scope="openid vo")["access_token"]

    def introspect() -> dict:
        answer = application.browser.post(
            f"{BASE}/introspect", data={"token": token}, auth=(api.client_id, api.secret)
        )
        assert 200 == answer.status_code
        return answer.json()

    about = introspect()
    assert about["active"] is True
    assert application.client_id == about["client_id"]
    assert "BUR" == about["vo_doelgroepcode"]
    clock.ahead = timedelta(hours=1)
    assert {"active": False} == introspect()


def test_an_api_hears_nothing_of_tokens_that_are_not_for_it(application: Application, citizen: str) -> None:
    """Not of another scope, and never of a refresh token, which is the application's own (RFC 7662, 2.2)."""
    tokens = application.tokens(citizen, scope="openid vo")
    machine = {"grant_types": ["client_credentials"], "redirect_uris": [], "client_name": "Andere API"}
    other, same = (register(application.browser, **machine, scope=scope) for scope in ("mijn_api", "openid vo"))

    def is_active(asking: Application, kind: str) -> bool:
        auth = (asking.client_id, asking.secret)
        answer = asking.browser.post(f"{BASE}/introspect", data={"token": tokens[kind]}, auth=auth)
        return bool(answer.json()["active"])

    kinds = ("access_token", "refresh_token")
    assert [True, True] == [is_active(application, kind) for kind in kinds]
    assert [True, False] == [is_active(same, kind) for kind in kinds]
    assert [False, False] == [is_active(other, kind) for kind in kinds]


def test_a_token_can_be_given_back(application: Application, citizen: str) -> None:
    """All that followed from the sign-in ends (RFC 7009, 2.1)."""
    tokens = application.tokens(citizen)
    auth = (application.client_id, application.secret)
    answer = application.browser.post(f"{BASE}/revoke", data={"token": tokens["refresh_token"]}, auth=auth)
    after = application.browser.get(f"{BASE}/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert 200 == answer.status_code
    assert 401 == after.status_code
    assert 'error="invalid_token"' in after.headers["www-authenticate"]


def test_an_application_signs_somebody_out(browser: TestClient, citizen: str) -> None:
    """RP-Initiated Logout 1.0: with a hint at once, and the state comes back."""
    after = "https://toepassing.test/weg"
    application = register(browser, post_logout_redirect_uris=[after])
    tokens = application.tokens(citizen)
    asked = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": after, "state": "s2"}
    answer = browser.get(f"{BASE}/end_session", params=asked, follow_redirects=False)

    assert 303 == answer.status_code
    assert f"{after}?state=s2" == answer.headers["location"]
    none = browser.get(application.address(prompt="none"), follow_redirects=False)
    assert "login_required" == error_of(none)["error"]


def test_keys_change_and_what_was_signed_stays_readable(
    application: Application, clock: MovableClock, citizen: str
) -> None:
    before = application.tokens(citizen)["id_token"]
    assert 201 == application.browser.post(f"{BASE}/sleutelwissels").status_code
    after = application.tokens(citizen, prompt="login")["id_token"]

    kids = [jwt.get_unverified_header(token)["kid"] for token in (before, after)]
    assert kids[0] != kids[1]
    assert application.claims(before)["sub"] == application.claims(after)["sub"]
    clock.ahead = timedelta(hours=2)
    known = {key["kid"] for key in application.browser.get(f"{BASE}/jwks").json()["keys"]}
    assert kids[1] in known
    assert kids[0] not in known


@pytest.mark.parametrize("written", ["geheim+%25 !", "geheim%2B%2525+%21"], ids=["as it is", "as in a form"])
def test_a_secret_may_be_written_as_in_a_form(written: str) -> None:
    """RFC 6749, 2.3.1 says so of the header; few libraries do it, and both count."""
    application = Registered("mijn-loket", hashed("geheim+%25 !"), {})

    assert application.check_client_secret(written)
    assert not application.check_client_secret(f"{written}x")


def test_keys_do_not_pile_up(browser: TestClient) -> None:
    """However often they are changed within the hour; the newest comes first."""
    for _ in range(12):
        newest = browser.post(f"{BASE}/sleutelwissels").json()["keys"][0]["kid"]
    known = [key["kid"] for key in browser.get(f"{BASE}/jwks").json()["keys"]]

    assert 10 == len(known)
    assert newest == known[0]


def test_tokens_of_machines_do_not_pile_up(browser: TestClient, clock: MovableClock) -> None:
    """Also in a town in which nobody signs in."""
    machine = register(browser, grant_types=["client_credentials"], redirect_uris=[], scope="mijn_api")

    def ask() -> None:
        assert 200 == machine.ask_token(grant_type="client_credentials").status_code

    for _ in range(3):
        ask()
    clock.ahead = timedelta(days=1)
    ask()
    with browser.app.state.connections.connection() as connection:  # type: ignore[attr-defined]  # ours
        row = connection.execute(
            "SELECT count(*) AS n FROM vlavirgem_tokens WHERE client_id = %s", [machine.client_id]
        ).fetchone()
    assert 1 == row["n"]

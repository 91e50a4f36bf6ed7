"""Applications that prove who they are with a key of their own."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.openid_client import BASE, ORIGIN, Application, refusal_of, register

if TYPE_CHECKING:
    from starlette.testclient import TestClient

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


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
    assert (400, "invalid_client") == refusal_of(machine.ask(assertion))


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

    assert (400, "invalid_client") == refusal_of(machine.ask(machine.assertion(**changed)))


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
        status, error = refusal_of(machine.ask(one))
        assert status in {400, 401}
        assert "invalid_client" == error


def test_a_machine_gets_no_scope_that_it_was_not_given(browser: TestClient) -> None:
    machine = Machine(browser)

    assert (400, "invalid_scope") == refusal_of(machine.ask(machine.assertion(), scope="rrn"))


def test_an_application_without_a_key_cannot_assert(application: Application, browser: TestClient) -> None:
    machine = Machine(browser)
    name = application.client_id

    assert (400, "invalid_client") == refusal_of(machine.ask(machine.assertion(iss=name, sub=name)))

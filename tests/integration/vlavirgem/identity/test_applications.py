"""Where applications find the provider, and how they are registered: by themselves, or from a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import psycopg
import pytest
from oauthlib.oauth2 import WebApplicationClient
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from support.openid_client import BASE, CALLBACK, ORIGIN, Application, register
from vlavirgem.blocks.app import make_app
from vlavirgem.blocks.identiteit.fixed import read_fixed, register_fixed
from vlavirgem.errors import VlavirgemError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
"""The example of RFC 7515, A.3.1."""


def test_the_description_says_where_everything_is(browser: TestClient) -> None:
    """OpenID Connect Discovery 1.0: every endpoint is below the issuer, and no private key is published."""
    description = browser.get(f"{BASE}/.well-known/openid-configuration").json()
    keys = browser.get(f"{BASE}/jwks").json()["keys"]

    assert f"{ORIGIN}{BASE}" == description["issuer"]
    assert ["S256"] == description["code_challenge_methods_supported"]
    assert all(
        value.startswith(description["issuer"]) for name, value in description.items() if name.endswith("_endpoint")
    )
    assert {"burgerzaken", "dossiers", "vo", "rrn"} <= set(description["scopes_supported"])
    assert "burgerzaken_rol_3d" in description["claims_supported"]
    assert keys
    assert all({"kty", "use", "alg", "kid", "n", "e"} == set(key) for key in keys)


def test_registering_is_described(browser: TestClient) -> None:
    validate(browser.get(f"{BASE}/openapi.json").json())


def test_an_application_is_registered_changed_and_removed(browser: TestClient, citizen: str) -> None:
    application = register(browser)
    listed = browser.get(f"{BASE}/toepassingen?limiet=1000").json()["items"]
    number = next(one["nummer"] for one in listed if one["client_id"] == application.client_id)
    place = f"{BASE}/toepassingen/{number}"
    read = browser.get(place)
    assert "client_secret" not in read.json()

    other = "https://toepassing.test/elders"
    body = {"client_name": "Anders", "redirect_uris": [other, CALLBACK]}
    changed = browser.put(place, json=body, headers={"If-Match": read.headers["etag"]})
    assert [other, CALLBACK] == changed.json()["redirect_uris"]
    assert 412 == browser.put(place, json=body, headers={"If-Match": read.headers["etag"]}).status_code
    assert 200 == application.redeem(application.code_of(application.sign_in(citizen))).status_code

    assert 204 == browser.delete(place).status_code
    assert 404 == browser.get(place).status_code
    assert 400 == browser.get(application.address()).status_code


def test_a_secret_is_told_again_to_who_asked_but_is_not_in_the_database(clone: Callable[[], str]) -> None:
    """Who repeats a registration by its Idempotency-Key gets the same; the database holds neither secret nor key."""
    url, key = clone(), "3f0c7a52-0e77-4a3d-9d56-6a5c6cfa3b1e"
    wanted = {"client_name": "Herhaald", "redirect_uris": [CALLBACK]}
    with TestClient(make_app(url), base_url=ORIGIN) as browser:
        first, again = (
            browser.post(f"{BASE}/toepassingen", json=wanted, headers={"Idempotency-Key": key}) for _ in range(2)
        )
        secret = first.json()["client_secret"]
        assert (first.json(), "true") == (again.json(), again.headers["Idempotent-Replayed"])
        with psycopg.connect(url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'vlavirgem%'").fetchall()
            kept = [
                row[0]
                for (table,) in tables
                for row in connection.execute(f"SELECT t::text FROM {table} t".encode())  # noqa: S608 - names of ours
            ]
            sealed = connection.execute("SELECT inhoud FROM vlavirgem_antwoorden").fetchall()

    assert kept
    assert [] == [row for row in kept if secret in row or key in row]
    assert [] == [inside for (inside,) in sealed if secret.encode() in inside]


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uris": ["/terug"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://toepassing.test/#deel"]},
        {"redirect_uris": ["http://127.0.0.1:99999/terug"]},
        {"redirect_uris": []},
        {"redirect_uris": ["mijnapp:/terug"]},
        {"grant_types": ["implicit"]},
        {"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"},
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"jwks": {"keys": [{"kty": "oct", "k": "AAAA"}]}, "token_endpoint_auth_method": "private_key_jwt"},
        *(
            {"jwks": {"keys": [{**PUBLIC_KEY, "kid": kid}]}, "token_endpoint_auth_method": "private_key_jwt"}
            for kid in ("\x00", "\ud800", "x" * 30_000)
        ),
        {"scope": 'openid "rrn"'},
        {"onbekend": 1},
    ],
    ids=lambda changed: ascii(changed)[:100],
)
def test_a_wrong_registration_is_refused(browser: TestClient, changed: dict) -> None:
    wanted = json.dumps({"client_name": "x", "redirect_uris": [CALLBACK], **changed})
    answer = browser.post(f"{BASE}/toepassingen", content=wanted, headers={"Content-Type": "application/json"})

    assert 400 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


def test_a_program_and_a_browser_may_find_the_provider_at_different_addresses(
    browser: TestClient, application: Application, citizen: str
) -> None:
    """As in containers: the issuer is where browsers go, and programs use the address that they know."""
    outside = "https://buiten.test/identiteit/v1"
    try:
        assert outside == browser.put(f"{BASE}/instelling", json={"adres": f"{outside}/"}).json()["adres"]
        description = browser.get(f"{BASE}/.well-known/openid-configuration").json()
        claims = application.claims(application.tokens(citizen)["id_token"])
    finally:
        browser.delete(f"{BASE}/instelling")

    assert [outside, f"{outside}/authorize", f"{ORIGIN}{BASE}/token"] == [
        description[name] for name in ("issuer", "authorization_endpoint", "token_endpoint")
    ]
    assert outside == claims["iss"]
    assert f"{ORIGIN}{BASE}" == browser.get(f"{BASE}/instelling").json()["adres"]
    for wrong in ("buiten.test", "ftp://buiten.test", "https://buiten.test/?x=1", "https://é.test"):
        assert 400 == browser.put(f"{BASE}/instelling", json={"adres": wrong}).status_code


def test_applications_of_a_file_are_the_same_each_time(
    writing: TestClient, writing_url: str, tmp_path: Path, citizen: str
) -> None:
    file = tmp_path / "toepassingen.json"
    wanted = {
        "client_id": "loket",
        "client_secret": "geheim-van-ons",
        "client_name": "Loket",
        "redirect_uris": [CALLBACK],
    }
    file.write_text(json.dumps([wanted]), encoding="utf-8")
    for _ in range(2):
        register_fixed(writing_url, read_fixed(file))
    writing.base_url = ORIGIN
    application = Application(writing, "loket", "geheim-van-ons", WebApplicationClient("loket"))

    assert 1 == writing.get(f"{BASE}/toepassingen").json()["totaalAantal"]
    code = application.code_of(application.sign_in(citizen))
    assert 200 == application.redeem(code).status_code


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[", "holds no applications"),
        ("{}", "holds no applications"),
        ('[{"client_id": "a"}]', "client_name"),
        ('[{"client_id": "a", "client_name": "x", "redirect_uris": ["https://a.test/"]}]', "needs a client_secret"),
        ('[{"client_id": "a b", "client_name": "x", "redirect_uris": ["https://a.test/"]}]', "client_id"),
    ],
)
def test_a_wrong_file_of_applications_is_a_clear_error(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "toepassingen.json"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(VlavirgemError, match=said):
        read_fixed(file)

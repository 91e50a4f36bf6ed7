"""An ID token is believed only when every single thing about it is right."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from proeftuin.identity.errors import IdentityProviderUnavailableError, SignInFailedError
from proeftuin.identity.openid import OpenIdClient
from proeftuin.identity.records import VerifiedIdentity

ISSUER = "https://aanmelddienst.example/op"
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
OTHER_KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": KEY.kid})
NOBODY = object()


@dataclass
class Provider:
    """A provider that lies in exactly the way that a test asks; honest by default."""

    description: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    published: list[Any] = field(default_factory=lambda: [KEY])
    token_answer: httpx2.Response | None = None
    raw_id_token: str | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    nonce: str = ""

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        form = {name: value[0] for name, value in parse_qs(request.content.decode()).items()}
        self.asked.append((path, form))
        if path.endswith("openid-configuration"):
            return httpx2.Response(200, json=self._description())
        if path.endswith("/jwks"):
            return httpx2.Response(200, json={"keys": [key.as_dict(private=False) for key in self.published]})
        return self.token_answer or httpx2.Response(200, json=self._tokens())

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.description,
        }

    def _tokens(self) -> dict[str, Any]:
        now = int(time.time())
        half = hashlib.sha256(b"toegang").digest()[:16]
        claims = {
            "iss": ISSUER,
            "sub": "abc",
            "aud": "proeftuin",
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            "given_name": "Testpersoon",
            "family_name": "Start-up",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not NOBODY}
        header = {"alg": "RS256", "kid": KEY.kid, **self.header}
        id_token = self.raw_id_token or jwt.encode(header, claims, self.key, algorithms=["RS256"])
        return {"access_token": "toegang", "token_type": "Bearer", "expires_in": 300, "id_token": id_token}

    def client(self) -> OpenIdClient:
        return OpenIdClient(
            issuer=ISSUER,
            client_id="proeftuin",
            client_secret="geheim",  # noqa: S106 - of a stub
            redirect_uri="https://proeftuin.example/aanmelden/terug",
            transport=httpx2.MockTransport(self.answer),
        )

    def sign_in(self, **answer: Any) -> VerifiedIdentity:
        client = self.client()
        begun = client.begin()
        self.nonce = self.nonce or begun.nonce
        return client.finish(code="code", nonce=begun.nonce, code_verifier=begun.code_verifier, **answer)


def test_an_honest_answer_signs_somebody_in() -> None:
    """The control for every refusal below."""
    provider = Provider()

    assert VerifiedIdentity(ISSUER, "abc", "Testpersoon Start-up") == provider.sign_in(issuer=ISSUER)
    form = next(form for path, form in provider.asked if path.endswith("/token"))
    assert ("authorization_code", "code", "https://proeftuin.example/aanmelden/terug") == (
        form["grant_type"],
        form["code"],
        form["redirect_uri"],
    )


def test_the_verifier_that_is_sent_belongs_to_the_challenge_that_was_shown() -> None:
    """PKCE (RFC 7636): a stolen code is worthless without the verifier."""
    provider = Provider()
    client = provider.client()
    begun = client.begin()
    provider.nonce = begun.nonce
    client.finish(code="code", nonce=begun.nonce, code_verifier=begun.code_verifier)

    shown = parse_qs(urlsplit(begun.url).query)["code_challenge"][0]
    sent = next(form["code_verifier"] for path, form in provider.asked if path.endswith("/token"))
    assert shown == base64.urlsafe_b64encode(hashlib.sha256(sent.encode()).digest()).rstrip(b"=").decode()


def written_by_hand(algorithm: str) -> str:
    """Give header and claims of a token that no library would write, good for a century."""
    claims = {"iss": ISSUER, "sub": "abc", "aud": "proeftuin", "iat": 0, "exp": 2**32, "nonce": "vast"}
    return ".".join(_base64(json.dumps(part).encode()) for part in ({"alg": algorithm, "kid": KEY.kid}, claims))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


UNSIGNED = f"{written_by_hand('none')}."
BY_PUBLIC_KEY = written_by_hand("HS256")
BY_PUBLIC_KEY += "." + _base64(hmac.digest(KEY.as_pem(private=False), BY_PUBLIC_KEY.encode(), "sha256"))


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param({"key": OTHER_KEY}, id="signed by somebody else under the same key id"),
        pytest.param({"raw_id_token": UNSIGNED, "nonce": "vast"}, id="not signed"),
        pytest.param({"raw_id_token": BY_PUBLIC_KEY, "nonce": "vast"}, id="signed with the public key as a secret"),
        pytest.param({"claims": {"iss": "https://aanvaller.example"}}, id="another issuer"),
        pytest.param({"claims": {"iss": f"{ISSUER}/"}}, id="an issuer that only looks the same"),
        pytest.param({"claims": {"aud": "ander"}}, id="for another client"),
        pytest.param({"claims": {"aud": ["ander"], "azp": "proeftuin"}}, id="for another client, authorised by us"),
        pytest.param({"claims": {"aud": ["proeftuin", "ander"], "azp": "ander"}}, id="asked by another client"),
        pytest.param({"claims": {"aud": NOBODY}}, id="for nobody"),
        pytest.param({"claims": {"exp": int(time.time()) - 120}}, id="expired"),
        pytest.param({"claims": {"exp": NOBODY}}, id="without end"),
        pytest.param({"claims": {"nonce": "ander"}}, id="of another sign-in"),
        pytest.param({"claims": {"nonce": NOBODY}}, id="of no sign-in"),
        pytest.param({"claims": {"at_hash": "AAAA"}}, id="with another access token"),
        pytest.param({"claims": {"sub": NOBODY}}, id="about nobody"),
        pytest.param({"claims": {"sub": ""}}, id="about an empty name"),
        pytest.param({"claims": {"sub": "x" * 256}}, id="about a name that is too long"),
        pytest.param({"claims": {"sub": ["abc"]}}, id="about a list"),
        pytest.param({"raw_id_token": "geen.echt.token"}, id="not a token"),
        pytest.param({"published": [OTHER_KEY]}, id="signed with a key that is not published"),
        pytest.param(
            {"token_answer": httpx2.Response(400, json={"error": "invalid_grant"})}, id="the code is refused"
        ),
        pytest.param(
            {"token_answer": httpx2.Response(200, json={"access_token": "x", "token_type": "Bearer"})},
            id="no ID token",
        ),
    ],
)
def test_an_answer_that_is_wrong_in_one_thing_signs_nobody_in(lie: dict[str, Any]) -> None:
    """OpenID Connect Core 1.0 §3.1.3.7: each check alone is enough to refuse."""
    with pytest.raises(SignInFailedError):
        Provider(**lie).sign_in()


def test_an_answer_of_another_provider_is_refused() -> None:
    """RFC 9207: an attacker cannot mix up two providers."""
    with pytest.raises(SignInFailedError):
        Provider().sign_in(issuer="https://aanvaller.example")


def test_a_provider_that_changed_its_key_is_asked_for_the_new_one() -> None:
    """Keys rotate without anybody restarting the platform."""
    provider = Provider()
    client = provider.client()
    new_key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    for key in (KEY, new_key):
        provider.key, provider.published, provider.header = key, [key], {"kid": key.kid}
        begun = client.begin()
        provider.nonce = begun.nonce
        assert "abc" == client.finish(code="c", nonce=begun.nonce, code_verifier=begun.code_verifier).subject


@pytest.mark.parametrize(
    "lie",
    [
        pytest.param({"description": {"issuer": "https://aanvaller.example"}}, id="says it is somebody else"),
        pytest.param({"description": {"token_endpoint": "http://open.example/token"}}, id="without https"),
        pytest.param({"description": {"jwks_uri": None}}, id="without keys"),
        pytest.param(
            {"description": {"id_token_signing_alg_values_supported": ["HS256", "none"]}}, id="signs with no key pair"
        ),
        pytest.param({"token_answer": httpx2.Response(503, text="bezig")}, id="busy"),
        pytest.param({"token_answer": httpx2.Response(200, text="<html>")}, id="answers a page"),
    ],
)
def test_a_provider_that_cannot_be_used_is_told_apart_from_a_failed_sign_in(lie: dict[str, Any]) -> None:
    """The person hears that it is not their fault."""
    with pytest.raises(IdentityProviderUnavailableError):
        Provider(**lie).sign_in()


def test_a_provider_that_does_not_answer_is_asked_again_next_time() -> None:
    """A failure is not remembered."""
    provider = Provider()
    is_away = True

    def answer(request: httpx2.Request) -> httpx2.Response:
        if is_away:
            raise httpx2.ConnectTimeout("weg", request=request)
        return provider.answer(request)

    client = OpenIdClient(
        issuer=ISSUER, client_id="x", client_secret=None, redirect_uri="/", transport=httpx2.MockTransport(answer)
    )
    with pytest.raises(IdentityProviderUnavailableError):
        client.begin()
    is_away = False
    assert client.begin().url.startswith(ISSUER)

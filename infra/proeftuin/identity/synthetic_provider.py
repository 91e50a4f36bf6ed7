"""A test identity provider of synthetic persons, for development only.

It speaks real OpenID Connect, so that the client that signs people in at ACM/IDM is the one that is tested here.
Whoever asks may be anybody, so outside development it refuses to exist. Codes live in the memory of one process.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from proeftuin.identity.errors import SyntheticProviderRefusedError
from proeftuin.identity.synthetic import ORGANISATIONS, PERSONS, SyntheticPerson
from proeftuin_kernel.auth import Role
from proeftuin_kernel.errors import BadInputError
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from proeftuin_kernel.clock import Clock
    from proeftuin_kernel.settings import Settings

PATH = "/test-idp"
SCOPES = ("openid", "profile", "vo")
_CODE_LIFETIME = timedelta(minutes=1)
_TOKEN_LIFETIME = timedelta(minutes=5)
_BEARER = "at+jwt"  # RFC 9068: an access token can never pass for an ID token


class ProtocolError(Exception):
    """The provider refuses a request with an error code of OAuth 2.0 (RFC 6749 §4.1.2.1, §5.2)."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that may be answered."""

    redirect_uri: str
    state: str
    nonce: str | None
    scope: str
    code_challenge: str


@dataclass(frozen=True, slots=True)
class _Grant:
    person: SyntheticPerson
    asked: Asked
    until: datetime


class SyntheticProvider:
    """Vouches for synthetic persons.

    Args:
        settings: Outside development the provider refuses to be made.
        public_url: The platform's address; the provider lives at `/test-idp` below it.
        redirect_uri: The only address to which it sends people back.
        clock: By which codes and tokens expire.

    Raises:
        SyntheticProviderRefusedError: this is not development.
    """

    def __init__(self, settings: Settings, *, public_url: str, redirect_uri: str, clock: Clock) -> None:
        if settings.environment != "development":
            raise SyntheticProviderRefusedError("the test identity provider exists in development only")
        self.issuer = f"{public_url}{PATH}"
        self._client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._client_secret = secret.get_secret_value() if secret else None
        self._redirect_uri = redirect_uri
        self._home = f"{public_url}/"
        self._clock = clock
        self._grants: dict[str, _Grant] = {}

    @cached_property
    def _key(self) -> RSAKey:
        return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)

    def description(self) -> dict[str, Any]:
        """Describe the provider (OpenID Connect Discovery 1.0 §3)."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end_session",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "name", "given_name", "family_name", *_VO_CLAIMS],
            "authorization_response_iss_parameter_supported": True,
        }

    def keys(self) -> dict[str, Any]:
        """Give the public key with which tokens are checked (RFC 7517)."""
        return {"keys": [self._key.as_dict(private=False)]}

    def read(self, parameters: Mapping[str, str]) -> Asked:
        """Check an authorization request.

        Raises:
            BadInputError: client or address are not ours; then nobody is sent anywhere (RFC 6749 §4.1.2.1).
            ProtocolError: something else is wrong; the client hears it.
        """
        given = parameters.get("client_id"), parameters.get("redirect_uri")
        if given != (self._client_id, self._redirect_uri):
            raise BadInputError(
                Text(
                    nl="De test-aanmelddienst kent deze toepassing of dit adres niet. Begin opnieuw bij 'Aanmelden'.",
                    en="The test sign-in service does not know this application or address. Start at 'Sign in'.",
                )
            )
        scope = parameters.get("scope", "")
        if parameters.get("response_type") != "code":
            raise ProtocolError("unsupported_response_type", "only response_type=code")
        if "openid" not in scope.split() or not set(scope.split()) <= set(SCOPES):
            raise ProtocolError("invalid_scope", f"openid, and nothing outside {' '.join(SCOPES)}")
        if parameters.get("code_challenge_method") != "S256" or not parameters.get("code_challenge"):
            raise ProtocolError("invalid_request", "a code_challenge with method S256 is required")
        return Asked(
            self._redirect_uri,
            parameters.get("state", ""),
            parameters.get("nonce"),
            scope,
            parameters["code_challenge"],
        )

    def grant(self, asked: Asked, subject: str) -> str:
        """Vouch for a person; gives the address to which the browser goes.

        Raises:
            ProtocolError: nobody was chosen, or somebody unknown.
        """
        person = next((one for one in PERSONS if one.subject == subject), None)
        if person is None:
            raise ProtocolError("access_denied", "no test person was chosen")
        now = self._clock.now()
        self._grants = {code: one for code, one in self._grants.items() if one.until > now}
        code = secrets.token_urlsafe(24)
        self._grants[code] = _Grant(person, asked, now + _CODE_LIFETIME)
        return self._back(code=code, state=asked.state)

    def refuse(self, error: ProtocolError, *, state: str) -> str:
        """Give the address with which the client hears of a refusal."""
        return self._back(error=error.error, error_description=error.description, state=state)

    def redeem(self, form: Mapping[str, str], *, authorization: str) -> dict[str, Any]:
        """Trade a code for tokens; a code works once.

        Raises:
            ProtocolError: the client is not who it says, or the code is not (or no longer) valid.
        """
        self._check_client(form, authorization)
        if form.get("grant_type") != "authorization_code":
            raise ProtocolError("unsupported_grant_type", "only authorization_code")
        grant = self._grants.pop(form.get("code", ""), None)
        if grant is None or grant.until <= self._clock.now():
            raise ProtocolError("invalid_grant", "the code is unknown, used or expired")
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if form.get("redirect_uri") != grant.asked.redirect_uri or not hmac.compare_digest(
            verifier.rstrip(b"="), grant.asked.code_challenge.encode()
        ):
            raise ProtocolError("invalid_grant", "the code was given to another client")
        access = self._sign({"sub": grant.person.subject, "scope": grant.asked.scope}, kind=_BEARER)
        half = hashlib.sha256(access.encode()).digest()[:16]
        claims = {
            **_claims(grant.person, grant.asked.scope),
            "nonce": grant.asked.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        identity = self._sign({name: value for name, value in claims.items() if value is not None}, kind="JWT")
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(_TOKEN_LIFETIME.total_seconds()),
            "scope": grant.asked.scope,
            "id_token": identity,
        }

    def user_info(self, authorization: str) -> dict[str, Any]:
        """Tell about the person of an access token.

        Raises:
            ProtocolError: the token is not ours or expired.
        """
        try:
            token = jwt.decode(authorization.removeprefix("Bearer "), self._key, algorithms=["RS256"])
        except (JoseError, ValueError) as error:
            raise ProtocolError("invalid_token", "the access token is not valid", status=401) from error
        if token.header.get("typ") != _BEARER or token.claims["exp"] <= self._clock.now().timestamp():
            raise ProtocolError("invalid_token", "the access token is not valid", status=401)
        person = next(one for one in PERSONS if one.subject == token.claims["sub"])
        return _claims(person, token.claims["scope"])

    def end(self, parameters: Mapping[str, str]) -> str:
        """Give the address to which the browser goes after signing out; the provider keeps no session of its own."""
        wanted = parameters.get("post_logout_redirect_uri", self._home)
        return wanted if wanted == self._home else self._home

    def _back(self, **parameters: str) -> str:
        return f"{self._redirect_uri}?{urlencode({**parameters, 'iss': self.issuer})}"

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        client, secret = form.get("client_id", ""), form.get("client_secret")
        if authorization.startswith("Basic "):
            try:
                client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise ProtocolError("invalid_client", "unreadable credentials", status=401) from error
            client, secret = unquote_plus(client), unquote_plus(secret)
        if client != self._client_id or secret != self._client_secret:
            raise ProtocolError("invalid_client", "unknown client", status=401)

    def _sign(self, claims: dict[str, Any], *, kind: str) -> str:
        now = self._clock.now()
        times = {"iat": int(now.timestamp()), "exp": int((now + _TOKEN_LIFETIME).timestamp())}
        header = {"alg": "RS256", "kid": self._key.kid, "typ": kind}
        return jwt.encode(header, {"iss": self.issuer, "aud": self._client_id, **times, **claims}, self._key)


# The claims of scope `vo` of ACM/IDM, the identity provider of Flanders; the codes are outside those in use.
_VO_CLAIMS = ("vo_id", "vo_doelgroepcode", "vo_doelgroepnaam", "vo_orgcode", "vo_orgnaam")
_VO = {
    Role.STARTUP: ("EA", "Economische actoren", "0999999922"),
    Role.VENDOR: ("EA", "Economische actoren", "1999999943"),
    Role.MUNICIPALITY: ("LB", "Lokale besturen", "OVO999309"),
    Role.RESEARCHER: ("OV", "Onderwijs- en vormingsmedewerkers", "OVO999310"),
    Role.OPERATOR: ("GID", "Vlaamse overheid", "OVO999311"),
}


def _claims(person: SyntheticPerson, scope: str) -> dict[str, Any]:
    asked = scope.split()
    claims: dict[str, Any] = {"sub": person.subject}
    if "profile" in asked:
        claims |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    organisation = next((one for one in ORGANISATIONS if one.slug == person.organisation), None)
    if "vo" in asked and organisation is not None:
        values = (f"synthetisch-{person.subject}", *_VO[organisation.kind], organisation.name)
        claims |= dict(zip(_VO_CLAIMS, values, strict=True)) | {"cot": "vo"}
    return claims

"""The OpenID Connect client: authorization code flow with PKCE, state and nonce, and every check on the ID token.

Authlib speaks the protocol; this module says what we demand of a provider (OpenID Connect Core 1.0 §3.1,
Discovery 1.0 §4.3, RFC 7636, RFC 9207, RFC 9700) and turns its failures into our errors.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
from authlib.integrations.base_client.sync_openid import OpenIDMixin
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.errors import JoseError

from proeftuin.identity.errors import IdentityProviderUnavailableError, SignInFailedError
from proeftuin.identity.models import NAME_LENGTH
from proeftuin.identity.records import VerifiedIdentity
from proeftuin_kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

SCOPE = "openid profile"
_OFFERED = "id_token_signing_alg_values_supported"
_TIMEOUT_SECONDS = 5.0
_LEEWAY_SECONDS = 60
_SUBJECT_LENGTH = 255  # OpenID Connect Core §2: at most 255 ASCII characters
# Signatures with a key pair only: with a shared secret, or with none, anybody who knows it can be anyone.
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


@dataclass(frozen=True, slots=True)
class Challenge:
    """What one sign-in starts with; the browser keeps it sealed until the provider sends the person back.

    Attributes:
        url: Where the browser goes.
        state: Comes back unchanged; binds the answer to this browser.
        nonce: Comes back inside the ID token; binds the token to this sign-in.
        code_verifier: Proves to the provider that who started the sign-in also ends it (PKCE).
    """

    url: str
    state: str
    nonce: str
    code_verifier: str


class _Provider(OAuth2Mixin, OpenIDMixin, BaseApp):  # type: ignore[misc]  # Authlib has no types
    client_cls = OAuth2Client


class OpenIdClient:
    """Signs people in at one provider. May be used by several threads.

    Args:
        issuer: The provider's URL; its description is found at `/.well-known/openid-configuration` below it.
        client_id: What the provider calls us.
        client_secret: Our secret there, when it gave us one.
        redirect_uri: Where the provider sends people back to.
        known_as: Under what name we remember the provider with its persons; its issuer unless that moves about.
        transport: How requests travel; tests give their own.
    """

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str | None,
        redirect_uri: str,
        known_as: str | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self.issuer = issuer
        self._known_as = known_as or issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._options: dict[str, Any] = {
            "scope": SCOPE,
            "code_challenge_method": "S256",
            "timeout": _TIMEOUT_SECONDS,
            "trust_env": not _is_loopback(issuer),  # a proxy cannot reach our own test provider
        }
        if transport is not None:
            self._options["transport"] = transport
        self._lock = threading.Lock()
        self._known: _Provider | None = None

    def begin(self) -> Challenge:
        """Start a sign-in.

        Raises:
            IdentityProviderUnavailableError: the provider does not answer or is not who it should be.
        """
        made = self._talk(lambda: self._provider().create_authorization_url(self._redirect_uri))
        return Challenge(made["url"], made["state"], made["nonce"], made["code_verifier"])

    def finish(self, *, code: str, nonce: str, code_verifier: str, issuer: str | None = None) -> VerifiedIdentity:
        """End a sign-in: trade the code for an ID token and check it.

        Checked: signature by a key of the provider, issuer, audience, authorised party, expiry, nonce, and the
        hash of the access token where there is one.

        Args:
            code: What the provider sent with the person.
            nonce: As the sign-in started with.
            code_verifier: As the sign-in started with.
            issuer: Parameter `iss` of the answer, where the provider sends it (RFC 9207).

        Raises:
            SignInFailedError: the provider refuses the code, or its ID token is not valid.
            IdentityProviderUnavailableError: the provider does not answer, or answers nonsense.
        """
        if issuer is not None and issuer != self.issuer:
            raise _failed(f"the answer is of {issuer!r}, not of {self.issuer!r}")
        provider = self._provider()
        token = self._talk(
            lambda: provider.fetch_access_token(
                self._redirect_uri, code=code, code_verifier=code_verifier, grant_type="authorization_code"
            )
        )
        if not token.get("id_token"):
            raise _failed("the provider sent no ID token")
        demands = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
            "sub": {"essential": True},
        }
        claims = self._talk(
            lambda: provider.parse_id_token(token, nonce=nonce, claims_options=demands, leeway=_LEEWAY_SECONDS)
        )
        return self._identity(claims)

    def end_session_url(self, *, after: str) -> str | None:
        """Give the address where the person also signs out of the provider; None when it has none.

        Args:
            after: Where the provider sends the person afterwards.
        """
        endpoint = self._provider().server_metadata.get("end_session_endpoint")
        if not endpoint:
            return None
        return f"{endpoint}?{urlencode({'client_id': self._client_id, 'post_logout_redirect_uri': after})}"

    def _provider(self) -> _Provider:
        with self._lock:
            if self._known is None:
                provider = _Provider(
                    framework=None,
                    client_id=self._client_id,
                    client_secret=self._client_secret,
                    server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
                    client_kwargs=self._options,
                )
                described = self._talk(provider.load_server_metadata)
                self._check_description(described)
                described[_OFFERED] = self._algorithms(described)
                self._known = provider
            return self._known

    def _check_description(self, described: dict[str, Any]) -> None:
        if described.get("issuer") != self.issuer:  # Discovery 1.0 §4.3
            raise _unavailable(f"it says it is {described.get('issuer')!r}, not {self.issuer!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            url = described.get(name)
            if not isinstance(url, str) or not (url.startswith("https://") or _is_loopback(url)):
                raise _unavailable(f"its {name} is {url!r}, which is no https address")

    @staticmethod
    def _algorithms(described: dict[str, Any]) -> list[str]:
        """Choose the signatures that we accept. Never an empty list: then the library would choose for us."""
        usable = sorted(_ALGORITHMS.intersection(described.get(_OFFERED) or ["RS256"]))
        if not usable:
            raise _unavailable(f"it signs with {described[_OFFERED]!r} only, of which none is safe")
        return usable

    def _identity(self, claims: dict[str, Any]) -> VerifiedIdentity:
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LENGTH or "\x00" in subject:
            raise _failed("the claim sub is not a text of 1 to 255 characters")
        given = " ".join(str(claims[part]) for part in ("given_name", "family_name") if claims.get(part))
        name = given or str(claims.get("name") or subject)
        return VerifiedIdentity(self._known_as, subject, name.replace("\x00", "")[:NAME_LENGTH])

    @staticmethod
    def _talk(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except httpx2.HTTPError as error:
            raise _unavailable(f"{type(error).__name__}: {error}") from error
        except (AuthlibBaseError, JoseError) as error:
            raise _failed(f"{type(error).__name__}: {error}") from error
        except (ValueError, KeyError, TypeError, RuntimeError) as error:  # what Authlib lets through of nonsense
            raise _unavailable(f"{type(error).__name__}: {error}") from error


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _unavailable(reason: str) -> IdentityProviderUnavailableError:
    return IdentityProviderUnavailableError(
        Text(
            nl="De aanmelddienst geeft geen bruikbaar antwoord. Probeer het over een minuut opnieuw; "
            "rondkijken kan ook zonder aanmelden.",
            en="The sign-in service gives no usable answer. Try again in a minute; "
            "you can look around without signing in.",
        ),
        log_message=f"identity provider: {reason}",
    )


def _failed(reason: str) -> SignInFailedError:
    return SignInFailedError(
        Text(
            nl="Het antwoord van de aanmelddienst klopt niet of is niet meer geldig. Meld u opnieuw aan.",
            en="The answer of the sign-in service is not right or no longer valid. Sign in again.",
        ),
        log_message=f"sign-in: {reason}",
    )

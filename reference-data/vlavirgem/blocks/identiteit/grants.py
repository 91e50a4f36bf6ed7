"""The flows of OAuth 2.0 and OpenID Connect that are offered; the protocol library keeps their rules."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError, InvalidScopeError, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from vlavirgem.blocks.identiteit.claims import OPENID, read_claims, scope_of_claim
from vlavirgem.blocks.identiteit.consenting import find_bearer
from vlavirgem.blocks.identiteit.keys import ALGORITHM, signing_key
from vlavirgem.blocks.identiteit.levels import find_means
from vlavirgem.blocks.identiteit.requests import Given
from vlavirgem.store.tokens import (
    add_code,
    find_token,
    note_assertion,
    revoke_chain,
    revoke_token,
    take_code,
    use_code,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.blocks.identiteit.requests import Application, Asked, Visit
    from vlavirgem.store.accounts import Account

METHODS = ["private_key_jwt", "client_secret_basic", "client_secret_post", "none"]
CONFIDENTIAL = [method for method in METHODS if method != "none"]
"""By which an application proves who it is."""
CODE_LIFE = timedelta(minutes=1)
TOKEN_LIFE = timedelta(minutes=30)
_ASSERTION_LEEWAY = 60
_LONGEST_ASSERTION = 3600
_LONGEST_JTI = 200
ASSERTION_ALGORITHMS = ["RS256", "PS256", "ES256"]


class CodeGrant(grants.AuthorizationCodeGrant):
    """The authorization code flow (RFC 6749, 4.1; OpenID Connect Core, 3.1)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = METHODS

    def validate_requested_scope(self) -> None:
        """Refuse what is no sign-in, and what this application may not ask.

        Raises:
            InvalidScopeError: it is so.
        """
        scope = self.request.payload.scope
        if OPENID not in (scope or "").split():
            raise InvalidScopeError("The scope must hold openid.")
        if self.request.client.get_allowed_scope(scope) is None:
            raise InvalidScopeError("The application may not ask for one of these scopes.")

    def generate_authorization_code(self) -> str:
        """Make a code that nobody can guess."""
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: Asked) -> None:
        """Remember what the code stands for."""
        visit, data = self.server.visit, request.payload.data
        facts = {
            **self.server.facts,
            "redirect_uri": request.payload.redirect_uri,
            **{name: data[name] for name in ("nonce", "code_challenge") if data.get(name)},
        }
        add_code(
            visit.connection,
            code,
            chain=secrets.token_hex(16),
            client_id=request.client.client_id,
            account=request.user.key,
            scope=request.scope,
            facts=facts,
            until=visit.now + CODE_LIFE,
        )

    def query_authorization_code(self, code: str, client: Application) -> Given | None:
        """Find a code that can still be used; one that is used again takes back what it gave (RFC 6749, 4.1.2)."""
        visit = self.server.visit
        row = take_code(visit.connection, code)
        if row is None or row["client_id"] != client.client_id:
            return None
        if row["gebruikt"]:
            revoke_chain(visit.connection, row["keten"])
            return None
        given = Given(row, visit.now)
        return None if given.is_expired() else given

    def delete_authorization_code(self, authorization_code: Given) -> None:
        """A code works once."""
        use_code(self.server.visit.connection, authorization_code.row)

    def authenticate_user(self, authorization_code: Given) -> Account | None:
        """Find who signed in; nobody when they cannot sign in any more, or no longer consent."""
        return find_bearer(self.server.visit, authorization_code.row)


class RefreshGrant(grants.RefreshTokenGrant):
    """Refresh tokens that work once (RFC 6749, 6; RFC 9700, 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Given | None:
        """Find a token that can still be used; one that is used again was stolen, so all that follows from it ends."""
        visit = self.server.visit
        row = find_token(visit.connection, refresh_token, alone=True)
        if row is None or row["soort"] != "refresh_token":
            return None
        given = Given(row, visit.now)
        if given.is_revoked() and given.check_client(self.request.client):
            revoke_chain(visit.connection, row["keten"])
        is_known = not given.is_revoked() and not given.is_expired()
        return given if is_known and find_bearer(visit, row) else None

    def authenticate_user(self, refresh_token: Given) -> Account | None:
        """Find who signed in."""
        return find_bearer(self.server.visit, refresh_token.row)

    def revoke_old_credential(self, refresh_token: Given) -> None:
        """Take back the one that was used."""
        revoke_token(self.server.visit.connection, refresh_token.row["id"])


class MachineGrant(grants.ClientCredentialsGrant):
    """An application on its own behalf (RFC 6749, 4.4)."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = CONFIDENTIAL


class Proof(CodeChallenge):
    """PKCE with S256 only (RFC 7636; RFC 9700, 2.1.1), unless the application is registered without."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar = ["S256"]

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Check what is asked.

        Raises:
            InvalidRequestError: the challenge is missing, or of another method.
        """
        data = grant.request.payload.data
        if not data.get("code_challenge"):
            if grant.request.client.needs_proof or data.get("code_challenge_method"):
                raise InvalidRequestError("Missing 'code_challenge'")
            return
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("The 'code_challenge_method' must be S256.")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):
    """The ID token (OpenID Connect Core, 2) with the claims of ACM/IDM."""

    def exists_nonce(self, _nonce: str, _request: Asked) -> bool:
        """Let applications choose their nonces: a code works once, so nothing can be replayed here."""
        return False

    def encode_id_token(self, token: dict[str, Any], request: Asked) -> str:
        """Write and sign it."""
        given: Given = request.authorization_code or request.refresh_token
        visit, facts, client_id = self.visit, given.facts, request.client.client_id
        issued = int(visit.now.timestamp())
        half = create_half_hash(token["access_token"], ALGORITHM)
        claims = {
            "iss": visit.issuer,
            "aud": client_id,
            "azp": client_id,
            "iat": issued,
            "exp": issued + int(TOKEN_LIFE.total_seconds()),
            "cot": "vo",
            "at_hash": half.decode(),
            **{name: facts[name] for name in ("auth_time", "acr", "amr", "sid")},
            **({"nonce": facts["nonce"]} if "nonce" in facts and request.authorization_code else {}),
            **claims_of(visit, request.user, scope=token["scope"], facts=facts),
        }
        key = signing_key(visit)
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key, [ALGORITHM])

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit


class IdTokenAgain(IdToken):
    """The ID token that comes with a refresh (OpenID Connect Core, 12.2)."""

    def __call__(self, grant: RefreshGrant) -> None:
        """Add it to the answer."""
        grant.register_hook("after_create_token_response", self.process_token)


def claims_of(visit: Visit, account: Account, *, scope: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Read what is told about somebody: by scopes, and by claims that were asked by name."""
    means = find_means(facts["amr"][0])
    scopes, named = set(scope.split()), set(facts.get("claims", ()))
    claims = read_claims(
        visit.connection,
        account,
        scopes=scopes | {scope_of_claim(name) or "" for name in named},
        tells_number=means is None or means.tells_number,
    )
    return {
        name: value
        for name, value in claims.items()
        if name == "sub" or name in named or scope_of_claim(name) in scopes
    }


class Assertion(JWTBearerClientAssertion):
    """An application proves who it is with its own key (RFC 7523; `private_key_jwt` of OpenID Connect Core, 9)."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, visit: Visit, *, audiences: list[str]) -> None:
        super().__init__(leeway=_ASSERTION_LEEWAY)
        self._visit, self._audiences = visit, audiences

    def __call__(self, query_client: Callable[[str], Application | None], request: Asked) -> Application | None:
        """Give the application, if it proves so who it is."""
        data = request.payload.data
        found: Application | None = super().__call__(query_client, request)
        if found and data.get("client_id", found.client_id) != found.client_id:
            raise InvalidClientError(description="The client_id is not that of the assertion.")
        return found

    def get_audiences(self) -> list[str]:
        """Give for whom assertions are meant."""
        return self._audiences

    def resolve_client_public_key(self, client: Application) -> KeySet:
        """Give the keys that the application registered.

        Raises:
            InvalidClientError: there are none.
        """
        if "jwks" not in client.client_metadata:
            raise InvalidClientError(description="The application has registered no keys.")
        return KeySet.import_key_set(client.client_metadata["jwks"])

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> dict[str, Any]:
        """Check signature and claims; only asymmetric algorithms count.

        Raises:
            InvalidClientError: something is wrong.
        """
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise InvalidClientError(description="The assertion is not signed with a registered key.") from error
        self.verify_claims(token)
        claims: dict[str, Any] = token.claims
        return claims

    def verify_claims(self, token: jwt.Token) -> None:
        """Check who says it, to whom, when, and whether it was said before.

        Raises:
            InvalidClientError: something is wrong.
        """
        claims, now = token.claims, int(self._visit.now.timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=self.leeway,
            iss={"essential": True, "value": str(claims.get("sub"))},
            aud={"essential": True, "values": self.get_audiences()},
            exp={"essential": True},
            jti={"essential": True},
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            reason = f"The claim {getattr(error, 'claim', None) or 'set'} of the assertion is missing or wrong."
            raise InvalidClientError(description=reason) from error
        if not claims["exp"] <= now + _LONGEST_ASSERTION:  # so that what is no number (NaN) is refused too
            raise InvalidClientError(description="The assertion lives longer than an hour.")
        jti = claims["jti"]
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI or "\x00" in jti:
            raise InvalidClientError(description="The jti of the assertion is no short text.")
        until = self._visit.now + timedelta(seconds=claims["exp"] - now + self.leeway)
        if not note_assertion(
            self._visit.connection, client_id=claims["sub"], jti=jti, now=self._visit.now, until=until
        ):
            raise InvalidClientError(description="The assertion was used before.")

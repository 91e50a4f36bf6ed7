"""The provider itself: Authlib's authorization server on the town's database.

One is made for each request: it knows the transaction, the moment and the address by which it is called.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest
from starlette.responses import Response

from vlavirgem.blocks.answers import dump
from vlavirgem.blocks.identiteit.claims import OPENID
from vlavirgem.blocks.identiteit.consenting import find_bearer
from vlavirgem.blocks.identiteit.grants import (
    CONFIDENTIAL,
    METHODS,
    TOKEN_LIFE,
    Assertion,
    CodeGrant,
    IdToken,
    IdTokenAgain,
    MachineGrant,
    Proof,
    RefreshGrant,
    claims_of,
)
from vlavirgem.blocks.identiteit.keys import ALGORITHM, key_set
from vlavirgem.blocks.identiteit.requests import Application, Asked, Given, Sent, Visit, query_application
from vlavirgem.store.tokens import add_token, end_session, find_token, revoke_chain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import KeySet

REFRESH_LIFE = timedelta(hours=8)
_SEE_OTHER, _FOUND = 303, 302


class Server(AuthorizationServer):
    """The provider, while it answers one request.

    Attributes:
        visit: The circumstances.
        facts: What is known of the sign-in of which a code is made.
    """

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit
        self.facts: Mapping[str, Any] = {}
        self.register_grant(CodeGrant, [Proof(required=True), IdToken(visit)])
        self.register_grant(RefreshGrant, [IdTokenAgain(visit)])
        self.register_grant(MachineGrant)
        audiences = [visit.issuer, f"{visit.issuer}/token", f"{visit.base}/token"]
        self.register_client_auth_method("private_key_jwt", Assertion(visit, audiences=audiences))
        self.register_token_generator(
            "default", BearerTokenGenerator(_new_token, _new_token, lambda *_: int(TOKEN_LIFE.total_seconds()))
        )
        for endpoint in (Introspection, Revocation, EndSession):
            self.register_endpoint(endpoint)

    def query_client(self, client_id: str) -> Application | None:
        """Find an application."""
        return query_application(self.visit.connection, client_id)

    def authenticate_client(self, request: Asked, methods: list[str], endpoint: str = "token") -> Application:
        """Find out which application asks.

        Raises:
            InvalidClientError: it does not prove it; also when its credentials cannot be read at all.
        """
        try:
            application: Application = super().authenticate_client(request, methods, endpoint)
        except UnicodeError as error:
            raise InvalidClientError(status_code=401, description="The credentials cannot be read.") from error
        return application

    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        """Remember what was given."""
        given: Given | None = request.authorization_code or request.refresh_token
        visit, scope = self.visit, token.get("scope", "")
        chain = given.row["keten"] if given else secrets.token_hex(16)
        for kind, life in (("access_token", TOKEN_LIFE), ("refresh_token", REFRESH_LIFE)):
            if kind not in token:
                continue
            is_refresh = kind == "refresh_token" and request.refresh_token
            add_token(
                visit.connection,
                token[kind],
                kind=kind,
                chain=chain,
                client_id=request.client.client_id,
                account=None if given is None else given.row["account"],
                # What a refresh narrows is the new access token only (RFC 6749, 6).
                scope=request.refresh_token.get_scope() if is_refresh else scope,
                facts=given.facts if given else {},
                now=visit.now,
                until=visit.now + life,
            )

    def create_oauth2_request(self, request: Sent | Asked) -> Asked:
        """Read a request."""
        return request if isinstance(request, Asked) else Asked(request)

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        """Write an answer."""
        # After a form only 303 makes every browser go on with GET (RFC 9700, 4.12).
        code = _SEE_OTHER if status == _FOUND else status
        return Response(dump(body) if isinstance(body, dict) else body, status_code=code, headers=dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def answer_token(self, sent: Sent) -> Response:
        """Answer at the token endpoint (RFC 6749, 3.2)."""
        answer: Response = self._checked(sent) or self.create_token_response(sent)
        return answer

    def answer_endpoint(self, name: str, sent: Sent) -> Response:
        """Answer at `introspection` or `revocation`."""
        answer: Response = self._checked(sent, needed="token") or self.create_endpoint_response(name, sent)
        return answer

    def refuse(self, error: OAuth2Error) -> Response:
        """Write an error."""
        answer: Response = self.handle_error_response(None, error)
        return answer

    def _checked(self, sent: Sent, *, needed: str = "grant_type") -> Response | None:
        """Refuse what is malformed before anything is done with it (RFC 6749, 3.2 and 5.2)."""
        names = [name for name, _ in sent.form]
        if sent.query:
            return self.refuse(InvalidRequestError("Parameters belong in the body."))
        if len(names) != len(set(names)):
            return self.refuse(InvalidRequestError("A parameter is there more than once."))
        if needed not in names:
            return self.refuse(InvalidRequestError(f"Missing '{needed}' in request."))
        if not sent.is_writable:
            return self.refuse(InvalidRequestError("A parameter holds characters that it cannot hold."))
        return None


class Introspection(IntrospectionEndpoint):
    """Whether a token counts, and for whom it was given (RFC 7662).

    An application may ask about what was given to itself, and an API that is registered here about access tokens that
    are for it: they hold one of its scopes, other than the one by which people sign in.
    """

    CLIENT_AUTH_METHODS: ClassVar = CONFIDENTIAL

    def check_permission(self, token: Given, client: Application, _request: Asked) -> bool:
        """Say whether the application may know of the token; to others it does not count (RFC 7662, 2.2)."""
        shared = set(token.get_scope().split()) & set(client.scopes) - {OPENID}
        return token.check_client(client) or (token.row["soort"] == "access_token" and bool(shared))

    def query_token(self, token_string: str, _hint: str | None) -> Given | None:
        """Find a token; a hint is not needed."""
        return _find(self.server.visit, token_string)

    def introspect_token(self, token: Given) -> dict[str, Any]:
        """Tell about a token that counts, and about the person as they are today."""
        visit, row = self.server.visit, token.row
        about: dict[str, Any] = {
            "active": True,
            "client_id": row["client_id"],
            "aud": row["client_id"],
            "iss": visit.issuer,
            "token_type": "Bearer" if row["soort"] == "access_token" else "refresh_token",
            "iat": int(row["uitgegeven"].timestamp()),
            "exp": int(row["tot"].timestamp()),
            "scope": row["scope"],
        }
        if row["account"] is None:
            return {**about, "sub": row["client_id"]}
        account = find_bearer(visit, row)
        if account is None:
            return {"active": False}
        return {**about, "acr": token.facts["acr"], **claims_of(visit, account, scope=row["scope"], facts=token.facts)}


class Revocation(RevocationEndpoint):
    """An application gives a token back (RFC 7009)."""

    CLIENT_AUTH_METHODS: ClassVar = METHODS

    def query_token(self, token_string: str, _hint: str | None) -> Given | None:
        """Find a token; a hint is not needed."""
        return _find(self.server.visit, token_string)

    def revoke_token(self, token: Given, _request: Asked) -> None:
        """Take back all that followed from the sign-in."""
        revoke_chain(self.server.visit.connection, token.row["keten"])


class EndSession(EndSessionEndpoint):
    """An application signs somebody out (OpenID Connect RP-Initiated Logout 1.0)."""

    def get_server_jwks(self) -> KeySet:
        """Give the keys by which an ID token of ours is known."""
        return key_set(self.server.visit)

    def get_algorithms(self) -> list[str]:
        """Name the only algorithm in which they are signed."""
        return [ALGORITHM]

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        """End the session of which the ID token tells."""
        claims = end_session_request.id_token_claims or {}
        end_session(self.server.visit.connection, sid=str(claims.get("sid", "")))


def _find(visit: Visit, token: str) -> Given | None:
    row = find_token(visit.connection, token)
    return None if row is None else Given(row, visit.now)


def _new_token(**_circumstances: Any) -> str:
    return secrets.token_urlsafe(32)

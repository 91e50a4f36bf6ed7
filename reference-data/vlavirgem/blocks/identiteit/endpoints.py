"""What programs ask the provider: what it can, its keys, tokens, and about whom."""

from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from vlavirgem.blocks.answers import respond
from vlavirgem.blocks.identiteit.choosing import Fields, visiting
from vlavirgem.blocks.identiteit.claims import OPENID, SCOPES, claims_of_scope
from vlavirgem.blocks.identiteit.consenting import find_bearer
from vlavirgem.blocks.identiteit.grants import ASSERTION_ALGORITHMS, CONFIDENTIAL, METHODS, claims_of
from vlavirgem.blocks.identiteit.keys import ALGORITHM, public_keys
from vlavirgem.blocks.identiteit.levels import ACR_VALUES
from vlavirgem.blocks.identiteit.provider import Server
from vlavirgem.blocks.identiteit.requests import Sent, Visit
from vlavirgem.blocks.served import served_at
from vlavirgem.store.accounts import read_applications_with_roles
from vlavirgem.store.tokens import find_token

_BEARER = "bearer "


def add_routes(app: FastAPI) -> None:
    """Add the endpoints. The discovery document describes them, so the OpenAPI document does not."""
    for path, methods, handler in (
        ("/.well-known/openid-configuration", ["GET"], read_configuration),
        ("/jwks", ["GET"], read_keys),
        ("/token", ["POST"], give_token),
        ("/introspect", ["POST"], introspect),
        ("/revoke", ["POST"], revoke),
        ("/userinfo", ["GET", "POST"], read_user_info),
    ):
        app.add_api_route(path, handler, methods=methods, include_in_schema=False, response_class=Response)


def read_configuration(request: Request) -> Response:
    """Say what the provider can (OpenID Connect Discovery 1.0, 3)."""
    with visiting(request) as visit:
        applications = read_applications_with_roles(visit.connection)
    return respond(request, configuration(visit.issuer, base=visit.base, applications=applications))


def configuration(issuer: str, *, base: str, applications: list[str]) -> dict[str, Any]:
    """Describe the provider.

    Args:
        issuer: Its name, below which browsers find its pages.
        base: Where the program that asks finds what programs need.
        applications: Names of the scopes that give roles.
    """
    scopes = [*(scope.name for scope in SCOPES), *applications]
    claims = dict.fromkeys(one for scope in scopes for one in claims_of_scope(scope, applications=applications))
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userinfo",
        "jwks_uri": f"{base}/jwks",
        "introspection_endpoint": f"{base}/introspect",
        "revocation_endpoint": f"{base}/revoke",
        "end_session_endpoint": f"{issuer}/end_session",
        "scopes_supported": scopes,
        "claims_supported": [*claims, "acr", "amr", "auth_time", "azp", "cot", "sid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": METHODS,
        "token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS,
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "revocation_endpoint_auth_methods_supported": METHODS,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(ACR_VALUES),
        "ui_locales_supported": ["nl", "en"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }


def read_keys(request: Request) -> Response:
    """Give the public keys (RFC 7517)."""
    with visiting(request) as visit:
        keys = public_keys(visit)
    return respond(request, keys)


def give_token(request: Request, fields: Fields) -> Response:
    """Trade a code, a refresh token or one's own credentials for tokens."""
    with visiting(request) as visit:
        return Server(visit).answer_token(_sent(request, fields))


def introspect(request: Request, fields: Fields) -> Response:
    """Say whether a token counts (RFC 7662)."""
    with visiting(request) as visit:
        return Server(visit).answer_endpoint("introspection", _sent(request, fields))


def revoke(request: Request, fields: Fields) -> Response:
    """Take a token back (RFC 7009)."""
    with visiting(request) as visit:
        return Server(visit).answer_endpoint("revocation", _sent(request, fields))


def read_user_info(request: Request, fields: Fields) -> Response:
    """Tell about the person of an access token (OpenID Connect Core, 5.3; RFC 6750, 2 and 3)."""
    authorization = request.headers.get("authorization", "")
    given = [value for name, value in fields if name == "access_token"]
    if authorization.lower().startswith(_BEARER):
        given.append(authorization[len(_BEARER) :].strip())
    with visiting(request) as visit:
        try:
            return respond(request, _tell(visit, given))
        except BearerError as error:
            said = f'Bearer realm="{served_at(request).name}"{error.told}'
            headers = {"WWW-Authenticate": said, "Cache-Control": "no-store"}
            return Response(status_code=error.status, headers=headers)


class BearerError(Exception):
    """Something is wrong with an access token (RFC 6750, 3)."""

    def __init__(self, status: int, error: str = "", text: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.told = f', error="{error}", error_description="{text}"' if error else ""


def _tell(visit: Visit, given: list[str]) -> dict[str, Any]:
    if not given:
        raise BearerError(401)
    if len(given) > 1:
        raise BearerError(400, "invalid_request", "The token is there more than once.")
    row = find_token(visit.connection, given[0])
    if row is None or row["soort"] != "access_token" or row["ingetrokken"] or row["tot"] <= visit.now:
        raise BearerError(401, "invalid_token", "The access token is unknown, expired or revoked.")
    if row["account"] is None or OPENID not in row["scope"].split():
        raise BearerError(403, "insufficient_scope", "The access token is not about a person.")
    account = find_bearer(visit, row)
    if account is None:
        raise BearerError(401, "invalid_token", "The person can no longer sign in, or no longer consents.")
    return claims_of(visit, account, scope=row["scope"], facts=row["gegevens"])


def _sent(request: Request, fields: list[tuple[str, str]]) -> Sent:
    return Sent(request.method, request.headers, query=request.query_params.multi_items(), form=fields)

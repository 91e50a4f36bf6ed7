"""Who may ask what: one row for every route of the assembled application, one column for every kind of user.

A status stands for itself; `+` means "let through": neither 401 nor 403 and no fault of ours, whatever else is
wrong with the request. Everybody but the stranger asks about their own organisation (visitor, operator, nobody and
scopeless: about the start-up); the stranger, of another organisation, asks about the start-up.

A new route makes `tests/api/test_route_roles.py` fail until it has a row here: think who may use it, then write it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Somebody who tries every route.

    Attributes:
        person: The test person whose session it is; None for a visitor.
        about: Short name of the organisation about which is asked.
        has_token: Uses an API token without any scope instead of the session.
    """

    name: str
    person: str | None
    about: str = "startup-voorbeeld"
    has_token: bool = False


ACTORS = (
    Actor("visitor", None),
    Actor("startup", "test-startup"),
    Actor("colleague", "test-startup-collega"),
    Actor("vendor", "test-leverancier", "leverancier-voorbeeld"),
    Actor("municipality", "test-gemeente", "vlavirgem"),
    Actor("researcher", "test-onderzoeker", "onderzoeksgroep-voorbeeld"),
    Actor("operator", "test-beheerder"),
    Actor("nobody", "test-niemand"),
    Actor("scopeless", "test-startup", has_token=True),
    Actor("stranger", "test-leverancier-ander"),
)

# fmt: off
#                                             visitor      vendor         operator    stranger
#                                             |   startup  |   municip.   |   nobody  |
#                                             |   |   coll.|   |   resear.|   |   scopeless
ROUTES: dict[str, str] = {
    # health and description
    "GET /health/live":                        "200 200 200 200 200 200 200 200 200 200",
    "GET /health/ready":                       "+   +   +   +   +   +   +   +   +   +",
    "GET /api/v1/openapi.json":                "200 200 200 200 200 200 200 200 200 200",
    # identity
    "GET /api/v1/me":                          "401 200 200 200 200 200 200 200 200 200",
    "DELETE /api/v1/me/sessions":              "401 200 200 200 200 200 200 200 200 200",
    "GET /api/v1/organisations":               "401 200 200 200 200 200 200 200 403 200",
    "POST /api/v1/organisations":              "401 403 403 403 403 403 201 403 403 403",
    "GET /api/v1/organisations/{organisation_id}":
                                               "401 200 200 200 200 200 200 403 403 403",
    "PATCH /api/v1/organisations/{organisation_id}":
                                               "401 200 403 200 200 200 200 403 403 403",
    "GET /api/v1/organisations/{organisation_id}/members":
                                               "401 200 200 200 200 200 200 403 403 403",
    "POST /api/v1/organisations/{organisation_id}/members":
                                               "401 201 403 201 201 201 201 403 403 403",
    "GET /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 200 200 200 200 200 200 403 403 403",
    "PATCH /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 200 403 200 200 200 200 403 403 403",
    "DELETE /api/v1/organisations/{organisation_id}/members/{member_id}":
                                               "401 204 403 204 204 204 204 403 403 403",
    "GET /api/v1/tokens":                      "401 200 200 200 200 200 200 403 403 403",
    "POST /api/v1/tokens":                     "401 201 201 201 201 201 403 403 403 403",
    "GET /api/v1/tokens/{token_id}":           "401 200 404 200 200 200 200 403 403 404",
    "DELETE /api/v1/tokens/{token_id}":        "401 204 404 204 204 204 204 403 403 404",
    "GET /api/v1/audit":                       "401 200 403 200 200 200 200 403 403 403",
    # signing in and out
    "GET /aanmelden":                          "303 303 303 303 303 303 303 303 303 303",
    "GET /aanmelden/terug":                    "400 303 303 303 303 303 303 303 400 303",
    "POST /afmelden":                          "303 303 303 303 303 303 303 303 303 303",
    "GET /afgemeld":                           "200 200 200 200 200 200 200 200 200 200",
    # the test identity provider (development only)
    "GET /test-idp/.well-known/openid-configuration":
                                               "200 200 200 200 200 200 200 200 200 200",
    "GET /test-idp/jwks":                      "200 200 200 200 200 200 200 200 200 200",
    "GET /test-idp/authorize":                 "400 400 400 400 400 400 400 400 400 400",
    "POST /test-idp/authorize":                "400 400 400 400 400 400 400 400 400 400",
    "POST /test-idp/token":                    "401 401 401 401 401 401 401 401 401 401",
    "GET /test-idp/userinfo":                  "401 401 401 401 401 401 401 401 401 401",
    "GET /test-idp/end_session":               "303 303 303 303 303 303 303 303 303 303",
}
# fmt: on

BODIES: dict[str, dict[str, Any]] = {
    "POST /api/v1/organisations": {"slug": "{fresh}", "kind": "vendor", "name": "Nieuw"},
    "PATCH /api/v1/organisations/{organisation_id}": {"name": "Andere naam"},
    "POST /api/v1/organisations/{organisation_id}/members": {"subject": "{fresh}"},
    "PATCH /api/v1/organisations/{organisation_id}/members/{member_id}": {"level": "admin"},
    "POST /api/v1/tokens": {"organisation": "{organisation_id}", "name": "proef", "scopes": []},
}
"""What is sent. Places between braces are filled as in paths; `{fresh}` is a new DNS label every time."""

QUERIES: dict[str, dict[str, str]] = {
    "GET /api/v1/tokens": {"organisation": "{organisation_id}"},
    "GET /api/v1/audit": {"organisation": "{organisation_id}"},
}

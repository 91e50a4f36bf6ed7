"""Which methods an address knows, and what can be sent with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Match

if TYPE_CHECKING:
    from starlette.requests import Request

TAKEN = "application/json"
"""What can be sent, wherever something can."""
REFUSED = "refused"
"""Name of a route that is there to say that it cannot be."""
_TELLS = {"POST": "Accept-Post", "PATCH": "Accept-Patch"}


def header_of(method: str) -> str:
    """Give the header that says what can be sent with a method.

    Source: Linked Data Platform 1.0, 7.1; RFC 5789, 3.1; for others RFC 9110, 12.5.1.
    """
    return _TELLS.get(method, "Accept")


def told_of(request: Request) -> dict[str, str]:
    """Say in headers what can be done at an address; Starlette only looks at the first route there."""
    methods: set[str] = {"OPTIONS"}
    headers: dict[str, str] = {}
    found = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    literal = [route for route in found if "{" not in getattr(route, "path", "{")]
    for route in literal or found:
        known = set(getattr(route, "methods", None) or ()) if getattr(route, "name", "") != REFUSED else set()
        methods |= known | ({"HEAD"} if "GET" in known else set())
        if getattr(route, "body_field", None) is not None:
            headers |= {header_of(method): TAKEN for method in sorted(known & set(_TELLS))}
    return {"Allow": ", ".join(sorted(methods)), **headers}

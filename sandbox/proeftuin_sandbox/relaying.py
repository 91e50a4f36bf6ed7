"""What a proxy changes in a request and in its answer, so that neither reaches beyond the link. Pure functions."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = list[tuple[str, str]]

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110, 7.6.1."""
_NOT_PASSED_ON = frozenset({"host", "cookie", "content-length", "forwarded", "expect"})
_NOT_PASSED_BACK = frozenset(
    {
        "set-cookie",
        "location",
        "strict-transport-security",
        "clear-site-data",
        "service-worker-allowed",
        "alt-svc",
        "public-key-pins",
        "refresh",
        "referrer-policy",
        "x-robots-tag",
        "server",
    }
)
"""What would speak for the whole platform instead of for one component."""
_OURS = (
    ("Content-Security-Policy", "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Content-Type-Options", "nosniff"),
)
"""A component's page has an origin of its own, and its address, which holds the secret, is told to nobody."""


def passed_on(headers: Iterable[tuple[str, str]], *, prefix: str) -> Headers:
    """Choose which headers of a visitor the component sees; nothing of the platform's own is among them.

    Args:
        headers: As the visitor sent them.
        prefix: The path of the link, without a slash at the end; the component is told.
    """
    given = [(name.lower(), value) for name, value in headers]
    dropped = _HOP_BY_HOP | _NOT_PASSED_ON | _named_by_connection(given)
    kept = [
        (name, value)
        for name, value in given
        if name not in dropped
        and not name.startswith("x-forwarded-")
        and not (name == "authorization" and value.lower().startswith("bearer pt_"))
    ]
    cookies = own_cookies("; ".join(value for name, value in given if name == "cookie"), prefix=prefix)
    return [*kept, ("x-forwarded-prefix", prefix), *([("cookie", cookies)] if cookies else [])]


def passed_back(headers: Iterable[tuple[str, str]], *, prefix: str, is_secure: bool) -> Headers:
    """Choose which headers of the component the visitor sees, and add what keeps its pages apart from ours."""
    given = [(name.lower(), value) for name, value in headers]
    dropped = _HOP_BY_HOP | _NOT_PASSED_BACK | _named_by_connection(given) | {name.lower() for name, _ in _OURS[1:]}
    kept = [(name, value) for name, value in given if name not in dropped and not name.startswith("access-control-")]
    cookies = [
        ("set-cookie", one)
        for name, value in given
        if name == "set-cookie"
        for one in _renamed(value, prefix=prefix, is_secure=is_secure)
    ]
    return [*kept, *cookies, *_OURS]


def location_inside(location: str, *, asked: str, base: str, prefix: str) -> str | None:
    """Rewrite a redirect so that it stays within the link; None when it leads elsewhere.

    Args:
        location: As the component gave it.
        asked: The address that was asked of the component.
        base: The component's own address.
        prefix: The path of the link.
    """
    goal, own = urlsplit(urljoin(asked, location)), urlsplit(base)
    if (goal.scheme, goal.netloc) != (own.scheme, own.netloc):
        return None
    return prefix + urlunsplit(("", "", "/" + goal.path.lstrip("/"), goal.query, goal.fragment))


def own_cookies(header: str, *, prefix: str) -> str:
    """Pick the component's cookies out of all that the browser sends, under the names that it gave them."""
    mark = _mark(prefix)
    pairs = (pair.strip() for pair in header.split(";"))
    return "; ".join(pair.removeprefix(mark) for pair in pairs if pair.startswith(mark))


def _renamed(header: str, *, prefix: str, is_secure: bool) -> list[str]:
    """Have a cookie carry the mark of its link, so that it never passes for one of the platform."""
    try:
        jar: SimpleCookie = SimpleCookie(header)
    except CookieError:
        return []
    lines = []
    for name, morsel in jar.items():
        parts = [f"{_mark(prefix)}{name}={morsel.coded_value}", f"Path={prefix}/", "HttpOnly", "SameSite=Lax"]
        parts += [f"Max-Age={morsel['max-age']}"] if morsel["max-age"] else []
        parts += ["Secure"] if is_secure else []
        lines.append("; ".join(parts))
    return lines


def _mark(prefix: str) -> str:
    return f"voorbeeld-{prefix.rsplit('/', 1)[-1][:8]}-"


def _named_by_connection(headers: Headers) -> frozenset[str]:
    return frozenset(
        word.strip().lower() for name, value in headers if name == "connection" for word in value.split(",")
    )

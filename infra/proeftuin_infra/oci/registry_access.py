"""How a registry lets us in: as anybody, by a password, or with a token that another server gives.

RFC 9110 §11 (challenges), RFC 7617 (Basic), and Docker's token authentication, which registries share.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.request import parse_http_list, parse_keqv_list

import httpx

if TYPE_CHECKING:
    from collections.abc import Generator


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user of a registry and the password, or the key to read that stands for one."""

    user: str
    password: str = field(repr=False)


class Access(httpx.Auth):
    """Answers a registry's challenges; remembers a token per challenge.

    A password goes to the registry itself, or over TLS to the server that it names for tokens; nowhere else.

    Args:
        host: The registry, with its port when it has one.
        credentials: None asks as anybody.
    """

    requires_response_body = False

    def __init__(self, host: str, credentials: Credentials | None) -> None:
        self._host = host
        self._basic = httpx.BasicAuth(credentials.user, credentials.password) if credentials else None
        self._last: str | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request; when it is challenged, send it once more with what is asked."""
        if request.url.netloc.decode("ascii") != self._host:  # a redirect to where blobs are kept
            yield request
            return
        if self._last is not None:
            request.headers["Authorization"] = self._last
        answer = yield request
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return
        scheme, _, rest = answer.headers.get("WWW-Authenticate", "").partition(" ")
        told = parse_keqv_list([part for part in parse_http_list(rest) if "=" in part])
        if scheme.lower() == "bearer":
            token = yield from self._token(told)
        else:
            token = self._password() if scheme.lower() == "basic" else None
        if token is None:
            return
        self._last = request.headers["Authorization"] = token
        yield request

    def _password(self) -> str | None:
        if self._basic is None:
            return None
        plain = httpx.Request("GET", "https://unused.invalid")
        return next(self._basic.sync_auth_flow(plain)).headers["Authorization"]

    def _token(self, told: dict[str, str]) -> Generator[httpx.Request, httpx.Response, str | None]:
        try:
            realm = httpx.URL(told.get("realm", ""))
        except httpx.InvalidURL:
            return None
        if not _is_trustworthy(realm, registry=self._host):
            return None
        asked = {str(name): told[name] for name in ("service", "scope") if name in told}
        request = httpx.Request("GET", realm.copy_merge_params(asked))
        password = self._password()
        if password is not None:
            request.headers["Authorization"] = password
        answer = yield request
        if not answer.is_success:
            return None
        answer.read()
        try:
            given = answer.json()
            token = given.get("token") or given.get("access_token")
        except (ValueError, AttributeError):
            return None
        return f"Bearer {token}" if isinstance(token, str) and token.isascii() and token.isprintable() else None


def _is_trustworthy(realm: httpx.URL, *, registry: str) -> bool:
    """Tell whether a server that a registry names may be asked: over TLS, or on this machine for one that is too."""
    if realm.scheme == "https":
        return not _is_internal(realm.host)
    return realm.scheme == "http" and _is_loopback(realm.host) and _is_loopback(httpx.URL(f"http://{registry}").host)


def _is_internal(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

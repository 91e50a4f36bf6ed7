"""Fetching a badge or a status list from an address that a stranger may have chosen.

Limits: HTTPS only, addresses on the public internet only, at most 3 redirects with each hop checked again,
256 KiB and 10 seconds for the whole answer, no proxy and no cookies. The name is resolved once and the
connection goes to the address that was checked, so that a name which changes its mind in between (DNS
rebinding) gains nothing. For a platform on the same machine, `allow_loopback` admits loopback and nothing else.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from typing import Final

import httpx

from proeftuin_conformance.badges.errors import FetchError
from proeftuin_conformance.badges.jsontext import MAX_BYTES

MAX_REDIRECTS: Final = 3
TIMEOUT_SECONDS: Final = 10.0
HTTP_OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a fetch may cost and where it may go."""

    allow_loopback: bool = False
    max_bytes: int = MAX_BYTES
    max_redirects: int = MAX_REDIRECTS
    timeout_seconds: float = TIMEOUT_SECONDS


def fetch(url: str, *, limits: Limits | None = None) -> bytes:
    """Give the body that `url` answers with.

    Args:
        url: an `https` address; `http` only towards loopback, where that is allowed.
        limits: other limits than the defaults.

    Raises:
        FetchError: refused, unreachable, too slow, too large, going round in circles, or not a 200.
    """
    bounds = limits or Limits()
    deadline = time.monotonic() + bounds.timeout_seconds
    with httpx.Client(trust_env=False, follow_redirects=False) as client:
        for _ in range(bounds.max_redirects + 1):
            found = _hop(client, url, bounds=bounds, deadline=deadline)
            if isinstance(found, bytes):
                return found
            url = found
    raise FetchError(
        nl=f"{url} verwijst meer dan {bounds.max_redirects} keer door",
        en=f"{url} redirects more than {bounds.max_redirects} times",
    )


def _hop(client: httpx.Client, url: str, *, bounds: Limits, deadline: float) -> bytes | str:
    """Ask once: give the body, or the address to go on to."""
    target = _parse(url)
    address = _checked_address(target, allow_loopback=bounds.allow_loopback)
    try:
        with client.stream(
            "GET",
            target.copy_with(host=address),
            headers={
                "Host": target.netloc.decode("ascii"),
                "Accept": "application/vc+ld+json, application/json, image/svg+xml",
                "Accept-Encoding": "identity",
            },
            extensions={"sni_hostname": target.host},
            timeout=max(deadline - time.monotonic(), 0.001),
        ) as answer:
            if answer.has_redirect_location:
                return str(target.join(answer.headers["location"]))
            if answer.status_code != HTTP_OK:
                raise FetchError(
                    nl=f"{url} antwoordde {answer.status_code}", en=f"{url} answered {answer.status_code}"
                )
            return _body(answer, url, bounds=bounds, deadline=deadline)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        detail = str(error) or type(error).__name__
        raise FetchError(nl=f"{url} antwoordt niet: {detail}", en=f"{url} does not answer: {detail}") from error


def _body(answer: httpx.Response, url: str, *, bounds: Limits, deadline: float) -> bytes:
    received = bytearray()
    for chunk in answer.iter_bytes():
        received += chunk
        if len(received) > bounds.max_bytes:
            raise FetchError(
                nl=f"{url} stuurt meer dan {bounds.max_bytes} bytes",
                en=f"{url} sends more than {bounds.max_bytes} bytes",
            )
        if time.monotonic() > deadline:  # httpx times each read, not the whole
            raise FetchError(
                nl=f"{url} is niet klaar binnen {bounds.timeout_seconds:g} seconden",
                en=f"{url} is not done within {bounds.timeout_seconds:g} seconds",
            )
    return bytes(received)


def _parse(url: str) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise FetchError(nl=f"{url!r} is geen webadres", en=f"{url!r} is not a web address") from error
    if target.scheme not in {"http", "https"} or not target.host or target.userinfo:
        raise FetchError(nl=f"{url!r} is geen bruikbaar webadres", en=f"{url!r} is not a usable web address")
    return target


def _checked_address(target: httpx.URL, *, allow_loopback: bool) -> str:
    """Resolve the host and give one address, after checking all of them."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise FetchError(nl=f"{target.host} is onbekend", en=f"{target.host} is unknown") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    loopback = allow_loopback and all(address.is_loopback for address in addresses)
    if not loopback and not all(address.is_global and not address.is_multicast for address in addresses):
        hint_nl = " (gebruik --allow-loopback voor deze machine)" if addresses[0].is_loopback else ""
        hint_en = " (use --allow-loopback for this machine)" if addresses[0].is_loopback else ""
        raise FetchError(
            nl=f"{target.host} ligt niet op het openbare internet{hint_nl}",
            en=f"{target.host} is not on the public internet{hint_en}",
        )
    if target.scheme != "https" and not loopback:
        raise FetchError(
            nl=f"{target} is onversleuteld; alleen https mag", en=f"{target} is not encrypted; only https is allowed"
        )
    return str(addresses[0])

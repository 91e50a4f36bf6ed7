"""Sends one request to a receiver: only over http(s), never to a machine's own metadata, and never for long.

The name is looked up once and the connection goes to the very address that was judged: a name that means something
else the next moment changes nothing. Nothing is followed, nothing is remembered, and of the answer only its status and
headers count. Which networks can be reached at all is for the network to say, such as the policy of a sandbox.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LONGEST_URL = 2000
_METADATA = ipaddress.ip_address("fd00:ec2::254")
"""Where clouds tell a machine its secrets over IPv6; over IPv4 it is link-local, 169.254.169.254."""
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 written as IPv6 for a translator (RFC 6052, 2.1)."""


_TOO_LATE = "de ontvanger antwoordde niet op tijd"


class UrlError(Exception):
    """An address that nothing is sent to, with the reason in Dutch."""


class SendError(Exception):
    """Nobody answered, with the reason in Dutch."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver answered; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]


def check_url(url: str) -> None:
    """Refuse an address that nothing can be sent to, as far as can be seen without a look-up.

    Raises:
        UrlError: it is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        parts.netloc.encode("ascii")
    except ValueError:
        raise UrlError("dit is geen adres") from None
    if len(url) > _LONGEST_URL or not url.isprintable() or " " in url or not url.isascii():
        raise UrlError(f"een adres heeft hoogstens {_LONGEST_URL} gewone tekens")
    if parts.scheme not in ("http", "https"):
        raise UrlError("een adres begint met http:// of https://")
    if not parts.hostname or port == 0:
        raise UrlError("dit adres heeft geen geldige naam of poort")
    if parts.username is not None or parts.password is not None:
        raise UrlError("een adres bevat geen gebruikersnaam of wachtwoord")
    if parts.fragment:
        raise UrlError("een adres bevat geen #")
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:  # a name
        return
    if reason := why_refused(address):
        raise UrlError(reason)


def why_refused(address: Address) -> str | None:
    """Say why nothing is sent to an address; None when something can be."""
    inner: Address | None = None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if inner is not None:
        return why_refused(inner)
    if address.is_link_local or address == _METADATA:
        return "naar adressen van de machine zelf (link-local, metadata) wordt niets gestuurd"
    if address.is_multicast or address.is_unspecified or (address.is_reserved and not address.is_loopback):
        return "naar dit adres kan niets gestuurd worden"
    return None


def send(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", seconds: float) -> Answer:
    """Send a request and wait for the head of its answer.

    Args:
        method: HTTP method.
        url: Where to.
        headers: Its headers.
        body: Its body.
        seconds: How long all of it may take.

    Raises:
        SendError: there was no answer.
    """
    try:
        check_url(url)
    except UrlError as error:
        raise SendError(str(error)) from error
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: _Connection | None = None
    timer: Timer | None = None
    try:
        connection = _Connection(url, seconds=seconds)
        timer = Timer(seconds, connection.cut)  # a receiver that answers a byte at a time would hold us for ever
        timer.daemon = True
        timer.start()
        connection.request(method, target, body=body or None, headers={"User-Agent": "VlaVirGem", **headers})
        return connection.answer()
    except TimeoutError:
        raise SendError(_TOO_LATE) from None
    except ssl.SSLError as error:
        raise SendError(f"de beveiligde verbinding lukte niet: {error.reason or 'TLS'}") from error
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise SendError(_TOO_LATE if connection and connection.is_cut else _in_words(error)) from error
    finally:
        if timer is not None:
            timer.cancel()
        if connection is not None:
            connection.close()


def _in_words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "de naam van de ontvanger is onbekend"
    if isinstance(error, ConnectionRefusedError):
        return "bij de ontvanger luistert niemand"
    if isinstance(error, (ConnectionError, http.client.HTTPException)):
        return "de ontvanger verbrak de verbinding of sprak geen HTTP"
    return "de ontvanger is onbereikbaar"


class _Connection(http.client.HTTPConnection):
    """A connection to the address that was judged."""

    def __init__(self, url: str, *, seconds: float) -> None:
        parts = urlsplit(url)
        self._is_secure = parts.scheme == "https"
        port = parts.port or (443 if self._is_secure else 80)
        super().__init__(str(parts.hostname), port, timeout=seconds)
        self.is_cut = False
        if self._is_secure:
            self.default_port = 443

    def connect(self) -> None:
        """Look the name up, judge what it means, and connect to that."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        addresses = [str(info[4][0]) for info in found]
        reasons = [why_refused(ipaddress.ip_address(address.partition("%")[0])) for address in addresses]
        if refused := next((reason for reason in reasons if reason), None):
            raise SendError(refused)
        failure: OSError | None = None
        for address in addresses:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                failure = error
            else:
                break
        else:
            raise failure or OSError("no address")
        if self._is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def answer(self) -> Answer:
        """Wait for the head of the answer, all of it."""
        answer = self.getresponse()
        if self.is_cut:
            raise TimeoutError
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()})

    def cut(self) -> None:
        """End it now, whoever is waiting for it."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)

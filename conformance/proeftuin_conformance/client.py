"""An HTTP client that remembers every exchange and cannot be led astray.

It stays on one origin, reads a limited number of bytes, follows a limited number of redirects, and stops
when the run's wall time is over.
"""

from __future__ import annotations

import json as jsonlib
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

import httpx

from proeftuin_conformance.errors import (
    AnswerTooLargeError,
    BrokenAnswerError,
    RedirectError,
    RunStoppedError,
    TargetError,
    TimedOutError,
    TlsError,
    UnreachableError,
    UsageError,
)
from proeftuin_conformance.exchanges import Exchange, Headers
from proeftuin_conformance.target import origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

USER_AGENT = "proeftuin-conformance"
REDIRECTS = {301, 302, 303, 307, 308}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may cost: seconds, bytes of the answer, redirects followed."""

    timeout_s: float = 10.0
    max_bytes: int = 8 * 1024 * 1024
    max_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a run must stop: a point on the monotonic clock, or a cancel signal."""

    at: float
    cancelled: Event | None = None
    clock: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """Seconds that are left; never negative."""
        return max(0.0, self.at - self.clock())

    def check(self) -> None:
        """Raise RunStoppedError when the run must stop."""
        if self.cancelled is not None and self.cancelled.is_set():
            raise RunStoppedError("the run was cancelled", code="PT-203")
        if self.clock() >= self.at:
            raise RunStoppedError("the wall time of the run is over", code="PT-202")


@dataclass(slots=True)
class RecordingClient:
    """Asks one origin and keeps each exchange in `exchanges`.

    Paths are appended to `base_url`; absolute addresses are allowed on the same origin only.
    """

    base_url: str
    deadline: Deadline
    headers: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    exchanges: list[Exchange] = field(default_factory=list)
    _http: httpx.Client = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open a client that takes nothing from the environment (no proxies, no netrc)."""
        # No verification: a test environment often has a private certificate, and whether the
        # certificate is right is not what these kits judge. Scheme and handshake still count.
        self._http = httpx.Client(verify=False, trust_env=False, follow_redirects=False)  # noqa: S501 - see above

    def __enter__(self) -> Self:
        """Use as a context manager to close connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close connections."""
        self.close()

    def close(self) -> None:
        """Close connections."""
        self._http.close()

    def url(self, path: str) -> str:
        """The address of a path below the base URL; absolute addresses stay as they are."""
        if path.startswith(("http://", "https://")):
            return path
        return self.base_url.rstrip("/") + ("/" + path.lstrip("/") if path else "")

    def get(self, path: str, **options: Any) -> Exchange:
        """GET; see `request`."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Exchange:
        """POST; see `request`."""
        return self.request("POST", path, **options)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        content: bytes | str | None = None,
        follow_redirects: bool = True,
        anonymous: bool = False,
    ) -> Exchange:
        """Send one request and give the (last) exchange; `anonymous` leaves the user's headers out.

        Raises:
            TargetError: no usable answer; the exchange is recorded all the same.
            RunStoppedError: the run's wall time is over.
            UsageError: the address is on another origin.
        """
        url = self.url(path)
        if origin_of(url) != origin_of(self.base_url):
            raise UsageError(f"{url} is not on {origin_of(self.base_url)}")
        sent = {"User-Agent": USER_AGENT, "Accept": "application/json, */*;q=0.5"}
        sent |= {} if anonymous else dict(self.headers)
        if json is not None:
            content = jsonlib.dumps(json, ensure_ascii=False)
            sent["Content-Type"] = "application/json"
        sent |= dict(headers or {})
        body = content.encode() if isinstance(content, str) else content or b""
        request = self._http.build_request(method, url, params=params, headers=sent, content=body or None)
        seen = {str(request.url)}
        exchange = self._send(request)
        while follow_redirects and exchange.status in REDIRECTS and exchange.header("location"):
            target = urljoin(exchange.url, exchange.header("location") or "")
            self._check_redirect(target, seen=seen)
            seen.add(target)
            keep = exchange.status in {307, 308}
            method = request.method if keep or request.method == "HEAD" else "GET"
            body = body if keep else b""
            request = self._http.build_request(method, target, headers=sent, content=body or None)
            exchange = self._send(request)
        return exchange

    def _check_redirect(self, target: str, *, seen: set[str]) -> None:
        if origin_of(target) != origin_of(self.base_url):
            raise RedirectError(f"redirected to another origin: {origin_of(target)}")
        if target in seen:
            raise RedirectError(f"redirected in a circle: {target}")
        if len(seen) > self.limits.max_redirects:
            raise RedirectError(f"more than {self.limits.max_redirects} redirects")

    def _send(self, request: httpx.Request) -> Exchange:
        self.deadline.check()
        started = time.monotonic()
        seconds = min(self.limits.timeout_s, max(self.deadline.left(), 0.05))
        request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
        parts = {
            "method": request.method,
            "url": str(request.url),
            "request_headers": _headers(request.headers),
            "request_body": request.content,
        }
        answer: dict[str, Any] = {}
        content = bytearray()
        try:
            response = self._http.send(request, stream=True)
            try:
                answer = {"status": response.status_code, "response_headers": _headers(response.headers)}
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > self.limits.max_bytes:
                        raise AnswerTooLargeError(f"the answer is larger than {self.limits.max_bytes} bytes")
                    if time.monotonic() - started > seconds:
                        raise TimedOutError(f"no complete answer within {seconds:.0f} s")
            finally:
                answer["content"] = bytes(content[: self.limits.max_bytes])
                response.close()
        except (httpx.HTTPError, httpx.InvalidURL, TargetError) as error:
            failure = error if isinstance(error, TargetError) else _translate(error, seconds=seconds)
            self._record(parts, answer, started=started, error=str(failure))
            self.deadline.check()
            raise failure from error
        return self._record(parts, answer, started=started, error=None)

    def _record(self, parts: dict[str, Any], answer: dict[str, Any], *, started: float, error: str | None) -> Exchange:
        elapsed = (time.monotonic() - started) * 1000
        exchange = Exchange(**parts, **answer, elapsed_ms=elapsed, error=error)
        self.exchanges.append(exchange)
        return exchange


def _headers(headers: httpx.Headers) -> Headers:
    return tuple((name, value) for name, value in headers.multi_items())


def _translate(error: Exception, *, seconds: float) -> TargetError:
    if isinstance(error, httpx.TimeoutException):
        return TimedOutError(f"no complete answer within {seconds:.0f} s")
    if isinstance(error, httpx.ConnectError):
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return TlsError(f"TLS failed: {cause}")
            cause = cause.__cause__ or cause.__context__
        return UnreachableError(f"nothing answers: {error}")
    return BrokenAnswerError(f"{type(error).__name__}: {error}")

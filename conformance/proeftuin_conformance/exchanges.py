"""One request and its answer, as evidence: readable, reproducible and without secrets."""

from __future__ import annotations

import base64
import json
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SHOWN_BODY = 4_000  # characters of a body kept in a report
HIDDEN = "***"
_SECRET_HEADERS = {
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-auth-token",
}  # fmt: skip
_TELLING = 6  # characters from which a value cannot be mistaken for something else
_SHORTEST_SECRET = 6  # shorter values would blank out ordinary words
_NOT_FOR_CURL = {"host", "content-length", "connection", "accept-encoding", "user-agent"}

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what came back; `status` is None when nothing did (`error` says why).

    `content` holds the whole answer up to the client's size limit, for checks; reports get a short text.
    """

    method: str
    url: str
    request_headers: Headers
    request_body: bytes = b""
    status: int | None = None
    response_headers: Headers = ()
    content: bytes = b""
    elapsed_ms: float = 0.0
    error: str | None = None

    def header(self, name: str) -> str | None:
        """The value of a response header, whatever its case; repeated headers are joined with a comma."""
        values = [value for key, value in self.response_headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def media_type(self) -> str:
        """Media type of the answer without parameters, lower case; empty when absent."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The answer as text; bytes that are no UTF-8 are shown as replacement signs."""
        return self.content.decode("utf-8", errors="replace")

    def to_wire(self) -> dict[str, Any]:
        """As JSON between processes; bodies as base64, shortened to what a report may show."""
        shown = SHOWN_BODY * 4  # bytes per character at most
        return {
            "method": self.method,
            "url": self.url,
            "request_headers": [list(pair) for pair in self.request_headers],
            "request_body": base64.b64encode(self.request_body[:shown]).decode(),
            "status": self.status,
            "response_headers": [list(pair) for pair in self.response_headers],
            "content": base64.b64encode(self.content[:shown]).decode(),
            "elapsed_ms": self.elapsed_ms,
            "error": self.error,
        }

    @classmethod
    def from_wire(cls, data: dict[str, Any]) -> Exchange:
        """Read back what `to_wire` wrote."""
        headers = {
            name: tuple((key, value) for key, value in data[name]) for name in ("request_headers", "response_headers")
        }
        bodies = {name: base64.b64decode(data[name]) for name in ("request_body", "content")}
        return cls(**{**data, **headers, **bodies})

    def json(self) -> Any:
        """The answer read as JSON.

        Raises:
            ValueError: the answer is not JSON.
        """
        return json.loads(self.content)


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values that must not appear in any report."""

    values: frozenset[str] = frozenset()
    header_names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, headers: dict[str, str]) -> Secrets:
        """Treat what the user sends along as secret: names are shown, values are not."""
        values = set(headers.values())
        values |= {word for value in headers.values() for word in value.split()[1:]}  # "Bearer <token>"
        return cls(
            values=frozenset(value for value in values if len(value) >= _SHORTEST_SECRET),
            header_names=frozenset(name.lower() for name in headers),
        )

    def scrub(self, text: str) -> str:
        """The text with every secret value blanked out."""
        for value in sorted(self.values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def scrub_headers(self, headers: Headers) -> Headers:
        """The headers with secret values blanked out."""
        hidden = _SECRET_HEADERS | self.header_names
        return tuple((k, HIDDEN if k.lower() in hidden else self.scrub(v)) for k, v in headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """An exchange as it goes into a report: scrubbed, shortened, with a curl command."""

    method: str
    url: str
    request_headers: Headers
    request_body: str
    status: int | None
    response_headers: Headers
    response_body: str
    truncated: bool
    elapsed_ms: float
    error: str | None
    curl: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON shape of an exchange in a report."""
        return {
            "request": {
                "method": self.method,
                "url": self.url,
                "headers": dict(self.request_headers),
                "body": self.request_body,
            },
            "response": None
            if self.status is None
            else {
                "status": self.status,
                "headers": [list(pair) for pair in self.response_headers],
                "body": self.response_body,
                "truncated": self.truncated,
                "elapsedMs": round(self.elapsed_ms, 1),
            },
            "error": self.error,
            "curl": self.curl,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evidence:
        """Read back what `to_dict` wrote."""
        sent, received = data["request"], data["response"] or {}
        return cls(
            method=sent["method"],
            url=sent["url"],
            request_headers=tuple(sent["headers"].items()),
            request_body=sent["body"],
            status=received.get("status"),
            response_headers=tuple((name, value) for name, value in received.get("headers", ())),
            response_body=received.get("body", ""),
            truncated=received.get("truncated", False),
            elapsed_ms=received.get("elapsedMs", 0.0),
            error=data["error"],
            curl=data["curl"],
        )


def evidence(exchange: Exchange, *, secrets: Secrets, variables: Mapping[str, str] | None = None) -> Evidence:
    """Make an exchange fit for publication; `variables` are for `curl`."""
    headers = secrets.scrub_headers(exchange.request_headers)
    body = secrets.scrub(exchange.request_body.decode("utf-8", errors="replace"))
    text = secrets.scrub(exchange.text)
    url = secrets.scrub(exchange.url)
    return Evidence(
        method=exchange.method,
        url=url,
        request_headers=headers,
        request_body=body[:SHOWN_BODY],
        status=exchange.status,
        response_headers=secrets.scrub_headers(exchange.response_headers),
        response_body=text[:SHOWN_BODY],
        truncated=len(text) > SHOWN_BODY,
        elapsed_ms=exchange.elapsed_ms,
        error=None if exchange.error is None else secrets.scrub(exchange.error),
        curl=curl(method=exchange.method, url=url, headers=headers, body=body, variables=variables),
    )


def curl(*, method: str, url: str, headers: Headers, body: str, variables: Mapping[str, str] | None = None) -> str:
    """A command line that sends the same request; secret values are `***` and must be filled in.

    `variables` maps values that differ every time (an id, an entity tag) to the shell variables that hold them.
    """
    words = ["curl", "-i"]
    if method == "HEAD":
        words.append("--head")
    elif method != ("POST" if body else "GET"):
        words += ["-X", method]
    words += ["--path-as-is"] if "/." in url else []
    for name, value in headers:
        if name.lower() not in _NOT_FOR_CURL:
            words += ["-H", f"{name}: {value}"]
    words += ["--data-raw", body] if body else []
    return " ".join(_in_shell(word, variables or {}) for word in [*words, url])


def occurs(value: str) -> re.Pattern[str]:
    """Where a value stands on its own in a request: as a part of an address, or between other signs."""
    if len(value) < _TELLING:  # such as 7: elsewhere than in an address this can be anything
        return re.compile(rf"(?<=[/=]){re.escape(value)}(?=[/?&#]|$)")
    return re.compile(rf"(?<![\w.~-]){re.escape(value)}(?![\w.~-])")


def _in_shell(word: str, variables: Mapping[str, str]) -> str:
    found = sorted((place.span(), name) for value, name in variables.items() for place in occurs(value).finditer(word))
    parts, end = [], 0
    for (start, stop), name in found:
        if start >= end:
            parts += [shlex.quote(word[end:start]) if start > end else "", f'"${name}"']
            end = stop
    rest = word[end:]
    return "".join([*parts, shlex.quote(rest) if rest or not parts else ""])

"""What every answer of a building block shares: headers, entity tags, formats, paging."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from vlavirgem.blocks.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from vlavirgem.store.state import State

JSON = "application/json"
JSON_LD = "application/ld+json"
GEO_JSON = "application/geo+json"

_SECURITY_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=31536000"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


def headers_of(version: str) -> tuple[tuple[bytes, bytes], ...]:
    """Give the headers that belong on every response of an API of this version."""
    return (*_SECURITY_HEADERS, (b"api-version", version.encode()))


class Headers:
    """Adds the headers that belong on every response, and answers HEAD like GET without a body.

    Source: NLGov API Design Rules, /core/transport/security-headers and /core/version-header.
    """

    def __init__(self, app: ASGIApp, *, version: str) -> None:
        self._app = app
        self._extra = headers_of(version)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in self._extra if name not in present),
                ]
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"} if is_head else scope, receive, send_with_headers)


def base_url(request: Request) -> str:
    """Give the address of the block that answers, without a slash at the end."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer depends on beside the question itself.

    Attributes:
        base: Address of the block that answers, without a slash at the end.
        accept: Media types that the client likes.
        if_none_match: Entity tags that the client has; empty when the method is not one that reads.
        state: The town after the request came, if it is known.
    """

    base: str
    accept: str = ""
    if_none_match: str = ""
    state: State | None = None


STATE = "vlavirgem.state"
"""Where the scope of a request holds the state of the town after it came."""


def asked(request: Request) -> Asked:
    """Take from a request what answers depend on."""
    headers = request.headers
    return Asked(
        base_url(request),
        accept=headers.get("accept", "").strip(),
        if_none_match=headers.get("if-none-match", "") if request.method in ("GET", "HEAD") else "",
        state=request.scope.get(STATE),
    )


def chosen_format(request: Request, *, offered: Sequence[str]) -> str:
    """Choose the media type that the client likes best.

    Raises:
        Problem: 406 when the client accepts none of them.
    """
    return best_format(request.headers.get("accept", "").strip(), offered=tuple(offered))


@lru_cache(maxsize=256)
def best_format(accept: str, *, offered: tuple[str, ...]) -> str:
    """Choose the media type that is liked best.

    Raises:
        Problem: 406 when none of them is accepted.
    """
    if not accept:
        return offered[0]
    best, best_quality = "", 0.0
    for media_type in offered:
        quality = _quality(media_type, accept=accept)
        if quality > best_quality:
            best, best_quality = media_type, quality
    if not best:
        raise Problem(
            406,
            "formaat-niet-beschikbaar",
            nl=f"Dit antwoord bestaat als {', '.join(offered)}.",
            en=f"This answer is available as {', '.join(offered)}.",
        )
    return best


def _quality(media_type: str, *, accept: str) -> float:
    """Give the weight of the most specific range that fits (RFC 9110, 12.5.1)."""
    specificity, quality = -1, 0.0
    for part in accept.split(","):
        pattern, *parameters = (piece.strip() for piece in part.split(";"))
        pattern = pattern.lower()
        if pattern == media_type:
            rank = 2
        elif pattern == f"{media_type.split('/', maxsplit=1)[0]}/*":
            rank = 1
        elif pattern == "*/*":
            rank = 0
        else:
            continue
        weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            value = float(weight)
        except ValueError:
            value = 1.0
        if rank > specificity:
            specificity, quality = rank, value
    return quality


def respond(
    request: Request,
    content: Mapping[str, Any] | bytes,
    *,
    media_type: str = JSON,
    status: int = 200,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Write an answer with an entity tag; 304 when the client already has it."""
    body = content if isinstance(content, bytes) else dump(content)
    return write_answer(asked(request), body, media_type=media_type, status=status, etag=etag, headers=headers)


def write_answer(
    asked: Asked,
    body: bytes,
    *,
    media_type: str = JSON,
    status: int = 200,
    etag: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Do as `respond`, knowing no more than what the answer depends on."""
    tag = etag or tag_of(body, media_type=media_type)
    all_headers = {"ETag": tag, "Vary": "Accept", **(headers or {})}
    if asked.if_none_match and matches(asked.if_none_match, tag=tag):
        return Response(status_code=304, headers=all_headers)
    return Response(body, status_code=status, media_type=media_type, headers=all_headers)


def page_address(base: str, path: str, *, given: Mapping[str, Any], last: int) -> str:
    """Give the address of the page after a number, with what else was asked."""
    again = {name: value for name, value in given.items() if name != "cursor"}
    return f"{base}/{path}?{urlencode({**again, 'cursor': write_cursor(last)})}"


def dump(content: Any) -> bytes:
    """Write JSON as these services do."""
    return orjson.dumps(content)


def tag_of(body: bytes, *, media_type: str) -> str:
    """Give the entity tag of an answer: each format has its own."""
    return f'"{hashlib.sha256(media_type.encode() + body).hexdigest()[:32]}"'


def matches(header: str, *, tag: str, strong: bool = False) -> bool:
    """Say whether a list of entity tags names this one.

    Args:
        header: `If-None-Match`, or `If-Match` for which the comparison is strong (RFC 9110, 8.8.3.2 and 13.1.1).
        tag: An entity tag that is strong itself.
        strong: Whether a weak tag does not count.
    """
    known = ("*", tag) if strong else ("*", tag, f"W/{tag}")
    return any(part.strip() in known for part in header.split(","))


CURSOR_PATTERN = "^na-(0|[1-9][0-9]{0,14})$"
"""At most 15 digits: more numbers than any table has, and fewer than a counter of the database can hold."""


def write_cursor(number: int) -> str:
    """Make the cursor for what comes after an entity."""
    return f"na-{number}"


def read_cursor(cursor: str | None) -> int:
    """Read a cursor that fits `CURSOR_PATTERN`; without one a collection starts at its beginning."""
    return 0 if cursor is None else int(cursor.removeprefix("na-"))

"""The short way to a collection and its members, which are most of what is asked.

Finding a route among hundreds and reading its parameters costs more than such an answer itself. This takes only what
is plainly right; whatever is unusual, wrong, disturbed or not there goes the ordinary way, which knows what to say.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import psycopg

from vlavirgem.blocks.answers import STATE, Asked, headers_of
from vlavirgem.blocks.problems import Problem
from vlavirgem.disturbances import HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vlavirgem.blocks.collection import Collection
    from vlavirgem.blocks.sources import Source

_HOST = re.compile(rb"[A-Za-z0-9._-]+(?::[0-9]{1,5})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_MOST_QUERY = 500
_VARY = (b"vary", b"Accept, Origin")  # who asks with an Origin goes the ordinary way, past CORS
_UNUSUAL = (b"origin", b"accept", b"if-none-match", HEADER.lower().encode())  # the middle two: when they come twice


class Shortcut:
    """Answers plain readings of collections, and leaves all else to the application.

    Args:
        app: The application.
        source: Knows the state of the town; it is left in the scope of the request for who comes after.
        collections: By address of a block, its version and its collections by name.
    """

    def __init__(
        self, app: ASGIApp, *, source: Source, collections: Mapping[str, tuple[str, Mapping[str, Collection]]]
    ) -> None:
        self._app = app
        self._source = source
        self._collections = {
            f"{block}/{name}": (block, headers_of(version), collection)
            for block, (version, known) in collections.items()
            for name, collection in known.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "GET" or not await self._answered(scope, send):
            await self._app(scope, receive, send)

    async def _answered(self, scope: Scope, send: Send) -> bool:
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        number = ""
        found = self._collections.get(path)
        if found is None:
            path, _, number = path.rpartition("/")
            found = self._collections.get(path)
            if found is None or query or not _NUMBER.fullmatch(number):
                return False
        block, headers, collection = found
        base, accept, tags = _plain(scope, block)
        if base is None or len(query) > _MOST_QUERY:
            return False
        try:
            scope[STATE] = state = await self._source.state()
            if state.disturbed:
                return False
            asked = Asked(base, accept, tags, state=state)
            if number:
                response = await collection.member(int(number), asked=asked)
            else:
                response = await collection.page(_question(collection, query), asked=asked)
        except (Problem, ValueError, psycopg.Error):
            return False
        told = [_VARY if name == b"vary" else (name, value) for name, value in response.raw_headers]
        await send({"type": "http.response.start", "status": response.status_code, "headers": [*told, *headers]})
        await send({"type": "http.response.body", "body": response.body})
        return True


def _plain(scope: Scope, block: str) -> tuple[str | None, str, str]:
    """Give the address of the block, what is accepted and which tags are known; no address when it is not plain."""
    host, accept, tags = b"", b"", b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"accept" and not accept:
            accept = value
        elif name == b"if-none-match" and not tags:
            tags = value
        elif name in _UNUSUAL:
            return None, "", ""
    if scope.get("root_path") or not _HOST.fullmatch(host):
        return None, "", ""
    base = f"{scope.get('scheme', 'http')}://{host.decode()}{block}"
    return base, accept.decode("latin-1").strip(), tags.decode("latin-1")


@lru_cache(maxsize=1024)
def _question(collection: Collection, query: bytes) -> BaseModel:
    """Read what is asked of a page.

    Raises:
        ValueError: it is not plain; also when it is plainly wrong.
    """
    pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True)
    given = dict(pairs)
    if len(given) < len(pairs):
        raise ValueError("a parameter comes twice")
    return collection.question.model_validate(given)

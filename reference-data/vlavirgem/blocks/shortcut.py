"""The short way to a collection and its members, which are most of what is asked.

Finding a route among hundreds and reading its parameters costs more than such an answer itself. This takes only what
is plainly right; whatever is unusual, wrong or not there goes the ordinary way, which knows what to say about it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import psycopg

from vlavirgem.blocks.answers import STATE, Asked
from vlavirgem.blocks.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vlavirgem.blocks.collection import Collection

_HOST = re.compile(rb"[A-Za-z0-9._-]+(?::[0-9]{1,5})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_MOST_QUERY = 500


class Shortcut:
    """Answers plain readings of collections, and leaves all else to the application.

    Args:
        app: The application.
        collections: By address of a block, its version and its collections by name.
    """

    def __init__(self, app: ASGIApp, *, collections: Mapping[str, tuple[str, Mapping[str, Collection]]]) -> None:
        self._app = app
        self._collections = {
            f"{block}/{name}": (block, version, collection)
            for block, (version, known) in collections.items()
            for name, collection in known.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        response = None
        if scope["type"] == "http" and scope["method"] == "GET" and STATE in scope and not scope.get("root_path"):
            response = await self._answer(scope)
        await (response or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        path: str = scope["path"]
        query: bytes = scope["query_string"]
        number = ""
        found = self._collections.get(path)
        if found is None:
            path, _, number = path.rpartition("/")
            found = self._collections.get(path)
            if found is None or query or not _NUMBER.fullmatch(number):
                return None
        elif len(query) > _MOST_QUERY:
            return None
        block, version, collection = found
        asked = _asked(scope, block)
        if asked is None:
            return None
        try:
            if number:
                response = await collection.member(int(number), asked=asked)
            else:
                response = await collection.page(_question(collection, query), asked=asked)
        except (Problem, ValueError, psycopg.Error):
            return None
        response.headers["API-Version"] = version
        return response


def _asked(scope: Scope, block: str) -> Asked | None:
    host, accept, tags = b"", b"", b""
    for name, value in scope["headers"]:
        if name == b"host":
            host = value
        elif name == b"accept":
            if accept:
                return None
            accept = value
        elif name == b"if-none-match":
            tags = value
    if not _HOST.fullmatch(host):
        return None
    base = f"{scope.get('scheme', 'http')}://{host.decode()}{block}"
    return Asked(base, accept.decode("latin-1").strip(), tags.decode("latin-1"), state=scope[STATE])


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

"""Finding the documents about an identifier that no building block has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.identifiers.described import (
    CONTEXT,
    describe_concept,
    describe_graph,
    describe_life_events,
    describe_list,
    describe_lists,
    describe_problem,
    describe_problems,
    describe_words,
)
from vlavirgem.blocks.identifiers.rows import describe_rows
from vlavirgem.blocks.served import served_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request

_LIFE_EVENTS = "SELECT code, naam, naam_en FROM levensgebeurtenissen ORDER BY id"


def find_documents(request: Request, parts: Sequence[str]) -> list[dict[str, Any]]:
    """Find what is told of an identifier; nothing when it names nothing.

    Args:
        request: The request.
        parts: The identifier below the root of all, split at its slashes.
    """
    served, found = served_at(request), None
    match parts:
        case ["concept"]:
            return [{"@context": CONTEXT, "@graph": describe_lists(served=served)}]
        case ["concept", name]:
            found = describe_list(name, served=served)
        case ["concept", name, code]:
            found = describe_concept(name, code, served=served)
        case ["graaf", name]:
            found = describe_graph(name)
        case ["levensgebeurtenis"]:
            with request.app.state.connections.connection() as connection:
                found = describe_life_events(connection.execute(_LIFE_EVENTS.encode()).fetchall())
        case [_, _]:
            with request.app.state.connections.connection() as connection:
                return describe_rows(connection, "/".join(parts), served=served)
    return [] if found is None else [_in_context(found)]


def find_words() -> dict[str, Any]:
    """Give what is told of our own words."""
    return _in_context(describe_words())


def find_problems(code: str | None) -> list[dict[str, Any]]:
    """Give what is told of one thing that can go wrong, or of all."""
    found = describe_problems() if code is None else describe_problem(code)
    return [] if found is None else [_in_context(found)]


def _in_context(document: Mapping[str, Any]) -> dict[str, Any]:
    return {"@context": CONTEXT, **document}

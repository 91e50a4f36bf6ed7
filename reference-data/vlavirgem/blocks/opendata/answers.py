"""One answer in the notations of RDF: JSON-LD as it is, N-Triples and Turtle made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.answers import JSON, JSON_LD, chosen_format, respond
from vlavirgem.blocks.opendata.graph import N_TRIPLES, TURTLE, n_triples, statements, turtle, turtle_head

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

OFFERED = (JSON_LD, TURTLE, N_TRIPLES, JSON)


def respond_as_graph(
    request: Request, content: Mapping[str, Any], *, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a document in the notation that the client likes best."""
    media_type = chosen_format(request, offered=OFFERED)
    if media_type == N_TRIPLES:
        return respond(request, n_triples(statements(content)), media_type=media_type, headers=headers)
    if media_type == TURTLE:
        body = turtle_head() + turtle(statements(content))
        return respond(request, body, media_type=media_type, headers=headers)
    return respond(request, content, media_type=media_type, headers=headers)

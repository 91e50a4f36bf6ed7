"""From an identifier to its document (303), and the documents that no building block has.

The shape of Flemish identifiers: `/id/…` names a thing, `/doc/…` tells about it, `/ns#…` is a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi import Request  # noqa: TC002 - FastAPI reads annotations at run time
from starlette.responses import RedirectResponse, Response

from vlavirgem.blocks.answers import JSON, JSON_LD, base_url, best_format, chosen_format, respond
from vlavirgem.blocks.problems import Problem, not_found
from vlavirgem.blocks.registry import BLOCKS
from vlavirgem.blocks.served import served_at
from vlavirgem.place import ID_BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI

HTML = "text/html"
_FORMATS = (JSON, JSON_LD, HTML)
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_CATALOGUE = "/opendata/v1/catalogus"
_TOLD_AT = {
    "catalogus": _CATALOGUE,
    "catalogusrecord": "/opendata/v1/datasets/{word}",
    "dataset": "/opendata/v1/datasets/{word}",
    "distributie": "/opendata/v1/datasets/{dataset}",
    "dienst": "/opendata/v1/diensten/{word}",
    "contact": _CATALOGUE,
    "gebied": _CATALOGUE,
    "maat": _CATALOGUE,
    "ldes": "/opendata/v1/ldes/{word}",
    "stad": "/",
}
"""Where it is told what is no row of a table: the open data, and who sends events."""
_DECIDED = {"besluiten": "/besluiten/v1/ldes", "publicaties": "/besluiten/v1/publicaties"}
"""Streams that are not of open data."""


def add_routes(app: FastAPI) -> None:
    """Add the routes."""
    for pattern in ("/{soort}", "/{soort}/{woord}", "/{soort}/{woord}/{deel}"):
        app.add_api_route(f"/id{pattern}", follow, methods=["GET"])
        app.add_api_route(f"/doc{pattern}", read, methods=["GET"])
    app.add_api_route("/ns", read_words, methods=["GET"])
    for pattern in ("", "/{woord}"):
        app.add_api_route(f"/problemen{pattern}", read_problems, methods=["GET"])


def follow(request: Request) -> Response:
    """Lead from an identifier to where it is told about."""
    kind, *rest = _parts(request)
    if len(rest) < 2:  # noqa: PLR2004 - a kind, or one of that kind
        for block in BLOCKS:
            for resource in block.resources:
                if resource.entity.name == kind:
                    return _see(request, "/".join((block.path, resource.path, *rest)))
    if (kind, *rest[1:]) == ("formulier", "schema"):
        return _see(request, f"/ipdc/v1/formulieren/{rest[0]}/schema")
    if kind in _TOLD_AT and rest:
        word = served_at(request).own(rest[0])
        told = _DECIDED.get(word) if kind == "ldes" else None
        return _see(request, told or _TOLD_AT[kind].format(word=word, dataset=word.rpartition("-")[0]))
    if not _described(request):
        raise _unknown()
    return _see(request, "/".join(("/doc", kind, *rest)))


def read(request: Request) -> Response:
    """Tell about a thing that no building block has."""
    found = _described(request)
    if not found:
        raise _unknown()
    return _answer(request, found)


def read_words(request: Request) -> Response:
    """Tell about our own words."""
    from vlavirgem.blocks.identifiers.finding import find_words  # noqa: PLC0415 - idem

    return _answer(request, [find_words()])


def read_problems(request: Request) -> Response:
    """Tell what can go wrong, or about one problem."""
    from vlavirgem.blocks.identifiers.finding import find_problems  # noqa: PLC0415 - idem

    found = find_problems(next(iter(_parts(request)), None))
    if not found:
        raise _unknown()
    return _answer(request, found)


def _parts(request: Request) -> list[str]:
    parts = list(request.path_params.values())
    if not all(_WORD.fullmatch(part) for part in parts):
        raise _unknown()
    return parts


def _described(request: Request) -> Sequence[dict[str, Any]]:
    from vlavirgem.blocks.identifiers.finding import find_documents  # noqa: PLC0415 - few ask; starting stays fast

    return find_documents(request, _parts(request))


def _answer(request: Request, found: Sequence[dict[str, Any]]) -> Response:
    media_type = chosen_format(request, offered=_FORMATS)
    if media_type == HTML:
        from vlavirgem.blocks.identifiers.pages import page_about  # noqa: PLC0415 - most who come are programs

        return page_about(request, found)
    return respond(request, found[0] if len(found) == 1 else {"@graph": found}, media_type=media_type)


def wants_page(request: Request) -> bool:
    """Say whether the reader likes a page better than data, as browsers do."""
    try:
        return best_format(request.headers.get("accept", "").strip(), offered=(JSON, HTML)) == HTML
    except Problem:
        return False


def _see(request: Request, path: str) -> Response:
    return RedirectResponse(base_url(request) + path, status_code=303)


def _unknown() -> Problem:
    return not_found(
        f"Deze identificator is onbekend. Identificatoren beginnen met {ID_BASE}.",
        f"This identifier is unknown. Identifiers begin with {ID_BASE}.",
    )

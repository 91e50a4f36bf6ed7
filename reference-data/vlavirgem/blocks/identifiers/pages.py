"""A document about an identifier as a page: for who follows one with a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.webpages import page
from vlavirgem.explore.requests import language_of
from vlavirgem.place import ID_BASE
from vlavirgem.report.wording import Both

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

_PARTS = ("@graph", "begrippen", "termen")
_TITLES = ("naam", "label", "titel", "omschrijving", "notatie")
_LISTS = Both("Codelijsten", "Code lists")
"""The name of what has none of its own: all code lists together."""
_TOLD = ("@context", "@id", "@type", "definitie", *_PARTS)


def page_about(request: Request, found: Sequence[Mapping[str, Any]]) -> Response:
    """Show what is told of an identifier, in the language that the browser likes or `taal` says.

    Args:
        request: The request.
        found: The documents about it, one at least.
    """
    language, base = language_of(request), base_url(request)
    shown = _shown(found[0], language=language)
    parts = [_shown(part, language=language) for one in found for name in _PARTS for part in one.get(name, ())]
    return page(
        request,
        "vlavirgem.blocks.identifiers",
        "document",
        here=base + request.url.path,
        iri=found[0].get("@id", f"{ID_BASE}{request.path_params.get('soort', '')}"),
        shown={**shown, "title": shown["title"] or _LISTS(language)},
        facts=[fact for one in found for fact in _facts(one, base=base, language=language)],
        parts=[{**part, "href": _where(part["iri"], base=base)} for part in parts],
    )


def _shown(document: Mapping[str, Any], *, language: str) -> dict[str, str]:
    title = next((document[name] for name in _TITLES if document.get(name)), "")
    iri = str(document.get("@id", ""))
    return {
        "iri": iri,
        "anchor": iri.partition("#")[2] or iri.rpartition("/")[2],
        "title": _said(title, language=language) or iri.removeprefix(ID_BASE),
        "text": _said(document.get("definitie", ""), language=language),
    }


def _facts(document: Mapping[str, Any], *, base: str, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what a document says, with where each value leads; what is inside things without a name stays out."""
    facts = []
    for term, value in document.items():
        if term in _TOLD or term in _TITLES:
            continue
        values = value if isinstance(value, list) else [value]
        said = [_valued(one, base=base, language=language) for one in values]
        if said := [one for one in said if one[0]]:
            facts.append((term, said))
    return facts


def _valued(value: Any, *, base: str, language: str) -> tuple[str, str]:
    iri = value if isinstance(value, str) else value.get("@id", "") if isinstance(value, dict) else ""
    return _said(value, language=language), _where(iri, base=base)


def _said(value: Any, *, language: str) -> str:
    if isinstance(value, dict):
        return str(value.get(language) or value.get("nl") or value.get("@id", ""))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _where(iri: str, *, base: str) -> str:
    """Give the address at this service of an identifier of ours; nothing for a text."""
    for root in (ID_BASE, ID_BASE.removesuffix("id/")):
        if iri.startswith(root):
            return f"{base}/{'id/' if root == ID_BASE else ''}{iri.removeprefix(root)}"
    return iri if iri.startswith(("http://", "https://")) else ""

"""Read an answer as RDF, without ever fetching anything outside the component's own origin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyld import jsonld
from pyld.jsonld import JsonLdError
from rdflib import Dataset
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax

from proeftuin_conformance.errors import NotRdfError, TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proeftuin_conformance.client import RecordingClient
    from proeftuin_conformance.exchanges import Exchange

__all__ = ["NotRdfError", "to_nquads"]

_TURTLE = {"text/turtle", "application/x-turtle"}
_NQUADS = {"application/n-quads", "application/n-triples"}


def to_nquads(exchange: Exchange, *, http: RecordingClient, contexts: Mapping[str, Path]) -> str:
    """The answer as N-Quads: from JSON-LD, Turtle or N-Quads, by its media type.

    Args:
        exchange: the answer.
        http: fetches contexts that are on the component's own origin.
        contexts: context address → file; these are never fetched.

    Raises:
        NotRdfError: the media type or the content is not RDF, or a context is out of reach.
    """
    media = exchange.media_type
    try:
        if media in _TURTLE or media in _NQUADS:
            graph = Dataset(default_union=True)
            graph.parse(
                data=exchange.content, format="turtle" if media in _TURTLE else "nquads", publicID=exchange.url
            )
            return str(graph.serialize(format="nquads"))
        if media == "application/json" or media.endswith("+json"):
            options = {
                "base": exchange.url,
                "format": "application/n-quads",
                "documentLoader": _loader(http, contexts),
            }
            return str(jsonld.to_rdf(exchange.json(), options))
    except (JsonLdError, BadSyntax, ParserError, ValueError, RecursionError) as error:
        raise NotRdfError(f"{type(error).__name__}: {error}") from error
    raise NotRdfError(f"media type {media or '(none)'} is not JSON-LD, Turtle or N-Quads")


def _loader(http: RecordingClient, contexts: Mapping[str, Path]) -> Any:
    def load(url: str, _options: dict[str, Any]) -> dict[str, Any]:
        if url in contexts:
            document = json.loads(contexts[url].read_text(encoding="utf-8"))
        else:
            try:
                document = http.get(url, headers={"Accept": "application/ld+json, application/json"}).json()
            except (TargetError, UsageError, ValueError) as error:
                raise JsonLdError(
                    f"the context {url} is not in the kit and not on the component's own origin",
                    "jsonld.LoadDocumentError",
                    code="loading remote context failed",
                ) from error
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}

    return load

"""Linked Data Event Streams: what is published, in pages that never change once they are full.

Sources: the specifications Linked Data Event Streams (SEMIC) and TREE. A stream has a root page that says how it works
and leads to its pages by moment, and pages with members. A member is a version of a thing: it never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.answers import JSON, JSON_LD, base_url, chosen_format, respond
from vlavirgem.blocks.problems import not_found
from vlavirgem.place import ID_BASE
from vlavirgem.store.governance import read_fragments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.store.connection import DictConnection
    from vlavirgem.store.governance import Fragment

    Members = Callable[[DictConnection, int, int], Sequence[Mapping[str, Any]]]

PAGE_SIZE = 100
_LDES, _TREE = "https://w3id.org/ldes#", "https://w3id.org/tree#"
_PROV, _DCT = "http://www.w3.org/ns/prov#", "http://purl.org/dc/terms/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
TIMESTAMP, VERSION_OF = f"{_PROV}generatedAtTime", f"{_DCT}isVersionOf"
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "public, no-cache"}
POLLING_SECONDS = 60


def _link(iri: str) -> dict[str, str]:
    return {"@id": iri, "@type": "@id"}


CONTEXT: dict[str, Any] = {
    "EventStream": f"{_LDES}EventStream",
    "Pagina": f"{_TREE}Node",
    "VanafRelatie": f"{_TREE}GreaterThanOrEqualToRelation",
    "TotEnMetRelatie": f"{_TREE}LessThanOrEqualToRelation",
    "timestampPath": _link(f"{_LDES}timestampPath"),
    "versionOfPath": _link(f"{_LDES}versionOfPath"),
    "pollingInterval": {"@id": f"{_LDES}pollingInterval", "@type": f"{_XSD}integer"},
    "immutable": {"@id": f"{_LDES}immutable", "@type": f"{_XSD}boolean"},
    "shape": _link(f"{_TREE}shape"),
    "view": _link(f"{_TREE}view"),
    "relation": {"@id": f"{_TREE}relation", "@container": "@set"},
    "node": _link(f"{_TREE}node"),
    "path": _link(f"{_TREE}path"),
    "value": {"@id": f"{_TREE}value", "@type": f"{_XSD}dateTime"},
    "member": {"@id": f"{_TREE}member", "@type": "@id", "@container": "@set"},
    "streamTitle": {"@id": f"{_DCT}title", "@language": "nl"},
    "generatedAtTime": {"@id": TIMESTAMP, "@type": f"{_XSD}dateTime"},
    "isVersionOf": _link(VERSION_OF),
    "isPartOf": _link(f"{_DCT}isPartOf"),
}
"""Terms of streams, pages and versions; a stream adds those of its members."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One event stream.

    Attributes:
        name: Last part of its IRI.
        path: Where its root page is, within the block.
        title: Name, in Dutch.
        table: Table whose rows are published in the order of their numbers.
        moment: SQL for the moment of publication of a row `t`.
        context: Terms of its members.
        members: Reads up to so many published members after a number.
        shape: IRI of the SHACL shape that members keep, if one is published.
    """

    name: str
    path: str
    title: str
    table: str
    moment: str
    context: Callable[[], dict[str, Any]]
    members: Members
    shape: str = ""

    @property
    def iri(self) -> str:
        """The stream itself."""
        return f"{ID_BASE}ldes/{self.name}"


def written(moment: datetime) -> str:
    """Write a moment in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def version(document: Mapping[str, Any], *, moment: datetime) -> dict[str, Any]:
    """Make the version of a thing that was published at a moment."""
    iri, at = document["@id"], written(moment)
    return {**document, "@id": f"{iri}/{at}", "isVersionOf": iri, "generatedAtTime": at}


def root_answer(request: Request, stream: Stream) -> Response:
    """Answer with the root page: what the stream is, and a relation to every page by moment."""
    media_type = chosen_format(request, offered=(JSON_LD, JSON))
    root = f"{base_url(request)}/{stream.path}"
    with request.app.state.connections.connection() as connection:
        fragments = read_fragments(connection, table=stream.table, moment=stream.moment, size=PAGE_SIZE)
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": stream.iri,
        "@type": "EventStream",
        "streamTitle": stream.title,
        "timestampPath": TIMESTAMP,
        "versionOfPath": VERSION_OF,
        "pollingInterval": POLLING_SECONDS,
        **({"shape": stream.shape} if stream.shape else {}),
        "view": {
            "@id": root,
            "@type": "Pagina",
            "relation": [
                relation
                for fragment in fragments
                for relation in _relations(fragment, root=root, is_last=fragment is fragments[-1])
            ],
        },
    }
    return respond(request, content, media_type=media_type, headers=ASK_AGAIN)


def _relations(fragment: Fragment, *, root: str, is_last: bool) -> list[dict[str, str]]:
    node = f"{root}/{fragment.number + 1}"
    since = {"@type": "VanafRelatie", "node": node, "path": TIMESTAMP, "value": written(fragment.first)}
    if is_last:  # more may come, with any later moment
        return [since]
    return [since, {**since, "@type": "TotEnMetRelatie", "value": written(fragment.last)}]


def page_answer(request: Request, stream: Stream, *, number: int) -> Response:
    """Answer with a page of members; one that is full never changes and may be kept for ever.

    Raises:
        Problem: 404 when there is no such page.
    """
    media_type = chosen_format(request, offered=(JSON_LD, JSON))
    root = f"{base_url(request)}/{stream.path}"
    with request.app.state.connections.connection() as connection:
        fragments = read_fragments(connection, table=stream.table, moment=stream.moment, size=PAGE_SIZE)
        if not 1 <= number <= len(fragments):
            raise not_found(f"Er is geen pagina {number}.", f"There is no page {number}.")
        fragment = fragments[number - 1]
        members = stream.members(connection, fragment.number * PAGE_SIZE, fragment.members)
    is_full = fragment.members == PAGE_SIZE
    content = {
        "@context": {**stream.context(), **CONTEXT},
        "@id": stream.iri,
        "@type": "EventStream",
        "view": {
            "@id": root,
            "@type": "Pagina",
        },
        "member": members,
        "@included": [
            {
                "@id": f"{root}/{number}",
                "@type": "Pagina",
                "isPartOf": root,
                **({"immutable": True} if is_full else {}),
            }
        ],
    }
    return respond(request, content, media_type=media_type, headers=FOREVER if is_full else ASK_AGAIN)


def schemas() -> dict[str, Any]:
    """Describe the pages of a stream for an OpenAPI document."""
    text, iri = {"type": "string"}, {"type": "string", "format": "uri"}
    relation = {
        "type": "object",
        "properties": {"@type": text, "node": iri, "path": iri, "value": {"type": "string", "format": "date-time"}},
        "required": ["@type", "node", "path", "value"],
    }
    view = {
        "type": "object",
        "properties": {"@id": iri, "@type": text, "relation": {"type": "array", "items": relation}},
        "required": ["@id", "@type"],
    }
    member = {
        "type": "object",
        "properties": {
            "@id": iri,
            "isVersionOf": iri,
            "generatedAtTime": {"type": "string", "format": "date-time"},
        },
        "required": ["@id", "isVersionOf", "generatedAtTime"],
    }
    return {
        "EventStream": {
            "type": "object",
            "title": "EventStream",
            "description": "Een Linked Data Event Stream (LDES): de beginpagina, of een pagina met leden.",
            "properties": {
                "@id": iri,
                "@type": {"const": "EventStream"},
                "view": view,
                "member": {"type": "array", "items": member},
            },
            "required": ["@context", "@id", "@type", "view"],
        }
    }

"""Linked Data Event Streams: what is published, in pages that never change once they are full.

Sources: the specifications Linked Data Event Streams (SEMIC) and TREE. A stream has a root page that says how it works
and leads to its pages by moment, and pages with members. A member is a version of a thing: it never changes. After
a reset to the seed a stream is another one: of another epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks.answers import JSON, JSON_LD, base_url, chosen_format, respond
from vlavirgem.blocks.epochs import in_epoch
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.served import served_at
from vlavirgem.linked.mapping import expand
from vlavirgem.store.governance import read_fragments
from vlavirgem.store.today import seed_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.blocks.served import Served
    from vlavirgem.store.connection import DictConnection
    from vlavirgem.store.governance import Fragment

    Members = Callable[[DictConnection, Served, int, int], Sequence[tuple[Mapping[str, Any], datetime]]]

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
    "tijdperk": expand("vvg:tijdperk"),
    "streamTitle": {"@id": f"{_DCT}title", "@language": "nl"},
    "generatedAtTime": {"@id": TIMESTAMP, "@type": f"{_XSD}dateTime"},
    "isVersionOf": _link(VERSION_OF),
    "isPartOf": _link(f"{_DCT}isPartOf"),
}
"""Terms of streams, pages and versions; a stream adds those of its members."""
ABOUT_EPOCHS = {
    "streamDescription": "Wordt de gemeente teruggezet naar haar begin, dan begint een nieuw tijdperk: een andere "
    "stroom op hetzelfde adres. Wie een ander tijdperk ziet, gooit weg wat hij had en begint opnieuw.",
    "streamDescriptionEn": "When the town is reset to its seed a new epoch begins: another stream at the same "
    "address. Whoever sees another epoch drops what they had and starts again.",
}
"""What every stream says of itself."""


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
        members: Reads up to so many published things after a number, each with its moment.
        shape: IRI of the SHACL shape that members keep, if one is published.
    """

    name: str
    path: str
    title: str
    table: str
    moment: str
    context: Callable[[Served], dict[str, Any]]
    members: Members
    shape: str = ""

    def about(self, epoch: str, *, served: Served) -> dict[str, Any]:
        """Say which stream it is, in an epoch."""
        return {"@id": served.iri(f"ldes/{self.name}/{epoch}"), "@type": "EventStream", "tijdperk": epoch}


def written(moment: datetime) -> str:
    """Write a moment in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def version(document: Mapping[str, Any], *, moment: datetime, epoch: str) -> dict[str, Any]:
    """Make the version of a thing that was published at a moment; one of the seed is the same in every epoch: ''."""
    iri, at = document["@id"], written(moment)
    return {**document, "@id": version_iri(iri, at=at, epoch=epoch), "isVersionOf": iri, "generatedAtTime": at}


def version_iri(iri: str, *, at: str, epoch: str) -> str:
    """Name a version: of what, when, and after which reset; without an epoch it is one of the seed."""
    return "/".join(filter(None, (iri, at, epoch)))


def root_answer(request: Request, stream: Stream) -> Response:
    """Answer with the root page: what the stream is, and a relation to every page by moment."""
    media_type = chosen_format(request, offered=(JSON_LD, JSON))
    root, served = f"{base_url(request)}/{stream.path}", served_at(request)
    with in_epoch(request, root=root) as (connection, epoch):
        fragments = read_fragments(connection, table=stream.table, moment=stream.moment, size=PAGE_SIZE)
    within = f"{root}/{epoch}"
    content: dict[str, Any] = {
        "@context": CONTEXT,
        **stream.about(epoch, served=served),
        "streamTitle": served.say(stream.title),
        **ABOUT_EPOCHS,
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
                for relation in _relations(fragment, within=within, is_last=fragment is fragments[-1])
            ],
        },
    }
    return respond(request, content, media_type=media_type, headers=ASK_AGAIN)


def _relations(fragment: Fragment, *, within: str, is_last: bool) -> list[dict[str, str]]:
    node = f"{within}/{fragment.number + 1}"
    since = {"@type": "VanafRelatie", "node": node, "path": TIMESTAMP, "value": written(fragment.first)}
    if is_last:  # more may come, with any later moment
        return [since]
    return [since, {**since, "@type": "TotEnMetRelatie", "value": written(fragment.last)}]


def page_answer(request: Request, stream: Stream, *, epoch: str, number: int) -> Response:
    """Answer with a page of members; one that is full never changes and may be kept for ever.

    Raises:
        Problem: 404 when there is no such page, 410 when it was of an earlier epoch.
    """
    media_type = chosen_format(request, offered=(JSON_LD, JSON))
    root, served = f"{base_url(request)}/{stream.path}", served_at(request)
    with in_epoch(request, root=root, epoch=epoch) as (connection, _):
        fragments = read_fragments(connection, table=stream.table, moment=stream.moment, size=PAGE_SIZE)
        if not 1 <= number <= len(fragments):
            raise not_found(f"Er is geen pagina {number}.", f"There is no page {number}.")
        fragment = fragments[number - 1]
        found = stream.members(connection, served, fragment.number * PAGE_SIZE, fragment.members)
        seeded = seed_moment(connection)
    is_full = fragment.members == PAGE_SIZE
    content = {
        "@context": {**stream.context(served), **CONTEXT},
        **stream.about(epoch, served=served),
        "view": {
            "@id": root,
            "@type": "Pagina",
        },
        "member": [
            version(document, moment=moment, epoch="" if moment < seeded else epoch) for document, moment in found
        ],
        "@included": [
            {
                "@id": f"{root}/{epoch}/{number}",
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

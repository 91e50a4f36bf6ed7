"""The event streams (LDES) of the registers: every version, from the first of the seed to the last that was written.

Sources: Linked Data Event Streams (SEMIC) and TREE. A root says how the stream works and leads to its pages by moment;
a page has members. A full page, and a branch of a hundred of them, never changes. After a reset to the seed a stream
is another one: its IRI and the addresses of its pages carry the epoch, and pages of an earlier one are gone (410).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vlavirgem.blocks import ldes
from vlavirgem.blocks.answers import base_url
from vlavirgem.blocks.epochs import in_epoch
from vlavirgem.blocks.opendata.answers import respond_as_graph
from vlavirgem.blocks.opendata.order import Orders, Pages, Seed
from vlavirgem.blocks.opendata.versions import DELETED, Content, version, written
from vlavirgem.blocks.problems import not_found
from vlavirgem.blocks.served import Served, served_at
from vlavirgem.linked.context import make_context
from vlavirgem.linked.mapping import expand
from vlavirgem.linked.opened import OPENED, Opened
from vlavirgem.store import streams

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from vlavirgem.store.connection import DictConnection

PATH = "ldes"
_LDES = "https://w3id.org/ldes#"
SEQUENCE = expand("vvg:volgnummer")
CONTEXT: dict[str, Any] = {
    **ldes.CONTEXT,
    "volgnummer": {"@id": SEQUENCE, "@type": expand("xsd:integer")},
    "tijdperk": expand("vvg:tijdperk"),
    "sequencePath": {"@id": f"{_LDES}sequencePath", "@type": "@id"},
    "versionDeletePath": {"@id": f"{_LDES}versionDeletePath", "@type": "@id"},
    "versionDeleteObject": {"@id": f"{_LDES}versionDeleteObject", "@type": "@id"},
    "retentionPolicy": {"@id": f"{_LDES}retentionPolicy", "@type": "@id"},
    "Bewaarregel": f"{_LDES}RetentionPolicy",
    "startingFrom": {"@id": f"{_LDES}startingFrom", "@type": expand("xsd:dateTime")},
    "streamDescription": {"@id": expand("dct:description"), "@language": "nl"},
    "streamDescriptionEn": {"@id": expand("dct:description"), "@language": "en"},
    DELETED: expand(f"vvg:{DELETED}"),
}
"""Terms of streams, pages and versions; those of the members come beside them."""
_SHAPE_CONTEXT = {
    "Vorm": expand("sh:NodeShape"),
    "soortKnoop": {"@id": expand("sh:nodeKind"), "@type": "@id"},
    "eigenschap": {"@id": expand("sh:property"), "@type": "@id"},
    "pad": {"@id": expand("sh:path"), "@type": "@id"},
    "gegevenstype": {"@id": expand("sh:datatype"), "@type": "@id"},
    "minstens": {"@id": expand("sh:minCount"), "@type": expand("xsd:integer")},
    "hoogstens": {"@id": expand("sh:maxCount"), "@type": expand("xsd:integer")},
}
_ONCE = {"minstens": 1, "hoogstens": 1}
_BY_NAME = {opened.name: opened for opened in OPENED}
_CONTENT = {opened.name: Content(opened.entity) for opened in OPENED}


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream as it is while a request is answered.

    Attributes:
        served: The municipality.
        opened: The register.
        epoch: The time since the last reset.
        seed: What was there at the seed.
        pages: Its pages.
        root: Address of its root.
    """

    served: Served
    opened: Opened
    epoch: str
    seed: Seed
    pages: Pages
    root: str

    @property
    def iri(self) -> str:
        return self.served.iri(f"ldes/{self.opened.name}/{self.epoch}")

    @property
    def within(self) -> str:
        return f"{self.root}/{self.epoch}"

    def about(self) -> dict[str, Any]:
        return {
            "@id": self.iri,
            "@type": "EventStream",
            "timestampPath": ldes.TIMESTAMP,
            "sequencePath": SEQUENCE,
            "versionOfPath": ldes.VERSION_OF,
            "versionDeletePath": expand("rdf:type"),
            "versionDeleteObject": expand(f"vvg:{DELETED}"),
            "tijdperk": self.epoch,
        }


def root_answer(request: Request, name: str) -> Response:
    """Answer with the root of a stream.

    Raises:
        Problem: 404, there is no such stream.
    """
    with _opened(request, name) as (connection, stream):
        moments = _moments(connection, stream)
    pages = stream.pages
    relations = [
        relation
        for number in range(1, pages.branches + 1)
        for relation in _bounds(
            f"{stream.within}/takken/{number}",
            moments[pages.places(pages.in_branch(number)[0]).start],
            moments[pages.places(pages.in_branch(number)[-1]).stop - 1],
        )
    ]
    relations += [relation for page in pages.at_root() for relation in _to_page(stream, page, moments=moments)]
    content = {
        "@context": {**CONTEXT, **_SHAPE_CONTEXT},
        **stream.about(),
        "streamTitle": f"{stream.served.name}: {name}, versie per versie",
        **ldes.ABOUT_EPOCHS,
        "pollingInterval": ldes.POLLING_SECONDS,
        "shape": _shape(stream),
        "view": {
            "@id": stream.root,
            "@type": "Pagina",
            **({"retentionPolicy": _kept(stream, since=moments[0])} if moments else {}),
            "relation": relations,
        },
    }
    return respond_as_graph(request, content, headers=ldes.ASK_AGAIN)


def branch_answer(request: Request, name: str, *, epoch: str, number: int) -> Response:
    """Answer with a branch: relations to a hundred full pages.

    Raises:
        Problem: 404, there is no such stream or branch; 410, it is of before a reset.
    """
    with _opened(request, name, epoch=epoch) as (connection, stream):
        moments = _moments(connection, stream)
    if number > stream.pages.branches:
        raise not_found(f"Er is geen tak {number}.", f"There is no branch {number}.")
    content = {
        "@context": CONTEXT,
        **stream.about(),
        "view": {"@id": stream.root, "@type": "Pagina"},
        "@included": [
            {
                "@id": f"{stream.within}/takken/{number}",
                "@type": "Pagina",
                "isPartOf": stream.root,
                "immutable": True,
                "relation": [
                    relation
                    for page in stream.pages.in_branch(number)
                    for relation in _to_page(stream, page, moments=moments)
                ],
            }
        ],
    }
    return respond_as_graph(request, content, headers=ldes.FOREVER)


def page_answer(request: Request, name: str, *, epoch: str, number: int) -> Response:
    """Answer with a page of members; one that is full never changes and may be kept for ever.

    Raises:
        Problem: 404, there is no such stream or page; 410, it is of before a reset.
    """
    with _opened(request, name, epoch=epoch) as (connection, stream):
        if number > stream.pages.count:
            raise not_found(f"Er is geen pagina {number}.", f"There is no page {number}.")
        members = list(_members(connection, stream, stream.pages.places(number)))
    is_full, served = number <= stream.pages.full, stream.served
    content = {
        "@context": {**make_context(served.entity(stream.opened.entity), find=served.find), **CONTEXT},
        **stream.about(),
        "view": {"@id": stream.root, "@type": "Pagina"},
        "member": members,
        "@included": [
            {
                "@id": f"{stream.within}/{number}",
                "@type": "Pagina",
                "isPartOf": stream.root,
                **({"immutable": True} if is_full else {}),
            }
        ],
    }
    return respond_as_graph(request, content, headers=ldes.FOREVER if is_full else ldes.ASK_AGAIN)


@contextmanager
def _opened(request: Request, name: str, *, epoch: str | None = None) -> Iterator[tuple[DictConnection, _Stream]]:
    opened = _BY_NAME.get(name)
    if opened is None:
        raise not_found(f"Er is geen stroom {name}.", f"There is no stream {name}.")
    root = f"{base_url(request)}/{PATH}/{name}"
    orders: Orders = request.app.state.orders
    with in_epoch(request, root=root, epoch=epoch) as (connection, current):
        seed = orders.of(name, epoch=current, read=lambda: streams.read_order(connection, name))
        versions = len(seed.numbers) + streams.count_members(connection, name)
        yield connection, _Stream(served_at(request), opened, current, seed, Pages(versions, orders.size), root)


def _moments(connection: DictConnection, stream: _Stream) -> dict[int, datetime]:
    """Give when the first and last version of each page were published, by place."""
    seeded = len(stream.seed.numbers)
    later = [place - seeded for place in stream.pages.edges() if place >= seeded]
    found = streams.read_moments(connection, stream.opened.name, places=later) if later else {}
    return {**stream.seed.moments, **{seeded + place: moment for place, moment in found.items()}}


def _members(connection: DictConnection, stream: _Stream, places: range) -> Iterator[dict[str, Any]]:
    name, seeded = stream.opened.name, len(stream.seed.numbers)
    content, render = _CONTENT[name], stream.served.renderer(stream.opened.entity)
    numbers = stream.seed.numbers[places.start : places.stop]
    rows = streams.read_seed(connection, name, numbers) if numbers else []
    for place, row in enumerate(rows, start=places.start):
        document = content(row["nummer"], row["inhoud"], render=render)
        yield version(document, moment=row["moment"], place=place, epoch="")
    since = max(places.start, seeded)
    if places.stop > since:
        for row in streams.read_members(connection, name, since=since - seeded, limit=places.stop - since):
            document = content(row["nummer"], row["inhoud"], render=render)
            moment = row["gepubliceerd"]
            yield version(document, moment=moment, place=seeded + row["rang"], epoch=stream.epoch)


def _to_page(stream: _Stream, page: int, *, moments: dict[int, datetime]) -> list[dict[str, str]]:
    places = stream.pages.places(page)
    last = moments[places.stop - 1] if page <= stream.pages.full else None
    return _bounds(f"{stream.within}/{page}", moments[places.start], last)


def _bounds(node: str, first: datetime, last: datetime | None) -> list[dict[str, str]]:
    """Say from when to when the members of a page are; without a last moment more may come, with any later one."""
    since = {"@type": "VanafRelatie", "node": node, "path": ldes.TIMESTAMP, "value": written(first)}
    return [since] if last is None else [since, {**since, "@type": "TotEnMetRelatie", "value": written(last)}]


def _shape(stream: _Stream) -> dict[str, Any]:
    """Say what every member has, whatever it is a version of."""
    return {
        "@id": f"{stream.root}#vorm",
        "@type": "Vorm",
        "soortKnoop": expand("sh:IRI"),
        "eigenschap": [
            {"pad": expand("rdf:type"), "minstens": 1, "soortKnoop": expand("sh:IRI")},
            {"pad": ldes.VERSION_OF, **_ONCE, "soortKnoop": expand("sh:IRI")},
            {"pad": ldes.TIMESTAMP, **_ONCE, "gegevenstype": expand("xsd:dateTime")},
            {"pad": SEQUENCE, **_ONCE, "gegevenstype": expand("xsd:integer")},
        ],
    }


def _kept(stream: _Stream, *, since: datetime) -> dict[str, str]:
    """Say that every version is kept, from the first one on."""
    return {"@id": f"{stream.root}#bewaarregel", "@type": "Bewaarregel", "startingFrom": written(since)}

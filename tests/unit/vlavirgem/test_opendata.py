"""The parts of the open data block that need no database: pages of a stream, and RDF from our own JSON-LD."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Graph, Literal
from rdflib.compare import isomorphic

from vlavirgem.blocks.opendata.feeds import CONTEXT
from vlavirgem.blocks.opendata.graph import n_triples, triples, turtle, turtle_head
from vlavirgem.blocks.opendata.order import Orders, Pages, read_seed_order
from vlavirgem.blocks.opendata.versions import version
from vlavirgem.blocks.opendata.writing import WRITERS
from vlavirgem.export.jsonld import documents
from vlavirgem.export.source import TownSource
from vlavirgem.linked.catalogue import find_entity
from vlavirgem.linked.context import make_context
from vlavirgem.linked.opened import OPENED
from vlavirgem.parts import ROWS_OF_A_PART
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem import Town
    from vlavirgem.linked.opened import Opened

SEED = datetime(2026, 1, 1, tzinfo=UTC)


@given(versions=st.integers(0, 1_000), size=st.integers(1, 12))
def test_the_pages_of_a_stream_hold_every_place_once(versions: int, size: int) -> None:
    """Full pages first, then at most one that is not full; a root or one branch leads to each."""
    pages = Pages(versions, size)
    found = [place for page in range(1, pages.count + 1) for place in pages.places(page)]
    led_to = [page for branch in range(1, pages.branches + 1) for page in pages.in_branch(branch)]

    assert list(range(versions)) == found
    assert [size] * pages.full == [len(pages.places(page)) for page in range(1, pages.full + 1)]
    assert pages.count - pages.full in (0, 1)
    assert list(range(1, pages.count + 1)) == [*led_to, *pages.at_root()]
    assert all(page <= pages.full for page in led_to)


@given(before=st.integers(0, 500), more=st.integers(0, 500), size=st.integers(1, 12))
def test_a_full_page_and_a_branch_stay_what_they_are_however_much_comes(before: int, more: int, size: int) -> None:
    """That is what lets a client keep them for ever."""
    then, now = Pages(before, size), Pages(before + more, size)

    assert [then.places(page) for page in range(1, then.full + 1)] == [
        now.places(page) for page in range(1, then.full + 1)
    ]
    assert then.branches <= now.branches


@given(things=st.integers(0, 60), size=st.integers(1, 9))
def test_the_seed_knows_the_moments_at_the_edges_of_its_pages(things: int, size: int) -> None:
    """Relations need no other moments than those."""
    found = [(100 + place, SEED + timedelta(days=place)) for place in range(things)]

    seed = read_seed_order(found, size=size)

    assert [number for number, _ in found] == list(seed.numbers)
    assert all(found[place][1] == seed.moments[place] for place in Pages(things, size).edges())
    assert len(seed.moments) <= 2 * Pages(things, size).count + 1


def test_the_order_of_a_seed_is_read_once_in_an_epoch() -> None:
    """Until the town is reset."""
    orders, asked = Orders(size=2), []

    def read() -> list[tuple[int, datetime]]:
        asked.append("once")
        return [(7, SEED)]

    for epoch in ("a", "a", "b"):
        assert [7] == list(orders.of("adressen", epoch=epoch, read=read).numbers)

    assert ["once", "once"] == asked


class ThreeTimes:
    """A town that is there three times, each in a part of its own."""

    def __init__(self, town: Town) -> None:
        source = TownSource(town)
        self.about, self.tables, self.digest, self.count = source.about, source.tables, source.digest, 3
        self._source = source

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        frame = self._source.read(0, table=table)
        moved = [column.name for column in TABLES[table].columns if column.name == "id" or column.references]
        return frame.with_columns(pl.col(name) + number * ROWS_OF_A_PART for name in moved)


def test_a_file_is_written_part_by_part(small_town: Town) -> None:
    """What is in memory at one time is one part: three parts are three pieces at least, and one file all the same."""
    source = ThreeTimes(small_town)
    addresses = next(opened for opened in OPENED if opened.name == "adressen")
    rows = 3 * small_town.tables["adressen"].height

    pieces = {fmt: list(write(source, addresses)) for fmt, write in WRITERS.items()}

    for fmt in ("csv", "parquet", "jsonld", "nquads", "turtle"):
        assert len([piece for piece in pieces[fmt] if piece]) >= 3, fmt
    parquet = pq.ParquetFile(io.BytesIO(b"".join(pieces["parquet"])))
    assert (3, rows) == (parquet.num_row_groups, parquet.metadata.num_rows)
    assert rows + 1 == b"".join(pieces["csv"]).count(b"\n")
    assert rows == len(json.loads(b"".join(pieces["jsonld"]))["@graph"])
    assert rows == len(json.loads(b"".join(pieces["geojson"]))["features"])
    assert b"".join(pieces["geopackage"]).startswith(b"SQLite format 3")


def graph_of(document: dict[str, Any]) -> Graph:
    """Read JSON-LD with an independent processor, and write its numbers as we do: JSON-LD loses digits of a double."""
    graph = Graph().parse(data=jsonld.to_rdf(document, {"format": "application/n-quads"}), format="nt")
    for subject, predicate, thing in list(graph):
        if isinstance(thing, Literal) and str(thing.datatype).endswith("#double"):
            graph.remove((subject, predicate, thing))
            graph.add((subject, predicate, Literal(repr(thing.toPython()), datatype=thing.datatype)))
    return graph


def parsed(found: bytes, fmt: str) -> Graph:
    return Graph().parse(data=found, format=fmt)


@pytest.mark.parametrize("opened", OPENED, ids=lambda opened: opened.name)
def test_a_page_says_the_same_in_every_notation(small_town: Town, opened: Opened) -> None:
    """JSON-LD read by an independent processor, N-Triples and Turtle are one graph, of documents and of versions."""
    context = make_context(opened.entity, find=find_entity)
    texts = documents(opened.entity, tables=small_town.tables, find=find_entity)[:2]
    shown = [json.loads(text) for text in texts]
    page = {
        "@context": {**context, **CONTEXT},
        "@id": "https://data.vlavirgem.example/id/ldes/x",
        "@type": "EventStream",
        "pollingInterval": 60,
        "member": [version(one, moment=SEED, place=place, epoch="") for place, one in enumerate(shown)],
        "@included": [{"@id": "http://stad.test/1", "@type": "Pagina", "immutable": True}],
    }

    for document in ({"@context": context, "@graph": shown}, page):
        expected = graph_of(document)
        found = triples(document)
        assert isomorphic(expected, parsed(n_triples(found), "nt"))
        assert isomorphic(expected, parsed(turtle_head() + turtle(found), "turtle"))


@given(text=st.text(st.characters(exclude_categories=["Cs"])), language=st.sampled_from(["nl", "en", None]))
def test_any_text_survives(text: str, language: str | None) -> None:
    """Quotes, line ends, backslashes and what looks like a datatype."""
    value: dict[str, Any] = {"@value": text, **({"@language": language} if language else {})}
    found = triples({"@context": {"dct": "http://purl.org/dc/terms/"}, "@id": "http://a.test/b", "dct:title": value})

    for graph in (parsed(n_triples(found), "nt"), parsed(turtle_head() + turtle(found), "turtle")):
        ((_, _, thing),) = list(graph)
        assert Literal(text, lang=language) == thing


def test_a_term_means_one_thing_in_a_stream() -> None:
    """The terms of a stream stand beside those of its members in one context: they must not take one away."""
    for opened in OPENED:
        assert set() == set(CONTEXT) & set(make_context(opened.entity, find=find_entity)), opened.name

"""Decisions and mandates over HTTP: filters, streams and minutes, on a real database."""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from pyld import jsonld
from pyRdfa import pyRdfa
from rdflib import RDF, Graph, Namespace, URIRef

from support.shacl import violations
from vlavirgem.blocks.ldes import PAGE_SIZE
from vlavirgem.store.resetting import reset_town

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from vlavirgem import Town

BLOCK = "/besluiten/v1"
BESLUIT = Namespace("http://data.vlaanderen.be/ns/besluit#")
TREE = Namespace("https://w3id.org/tree#")
LDES = Namespace("https://w3id.org/ldes#")
PROV = Namespace("http://www.w3.org/ns/prov#")
DCT = Namespace("http://purl.org/dc/terms/")
ID = "https://data.vlavirgem.example/id/"


def numbers(client: TestClient, query: str) -> list[int]:
    """Give the numbers of everything that a query finds."""
    page = client.get(f"{BLOCK}/{query}{'&' if '?' in query else '?'}limiet=1000").json()
    assert page["totaalAantal"] == len(page["items"])
    return [int(item["@id"].rpartition("/")[2]) for item in page["items"]]


def graph_of(content: dict[str, Any]) -> Graph:
    """Read JSON-LD with an independent processor."""
    return Graph().parse(data=jsonld.to_rdf(content, {"format": "application/n-quads"}), format="nt")


def test_meetings_are_found_by_body_and_day(reading: TestClient, town: Town) -> None:
    """Both ends of a period count."""
    meetings = town.tables["zittingen"]
    bodies = town.tables["bestuursorganen_in_tijd"].filter(bestuursorgaan_id=1)["id"]
    councils = meetings.filter(pl.col("orgaan_in_tijd_id").is_in(bodies.implode()))
    day = councils["geplande_start"].dt.date()[3].isoformat()

    assert councils["id"].to_list() == numbers(reading, "zittingen?orgaan=GR")
    assert [councils["id"][3]] == numbers(reading, f"zittingen?orgaan=GR&van={day}&tot={day}")
    assert meetings.filter("openbaar")["id"].to_list() == numbers(reading, "zittingen?openbaar=true")


def test_decisions_are_found_by_words_number_and_ground(reading: TestClient, town: Town) -> None:
    """As a visitor asks."""
    decisions, cited = town.tables["besluiten"], town.tables["verwijzingen"]
    words = decisions.filter(pl.col("titel").str.to_lowercase().str.contains("subsidie"))["id"].to_list()

    assert words
    assert set(words) <= set(numbers(reading, "besluiten?zoek=SUBSIDIE"))
    assert [5] == numbers(reading, f"besluiten?nummer={decisions['nummer'][4]}")
    expected = cited.filter(rechtsgrond_id=1)["besluit_id"].to_list()
    assert expected == numbers(reading, "besluiten?rechtsgrondId=1")


def test_votes_are_found_by_who_voted(reading: TestClient, town: Town) -> None:
    """Being away is no vote."""
    member = town.tables["stemgedragingen"]["mandataris_id"][0]
    stances = town.tables["stemgedragingen"].filter(pl.col("mandataris_id") == member, pl.col("stem") != "afwezig")

    assert stances["stemming_id"].to_list() == numbers(reading, f"stemmingen?mandatarisId={member}")
    rejected = town.tables["stemmingen"].filter(gevolg="verworpen")["id"].to_list()
    assert rejected == numbers(reading, "stemmingen?gevolg=verworpen")


def test_mandataries_are_found_by_function_and_day(reading: TestClient, town: Town) -> None:
    """There is one mayor a day."""
    (mayor,) = numbers(reading, "mandatarissen?functie=Burgemeester&op=2025-06-01")

    person = town.tables["mandatarissen"].filter(id=mayor)["persoon_id"][0]
    assert mayor in numbers(reading, f"mandatarissen?persoonId={person}")


def test_a_document_names_voters_by_their_mandate(reading: TestClient, town: Town) -> None:
    """OSLO's properties for who was for, against or abstained."""
    votes = town.tables["stemmingen"].filter(~pl.col("geheim"))
    number = votes["id"][0]
    stances = town.tables["stemgedragingen"].filter(stemming_id=number, stem="voor")["mandataris_id"]

    document = reading.get(f"{BLOCK}/stemmingen/{number}").json()

    assert [f"{ID}mandataris/{member}" for member in stances] == document["heeftVoorstander"]


def test_a_stream_gives_every_published_decision_once(reading: TestClient, town: Town) -> None:
    """From the root over its relations: versions, each with what it is a version of and since when."""
    published = town.tables["besluiten"].filter(pl.col("gepubliceerd").is_not_null())
    answer = reading.get(f"{BLOCK}/ldes")
    assert "application/ld+json" == answer.headers["content-type"]
    root = answer.json()
    pages = sorted(
        {relation["node"] for relation in root["view"]["relation"]}, key=lambda url: int(url.split("/")[-1])
    )

    members = [member for page in pages for member in reading.get(page).json()["member"]]

    assert 1 < len(pages)
    assert len(pages) == -(-published.height // PAGE_SIZE)
    assert [f"{ID}besluit/{number}" for number in published["id"]] == [one["isVersionOf"] for one in members]
    assert len(members) == len({one["@id"] for one in members})
    assert published.height < town.tables["besluiten"].height, "the last decisions are not published yet"


def first_page(client: TestClient, stream: str) -> str:
    """The address of the first page of a stream, as its root tells it."""
    return str(client.get(f"{BLOCK}/{stream}").json()["view"]["relation"][0]["node"])


@pytest.mark.parametrize("stream", ["ldes", "publicaties"])
def test_after_a_reset_a_stream_is_another_one(writing: TestClient, writing_url: str, stream: str) -> None:
    """As those of the registers: pages may be kept for ever because none is ever filled anew at the same address."""
    before, page = writing.get(f"{BLOCK}/{stream}").json(), first_page(writing, stream)
    old = writing.get(page).json()
    reset_town(writing_url)
    after = writing.get(f"{BLOCK}/{stream}").json()
    gone = writing.get(page)

    assert before["tijdperk"] != after["tijdperk"]
    assert [f"{ID}ldes/{before['@id'].split('/')[-2]}/{one['tijdperk']}" for one in (before, after)] == [
        before["@id"],
        after["@id"],
    ]
    assert (410, after["tijdperk"]) == (gone.status_code, gone.json()["tijdperk"])
    assert before["view"]["@id"] in gone.headers["link"]
    again = writing.get(first_page(writing, stream)).json()
    assert [one["@id"] for one in old["member"]] == [one["@id"] for one in again["member"]], "versions of the seed"


def test_full_pages_may_be_kept_for_ever(reading: TestClient) -> None:
    """And the last one must be asked for again; an entity tag makes that cheap."""
    first = reading.get(first_page(reading, "publicaties"))
    relations = reading.get(f"{BLOCK}/publicaties").json()["view"]["relation"]
    last = reading.get(relations[-1]["node"])

    assert "immutable" in first.headers["cache-control"]
    assert PAGE_SIZE == len(first.json()["member"])
    assert "public, no-cache" == last.headers["cache-control"]
    assert PAGE_SIZE > len(last.json()["member"])
    again = reading.get(relations[-1]["node"], headers={"If-None-Match": last.headers["etag"]})
    assert 304 == again.status_code
    assert 404 == reading.get(f"{first_page(reading, 'ldes')}999").status_code


@pytest.mark.parametrize("stream", ["ldes", "publicaties"])
def test_a_stream_says_what_the_specification_asks(reading: TestClient, stream: str) -> None:
    """LDES and TREE: paths on the root, typed relations with one node, path and value that bound their page."""
    root = graph_of(reading.get(f"{BLOCK}/{stream}").json())
    (es,) = root.subjects(RDF.type, LDES.EventStream)
    assert PROV.generatedAtTime == root.value(es, LDES.timestampPath)
    assert DCT.isVersionOf == root.value(es, LDES.versionOfPath)
    view = root.value(es, TREE.view)
    for relation in root.objects(view, TREE.relation):
        (node,) = root.objects(relation, TREE.node)
        (value,) = root.objects(relation, TREE.value)
        assert PROV.generatedAtTime == root.value(relation, TREE.path)
        page = graph_of(reading.get(str(node)).json())
        assert view == page.value(es, TREE.view)
        moments = [page.value(member, PROV.generatedAtTime) for member in page.objects(es, TREE.member)]
        assert moments
        assert None not in moments
        if TREE.GreaterThanOrEqualToRelation in root.objects(relation, RDF.type):
            assert value == min(moments)
        else:
            assert value == max(moments)


def test_the_publications_keep_the_official_shape(reading: TestClient, standards_data: Path) -> None:
    """What LBLOD harvests: a document with a place, a kind, a moment, and what it is a version of."""
    shapes = Graph().parse(standards_data / "lblod-vendors" / "shacl-publication-stream.ttl")
    page = reading.get(first_page(reading, "publicaties")).json()
    data = graph_of(page)

    assert PAGE_SIZE >= len(page["member"]) > 10
    assert [] == violations(data, shapes)
    data.remove((URIRef(page["member"][0]["@id"]), PROV.atLocation, None))
    assert 1 == len(violations(data, shapes)), "positive control"
    minutes = reading.get(page["member"][0]["atLocation"])
    assert 200 == minutes.status_code


def rdfa(page: str) -> Graph:
    """Take the linked data out of a page with an independent processor."""
    graph = Graph()
    pyRdfa(media_type="text/html").graph_from_source(io.StringIO(page), graph)
    return graph


@pytest.fixture(scope="module")
def council(reading: TestClient) -> tuple[int, str]:
    """A meeting of the council and its minutes."""
    number = numbers(reading, "zittingen?orgaan=GR")[5]
    return number, reading.get(f"{BLOCK}/zittingen/{number}/notulen").text


def test_minutes_are_a_page_that_carries_its_linked_data(
    reading: TestClient, town: Town, council: tuple[int, str]
) -> None:
    """Every agenda item, decision and vote, as the services give them."""
    number, page = council
    data = rdfa(page)
    items = town.tables["agendapunten"].filter(zitting_id=number)

    meeting = URIRef(f"{ID}zitting/{number}")
    assert items.height == len(set(data.objects(meeting, BESLUIT.behandelt)))
    assert items.height == len(set(data.subjects(RDF.type, BESLUIT.Besluit)))
    for document in reading.get(f"{BLOCK}/agendapunten?zittingId={number}").json()["items"]:
        assert document["titel"] == str(data.value(URIRef(document["@id"]), DCT.title))
    votes = town.tables["stemmingen"].filter(pl.col("agendapunt_id").is_in(items["id"].implode()))
    for vote in votes.iter_rows(named=True):
        node = URIRef(f"{ID}stemming/{vote['id']}")
        assert vote["aantal_voorstanders"] == int(data.value(node, BESLUIT.aantalVoorstanders))
        if not vote["geheim"]:
            assert vote["aantal_voorstanders"] == len(set(data.objects(node, BESLUIT.heeftVoorstander)))


def test_minutes_keep_the_official_shapes(council: tuple[int, str], standards_data: Path) -> None:
    """The blueprint with which LBLOD checks what is published.

    What a page only links to, such as members of other pages, is not described in it; so shapes that look at a body
    without a term, or at an administration, have nothing to look at.
    """
    data = rdfa(council[1])
    shapes = Graph().parse(standards_data / "lblod-vendors" / "besluit-blueprint-SHACL.ttl")

    assert [] == violations(data, shapes)
    data.remove((None, BESLUIT.geplandeStart, None))
    assert 1 == len(violations(data, shapes)), "positive control"


def test_minutes_are_plain_accessible_html(reading: TestClient, council: tuple[int, str]) -> None:
    """Language, title, one h1, headings without jumps, links within the page that lead somewhere."""
    number, page = council
    answer = reading.get(f"{BLOCK}/zittingen/{number}/notulen")

    assert answer.headers["content-type"].startswith("text/html")
    assert "nl" == answer.headers["content-language"]
    assert '<html lang="nl">' in page
    levels = [int(part[0]) for part in page.split("<h")[1:] if part[0].isdigit()]
    assert 1 == levels.count(1)
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for target in {part.split('"')[0] for part in page.split('href="#')[1:]}:
        assert f'id="{target}"' in page
    assert "verzonnen" in page
    assert 304 == reading.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]}).status_code


def test_minutes_that_are_not_published_are_not_there(reading: TestClient, town: Town) -> None:
    """The last meetings before the reference date."""
    last = town.tables["zittingen"].row(-1, named=True)
    assert last["publicatiedatum"] is None

    for number in (last["id"], 999_999):
        answer = reading.get(f"{BLOCK}/zittingen/{number}/notulen")
        assert 404 == answer.status_code
        assert "application/problem+json" == answer.headers["content-type"]
    assert 406 == reading.get(f"{BLOCK}/zittingen/1/notulen", headers={"Accept": "image/png"}).status_code
    json.loads(answer.text)

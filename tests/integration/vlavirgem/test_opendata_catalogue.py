"""The catalogue of open data: complete, paged, valid against the official shapes, and true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from support.shacl import violations
from vlavirgem.blocks.opendata.datasets import DATASETS
from vlavirgem.blocks.registry import BLOCKS

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

ROOT = "/opendata/v1"
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
SH = Namespace("http://www.w3.org/ns/shacl#")
NOTATIONS = {"text/turtle": "turtle", "application/n-triples": "nt"}


def pages(client: TestClient, *, limit: int, accept: str = "application/ld+json") -> list[Any]:
    """Every page of the catalogue, by its links."""
    found = []
    address: str | None = f"{ROOT}/catalogus?limiet={limit}"
    while address:
        found.append(client.get(address, headers={"Accept": accept}))
        address = found[-1].links.get("next", {}).get("url")
    return found


@pytest.fixture(scope="module")
def catalogue(reading: TestClient) -> Graph:
    """The whole catalogue as one graph."""
    graph = Graph()
    for answer in pages(reading, limit=100, accept="text/turtle"):
        graph.parse(data=answer.text, format="turtle")
    return graph


@pytest.mark.parametrize("limit", [1, 5, 7, 100])
def test_the_pages_hold_every_dataset_and_service_once(reading: TestClient, limit: int) -> None:
    """Each page is a catalogue, says how many things there are in all, and leads to the next one."""
    found = [answer.json() for answer in pages(reading, limit=limit)]

    names = [one["@id"].rpartition("/")[2] for page in found for one in (*page["dcat:dataset"], *page["dcat:service"])]
    assert [*(one.name for one in DATASETS), *(block.name for block in BLOCKS)] == names
    assert {len(names)} == {page["hydra:totalItems"] for page in found}
    assert -(-len(names) // limit) == len(found)
    assert found[-1]["hydra:view"]["@id"] == found[0]["hydra:view"]["hydra:last"]["@id"]


def test_every_notation_says_the_same(reading: TestClient) -> None:
    """JSON-LD by an independent processor, Turtle and N-Triples, of the catalogue, a dataset and a service."""
    for path in ("catalogus?limiet=2", "datasets/adressen", "diensten/ipdc"):
        quads = jsonld.to_rdf(reading.get(f"{ROOT}/{path}").json(), {"format": "application/n-quads"})
        expected = Graph().parse(data=quads, format="nt")
        for accept, fmt in NOTATIONS.items():
            answer = reading.get(f"{ROOT}/{path}", headers={"Accept": accept})
            assert answer.headers["content-type"].startswith(accept)
            assert isomorphic(expected, Graph().parse(data=answer.text, format=fmt)), (path, accept)


def test_the_catalogue_keeps_the_official_shapes_of_europe(catalogue: Graph, standards_data: Path) -> None:
    """DCAT-AP 3.0.1, two references of which lead to nothing as published; and the shapes do look at it."""
    shapes = Graph().parse(standards_data / "dcat-ap" / "dcat-ap-SHACL.ttl")
    for shape, constraint in set(shapes.subject_objects(SH.property)):
        if (constraint, SH.path, None) not in shapes:
            shapes.remove((shape, SH.property, constraint))

    assert [] == violations(catalogue, shapes)
    damaged = Graph() + catalogue
    damaged.remove((URIRef("https://data.vlavirgem.example/id/dataset/adressen"), DCT.title, None))
    assert 1 == len(violations(damaged, shapes))


def test_codes_are_those_of_the_official_lists(catalogue: Graph, standards_data: Path) -> None:
    """The shapes of controlled vocabularies; only the town and its publisher are in no list: they do not exist."""
    invented = ("id/bestuurseenheid/gemeente", "id/gebied/gemeente", "terms/publisher ", "terms/spatial ")
    folder = standards_data / "dcat-ap" / "html-shacl"
    for name in ("shapes.ttl", "range.ttl", "deprecateduris.ttl", "mdr-vocabularies.shape.ttl"):
        found = violations(catalogue, Graph().parse(folder / name))
        assert [] == [one for one in found if not any(what in one for what in invented)], name


def test_the_catalogue_keeps_the_official_shapes_of_flanders(catalogue: Graph, standards_data: Path) -> None:
    """DCAT-AP Vlaanderen, as published in 2020, with two repairs: `n` is no number, and a URL is no literal."""
    folder = standards_data / "oslo-data.vlaanderen.be" / "2020-11-24_toolchain-v1.0" / "doc" / "applicatieprofiel"
    text = (folder / "DCAT-AP-VL" / "shacl" / "DCAT-AP-VL-SHACL.ttl").read_text()
    shapes = Graph().parse(data=text.replace('"n"^^xsd:integer', "1000000").replace('"n"', "1000000"), format="turtle")
    for constraint in set(shapes.subjects(SH.path, DCAT.accessURL)):
        shapes.remove((constraint, SH["class"], None))
        shapes.remove((constraint, SH.datatype, None))
    for constraint, kind in set(shapes.subject_objects(SH["class"])):
        if kind == RDF.langString:  # a text in a language has a datatype and no class
            shapes.remove((constraint, SH["class"], kind))
            shapes.add((constraint, SH.datatype, kind))

    assert [] == violations(catalogue, shapes)
    damaged = Graph() + catalogue
    damaged.remove((URIRef("https://data.vlavirgem.example/id/dataset/adressen"), DCT.accessRights, None))
    assert 1 == len(violations(damaged, shapes))


def test_what_flanders_asks_since_2026_is_there(catalogue: Graph) -> None:
    """The shapes of 2026-02-24 cannot be read as published: identifiers, one contact point, agents of their class."""
    for kind in (DCAT.Catalog, DCAT.CatalogRecord):
        for thing in catalogue.subjects(RDF.type, kind):
            (identifier,) = catalogue.objects(thing, DCT.identifier)
            assert isinstance(identifier, Literal)
    (whole,) = catalogue.subjects(RDF.type, DCAT.Catalog)
    assert 1 == len(list(catalogue.objects(whole, DCAT.contactPoint)))
    for agent in set(catalogue.objects(None, DCT.publisher)):
        assert (agent, RDF.type, DCT.Agent) in catalogue
    for dataset in catalogue.subjects(RDF.type, DCAT.Dataset):
        assert 1 == len(list(catalogue.objects(dataset, DCT.publisher)))


def test_every_address_in_the_catalogue_answers(reading: TestClient, catalogue: Graph) -> None:
    """Access, descriptions, landing pages: nothing leads nowhere; downloads have a test of their own."""
    downloads = set(catalogue.objects(None, DCAT.downloadURL))
    paths = (DCAT.accessURL, DCAT.endpointURL, DCAT.endpointDescription, DCAT.landingPage)
    addresses = {thing for path in paths for thing in catalogue.objects(None, path)} - downloads

    assert len(addresses) > 30
    for address in sorted(addresses):
        assert 200 == reading.get(str(address)).status_code, address


def test_every_identifier_of_a_description_leads_to_it(reading: TestClient, catalogue: Graph) -> None:
    """Of the catalogue itself, its datasets, its services and its records."""
    kinds = (DCAT.Catalog, DCAT.Dataset, DCAT.DataService, DCAT.CatalogRecord)
    for thing in {str(thing) for kind in kinds for thing in catalogue.subjects(RDF.type, kind)}:
        answer = reading.get(f"/id/{thing.partition('/id/')[2]}", headers={"Accept": "application/ld+json"})

        assert 200 == answer.status_code
        assert thing in answer.text


def test_a_dataset_tells_what_changed(writing: TestClient) -> None:
    """The date of change follows the register, and the number of things in it too."""
    before = writing.get(f"{ROOT}/datasets/adressen").json()
    address = "/basisregisters/v1/adressen/1"
    tag = writing.get(address).headers["etag"]
    writing.post(f"{address}/hernummeringen", headers={"If-Match": tag}, json={"huisnummer": "901"})

    after = writing.get(f"{ROOT}/datasets/adressen").json()

    def count(dataset: dict[str, Any]) -> int:
        return int(dataset["dqv:hasQualityMeasurement"][0]["dqv:value"]["@value"])

    assert "2026-01-01" == before["dct:modified"]["@value"]
    assert after["dct:modified"]["@value"].startswith("2026-03-09T08:30:00")
    assert count(before) + 1 == count(after)
    assert before["dct:temporal"] == after["dct:temporal"]


def test_nothing_of_one_person_is_published(catalogue: Graph) -> None:
    """No dataset or stream of people, households, cases or contacts; a business without who leads it."""
    closed = ("personen", "huishoudens", "dossiers", "toestemmingen", "medewerkers", "contact")
    datasets = {str(one).rpartition("/")[2] for one in catalogue.subjects(RDF.type, DCAT.Dataset)}

    assert set() == datasets & set(closed)


@pytest.mark.parametrize(
    "path", ["catalogus?cursor=x", "catalogus?limiet=0", "catalogus?pagina=2", "datasets/Adressen", "ldes/x/y/1"]
)
def test_bad_input_is_400(reading: TestClient, path: str) -> None:
    """With the fault named."""
    assert 400 == reading.get(f"{ROOT}/{path}").status_code


@pytest.mark.parametrize("path", ["datasets/personen", "diensten/niets", "ldes/personen", "ldes/personen/00000000/1"])
def test_what_is_not_open_is_404(reading: TestClient, path: str) -> None:
    """Persons are not there: not as a dataset and not as a stream."""
    answer = reading.get(f"{ROOT}/{path}")

    assert 404 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]

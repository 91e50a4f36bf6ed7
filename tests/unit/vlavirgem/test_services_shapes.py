"""The catalogue of services as linked data keeps the shapes of IPDC-LPDC and of CPSV-AP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from support.shacl import violations
from vlavirgem.export import export_town

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.graph import Node

    from vlavirgem import Town

SH = Namespace("http://www.w3.org/ns/shacl#")
M8G = Namespace("http://data.europa.eu/m8g/")
LPDC = Namespace("https://productencatalogus.data.vlaanderen.be/ns/ipdc-lpdc#")
BELGIFPS = Namespace("http://vocab.belgif.be/ns/publicservice#")
ID = Namespace("https://data.vlavirgem.example/id/")
PARTS = ("product*.nq", "overheid.nq", "bestuurseenheid.nq", "levensgebeurtenis.nq", "formulier*.nq", "concepten.nq")
SAMPLE = range(1, 206, 3)
"""Every third product: all of them are checked by our own shapes, and this takes long enough."""


@pytest.fixture(scope="module")
def catalogue(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """What an export says about products, without the graph names."""
    folder = tmp_path_factory.mktemp("rdf") / "town"
    export_town(small_town, folder, fmt="nquads")
    graph = Graph()
    for pattern in PARTS:
        for path in sorted(folder.glob(pattern)):
            lines = [line.rsplit(" <", 1)[0] + " .\n" for line in path.read_text().splitlines()]
            graph.parse(data="".join(lines), format="nt")
    return graph


def about(catalogue: Graph, *, products: range) -> Graph:
    """What the catalogue says about some products, and about what they lead to."""
    found = Graph()
    ahead: list[Node] = [ID[f"product/{number}"] for number in products]
    seen = set(ahead)
    while ahead:
        for statement in catalogue.triples((ahead.pop(), None, None)):
            found.add(statement)
            thing = statement[2]
            if thing not in seen and not re.fullmatch(r".*/id/product/\d+", str(thing)):
                seen.add(thing)
                ahead.append(thing)
    return found


def instance_shapes(standards_data: Path) -> Graph:
    """IPDC-LPDC asks this of the snapshots of an instance; we publish the instance itself."""
    shapes = Graph().parse(standards_data / "ipdc-lpdc" / "instantie-shape.ttl")
    for shape in set(shapes.subjects(SH.targetClass, LPDC.InstancePublicServiceSnapshot)):
        shapes.add((shape, SH.targetClass, LPDC.InstancePublicService))
    return shapes


def without_a_name(graph: Graph) -> None:
    graph.remove((ID["product/1"], DCTERMS.title, None))


def with_a_second_condition(graph: Graph) -> None:
    graph.add((ID["product/1"], BELGIFPS.hasRequirement, ID["productvoorwaarde/1"]))


def with_evidence_in_french(graph: Graph) -> None:
    graph.add((ID["productbewijs/1"], DCTERMS.title, Literal("Preuve", lang="fr")))


def test_products_keep_the_official_shapes_of_ipdc_lpdc(standards_data: Path, catalogue: Graph) -> None:
    """All ten instance shapes, none left out; and a positive control: they see three mistakes."""
    shapes = instance_shapes(standards_data)
    assert [] == violations(about(catalogue, products=SAMPLE), shapes)

    damaged = about(catalogue, products=range(1, 2))
    for damage in (without_a_name, with_a_second_condition, with_evidence_in_french):
        damage(damaged)
    assert 3 == len(violations(damaged, shapes))


CLASSES_OF_THE_SOURCE = {
    "http://publications.europa.eu/resource/authority/language/NLD": DCTERMS.LinguisticSystem,
    "https://data.vlavirgem.example/id/concept/gebied/BE2ZZ99309": DCTERMS.Location,
}
"""CPSV-AP wants to see the class of what others publish; IPDC-LPDC wants a concept there, and we publish that."""


def test_products_keep_the_official_shapes_of_cpsv_ap(standards_data: Path, catalogue: Graph) -> None:
    """CPSV-AP 3.2.0. Left out: the area of a public organisation, for the Flemish and federal ones have another."""
    graph = about(catalogue, products=SAMPLE)
    for thing, kind in CLASSES_OF_THE_SOURCE.items():
        graph.add((URIRef(thing), RDF.type, kind))
    shapes = Graph().parse(standards_data / "cpsv-ap" / "cpsv-ap-SHACL.ttl")
    for shape in set(shapes.subjects(SH.targetClass, M8G.PublicOrganisation)):
        for constraint in set(shapes.objects(shape, SH.property)):
            if (constraint, SH.path, DCTERMS.spatial) in shapes:
                shapes.remove((shape, SH.property, constraint))
    assert [] == violations(graph, shapes)

    damaged = about(catalogue, products=range(1, 2))
    before = len(violations(damaged, shapes))
    damaged.remove((ID["productkost/1"], DCTERMS.identifier, None))
    assert before + 1 == len(violations(damaged, shapes))

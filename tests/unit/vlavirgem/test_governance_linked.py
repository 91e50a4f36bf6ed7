"""Governance as linked data keeps the shapes with which LBLOD checks publications, and its code lists."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from support.shacl import SH, violations
from vlavirgem.export import export_town
from vlavirgem.export.concepts import concepts
from vlavirgem.linked.catalogue import ENTITIES
from vlavirgem.linked.decisions import GOVERNANCE, LEGAL_GROUND
from vlavirgem.schema import governance

if TYPE_CHECKING:
    from pathlib import Path

    from vlavirgem import Town

BESLUIT = Namespace("http://data.vlaanderen.be/ns/besluit#")
GENERIEK = Namespace("https://data.vlaanderen.be/ns/generiek#")
MANDAAT = Namespace("http://data.vlaanderen.be/ns/mandaat#")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
PERSON = URIRef("http://www.w3.org/ns/person#Person")


@pytest.fixture(scope="module")
def data(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Everything about governance, the concepts it uses, and that mandataries are people."""
    folder = tmp_path_factory.mktemp("rdf") / "governance"
    export_town(small_town, folder, fmt="nquads", tables=[table.name for table in governance.TABLES])
    graph = Graph()
    for path in sorted(folder.glob("*.nq")):
        lines = [line.rsplit(" <", 1)[0] + " .\n" for line in path.read_text().splitlines()]
        graph.parse(data="".join(lines), format="nt")
    for iri, _, _ in concepts(GOVERNANCE, tables=small_town.tables):
        graph.add((URIRef(iri), RDF.type, SKOS.Concept))
    for person in set(graph.objects(predicate=MANDAAT.isBestuurlijkeAliasVan)):
        graph.add((person, RDF.type, PERSON))
    return graph


def official(standards_data: Path, name: str) -> Graph:
    """Read a blueprint, with one repair: only a body in a term is a version of a body, not the body itself."""
    graph = Graph().parse(standards_data / "lblod-vendors" / name)
    in_term = URIRef("https://data.vlaanderen.be/shacl/mandatendatabank#Bestuursorgaan(inbestuursperiode)Shape")
    graph.remove((in_term, SH.targetClass, None))
    graph.add((in_term, SH.targetSubjectsOf, MANDAAT.bindingStart))
    return graph


def test_decisions_keep_the_blueprint_of_minutes(standards_data: Path, data: Graph) -> None:
    """With nothing else left out."""
    assert [] == violations(data, official(standards_data, "besluit-blueprint-SHACL.ttl"))


def test_decisions_keep_the_blueprint_of_lists_of_decisions(standards_data: Path, data: Graph) -> None:
    """It finds the three mistakes made here, so it looks at our data, and nothing else."""
    graph = Graph() + data
    graph.remove((next(graph.subjects(RDF.type, BESLUIT.Zitting)), BESLUIT.heeftVoorzitter, None))
    graph.remove((next(graph.subjects(RDF.type, BESLUIT.Besluit)), ELI.title, None))
    graph.remove((next(graph.subjects(MANDAAT.bindingStart)), GENERIEK.isTijdspecialisatieVan, None))

    assert 3 == len(violations(graph, official(standards_data, "besluit-blueprint-besluitenlijst-SHACL.ttl")))


def test_our_own_shapes_find_the_two_mistakes_made_here_and_nothing_else(data: Graph) -> None:
    """Nobody votes for and against; a mandate ends after its start."""
    graph = Graph() + data
    vote, member = next(graph.subject_objects(BESLUIT.heeftVoorstander))
    graph.add((vote, BESLUIT.heeftTegenstander, member))
    mandatary = next(graph.subjects(RDF.type, MANDAAT.Mandataris))
    start = graph.value(mandatary, MANDAAT.start)
    assert start is not None
    graph.set((mandatary, MANDAAT.einde, start))
    own = (resources.files("vlavirgem.shapes") / "besluiten.ttl").read_text(encoding="utf-8")

    assert 2 == len(violations(graph, Graph().parse(data=own, format="turtle")))


def test_codes_are_those_of_the_official_lists(standards_data: Path, data: Graph) -> None:
    """Every concept under data.vlaanderen.be stands in LBLOD's code lists."""
    known = Graph()
    for path in (standards_data / "lblod-codelijsten").glob("*.ttl"):
        known.parse(path)
    used = {str(concept) for concept in data.subjects(RDF.type, SKOS.Concept) if "vlaanderen.be/id" in str(concept)}

    assert len(used) > 20
    assert set() == {iri for iri in used if (URIRef(iri), SKOS.prefLabel, None) not in known}


def test_an_eli_is_given_only_for_the_decree_on_local_government(small_town: Town) -> None:
    """Other laws are named as people quote them."""
    known = small_town.tables["rechtsgronden"]

    assert {"decreet/2017/12/22/2018030427/justel"} == set(known["eli"].drop_nulls())
    with_eli = known.filter(known["eli"].is_not_null())
    assert {"Decreet van 22 december 2017 over het lokaal bestuur"} == set(with_eli["citeeropschrift"])
    assert LEGAL_GROUND in ENTITIES

"""The event streams say what LDES, TREE and their own shapes ask, on a real PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import PROV, Graph, URIRef

from support.ldes_client import LDES, TREE, TYPE, parse
from support.shacl import violations
from vlavirgem.blocks.opendata.order import PAGES_OF_A_BRANCH

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

from support.vlavirgem_streams import REGISTERS, ROOT, execute, served


def terms_of(path: Path) -> set[str]:
    """The terms that an official vocabulary defines."""
    return {str(term) for term in Graph().parse(path).subjects() if isinstance(term, URIRef)}


def test_a_stream_says_what_the_specification_asks(clone: Callable[[], str], standards_data: Path) -> None:
    """LDES and TREE, with one version on a page so that there are branches: terms, paths, bounds, one page each."""
    known = terms_of(standards_data / "ldes-tree" / "tree.ttl")
    known |= terms_of(standards_data / "ldes-tree" / "ldes-vocabulary.ttl")
    stamp = "<http://www.w3.org/ns/prov#generatedAtTime>"
    reached: list[str] = []
    with served(clone(), size=1) as client:
        root = f"{ROOT}/percelen"
        versions = client.get(f"{REGISTERS}/percelen?limiet=1").json()["totaalAantal"]
        waiting = [(root, "", "9999")]
        while waiting:
            address, since, until = waiting.pop()
            answer = client.get(address, headers={"Accept": "application/n-triples"})
            found = parse(answer.text)
            used = {term[1:-1] for _, p, o in found for term in (p, o) if term.startswith((f"<{LDES}", f"<{TREE}"))}
            assert set() == used - known
            (stream,) = [s for s, p, o in found if (p, o) == (TYPE, f"<{LDES}EventStream>")]
            assert [stamp] == [o for s, p, o in found if (s, p) == (stream, f"<{LDES}timestampPath>")]
            moments = [o.split('"')[1] for _, p, o in found if p == stamp]
            assert all(since <= moment <= until and moment.endswith("Z") for moment in moments)
            if moments:
                reached.append(address)
            if address != root:
                assert "immutable" in answer.headers["cache-control"]
            nodes: dict[str, dict[str, str]] = {}
            for relation in {s for s, p, _ in found if p == f"<{TREE}node>"}:
                facts = {p[1:-1]: o for s, p, o in found if s == relation}
                assert stamp == facts[f"{TREE}path"]
                bound = nodes.setdefault(facts[f"{TREE}node"][1:-1], {})
                bound[facts[TYPE[1:-1]].rpartition("#")[2]] = facts[f"{TREE}value"].split('"')[1]
            waiting += [
                (node, bound["GreaterThanOrEqualToRelation>"], bound["LessThanOrEqualToRelation>"])
                for node, bound in nodes.items()
            ]

    assert versions > PAGES_OF_A_BRANCH
    assert versions == len(reached) == len(set(reached))


def test_every_member_keeps_the_shape_that_its_stream_tells(clone: Callable[[], str]) -> None:
    """`tree:shape`: a version of the seed, one that was written and the last one of what is gone; a fault is seen."""
    url = clone()
    execute(url, "UPDATE vestigingen SET nace_code = '01.11' WHERE id = 1")
    execute(url, "DELETE FROM vestigingen WHERE id = (SELECT max(id) FROM vestigingen)")
    root = f"{ROOT}/vestigingen"
    found = Graph()
    with served(url, size=20) as client:
        addresses = [root, *(one["node"] for one in client.get(root).json()["view"]["relation"])]
        for number, address in enumerate(addresses):
            text = client.get(address, headers={"Accept": "application/n-triples"}).text
            found.parse(data=text.replace("_:b", f"_:b{number}x"), format="nt")
    (shape,) = set(found.objects(None, URIRef(f"{TREE}shape")))
    target = URIRef("http://www.w3.org/ns/shacl#targetObjectsOf")
    shapes = Graph() + found
    shapes.add((shape, target, URIRef(f"{TREE}member")))
    damaged = Graph() + found
    damaged.remove((next(found.objects(None, URIRef(f"{TREE}member"))), PROV.generatedAtTime, None))

    assert [] == violations(found, shapes)
    assert 1 == len(violations(damaged, shapes))

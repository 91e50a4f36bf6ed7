"""How fast is a town written as linked data, and checked? Prints one JSON object.

    python tests/benchmarks/bench_town_export.py [--inhabitants 1000] [--rounds 5] [--only nquads raw jsonld shacl]

Every side runs in this process on one core, the sides take turns, and what counts is processor time: the median of the
rounds, and what each round took. First it is asserted that all sides give the same.

- `nquads`: every table of a town as N-Quads, from data frames to files, against rdflib and pyoxigraph, which build
  their terms from tuples of Python texts that are ready, and write them. A peer produces the same set of quads.
  Targets: 35 x, 8 x.
- `raw`: the N-Quads of a whole `gemeente` against writing the same bytes, ready in memory, to the same folder. Of a
  smaller town, what the kernel keeps warm and what a table costs once would decide. Target: 0.5 x.
- `jsonld`: the same as JSON-LD. Ours has a context and one document per thing; theirs is what they make of the same
  statements. Target: 40 x rdflib; the goal beside pyoxigraph is 6 x.
- `shacl`: our own shapes on all that is said of a town in which something is wrong, with the same findings: the
  whole gate, from data frames to findings, against pyshacl and the wheel `shacl`, which get the statements as
  N-Triples that are ready. What a town has once, such as products and law, weighs less the larger it is. Target: 50 x
  pyshacl; the goal beside `shacl` is 5 x.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["POLARS_MAX_THREADS"] = "1"  # read when Polars is loaded
os.environ["RAYON_NUM_THREADS"] = "1"  # and by the engine of shapes

import polars as pl
import pyarrow as pa
import pyoxigraph as ox
import rdflib
from rdflib import Graph, Literal, URIRef

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.figures import machine
from support.shacl_oracles import by_engine, by_pyshacl, compared, statements
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.export.checking import check_town
from vlavirgem.export.linked import write_linked
from vlavirgem.export.source import TownSource, parts_of
from vlavirgem.schema import TABLES
from vlavirgem.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Side = Callable[[Path], object]
    Statement = tuple[str, str, str, str | None, str | None, str]
    """Subject, predicate, object, its datatype and language where it is a literal, and graph."""

_DOUBLE = "http://www.w3.org/2001/XMLSchema#double"
_TARGETS = {
    "nquads": {"rdflib": 35, "pyoxigraph": 8},
    "raw": {"raw": 0.5},
    "jsonld": {"rdflib": 40, "pyoxigraph": 6},
    "shacl": {"pyshacl": 50, "shacl": 5},
}


def measured(sides: dict[str, Side], *, rounds: int, folder: Path) -> dict[str, list[float]]:
    """Let the sides take turns, and give the seconds of processor time that each round took."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(rounds):
        for name, act in sides.items():
            place = folder / f"{name}-{turn}"
            place.mkdir()
            began = time.process_time()
            act(place)
            taken[name].append(time.process_time() - began)
            for path in place.iterdir():
                path.unlink()
    return taken


def summed_up(taken: dict[str, list[float]], *, what: str, ours: str, count: int) -> dict[str, Any]:
    """Give medians, rates, ratios and whether the targets were met."""
    medians = {name: statistics.median(values) for name, values in taken.items()}
    ratios = {name: medians[name] / medians[ours] for name in _TARGETS[what]}
    return {
        "statements": count,
        "cpu_seconds": {name: [round(value, 4) for value in values] for name, values in taken.items()},
        "statements_per_cpu_second": {name: round(count / median) for name, median in medians.items()},
        "times": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "targets": _TARGETS[what],
        "met": {name: ratio >= _TARGETS[what][name] for name, ratio in ratios.items()},
    }


def read(folder: Path, *, suffix: str, fmt: ox.RdfFormat) -> list[Statement]:
    """Read what one side wrote as tuples of texts; doubles in one way, as JSON writes them otherwise."""
    found = []
    for path in sorted(folder.glob(f"*{suffix}")):
        for quad in ox.parse(path.read_bytes(), format=fmt):
            thing = quad.object
            value, datatype, language = thing.value, None, None
            if isinstance(thing, ox.Literal):
                datatype, language = thing.datatype.value, thing.language
                value = repr(float(value)) if datatype == _DOUBLE and fmt == ox.RdfFormat.JSON_LD else value
            graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
            found.append((quad.subject.value, quad.predicate.value, value, datatype, language, graph))
    return found


def nquads(town: Town, *, rounds: int, folder: Path) -> dict[str, Any]:
    """Measure N-Quads."""
    source = TownSource(town)

    def ours(place: Path) -> None:
        write_linked(source, place, fmt="nquads", tables=tuple(TABLES), compress=False)

    first = folder / "first"
    first.mkdir()
    ours(first)
    ready = read(first, suffix=".nq", fmt=ox.RdfFormat.N_QUADS)
    sides: dict[str, Side] = {
        "ours": ours,
        "rdflib": lambda place: _rdflib(ready, place / "town.nq", fmt="nquads"),
        "pyoxigraph": lambda place: _oxigraph(ready, place / "town.nq", fmt=ox.RdfFormat.N_QUADS),
    }
    for name in ("rdflib", "pyoxigraph"):
        _assert_same(sides[name], ready, folder=folder, suffix=".nq", fmt=ox.RdfFormat.N_QUADS)
    taken = measured(sides, rounds=rounds, folder=folder)
    return summed_up(taken, what="nquads", ours="ours", count=len(ready))


def raw(_: Town, *, rounds: int, folder: Path) -> dict[str, Any]:
    """Measure how far writing N-Quads is from only writing."""
    source = TownSource(Town.generate("gemeente", seed=1830))

    def ours(place: Path) -> None:
        write_linked(source, place, fmt="nquads", tables=tuple(TABLES), compress=False)

    def bytes_alone(place: Path) -> None:
        for name, content in contents.items():
            (place / name).write_bytes(content)

    first = folder / "first"
    first.mkdir()
    ours(first)
    contents = {path.name: path.read_bytes() for path in first.iterdir()}
    taken = measured({"ours": ours, "raw": bytes_alone}, rounds=rounds, folder=folder)
    count = sum(content.count(b" .\n") for content in contents.values())
    return summed_up(taken, what="raw", ours="ours", count=count) | {"bytes": sum(map(len, contents.values()))}


def jsonld(town: Town, *, rounds: int, folder: Path) -> dict[str, Any]:
    """Measure JSON-LD."""
    source = TownSource(town)

    def ours(place: Path) -> None:
        write_linked(source, place, fmt="jsonld", tables=tuple(TABLES), compress=False)

    first = folder / "first"
    first.mkdir()
    ours(first)
    ready = list(dict.fromkeys(read(first, suffix=".jsonld", fmt=ox.RdfFormat.JSON_LD)))
    sides: dict[str, Side] = {
        "ours": ours,
        "rdflib": lambda place: _rdflib(ready, place / "town.jsonld", fmt="json-ld"),
        "pyoxigraph": lambda place: _oxigraph(ready, place / "town.jsonld", fmt=ox.RdfFormat.JSON_LD),
    }
    for name in ("rdflib", "pyoxigraph"):
        _assert_same(sides[name], ready, folder=folder, suffix=".jsonld", fmt=ox.RdfFormat.JSON_LD)
    return summed_up(measured(sides, rounds=rounds, folder=folder), what="jsonld", ours="ours", count=len(ready))


def _assert_same(act: Side, ready: list[Statement], *, folder: Path, suffix: str, fmt: ox.RdfFormat) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        act(Path(place))
        found = set(read(Path(place), suffix=suffix, fmt=fmt))
    if set(ready) != found:
        raise AssertionError(f"Not the same statements, such as {sorted(set(ready) ^ found, key=str)[:2]}")


def _rdflib(ready: Iterable[Statement], path: Path, *, fmt: str) -> None:
    if fmt == "nquads":
        dataset = rdflib.Dataset()
        dataset.addN(
            (URIRef(s), URIRef(p), _rdflib_object(o, kind, language), dataset.graph(URIRef(g)))
            for s, p, o, kind, language, g in ready
        )
        dataset.serialize(str(path), format=fmt)
        return
    graph = Graph()
    for s, p, o, kind, language, _ in ready:
        graph.add((URIRef(s), URIRef(p), _rdflib_object(o, kind, language)))
    graph.serialize(str(path), format=fmt)


def _rdflib_object(value: str, kind: str | None, language: str | None) -> URIRef | Literal:
    if kind is None:
        return URIRef(value)
    if language is not None:
        return Literal(value, lang=language)
    return Literal(value) if kind.endswith("#string") else Literal(value, datatype=URIRef(kind), normalize=False)


def _oxigraph(ready: Iterable[Statement], path: Path, *, fmt: ox.RdfFormat) -> None:
    node, quad = ox.NamedNode, ox.Quad
    quads = [
        quad(node(s), node(p), _ox_object(o, kind, language), node(g) if g else ox.DefaultGraph())
        for s, p, o, kind, language, g in ready
    ]
    ox.serialize(quads, str(path), format=fmt)


def _ox_object(value: str, kind: str | None, language: str | None) -> ox.NamedNode | ox.Literal:
    if kind is None:
        return ox.NamedNode(value)
    if language is not None:
        return ox.Literal(value, language=language)
    return ox.Literal(value) if kind.endswith("#string") else ox.Literal(value, datatype=ox.NamedNode(kind))


def shacl(town: Town, *, rounds: int, folder: Path) -> dict[str, Any]:
    """Measure the checking of shapes."""
    wrong = pl.when(pl.col("id") % 100 == 3).then(pl.lit("0")).otherwise("huisnummer").alias("huisnummer")
    tables = {**town.tables, "adressen": town.tables["adressen"].with_columns(wrong)}
    source = TownSource(dataclasses.replace(town, tables=tables))
    (part,) = parts_of(source)
    triples = statements(part, own=frozenset(TABLES))
    text = shapes()
    expected = by_pyshacl(triples, text)
    for found in (compared(check_town(source)), by_engine(triples, text)):
        if found != expected or not found:
            raise AssertionError(f"Not the same findings, such as {sorted(found ^ expected)[:2]}")
    sides: dict[str, Side] = {
        "gate": lambda _: check_town(source),
        "shacl": lambda _: by_engine(triples, text),
        "pyshacl": lambda _: by_pyshacl(triples, text),
    }
    taken = measured(sides, rounds=rounds, folder=folder)
    figures = summed_up(taken, what="shacl", ours="gate", count=triples.count(b" .\n"))
    return figures | {"findings": len(expected)}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inhabitants", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=sorted(_TARGETS), default=sorted(_TARGETS))
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    rdflib.NORMALIZE_LITERALS = False
    town = Town.generate(small_profile(chosen.inhabitants), seed=1830)
    figures: dict[str, Any] = {"inhabitants": chosen.inhabitants, "rounds": chosen.rounds, "machine": machine()}
    for name in chosen.only:
        with tempfile.TemporaryDirectory() as folder:
            figures[name] = {"nquads": nquads, "raw": raw, "jsonld": jsonld, "shacl": shacl}[name](
                town, rounds=chosen.rounds, folder=Path(folder)
            )
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()

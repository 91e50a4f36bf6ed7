"""A folder tells catalogues and people what it is, and that nothing in it is real."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, Graph, Namespace

from vlavirgem.export import export_town
from vlavirgem.place import SYNTHETIC_STATEMENT

if TYPE_CHECKING:
    from pathlib import Path

    from vlavirgem import Town

SH = Namespace("http://www.w3.org/ns/shacl#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
FORMATS = ("parquet", "csv", "geojson", "nquads")


@pytest.fixture(scope="module")
def folders(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("packages")
    for fmt in FORMATS:
        export_town(small_town, base / fmt, fmt=fmt, compress=fmt == "geojson")
    return {fmt: base / fmt for fmt in FORMATS}


def described(folder: Path) -> Graph:
    quads = ox.parse((folder / "dcat.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD)
    return Graph().parse(
        data=ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES), format="nt"
    )


def violations(data: Graph, shapes: Graph) -> list[str]:
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    return [
        f"{report.value(result, SH.focusNode)} {report.value(result, SH.resultPath)}"
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]


@pytest.fixture(scope="module")
def official(standards_data: Path) -> Graph:
    return Graph().parse(standards_data / "dcat-ap" / "dcat-ap-SHACL.ttl")


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_description_keeps_the_official_shapes(folders: dict[str, Path], official: Graph, fmt: str) -> None:
    """DCAT-AP 3.0.1 as SEMIC publishes it; no shape left out."""
    assert [] == violations(described(folders[fmt]), official)


def test_the_official_shapes_see_a_mistake(folders: dict[str, Path], official: Graph) -> None:
    """Positive control: a distribution without a place to get it."""
    graph = described(folders["csv"])
    distribution = next(graph.subjects(RDF.type, DCAT.Distribution))
    graph.remove((distribution, DCAT.accessURL, None))

    assert 1 == len(violations(graph, official))


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_file_is_described_as_it_is(folders: dict[str, Path], fmt: str) -> None:
    """Size, checksum and kind; only the manifest and the descriptions themselves are not in it."""
    graph = described(folders[fmt])
    found = {}
    for distribution in graph.subjects(RDF.type, DCAT.Distribution):
        checksum = graph.value(graph.value(distribution, SPDX.checksum), SPDX.checksumValue)
        found[str(distribution).rpartition("/")[2]] = (int(graph.value(distribution, DCAT.byteSize)), str(checksum))
        assert graph.value(distribution, DCAT.mediaType) is not None

    files = {path for path in folders[fmt].iterdir() if path.name not in ("town.json", "dcat.jsonld", "README.md")}
    assert {path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files} == found


def test_who_opens_csv_reads_what_a_spreadsheet_may_do_with_it(folders: dict[str, Path]) -> None:
    """Values stay true, so a cell may begin as a formula does; only the folder with such files says so."""
    texts = {fmt: (folder / "README.md").read_text() for fmt, folder in folders.items()}

    assert {"csv"} == {fmt for fmt, text in texts.items() if "formule" in text and "formula" in text}
    assert "\n\n\n" not in texts["csv"] + texts["parquet"]
    assert ',"+32' in (folders["csv"] / "personen.csv").read_text("utf-8")


def test_a_person_reads_that_nothing_is_real(folders: dict[str, Path], small_town: Town) -> None:
    """In Dutch and in English, in the folder itself."""
    text = (folders["parquet"] / "README.md").read_text()

    assert all(statement in text for statement in SYNTHETIC_STATEMENT.values())
    assert small_town.digest in text
    manifest = json.loads((folders["parquet"] / "town.json").read_text())
    assert {"README.md", "dcat.jsonld", "data-dictionary.json"} <= set(manifest["files"])

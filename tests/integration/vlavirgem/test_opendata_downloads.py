"""Whole datasets to take away: each format holds what the API serves, of the same moment, without who is a person."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from rdflib import Graph

from support.ldes_client import parse
from vlavirgem.blocks.opendata.datasets import DATASETS, SMALLEST
from vlavirgem.blocks.opendata.graph import triples
from vlavirgem.store.connection import connect
from vlavirgem.store.opendata import same_view
from vlavirgem.store.source import DatabaseSource

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.testclient import TestClient

    from vlavirgem import Town
    from vlavirgem.blocks.opendata.datasets import Dataset

ROOT = "/opendata/v1/datasets"
REGISTERS = [dataset for dataset in DATASETS if dataset.opened]
BLOCKS = {"basisregisters": "/basisregisters/v1", "ipdc": "/ipdc/v1"}


def taken(client: TestClient, dataset: str, fmt: str) -> bytes:
    answer = client.get(f"{ROOT}/{dataset}/downloads/{fmt}")
    assert 200 == answer.status_code, answer.text
    assert f'attachment; filename="{dataset}.' in answer.headers["content-disposition"]
    return answer.content


def told(client: TestClient, dataset: Dataset) -> set[tuple[str, str, str]]:
    """All statements of the API about a register, without who leads a business."""
    found: set[tuple[str, str, str]] = set()
    address = f"{BLOCKS[dataset.block]}/{dataset.collection}?limiet=1000"
    while address:
        page = client.get(address).json()
        context = client.get(page["@context"]).json()["@context"]
        for item in page["items"]:
            del item["_links"]
            item.pop("zaakvoerder", None)
            found |= set(triples({"@context": context, **item}))
        address = page.get("volgende", "")
    return found


@pytest.mark.parametrize("dataset", REGISTERS, ids=lambda dataset: dataset.name)
def test_parquet_and_csv_hold_every_row(reading: TestClient, town: Town, dataset: Dataset) -> None:
    """Column for column what the dictionary says, in the order of the numbers; what is withheld has no column."""
    assert dataset.opened is not None
    expected = town.tables[dataset.opened.entity.table].drop(dataset.opened.withheld)

    assert_frame_equal(expected, pl.read_parquet(taken(reading, dataset.name, "parquet")))
    rows = list(csv.DictReader(io.StringIO(taken(reading, dataset.name, "csv").decode())))
    assert expected.columns == list(rows[0])
    assert [str(number) for number in expected["id"]] == [row["id"] for row in rows]


@pytest.mark.parametrize("dataset", REGISTERS, ids=lambda dataset: dataset.name)
def test_linked_data_says_what_the_api_says(reading: TestClient, dataset: Dataset) -> None:
    """N-Quads and JSON-LD, statement by statement: what is shown whole inside a document is there whole too."""
    quads = taken(reading, dataset.name, "nquads").decode()
    lines = "\n".join(f"{line.rsplit(' <', 1)[0]} ." for line in quads.splitlines())
    document = json.loads(taken(reading, dataset.name, "jsonld"))

    expected = told(reading, dataset)
    assert expected == set(parse(lines))
    assert expected == set(triples(document))


def test_turtle_says_the_same_as_n_quads(reading: TestClient) -> None:
    """By an independent parser, of a register with nodes inside its documents."""
    quads = taken(reading, "vestigingen", "nquads").decode()
    lines = "".join(f"{line.rsplit(' <', 1)[0]} .\n" for line in quads.splitlines())

    turtle = Graph().parse(data=taken(reading, "vestigingen", "turtle"), format="turtle")
    assert set(Graph().parse(data=lines, format="nt")) == set(turtle)


@pytest.mark.parametrize("dataset", [one for one in REGISTERS if one.is_on_map], ids=lambda dataset: dataset.name)
def test_what_lies_on_the_map_comes_as_a_map(
    reading: TestClient, town: Town, tmp_path: Path, dataset: Dataset
) -> None:
    """GeoJSON with the figures of the API, and a GeoPackage with a layer of as many rows."""
    features = json.loads(taken(reading, dataset.name, "geojson"))["features"]
    first = reading.get(f"/basisregisters/v1/{dataset.name}/1", headers={"Accept": "application/geo+json"}).json()
    path = tmp_path / "taken.gpkg"
    path.write_bytes(taken(reading, dataset.name, "geopackage"))

    assert town.tables[dataset.name]["id"].to_list() == [feature["id"] for feature in features]
    assert first["geometry"] == features[0]["geometry"]
    with sqlite3.connect(path) as database:
        ((rows,),) = database.execute(f'SELECT count(*) FROM "{dataset.name}"')  # noqa: S608 - ours
    database.close()
    assert len(features) == rows


def test_a_download_is_of_now_and_its_tag_says_of_when(writing: TestClient) -> None:
    """What was just written is in it; as long as nothing is written, the client's own copy is good."""
    address = f"{ROOT}/adressen/downloads/parquet"
    before = writing.get(address)
    unchanged = writing.get(address, headers={"If-None-Match": before.headers["etag"]})
    house = "/basisregisters/v1/adressen/1"
    tag = writing.get(house).headers["etag"]
    writing.post(f"{house}/hernummeringen", headers={"If-Match": tag}, json={"huisnummer": "901"})

    after = writing.get(address, headers={"If-None-Match": before.headers["etag"]})

    assert (304, b"") == (unchanged.status_code, unchanged.content)
    assert 200 == after.status_code
    assert "901" in pl.read_parquet(after.content)["huisnummer"].to_list()
    assert pl.read_parquet(before.content).height + 1 == pl.read_parquet(after.content).height


def test_a_file_is_of_one_moment_however_long_it_takes(writing_url: str) -> None:
    """Somebody writes between two parts: the file does not mix then and now, and the writer does not wait."""
    with connect(writing_url) as reader, connect(writing_url) as writer:
        reader.autocommit = True
        with same_view(reader):
            source = DatabaseSource(reader, tables=["straatnamen"], withheld={})
            before = source.read(0, table="straatnamen")
            writer.execute("UPDATE straatnamen SET naam = 'Anders'")
            writer.commit()
            assert_frame_equal(before, source.read(0, table="straatnamen"))


def test_of_the_people_there_are_only_counts_and_no_small_ones(reading: TestClient, town: Town) -> None:
    """By wijk, sex and ten years of age; no name, no number, no address."""
    rows = list(csv.DictReader(io.StringIO(taken(reading, "inwonersaantallen", "csv").decode())))

    living = town.tables["personen"].filter(pl.col("overlijdensdatum").is_null())
    assert ["wijk_id", "wijk", "geslacht", "leeftijd_van", "aantal"] == list(rows[0])
    assert min(int(row["aantal"]) for row in rows) >= SMALLEST
    assert 0 < sum(int(row["aantal"]) for row in rows) <= living.height


def test_what_is_withheld_is_nowhere_in_a_file(reading: TestClient) -> None:
    """Who leads a business is a person: no format tells."""
    for fmt in ("csv", "parquet", "jsonld", "nquads", "turtle"):
        content = taken(reading, "organisaties", fmt)
        assert b"zaakvoerder" not in content, fmt
        assert b"/id/persoon/" not in content, fmt


@pytest.mark.parametrize(
    "path", ["adressen/downloads/pdf", "organisaties/downloads/geojson", "personen/downloads/csv"]
)
def test_what_does_not_exist_is_404(reading: TestClient, path: str) -> None:
    """An unknown format, a map of what does not lie on one, and what is not open."""
    assert 404 == reading.get(f"{ROOT}/{path}").status_code


@pytest.mark.parametrize("name", ["adressen", "producten", "inwonersaantallen"])
def test_every_format_in_the_catalogue_can_be_taken_away(reading: TestClient, name: str) -> None:
    """With the media type that the catalogue tells: a map, a list, and counts."""
    distributions = reading.get(f"{ROOT}/{name}").json()["dcat:distribution"]
    downloads = [one for one in distributions if "dcat:downloadURL" in one]

    assert downloads
    for one in downloads:
        answer = reading.get(one["dcat:downloadURL"]["@id"])
        media_type = one["dcat:mediaType"]["@id"].partition("media-types/")[2]
        assert answer.headers["content-type"].startswith(media_type), one["@id"]
        assert answer.content

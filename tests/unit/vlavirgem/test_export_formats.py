"""Tables and maps in every format hold what the town holds, and an export that fails leaves nothing."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import struct
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.errors import TownFolderError
from vlavirgem.export import FORMATS, export_town
from vlavirgem.export.geometry import LAMBERT72, WGS84, as_binary, as_geojson, places
from vlavirgem.export.source import TownSource
from vlavirgem.export.sqlite import stored
from vlavirgem.folder import verify_folder
from vlavirgem.schema import TABLES

COMPRESSED = ("csv", "postgres", "geojson", "jsonld", "nquads", "turtle")


@pytest.fixture(scope="module")
def exported(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("formats")
    for fmt in FORMATS:
        assert small_town.digest == export_town(small_town, base / fmt, fmt=fmt)
    return {fmt: base / fmt for fmt in FORMATS}


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_export_verifies(exported: dict[str, Path], fmt: str) -> None:
    """The manifest is over all files, whatever they are."""
    assert [] == verify_folder(exported[fmt])


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_export_is_the_same_every_time(
    small_town: Town, exported: dict[str, Path], tmp_path: Path, fmt: str
) -> None:
    """No clock and no chance: byte for byte, whether the town comes from memory or from a folder."""
    export_town(exported["parquet"], tmp_path / "again", fmt=fmt)

    assert contents(exported[fmt]) == contents(tmp_path / "again")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("fmt", COMPRESSED)
def test_what_is_compressed_is_the_same_text(
    small_town: Town, exported: dict[str, Path], tmp_path: Path, fmt: str
) -> None:
    """Gzip changes the names and nothing else; the bytes hold no moment, so that they are the same tomorrow."""
    export_town(small_town, tmp_path / "gz", fmt=fmt, compress=True)

    files = list((tmp_path / "gz").glob("*.gz"))
    assert files
    for path in files:
        assert (exported[fmt] / path.stem).read_bytes() == gzip.decompress(path.read_bytes())
        assert bytes(4) == path.read_bytes()[4:8]  # RFC 1952: the time
    assert [] == verify_folder(tmp_path / "gz")


@pytest.mark.parametrize("fmt", ["parquet", "csv", "sqlite", "geojson", "geopackage", "nquads", "jsonld", "turtle"])
def test_some_tables_can_be_chosen(small_town: Town, tmp_path: Path, fmt: str) -> None:
    """Only what was asked for is there, and the folder does not say that it is the whole town."""
    export_town(small_town, tmp_path / "some", fmt=fmt, tables=["adressen"])

    assert [] == verify_folder(tmp_path / "some")
    assert not list((tmp_path / "some").glob("person*"))
    with pytest.raises(TownFolderError, match="read from parquet or csv"):
        type(small_town).load(tmp_path / "some")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fmt": "csv", "tables": ["burgers"]}, "no table 'burgers'"),
        ({"fmt": "postgres", "tables": ["personen"]}, "holds the whole town"),
        ({"fmt": "geojson", "tables": ["adressen", "personen"]}, "personen does not lie on the map"),
        ({"fmt": "sqlite", "compress": True}, "leave out gzip"),
        ({"fmt": "xlsx"}, "choose one of"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    small_town: Town, tmp_path: Path, arguments: dict[str, object], message: str
) -> None:
    """Before anything is written."""
    with pytest.raises(TownFolderError, match=message):
        export_town(small_town, tmp_path / "x", **arguments)  # type: ignore[arg-type]  # that is what is tested
    assert [] == list(tmp_path.iterdir())


def test_sqlite_holds_every_row_and_keeps_its_references(exported: dict[str, Path], small_town: Town) -> None:
    """SQLite itself checks all references; each has an index, and each column is described."""
    with closing(sqlite3.connect(exported["sqlite"] / "town.sqlite")) as connection:
        assert [] == connection.execute("PRAGMA foreign_key_check").fetchall()
        assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        for table in TABLES.values():
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = connection.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY id').fetchall()  # noqa: S608
            expected = small_town.tables[table.name].select(stored(column) for column in table.columns).rows()
            assert expected == rows, table.name
            described = connection.execute(
                "SELECT kolom FROM gegevenswoordenboek WHERE tabel = ? AND kolom IS NOT NULL", [table.name]
            ).fetchall()
            assert [column.name for column in table.columns] == [name for (name,) in described]
        indexes = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'personen_huishouden_id'")
        assert (1,) == indexes.fetchone()
        keys = connection.execute("PRAGMA foreign_key_list('personen')").fetchall()
        assert {column.references for column in TABLES["personen"].columns if column.references} == {
            key[2] for key in keys
        }


def test_geojson_is_what_the_standard_asks(exported: dict[str, Path], small_town: Town) -> None:
    """RFC 7946: WGS 84 with longitude first, closed rings, and outer rings that go round counterclockwise."""
    assert places(WGS84, tables=TABLES)
    for place in places(WGS84, tables=TABLES):
        collection = json.loads((exported["geojson"] / f"{place.table.name}.geojson").read_text())
        assert "FeatureCollection" == collection["type"]
        frame = small_town.tables[place.table.name]
        assert frame["id"].to_list() == [feature["id"] for feature in collection["features"]]
        for feature in collection["features"]:
            assert {"type", "id", "geometry", "properties"} == set(feature)
            positions = flat(feature["geometry"]["coordinates"])
            assert all(2 < x < 3 and 51 < y < 52 for x, y in positions)
            if feature["geometry"]["type"] == "Polygon":
                ring = feature["geometry"]["coordinates"][0]
                assert ring[0] == ring[-1]
                assert 0 < sum((a[0] * b[1] - b[0] * a[1]) for a, b in zip(moved(ring), moved(ring)[1:], strict=False))


def flat(coordinates: list) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], float):
        return [(coordinates[0], coordinates[1])]
    return [position for inner in coordinates for position in flat(inner)]


def moved(ring: list[list[float]]) -> list[tuple[float, float]]:
    """Measure from the first position, so that the area does not drown in the distance to the equator."""
    return [(x - ring[0][0], y - ring[0][1]) for x, y in ring]


def test_a_geopackage_is_one(exported: dict[str, Path], small_town: Town) -> None:
    """OGC 12-128r19: mark, version, the tables that must be there, and blobs with a head and a rectangle."""
    path = exported["geopackage"] / "town.gpkg"
    head = path.read_bytes()[:100]
    assert (b"GPKG", 10400) == (head[68:72], int.from_bytes(head[60:64], "big"))
    with closing(sqlite3.connect(path)) as connection:
        assert [("ok",)] == connection.execute("PRAGMA integrity_check").fetchall()
        assert [] == connection.execute("PRAGMA foreign_key_check").fetchall()
        systems = connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys").fetchall()
        assert {-1, 0, 4326, 31370} == {system for (system,) in systems}
        layers = connection.execute(
            "SELECT c.table_name, g.column_name, g.geometry_type_name, c.min_x, c.max_x, c.srs_id, c.last_change"
            " FROM gpkg_contents c JOIN gpkg_geometry_columns g USING (table_name)"
        ).fetchall()
        assert [place.table.name for place in places(LAMBERT72, tables=TABLES)] == [layer[0] for layer in layers]
        for name, column, kind, least, most, system, changed in layers:
            assert (31370, "2026-01-01T00:00:00.000Z") == (system, changed)
            blobs = connection.execute(f'SELECT "{column}" FROM "{name}" ORDER BY id').fetchall()  # noqa: S608 - ours
            assert small_town.tables[name].height == len(blobs)
            for (blob,) in blobs:
                magic, version, flags, srs = struct.unpack("<2sBBi", blob[:8])
                left, right, _, _ = struct.unpack("<4d", blob[8:40])
                assert (b"GP", 0, 3, 31370) == (magic, version, flags, srs)
                assert least <= left <= right <= most
                order, code = struct.unpack("<BI", blob[40:45])
                assert (1, {"POINT": 1, "LINESTRING": 2, "POLYGON": 3}[kind]) == (order, code)


@pytest.mark.parametrize(
    ("text", "coordinates", "size"),
    [
        ("POINT (1 2)", [1, 2], 21),
        ("LINESTRING (0 0, 3 4)", [[0, 0], [3, 4]], 41),
        ("POLYGON ((0 0, 9 0, 9 9, 0 0), (1 1, 2 2, 2 1, 1 1))", None, 9 + 2 * (4 + 64)),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((20 0, 29 0, 29 9, 20 0)))", None, 9 + 2 * (9 + 4 + 64)),
    ],
)
def test_figures_keep_their_parts(text: str, coordinates: list[float] | None, size: int) -> None:
    """Holes and parts that lie apart, in text and in bytes."""
    written = pl.DataFrame({"wkt": [text]}).select(as_geojson("wkt")).item()
    geometry = json.loads(written)
    content, around = as_binary(text)

    numbers = [float(n) for n in text.partition(" ")[2].replace("(", "").replace(")", "").replace(",", "").split()]
    assert text.split(" ", maxsplit=1)[0] == geometry["type"].upper()
    assert numbers == [n for position in flat(floats(geometry["coordinates"])) for n in position]
    assert coordinates is None or coordinates == geometry["coordinates"]
    assert size == len(content)
    assert (min(numbers[::2]), max(numbers[::2]), min(numbers[1::2]), max(numbers[1::2])) == around


def floats(coordinates: list) -> list:
    return [floats(inner) if isinstance(inner, list) else float(inner) for inner in coordinates]


def test_a_figure_of_another_kind_is_refused() -> None:
    """Rather than written wrongly."""
    with pytest.raises(ValueError, match="no figure"):
        as_binary("CIRCULARSTRING (0 0, 1 1, 2 0)")


def test_a_damaged_part_is_seen_when_it_is_read(exported: dict[str, Path], tmp_path: Path) -> None:
    """An export from a folder proves what it reads, file by file."""
    export_town(exported["parquet"], tmp_path / "town", fmt="parquet")
    path = tmp_path / "town" / "adressen.parquet"
    pl.read_parquet(path).with_columns(huisnummer=pl.lit("0")).write_parquet(path)

    with pytest.raises(TownFolderError, match=r"adressen\.parquet was changed"):
        export_town(tmp_path / "town", tmp_path / "out", fmt="nquads")
    assert not (tmp_path / "out").exists()


FULL = """
import resource, signal, sys
from vlavirgem.errors import TownFolderError
from vlavirgem.export import FORMATS, export_town

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
for fmt in FORMATS:
    try:
        export_town(sys.argv[1], f"{sys.argv[2]}/{fmt}", fmt=fmt)
    except TownFolderError as error:
        print(fmt, "cannot be written" in str(error))
"""
KILLED = """
import os, signal, sys
from vlavirgem.export import export_town, linked

linked.concepts = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
export_town(sys.argv[1], sys.argv[2] + "/nquads", fmt="nquads")
"""


def run(script: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_full_disk_is_a_clear_error_in_every_format(exported: dict[str, Path], tmp_path: Path) -> None:
    """The kernel refuses to write on; nothing stands under the final name or beside it."""
    found = run(FULL, exported["parquet"], tmp_path)

    assert [f"{fmt} True" for fmt in FORMATS] == found.stdout.splitlines(), found.stderr
    assert [] == list(tmp_path.iterdir())


def test_an_export_killed_in_the_middle_leaves_nothing_under_its_name(
    exported: dict[str, Path], tmp_path: Path
) -> None:
    """And the next one is not hindered by what it left."""
    found = run(KILLED, exported["parquet"], tmp_path)
    assert -signal.SIGKILL == found.returncode
    assert not (tmp_path / "nquads").exists()

    export_town(exported["parquet"], tmp_path / "nquads", fmt="nquads")

    assert contents(exported["nquads"]) == contents(tmp_path / "nquads")
    assert ["nquads"] == [path.name for path in tmp_path.iterdir()]


LINKED_TABLES = ("gemeenten", "straatnamen", "huishoudens", "personen", "organisaties", "mandatarissen", "dossiers")
SUFFIXES = {
    "nquads": (".nq", ox.RdfFormat.N_QUADS),
    "jsonld": (".jsonld", ox.RdfFormat.JSON_LD),
    "turtle": (".ttl", ox.RdfFormat.TURTLE),
}


def statements(folder: Path, *, fmt: str) -> set[str]:
    suffix, known = SUFFIXES[fmt]
    files = [path for path in folder.glob(f"*{suffix}") if path.name != "dcat.jsonld"]
    return {str(quad.triple) for path in files for quad in ox.parse(path.read_bytes(), format=known)}


@pytest.fixture(scope="module")
def two_wijken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Town, dict[str, Path]]:
    town = Town.generate(small_profile(1_060, dossiers__per_duizend=5), seed=7)
    base = tmp_path_factory.mktemp("whole")
    for fmt in SUFFIXES:
        export_town(town, base / fmt, fmt=fmt, tables=LINKED_TABLES)
    return town, {fmt: base / fmt for fmt in SUFFIXES}


@pytest.mark.parametrize("fmt", sorted(SUFFIXES))
def test_a_town_in_parts_says_the_same(
    two_wijken: tuple[Town, dict[str, Path]], parts_of_one_wijk: None, tmp_path: Path, fmt: str
) -> None:
    """Nothing is lost or said otherwise where parts meet, such as a councillor who lives in another part."""
    town, whole = two_wijken
    assert 2 == TownSource(town).count

    export_town(town, tmp_path / fmt, fmt=fmt, tables=LINKED_TABLES)

    assert statements(whole[fmt], fmt=fmt) == statements(tmp_path / fmt, fmt=fmt)

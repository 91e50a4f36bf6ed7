"""The vector tiles of a town: what another program reads in them is what the tables say."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from vlavirgem.explore import mvt, vendor
from vlavirgem.explore.app import make_app
from vlavirgem.explore.figures import FINEST, across
from vlavirgem.explore.links import Links
from vlavirgem.explore.mapping import Maps
from vlavirgem.explore.tiles import Tiles
from vlavirgem.report.tables import TownTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem import Town

HTML = {"Accept": "text/html"}
_POINT = st.tuples(st.integers(-9000, 17000), st.integers(-9000, 17000))


@pytest.fixture(scope="module")
def links(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Links:
    """A small town on disk, opened to look at."""
    place = tmp_path_factory.mktemp("tegels") / "stad"
    small_town.write(place)
    return Links(TownTables.open(place))


@pytest.fixture(scope="module")
def tiles(links: Links) -> Tiles:
    return Tiles(links.ground)


@pytest.fixture(scope="module")
def client(links: Links) -> Iterator[TestClient]:
    """The pages, without a network."""
    with TestClient(make_app(links.town), base_url="http://stad.test") as client:
        yield client


def read(tile: bytes) -> dict[str, Any]:
    """Read a tile with another program, y growing to the south as it is written."""
    found: dict[str, Any] = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    return found


def all_tiles(tiles: Tiles, z: int) -> list[tuple[int, int, bytes]]:
    """Give every tile of a zoom on which the town lies."""
    west, south, east, north = tiles.bounds
    x, y = across(np.asarray([west, east]), np.asarray([north, south]))
    size = mvt.EXTENT << (FINEST - z)
    return [
        (column, row, tiles.tile(z, column, row))
        for column in range(int(x[0]) // size, int(x[1]) // size + 1)
        for row in range(int(y[0]) // size, int(y[1]) // size + 1)
    ]


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40))
def test_numbers_are_written_as_protocol_buffers_write_them(values: list[int]) -> None:
    """Seven bits in a byte, the lowest first; the highest bit says that there is more."""
    written, sizes = mvt.varints(np.asarray(values, dtype=np.uint64))
    read_back, here = [], 0
    for size in sizes.tolist():
        part = written[here : here + size]
        assert all(byte & 0x80 for byte in part[:-1])
        assert not part[-1] & 0x80
        read_back.append(sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(part)))
        here += size
    assert (values, len(written)) == (read_back, here)


@given(st.lists(st.lists(_POINT, min_size=2, max_size=7, unique=True), min_size=1, max_size=6), st.data())
def test_another_program_reads_the_lines_that_were_written(lines: list[list[tuple[int, int]]], data: Any) -> None:
    """Any corners, and any mixture of properties and none."""
    names = data.draw(st.lists(st.integers(-1, 2), min_size=len(lines), max_size=len(lines)))
    flat = np.asarray([point for line in lines for point in line], dtype=np.int64)
    columns = {
        "naam": mvt.Column(["één", "twee", ""], np.asarray(names)),
        "lengte": mvt.Column([0, 300, 70_000], np.asarray([len(line) % 3 for line in lines])),
    }
    figures = mvt.Figures(
        geometry=mvt.Geometry.LINE,
        ids=np.arange(1, len(lines) + 1) * 100_003,
        starts=np.cumsum([0, *map(len, lines)]),
        x=flat[:, 0],
        y=flat[:, 1],
        columns=columns,
    )
    features = read(mvt.layer("lijnen", figures))["lijnen"]["features"]
    expected = [
        (
            [list(point) for point in line],
            number * 100_003,
            ["één", "twee", "", None][name],
            [0, 300, 70_000][len(line) % 3],
        )
        for number, (line, name) in enumerate(zip(lines, names, strict=True), start=1)
    ]
    assert expected == [
        (one["geometry"]["coordinates"], one["id"], one["properties"].get("naam"), one["properties"]["lengte"])
        for one in features
    ]


def test_a_figure_that_shrank_to_a_point_is_left_out() -> None:
    """A polygon needs three corners and a line two; a layer without figures is nothing."""
    figures = mvt.Figures(
        geometry=mvt.Geometry.POLYGON,
        ids=np.asarray([1]),
        starts=np.asarray([0, 4]),
        x=np.asarray([5, 5, 5, 6]),
        y=np.asarray([5, 5, 5, 5]),
        columns={},
    )
    assert b"" == mvt.layer("leeg", figures)


def test_every_building_that_stands_is_on_the_closest_tiles_in_its_own_size(links: Links, tiles: Tiles) -> None:
    """Areas by the tiles differ from those by the tables by no more than rounding to 9 cm does."""
    standing = links.town["gebouwen"].filter(links.town["gebouwen"]["status"] != "gehistoreerd")
    shapes = dict(zip(standing["id"], shapely.from_wkt(standing["wkt_lambert72"].to_list()), strict=True))
    seen = {}
    for _, _, tile in all_tiles(tiles, FINEST):
        for one in read(tile).get("gebouwen", {"features": []})["features"]:
            seen[one["id"]] = shapely.Polygon(one["geometry"]["coordinates"][0])
    assert shapes.keys() == seen.keys()
    latitude = tiles.bounds[1]
    step = 40_075_016.686 * np.cos(np.radians(latitude)) / (mvt.EXTENT << FINEST)
    assert all(
        abs(shape.area - seen[number].area * step * step) < 0.1 * shape.length + 0.5
        for number, shape in shapes.items()
    )
    assert all(shape.is_valid for shape in seen.values())


def test_every_house_number_stands_once_at_its_address(links: Links, tiles: Tiles) -> None:
    """Also that of a building on two tiles: tiles overlap by a rim, where browsers draw no names."""
    seen: dict[int, int] = {}
    for _, _, tile in all_tiles(tiles, FINEST):
        for one in read(tile).get("nummers", {"features": []})["features"]:
            x, y = one["geometry"]["coordinates"]
            if 0 <= x < mvt.EXTENT and 0 <= y < mvt.EXTENT:
                seen[one["id"]] = seen.get(one["id"], 0) + 1
    assert {1} == set(seen.values())
    used = links.town["adressen"].filter(links.town["adressen"]["status"] == "inGebruik")
    assert set(used["gebouw_id"]) == set(seen)


def test_outer_rings_turn_as_the_specification_says(tiles: Tiles) -> None:
    """Clockwise on the screen, where y grows downwards (4.3.3.3)."""
    for _, _, tile in all_tiles(tiles, 14):
        for layer in ("gebouwen", "grond", "wijken"):
            for one in read(tile).get(layer, {"features": []})["features"]:
                assert shapely.LinearRing(one["geometry"]["coordinates"][0]).is_ccw, layer


@pytest.mark.parametrize(("z", "layers"), [(9, {"wijken", "wijknamen"}), (15, {"wijken", "grond", "gebouwen"})])
def test_the_closer_one_looks_the_more_one_sees(tiles: Tiles, z: int, layers: set[str]) -> None:
    found = set().union(*(read(tile) for _, _, tile in all_tiles(tiles, z)))
    assert layers <= found
    assert ("gebouwen" in found) == (z >= 14)


def test_pieces_of_a_street_that_follow_each_other_bear_one_name(links: Links, tiles: Tiles) -> None:
    names = tiles._street_names
    assert set(links.town["wegsegmenten"]["straatnaam_id"].drop_nulls()) == set(names.ids.tolist())
    assert len(names.starts) - 1 == names.ids.size


def test_a_place_in_degrees_leads_back_to_its_window(links: Links) -> None:
    maps = Maps(links)
    window = maps.start().moved(0.3, -0.2)
    at = maps.degrees(window)
    again = maps.window_at(at["lon"], at["lat"], width=window.width)
    assert (abs(again.x - window.x) <= 1, abs(again.y - window.y) <= 1) == (True, True)


def test_a_tile_says_what_it_is_and_an_empty_one_is_no_error(client: TestClient) -> None:
    answer = client.get("/kaart/tegels/14/0/0")
    assert (200, b"") == (answer.status_code, answer.content)
    assert "application/vnd.mapbox-vector-tile" == answer.headers["content-type"]


@pytest.mark.parametrize("at", ["7/1/1", "16/1/1", "14/-1/1", "a/1/1", "14/1/99999999"])
def test_a_tile_that_cannot_be_is_refused(client: TestClient, at: str) -> None:
    assert 400 == client.get(f"/kaart/tegels/{at}").status_code


def test_what_is_chosen_says_where_it_lies_and_what_marks_it(client: TestClient, links: Links) -> None:
    person = links.town["personen"].drop_nulls("adres_id").row(0, named=True)
    address = links.row("adressen", person["adres_id"])
    chosen = client.get(f"/kaart/kies/personen/{person['id']}").json()
    assert {"laag": "gebouwen", "nummers": [address["gebouw_id"]]} == chosen["merk"]
    place = chosen["plaats"]
    assert abs(place["lon"] - address["lengtegraad"]) < 1e-3
    assert abs(place["lat"] - address["breedtegraad"]) < 1e-3
    assert f'href="/adressen/{address["id"]}"' in chosen["html"]


def test_what_lies_nowhere_is_told_without_a_place(client: TestClient, links: Links) -> None:
    chosen = client.get(f"/kaart/kies/producten/{links.town['producten']['id'][0]}").json()
    assert (None, None) == (chosen["plaats"], chosen["merk"])
    assert 404 == client.get("/kaart/kies/producten/0").status_code
    assert 404 == client.get("/kaart/kies/niets/1").status_code


def test_a_link_to_a_chosen_thing_opens_the_map_around_it(client: TestClient, links: Links) -> None:
    building = links.town["gebouwen"]["id"][0]
    page = client.get(f"/kaart?kies=gebouwen/{building}", headers=HTML).text
    window = Maps(links).window_around("gebouwen", building)
    assert f'data-kies="gebouwen/{building}"' in page
    assert f'data-x="{window.x}"' in page
    assert 'data-kies=""' in client.get("/kaart?kies=gebouwen/99999999", headers=HTML).text
    assert 400 == client.get("/kaart?lon=200&lat=51", headers=HTML).status_code


def test_maplibre_is_as_its_makers_published_it() -> None:
    """Who changes a file, or takes another version, must say so in `vendor.py`; its licence comes along."""
    folder = resources.files("vlavirgem.explore") / "static" / "maplibre"
    found = {
        name: hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()
        for name in (path.name for path in folder.iterdir())
    }
    assert {name: digest for name, (_, digest) in vendor.FILES.items()} == found
    assert f"v{vendor.VERSION}/LICENSE.txt" in folder.joinpath("maplibre-gl.mjs").read_text(encoding="utf-8")[:200]


def test_browsers_may_keep_maplibre_for_good_and_get_it_packed(client: TestClient) -> None:
    found = re.search(r'data-bron="([^"]+)"', client.get("/kaart", headers=HTML).text)
    assert found
    answer = client.get(f"{found[1]}/maplibre-gl.mjs")
    assert ("gzip", "text/javascript; charset=utf-8") == (
        answer.headers["content-encoding"],
        answer.headers["content-type"],
    )
    assert "immutable" in answer.headers["cache-control"]
    plain = client.get(f"{found[1]}/maplibre-gl.mjs", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content
    known = {"If-None-Match": answer.headers["etag"]}
    assert 304 == client.get(f"{found[1]}/maplibre-gl.mjs", headers=known).status_code
    assert 404 == client.get(f"{found[1]}/package.json").status_code
    assert 404 == client.get("/static/maplibre-0.0.0/maplibre-gl.mjs").status_code


def test_the_map_gets_its_words_and_bounds_as_data(client: TestClient, tiles: Tiles) -> None:
    page = client.get("/kaart?taal=en", headers=HTML).text
    found = re.search(r'data-grenzen="([^"]+)"', page)
    assert found
    assert list(tiles.bounds) == json.loads(found[1].replace("&#34;", '"'))
    assert "Layers and legend" in page


def test_public_buildings_say_whose_they_are(tiles: Tiles, links: Links) -> None:
    """A school is known by its name, and the town hall by the municipality in it."""
    signs = [
        one["properties"]
        for _, _, tile in all_tiles(tiles, 14)
        for one in read(tile).get("tekens", {"features": []})["features"]
    ]
    organisations = links.town["organisaties"]
    schools = {one["naam"] for one in signs if one.get("wie") == "school"}
    assert schools <= set(organisations.filter(type="school")["naam"])
    assert [one for one in signs if one.get("wie") == "gemeente"]
    assert not [one for one in signs if one.get("wie") != "school" and "naam" in one]

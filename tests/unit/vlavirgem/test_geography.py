"""The ground of a town: nothing overlaps, everything fits, and a wijk needs no other to be made."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.geography import Geography, make_geography
from vlavirgem.generation.places.coordinates import Sheet
from vlavirgem.generation.places.municipality import border_of, make_municipality
from vlavirgem.generation.places.names import street_names
from vlavirgem.generation.places.plane import Plane
from vlavirgem.generation.places.stock import HOME
from vlavirgem.generation.places.strips import DITCH
from vlavirgem.generation.places.territory import corners_of, territory_of
from vlavirgem.generation.wijken import Wijken, wijken_of

if TYPE_CHECKING:
    from vlavirgem.randomness import Integers

LARGEST = 500
"""Wijken of the largest town, `centrumstad`."""
TYPICAL, ALL_ALONE = 530, 1150
"""Homes that a wijk needs: mostly, and when everybody lives alone."""


def some(*numbers: int) -> Wijken:
    return Wijken(numbers=np.asarray(numbers, dtype=np.int64), inhabitants=np.full(len(numbers), 1000))


def geography(*numbers: int, seed: int = 7, homes: int = TYPICAL, **changes: float) -> Geography:
    return make_geography(
        small_profile(LARGEST * 1000, **changes), seed=seed, wijken=some(*numbers), homes=np.full(len(numbers), homes)
    )


def figures(frame: pl.DataFrame) -> list[shapely.Geometry]:
    return list(shapely.from_wkt(frame["wkt_lambert72"].to_list()))


def overlaps(shapes: list[shapely.Geometry]) -> list[tuple[int, int]]:
    """Give pairs that share ground."""
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    both = first < second
    first, second = first[both], second[both]
    shared = shapely.area(shapely.intersection(np.asarray(shapes)[first], np.asarray(shapes)[second]))
    return list(zip(first[shared > 0].tolist(), second[shared > 0].tolist(), strict=True))


@pytest.fixture(scope="module")
def towns() -> dict[str, pl.DataFrame]:
    """Wijken of the core, beside it, and far from it."""
    return geography(0, 1, 2, 9, 10, 30, 300).tables


def standing(buildings: pl.DataFrame) -> pl.DataFrame:
    return buildings.filter(pl.col("status") != "gehistoreerd")


@settings(max_examples=5)
@example(seed=654036, homes=ALL_ALONE)  # with free-standing houses on parcels of less than four metres
@given(seed=st.integers(0, 2**63), homes=st.sampled_from([25, TYPICAL, ALL_ALONE]))
def test_nothing_overlaps_whatever_the_seed(seed: int, homes: int) -> None:
    """Buildings that stand and parcels share no ground with others of their kind, nor across the border of a wijk."""
    tables = geography(0, 3, 9, 21, seed=seed, homes=homes).tables

    assert [] == overlaps(figures(standing(tables["gebouwen"])))
    assert [] == overlaps(figures(tables["percelen"]))


@settings(max_examples=5)
@given(seed=st.integers(0, 2**63))
def test_every_building_stands_on_its_parcel(seed: int) -> None:
    """Also those that are gone; and every figure is a valid polygon, counter-clockwise as OGC asks."""
    tables = geography(0, 22, seed=seed).tables
    parcels = dict(zip(tables["percelen"]["id"], figures(tables["percelen"]), strict=True))

    for building, parcel in zip(figures(tables["gebouwen"]), tables["gebouwen"]["perceel_id"], strict=True):
        assert parcels[parcel].contains(building)
        assert building.exterior.is_ccw
    assert all(parcel.is_valid and parcel.exterior.is_ccw for parcel in parcels.values())


def test_parcels_and_roads_fill_a_wijk(towns: dict[str, pl.DataFrame]) -> None:
    """What is no parcel is road or ditch: about a seventh of the ground; nothing lies outside the border."""
    parcels = towns["percelen"].group_by("wijk_id").agg(pl.col("oppervlakte").sum()).sort("wijk_id")

    share = parcels["oppervlakte"] / towns["wijken"]["oppervlakte"]
    assert share.is_between(0.78, 0.97).all(), share
    borders = dict(zip(towns["wijken"]["id"], figures(towns["wijken"]), strict=True))
    for wijk, parcel in zip(towns["percelen"]["wijk_id"], figures(towns["percelen"]), strict=True):
        assert borders[wijk].contains(parcel)


def test_areas_and_lengths_are_those_of_the_figures(towns: dict[str, pl.DataFrame]) -> None:
    """In whole square metres and decimetres."""
    for table in ("percelen", "wijken"):
        assert np.allclose(towns[table]["oppervlakte"], shapely.area(figures(towns[table])), atol=0.51)
    assert np.allclose(towns["wegsegmenten"]["lengte"], shapely.length(figures(towns["wegsegmenten"])), atol=0.06)


@pytest.mark.parametrize("table", ["wijken", "straatnamen", "wegsegmenten", "percelen", "gebouwen", "adressen"])
def test_a_wijk_is_the_same_made_alone_or_with_others(table: str, towns: dict[str, pl.DataFrame]) -> None:
    """Wijken do not know each other."""
    alone = pl.concat([geography(number).tables[table] for number in (0, 1, 2, 9, 10, 30, 300)])

    assert towns[table].equals(alone)


@settings(max_examples=8)
@given(
    number=st.integers(0, LARGEST),
    homes=st.integers(1, 2 * ALL_ALONE),
    per_street=st.integers(1, 80),
    flats=st.sampled_from([0.0, 0.05, 1.0]),
    unfinished=st.sampled_from([0.0, 0.02, 1.0]),
)
def test_a_wijk_never_lacks_homes(number: int, homes: int, per_street: int, flats: float, unfinished: float) -> None:
    """When there are too few plots, more buildings become flats."""
    made = geography(
        number,
        homes=homes,
        gebouwen__per_straat=per_street,
        gebouwen__appartementen=flats,
        gebouwen__niet_gerealiseerd=unfinished,
    )

    habitable = made.dwellings.addresses(HOME).id
    assert habitable.size >= homes
    lived_in = made.tables["adressen"].filter(pl.col("id").is_in(habitable))
    homes_there = lived_in.join(made.tables["gebouwen"], left_on="gebouw_id", right_on="id", suffix="_gebouw")
    assert {"gerealiseerd"} == set(homes_there["status_gebouw"])
    assert {"inGebruik"} == set(lived_in["status"])


def test_there_are_hardly_more_homes_than_asked() -> None:
    """Homes nobody lives in are a parameter of the profile, not a by-product."""
    made = geography(*range(40))

    counts = np.bincount(made.dwellings.addresses(HOME).wijk)
    assert TYPICAL <= counts.min()
    assert counts.mean() < TYPICAL * 1.05


def test_addresses_and_names_are_unique(towns: dict[str, pl.DataFrame]) -> None:
    """Also those that no longer count: who finds an old address must know which one it was."""
    assert towns["adressen"].select("straatnaam_id", "huisnummer", "busnummer").is_unique().all()
    assert towns["adressen"]["volledig_adres"].is_unique().all()
    assert towns["straatnamen"]["naam"].is_unique().all()
    assert towns["percelen"]["capakey"].is_unique().all()
    assert towns["percelen"]["capakey"].str.contains(r"^99\d{3}[A-Z]\d{4}/\d{2}[A-Z_]\d{3}$").all()


@pytest.mark.parametrize("seed", [1, 1830])
def test_street_names_never_come_back(seed: int) -> None:
    """Wijken take them from one list without asking each other: all names of the largest town differ."""
    wijken, places = np.divmod(np.arange(LARGEST * 40, dtype=np.int64), 40)

    names = street_names(wijken, places, seed=seed)

    assert names.is_unique().all()
    assert names.str.len_chars().max() < 40  # type: ignore[operator]  # there are names


def test_wijken_have_their_own_ground() -> None:
    """No block belongs to two wijken; the first is in the middle, and later ones lie farther out."""
    numbers = np.arange(LARGEST, dtype=np.int64)
    territory = territory_of(numbers, seed=1)

    blocks = list(zip(territory.column[territory.here], territory.row[territory.here], strict=True))
    assert len(blocks) == len(set(blocks))
    column, row = corners_of(numbers)
    away = column.astype(float) ** 2 + row.astype(float) ** 2
    assert away[400:].min() > away[:100].max()
    assert (corners_of(np.asarray([77]))[0] == column[77]).all()


def test_what_was_replaced_says_by_what(towns: dict[str, pl.DataFrame]) -> None:
    """A building, unit or address that is history ended one day, and names what came in its place."""
    for table in ("gebouwen", "gebouweenheden", "adressen"):
        frame = towns[table]
        gone = frame.filter(status="gehistoreerd")
        assert 0 < gone.height < frame.height / 20
        assert gone.select("einde", "vervangen_door").null_count().sum_horizontal().item() == 0
        kept = frame.filter(pl.col("status") != "gehistoreerd")
        assert kept["einde"].null_count() == kept.height == kept["vervangen_door"].null_count()
        assert gone["vervangen_door"].is_in(kept["id"].implode()).all()
    old = towns["gebouwen"].filter(status="gehistoreerd")
    new = old.join(towns["gebouwen"], left_on="vervangen_door", right_on="id", suffix="_nieuw")
    assert (new["perceel_id"] == new["perceel_id_nieuw"]).all()
    assert (new["bouwjaar"] < new["einde"].dt.year()).all()
    assert (new["einde"].dt.year() <= new["bouwjaar_nieuw"]).all()


def test_everything_refers_to_its_own_wijk(towns: dict[str, pl.DataFrame]) -> None:
    """A unit is in the building of its address, an address in the street of its building."""
    addresses = towns["adressen"].join(towns["gebouweenheden"], left_on="gebouweenheid_id", right_on="id", suffix="_e")
    current = addresses.filter(status="inGebruik")
    assert (current["gebouw_id"] == current["gebouw_id_e"]).all()
    both = towns["adressen"].join(towns["gebouwen"], left_on="gebouw_id", right_on="id", suffix="_gebouw")
    assert (both["straatnaam_id"] == both["straatnaam_id_gebouw"]).all()
    places = shapely.points(addresses["x"], addresses["y"])
    buildings = dict(zip(towns["gebouwen"]["id"], figures(towns["gebouwen"]), strict=True))
    assert all(buildings[b].contains(p) for b, p in zip(addresses["gebouw_id"], places, strict=True))


def test_every_road_but_a_track_has_a_name_and_every_name_a_road(towns: dict[str, pl.DataFrame]) -> None:
    """A road between blocks is called otherwise than the streets that end at it."""
    segments = towns["wegsegmenten"]
    assert (segments["straatnaam_id"].is_null() == (segments["morfologie"] == "aardeweg")).all()
    assert set(towns["straatnamen"]["id"]) == set(segments["straatnaam_id"].drop_nulls())
    assert towns["straatnamen"]["naam"].str.contains(r"(baan|steenweg|dijk|singel|lei|ring)$").any()


def test_roads_hang_together() -> None:
    """From every road of a town one can reach every other: they meet where their points are the same."""
    town = small_profile(20_000)
    wijken = wijken_of(town)
    made = make_geography(town, seed=7, wijken=wijken, homes=np.full(20, TYPICAL))
    segments = made.tables["wegsegmenten"]
    leader: dict[str, str] = {}

    def find(point: str) -> str:
        while leader.setdefault(point, point) != point:
            point = leader[point]
        return point

    for line in segments["wkt_lambert72"]:
        for one, other in pairwise(re.findall(r"[\d.]+ [\d.]+", line)):
            leader[find(one)] = find(other)
    parts: dict[str, int] = {}
    for point in list(leader):
        parts[find(point)] = parts.get(find(point), 0) + 1
    assert 1 == len(parts)


@pytest.mark.parametrize("seed", [1, 2, 1830])
def test_the_plane_is_bent_gently(seed: int) -> None:
    """No street is stretched or squeezed by more than about a third, and the plane never folds."""
    steps = np.linspace(-14_000.0, 14_000.0, 300)
    u, v = (grid.ravel() for grid in np.meshgrid(steps, steps))
    plane = Plane(seed)
    x, y = plane.bend(u, v)
    east, north = plane.bend(u + 1, v), plane.bend(u, v + 1)
    columns = np.stack([east[0] - x, north[0] - x, east[1] - y, north[1] - y], axis=1).reshape(-1, 2, 2)

    stretch = np.linalg.svd(columns, compute_uv=False)

    assert stretch.min() > 0.62
    assert stretch.max() < 1.4
    assert np.linalg.det(columns).min() > 0
    # The back of a parcel of 35 m, whose neighbour has a corner halfway: it must stay within the ditch.
    for du, dv in ((17.5, 0.0), (0.0, 17.5)):
        before, after = plane.bend(u - du, v - dv), plane.bend(u + du, v + dv)
        bulge = np.hypot((before[0] + after[0]) / 2 - x, (before[1] + after[1]) / 2 - y)
        assert bulge.max() < 2 * DITCH * stretch.min()


def test_coordinates_are_those_of_proj() -> None:
    """The curve through a few points of PROJ gives what PROJ gives, to the last digit that is written."""
    spread = np.random.default_rng(1).uniform(-760, 760, (2, 4000))
    middle_x, middle_y = np.asarray([21_000.0, 30_000.0]), np.asarray([214_000.0, 236_000.0])
    of = np.repeat([0, 1], 2000)
    x, y = middle_x[of] + spread[0], middle_y[of] + spread[1]
    sheet = Sheet(middle_x, middle_y)

    longitude, latitude = sheet.wgs84(x, y, of=of)
    east, north = sheet.lambert2008(x, y, of=of)

    # PROJ knows both systems; without grids it chooses the same seven parameters.
    to_degrees = Transformer.from_pipeline(_PIPELINE + " +step +proj=unitconvert +xy_in=rad +xy_out=deg")
    assert np.abs(np.asarray(to_degrees.transform(x, y)) - np.stack([longitude, latitude])).max() < 1.2e-7
    back = Transformer.from_crs(3812, 4258, always_xy=True).transform(east, north)
    assert np.abs(np.asarray(back) - np.stack([longitude, latitude])).max() < 2.5e-7


_PIPELINE = (
    "+proj=pipeline +step +inv +proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 "
    "+lat_2=49.8333339 +x_0=150000.013 +y_0=5400088.438 +ellps=intl +step +proj=cart +ellps=intl "
    "+step +proj=helmert +x=-106.8686 +y=52.2978 +z=-103.7239 +rx=-0.3366 +ry=0.457 +rz=-1.8422 "
    "+s=-1.2747 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84"
)


def test_the_largest_town_lies_at_sea() -> None:
    """Even its farthest wijken stay north-west of the line from De Panne to Knokke, by four kilometres or more."""
    tables = geography(*range(480, LARGEST)).tables
    points = np.asarray(
        [[float(n) for n in pair.split()] for line in tables["wijken"]["wkt_lambert72"] for pair in _pairs(line)]
    )

    # De Panne and Knokke in Lambert 72, kilometres; the sea is on the left of the way from one to the other.
    (x0, y0), (x1, y1) = (25.0, 200.5), (78.5, 229.0)
    offshore = ((x1 - x0) * (points[:, 1] / 1000 - y0) - (y1 - y0) * (points[:, 0] / 1000 - x0)) / np.hypot(
        x1 - x0, y1 - y0
    )
    assert offshore.min() > 4


def test_the_border_of_a_town_goes_around_its_wijken() -> None:
    """In one ring, whatever the number of wijken; and on the map the wijken fill it."""
    for count in (*range(1, 60), LARGEST):
        territory = territory_of(np.arange(count), seed=1)
        ring = border_of(count, seed=1)
        assert len(ring) == len(set(ring))
        assert territory.here.sum() == shapely.Polygon(ring).area
    profile = small_profile(12_000)
    border = shapely.from_wkt(make_municipality(profile, seed=7)["wkt_lambert72"][0])
    wijken = shapely.union_all(figures(geography(*range(12)).tables["wijken"]))
    assert border.symmetric_difference(wijken).area < 1e-6 * border.area


def _pairs(line: str) -> list[str]:
    return re.findall(r"[\d.]+ [\d.]+", line)


def test_the_last_wijk_of_a_profile_may_be_small() -> None:
    """A town of 1 060 people has a wijk of 60, with room for them."""
    profile = small_profile(1060)
    wijken = wijken_of(profile)
    homes: Integers = np.asarray([TYPICAL, 30])

    made = make_geography(profile, seed=3, wijken=wijken, homes=homes)

    assert (np.bincount(made.dwellings.addresses(HOME).wijk) >= homes).all()

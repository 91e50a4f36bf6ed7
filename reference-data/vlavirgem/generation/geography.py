"""Streets, buildings and addresses on an invented map.

The map lies in the Belgian part of the North Sea, so no position falls on a real house. It is built
of square blocks of 340 m with four parallel streets each; neighbouring blocks lie crosswise. Every
street has its own strip, every building its own plot in that strip: footprints cannot overlap.
Lengths are in whole decimetres until the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.place import NAME, POST_CODE
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

    Decimals = NDArray[np.float64]

_CENTRE = (300_000, 2_250_000)
"""Lambert 72 in decimetres: about 25 km off the coast."""
_BLOCK, _STRIP, _PLOT = 3400, 850, 160
_STREETS_PER_BLOCK = 4
_PLOTS_PER_SIDE = 20
_PLANNED, _UNDER_CONSTRUCTION, _REALISED = range(3)
_STATUS = np.asarray(["gepland", "inAanbouw", "gerealiseerd"], dtype=object)
_ADJECTIVES = ("", "Korte ", "Lange ", "Nieuwe ", "Kleine ", "Grote ")

# EPSG:15929, "BD72 to WGS 84 (3)", spelled out so that no installed grid can change the result.
_TO_WGS84 = (
    "+proj=pipeline +step +inv +proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 "
    "+lat_2=49.8333339 +x_0=150000.013 +y_0=5400088.438 +ellps=intl +step +proj=cart +ellps=intl "
    "+step +proj=helmert +x=-106.8686 +y=52.2978 +z=-103.7239 +rx=-0.3366 +ry=0.457 +rz=-1.8422 "
    "+s=-1.2747 +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


@dataclass(frozen=True, slots=True)
class Geography:
    """The three tables, and which addresses can be lived in."""

    streets: pl.DataFrame
    buildings: pl.DataFrame
    addresses: pl.DataFrame
    habitable: Integers


def make_geography(profile: Profile, *, seed: int, homes: int) -> Geography:
    """Make enough streets and buildings for a number of homes; `habitable` holds address numbers."""
    random = Random(seed, kind="gebouw")
    rows = row_numbers(2 * homes + 64)  # more than enough: a building has at least one home
    flats = random.chance("appartementen", rows=rows, share=profile.share("gebouwen.appartementen"))
    units = np.where(flats, 4 + random.below("woningen", rows=rows, bound=9), 1)
    unfinished = random.chance("status", rows=rows, share=profile.share("gebouwen.niet_gerealiseerd"))
    status = np.where(unfinished, random.below("nog", rows=rows, bound=2), _REALISED)
    homes_so_far = np.cumsum(np.where(status == _REALISED, units, 0))
    count = min(int(np.searchsorted(homes_so_far, homes)) + 1, rows.size)
    rows, units, status = rows[:count], units[:count], status[:count]
    street, slot = _streets_of(profile, seed=seed, count=count)
    boxes = _footprints(random, rows=rows, street=street, slot=slot)
    buildings = _buildings_table(
        profile, random=random, rows=rows, street=street, status=status, units=units, boxes=boxes
    )
    streets = _streets_table(seed=seed, count=int(street.max()) + 1)
    numbers = _house_numbers(random, rows=rows, slot=slot)
    building = np.repeat(rows, units)
    addresses = _addresses_table(
        streets, building=building, street=street, number=numbers, units=units, status=status, boxes=boxes
    )
    habitable = np.flatnonzero(status[building] == _REALISED).astype(np.int64) + 1
    return Geography(streets=streets, buildings=buildings, addresses=addresses, habitable=habitable)


def _streets_of(profile: Profile, *, seed: int, count: int) -> tuple[Integers, Integers]:
    """Say for each building in which street it stands, and at which place in that street."""
    random = Random(seed, kind="straatnaam")
    rows = row_numbers(count)
    typical = min(profile.number("gebouwen.per_straat"), 2 * _PLOTS_PER_SIDE - 8)
    length = typical - 8 + random.below("lengte", rows=rows, bound=16)
    length = np.clip(length, 1, 2 * _PLOTS_PER_SIDE)
    ends = np.cumsum(length)
    street = np.searchsorted(ends, rows, side="right").astype(np.int64)
    return street, rows - (ends - length)[street]


def _streets_table(*, seed: int, count: int) -> pl.DataFrame:
    beginnings = [row["tekst"] for row in dataset("straatnamen") if row["deel"] == "begin"]
    endings = [row["tekst"] for row in dataset("straatnamen") if row["deel"] == "einde"]
    bare = [begin + end for begin in beginnings for end in endings]
    order = np.argsort(Random(seed, kind="straatnaam").bits("naam", rows=row_numbers(len(bare))), kind="stable")
    names = [adjective + bare[int(i)] for adjective in _ADJECTIVES for i in order]
    while len(names) < count:  # a very large town numbers its streets on
        names += [f"{name} {len(names) // len(order)}" for name in names[: len(order)]]
    return pl.DataFrame({"id": row_numbers(count) + 1, "naam": names[:count], "status": ["inGebruik"] * count})


def _footprints(random: Random, *, rows: Integers, street: Integers, slot: Integers) -> Integers:
    """Give (x_min, y_min, x_max, y_max) of each building, in decimetres."""
    width = 70 + random.below("breedte", rows=rows, bound=70)
    depth = 80 + random.below("diepte", rows=rows, bound=80)
    setback = 60 + random.below("voortuin", rows=rows, bound=50)
    side = slot % 2
    along = 100 + (slot // 2) * _PLOT + (_PLOT - width) // 2
    middle = (street % _STREETS_PER_BLOCK) * _STRIP + _STRIP // 2
    near = np.where(side == 0, middle + setback, middle - setback - depth)
    block = _block_positions(int(street.max()) // _STREETS_PER_BLOCK + 1)[street // _STREETS_PER_BLOCK]
    lying = (block.sum(axis=1) % 2) == 0
    left = np.where(lying, along, near) + block[:, 0] * _BLOCK + _CENTRE[0]
    bottom = np.where(lying, near, along) + block[:, 1] * _BLOCK + _CENTRE[1]
    right = left + np.where(lying, width, depth)
    top = bottom + np.where(lying, depth, width)
    return np.stack([left, bottom, right, top], axis=1)


def _block_positions(count: int) -> Integers:
    """Give grid places of blocks, from the centre outwards."""
    reach = int(np.ceil(np.sqrt(count))) + 1
    x, y = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    places = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.int64)
    order = np.lexsort((places[:, 1], places[:, 0], (places**2).sum(axis=1)))
    return places[order[:count]]


def _house_numbers(random: Random, *, rows: Integers, slot: Integers) -> NDArray[np.object_]:
    """Odd on one side, even on the other; now and then a letter on the number of the neighbour."""
    side, place = slot % 2, slot // 2
    lettered = random.chance("letter", rows=rows, share=0.04) & (place > 0)
    number = np.where(lettered, 2 * place - 1 + side, 2 * place + 1 + side)
    text = pl.Series(number).cast(pl.String) + pl.Series(np.where(lettered, "A", "").astype(object))
    return text.to_numpy().astype(object)


def _buildings_table(
    profile: Profile,
    *,
    random: Random,
    rows: Integers,
    street: Integers,
    status: Integers,
    units: Integers,
    boxes: Integers,
) -> pl.DataFrame:
    this_year = profile.reference_date.year
    # Old and young houses alike; half of them from after 1975.
    decade = random.pick("decennium", rows=rows, weights=[6, 6, 5, 8, 6, 9, 11, 13, 10, 8, 8, 7, 5])
    year = np.minimum(1900 + decade * 10 + random.below("jaar", rows=rows, bound=10), this_year - 1)
    floors = np.where(units > 1, 3 + units // 5, 1 + random.below("lagen", rows=rows, bound=2))
    surveyed = random.chance("ingemeten", rows=rows, share=0.93)
    corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3, 0, 1]].reshape(-1, 2) / 10
    longitude, latitude = to_wgs84(corners[:, 0], corners[:, 1])
    return pl.DataFrame(
        {
            "id": rows + 1,
            "straatnaam_id": street + 1,
            "status": _STATUS[status],
            "bouwjaar": pl.Series(np.where(status == _REALISED, year, 0)).replace(0, None),
            "bouwlagen": floors,
            "geometrie_methode": np.where(surveyed, "ingemetenGRB", "ingeschetst").astype(object),
            "wkt_lambert72": _polygons(corners[:, 0], corners[:, 1], digits=1),
            "wkt_wgs84": _polygons(longitude, latitude, digits=7),
        },
        schema_overrides={"status": pl.String},
    )


def _polygons(x: Decimals, y: Decimals, *, digits: int) -> list[str]:
    """Write rings of five points as WKT."""
    points = [f"{a:.{digits}f} {b:.{digits}f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return [f"POLYGON (({', '.join(points[i : i + 5])}))" for i in range(0, len(points), 5)]


def _addresses_table(
    streets: pl.DataFrame,
    *,
    building: Integers,
    street: Integers,
    number: NDArray[np.object_],
    units: Integers,
    status: Integers,
    boxes: Integers,
) -> pl.DataFrame:
    within = row_numbers(building.size) - (np.cumsum(units) - units)[building]
    is_flat: Flags = units[building] > 1
    # Two homes on a floor: 0101, 0102, 0201 …
    box = pl.Series((within // 2 + 1) * 100 + within % 2 + 1).cast(pl.String).str.zfill(4)
    centre = (boxes[:, :2] + boxes[:, 2:]) // 2
    x, y = centre[building, 0] / 10, centre[building, 1] / 10
    longitude, latitude = to_wgs84(x, y)
    name = streets["naam"].gather(street[building])
    house = pl.Series(number[building]).cast(pl.String)
    frame = pl.DataFrame(
        {
            "id": row_numbers(building.size) + 1,
            "straatnaam_id": street[building] + 1,
            "gebouw_id": building + 1,
            "huisnummer": house,
            "busnummer": pl.select(pl.when(pl.Series(is_flat)).then(box)).to_series(),
            "postcode": [POST_CODE] * building.size,
            "naam": name,
            "status": np.where(status[building] == _PLANNED, "voorgesteld", "inGebruik").astype(object),
            "officieel_toegekend": status[building] != _PLANNED,
            "positie_methode": ["afgeleidVanObject"] * building.size,
            "positie_specificatie": np.where(is_flat, "gebouweenheid", "gebouw").astype(object),
            "x": x,
            "y": y,
            "lengtegraad": longitude,
            "breedtegraad": latitude,
        }
    )
    box_part = pl.when(pl.col("busnummer").is_null()).then(pl.lit("")).otherwise(" bus " + pl.col("busnummer"))
    return frame.with_columns(
        volledig_adres=pl.col("naam") + " " + pl.col("huisnummer") + box_part + ", " + pl.col("postcode") + f" {NAME}"
    ).drop("naam")


def to_wgs84(x: Decimals, y: Decimals) -> tuple[Decimals, Decimals]:
    """Turn Lambert 72 metres into WGS 84 longitude and latitude, to a centimetre."""
    from pyproj import Transformer  # noqa: PLC0415 - only generating needs it

    longitude, latitude = Transformer.from_pipeline(_TO_WGS84).transform(x, y)
    return np.round(longitude, 7), np.round(latitude, 7)

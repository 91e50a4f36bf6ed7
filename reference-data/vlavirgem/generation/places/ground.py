"""The tables of the ground: wijken with their borders, parcels, road segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.places.land import USES
from vlavirgem.generation.places.moments import versions
from vlavirgem.generation.places.numbering import ids_after
from vlavirgem.generation.places.plots import Special
from vlavirgem.generation.places.roads import CATEGORIES, SURFACES
from vlavirgem.generation.places.shapes_on_map import Figures
from vlavirgem.generation.places.territory import BLOCK, CORE, corners_of
from vlavirgem.generation.places.texts import chosen, only, parcel_numbers
from vlavirgem.generation.places.uses import Role
from vlavirgem.generation.wijken import rows_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.places.coordinates import Sheet
    from vlavirgem.generation.places.land import Land
    from vlavirgem.generation.places.plane import Plane
    from vlavirgem.generation.places.plots import Plots
    from vlavirgem.generation.places.roads import Roads
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SECTIONS = len(_LETTERS)
_PER_LETTER = 100
_BORDER_POINTS = 4
"""Points of a border per block."""
_ENDINGS = ("veld", "kouter", "hoek", "heide", "beemd", "donk")


def wijken_table(profile: Profile, *, plane: Plane, wijken: Wijken, sheet: Sheet) -> pl.DataFrame:
    """Describe the wijken themselves."""
    number = wijken.numbers
    sides = np.where(number < CORE, 2, 3)
    column, row = corners_of(number)
    beginnings = [line["tekst"] for line in dataset("straatnamen") if line["deel"] == "begin"]
    turn, begin = np.divmod(number * 7 + 3, len(beginnings))
    # Neighbours end differently, and a beginning never comes twice with the same ending.
    ending = (begin + turn) % len(_ENDINGS)
    names = [beginnings[b] + _ENDINGS[e] for b, e in zip(begin.tolist(), ending.tolist(), strict=True)]
    parts, rings, start = [], [], 0
    for side in (2, 3):
        which = np.flatnonzero(sides == side)
        step = np.arange(side * _BORDER_POINTS) * (BLOCK / _BORDER_POINTS)
        zero, full = np.zeros_like(step), np.full_like(step, side * BLOCK)
        u = column[which, None] * BLOCK + np.concatenate([step, full, full - step, zero])
        v = row[which, None] * BLOCK + np.concatenate([zero, step, full, full - step])
        parts.append((u.ravel(), v.ravel(), np.repeat(which, u.shape[1])))
        rings.append((which, start + np.arange(u.size, dtype=np.int64).reshape(u.shape)))
        start += u.size
    u, v, of = (np.concatenate(values) for values in zip(*parts, strict=True))
    x, y = plane.bend(u, v)
    figures = Figures(sheet, np.rint(x * 100) / 100, np.rint(y * 100) / 100, of=of)
    nis_code = profile.municipality.nis_code
    codes = [f"{nis_code}{_LETTERS[n // _PER_LETTER % _SECTIONS]}{n % _PER_LETTER:02d}-" for n in number.tolist()]
    return pl.DataFrame(
        {
            "id": wijken.ids(rows_of(np.ones_like(number))),
            "nummer": number + 1,
            "naam": ["Centrum" if n == 0 else name for n, name in zip(number.tolist(), names, strict=True)],
            "code": codes,
            "oppervlakte": figures.areas(rings),
            **figures.polygons(rings),
        }
    )


def parcels_table(
    profile: Profile, *, seed: int, wijken: Wijken, plots: Plots, plot_wijk: Integers, land: Land,
    land_wijk: Integers, sheet: Sheet,
) -> pl.DataFrame:  # fmt: skip
    """Describe the parcels: those along streets first, then land."""
    figures = Figures(
        sheet,
        np.concatenate([plots.x, land.x]),
        np.concatenate([plots.y, land.y]),
        of=np.concatenate([plot_wijk, land_wijk]),
    )
    count = plots.id.size
    rings = (
        (np.arange(count, dtype=np.int64), plots.ring),
        *((which + count, ring + plots.x.size) for which, ring in land.rings),
    )
    ids = np.concatenate([plots.id, ids_after(wijken, plots.rows.counts, land.rows)])
    owner = np.concatenate([plots.rows.owner, land.rows.owner])
    place = np.concatenate([plots.rows.position, plots.rows.counts[land.rows.owner] + land.rows.position])
    first = profile.municipality.first_wijk
    sections = [f"{99_000 + n // _SECTIONS}{_LETTERS[n % _SECTIONS]}" for n in (first + wijken.numbers).tolist()]
    return pl.DataFrame(
        {
            "id": ids,
            "wijk_id": wijken.numbers[owner] * STRIDE + 1,
            "capakey": chosen(sections, owner) + parcel_numbers(place),
            "grondgebruik": _uses(plots, land),
            "status": pl.repeat("gerealiseerd", ids.size, eager=True),
            "oppervlakte": figures.areas(rings),
            "versie": versions(Random(seed, kind="perceel"), rows=ids, today=profile.reference_date),
            **figures.polygons(rings),
        }
    ).sort("id")


def _uses(plots: Plots, land: Land) -> pl.Series:
    names = ("bebouwd", "bouwgrond", "bedrijven", "school", "kerk", "gemeentehuis")
    use = np.where(plots.built, np.where(plots.role == Role.BUSINESSES, 2, 0), 1)
    special = np.asarray([0, 3, 4, 5])[plots.special]
    use = np.where(plots.special > Special.NOTHING, special, use)
    return pl.concat([chosen(names, use), chosen(USES, land.use)])


def segments_table(
    profile: Profile, *, seed: int, wijken: Wijken, roads: Roads, street_ids: Integers, road_ids: Integers,
    sheet: Sheet,
) -> pl.DataFrame:  # fmt: skip
    """Describe the road segments: the streets first, then the roads between blocks."""
    figures = Figures(sheet, roads.x, roads.y, of=roads.point_wijk)
    street_wijk = roads.point_wijk[roads.streets[:, 0]]
    streets = rows_of(np.bincount(street_wijk, minlength=wijken.numbers.size))
    edges = rows_of(np.bincount(roads.edge_wijk, minlength=wijken.numbers.size))
    ids = np.concatenate([wijken.ids(streets), ids_after(wijken, streets.counts, edges)])
    lines = [figures.lines(places) for places in (roads.streets, roads.edges)]
    named = np.concatenate([street_ids, np.append(road_ids, 0)[roads.edge_road]])
    category = np.where(roads.street_role == Role.MARKET, 1, 2)
    return pl.DataFrame(
        {
            "id": ids,
            "wijk_id": wijken.numbers[np.concatenate([street_wijk, roads.edge_wijk])] * STRIDE + 1,
            "straatnaam_id": only(pl.Series(named), named > 0),
            "wegcategorie": chosen(CATEGORIES, np.concatenate([category, roads.edge_category])),
            "morfologie": chosen(SURFACES, np.concatenate([np.zeros_like(street_ids), roads.edge_surface])),
            "status": pl.repeat("inGebruik", ids.size, eager=True),
            "lengte": np.concatenate([figures.lengths(places) for places in (roads.streets, roads.edges)]),
            "versie": versions(Random(seed, kind="wegsegment"), rows=ids, today=profile.reference_date),
            **{name: pl.concat([written[name] for written in lines]) for name in lines[0]},
        }
    ).sort("id")

"""The geography of some wijken: wijken, parcels, roads, streets, buildings, units and addresses.

The map lies in the Belgian part of the North Sea, so no position falls on a real house. A wijk knows nothing of its
neighbours: where it lies follows from its number, and what two wijken share, such as a crossing, both find in the same
place. Coordinates are in Lambert 72 and WGS 84; addresses, which others copy most, also in Lambert 2008. That system
would add a third text to every figure and says nothing that the other two do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import dates
from vlavirgem.generation.places.buildings import footprints_of
from vlavirgem.generation.places.coordinates import Sheet
from vlavirgem.generation.places.dwellings import dwellings_of
from vlavirgem.generation.places.ground import parcels_table, segments_table, wijken_table
from vlavirgem.generation.places.homes import Spots, homes_of
from vlavirgem.generation.places.land import land_of
from vlavirgem.generation.places.moments import moments, versions
from vlavirgem.generation.places.names import road_names
from vlavirgem.generation.places.numbering import ids_after
from vlavirgem.generation.places.past import past_of
from vlavirgem.generation.places.plane import Plane
from vlavirgem.generation.places.plots import Special, plots_of
from vlavirgem.generation.places.roads import roads_of
from vlavirgem.generation.places.shapes_on_map import Figures
from vlavirgem.generation.places.stock import GONE, REALISED, STATUS, UNDER_CONSTRUCTION, stock_of
from vlavirgem.generation.places.strips import strips_of
from vlavirgem.generation.places.territory import BLOCK, CORE, corners_of
from vlavirgem.generation.places.texts import chosen, only
from vlavirgem.generation.wijken import rows_of
from vlavirgem.numbering import STRIDE, wijken_count
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.buildings import Footprints
    from vlavirgem.generation.places.dwellings import Dwellings
    from vlavirgem.generation.places.past import Past
    from vlavirgem.generation.places.plots import Plots
    from vlavirgem.generation.places.stock import Stock
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Geography:
    """The tables of some wijken by name, and what they were made from.

    Attributes:
        tables: `wijken`, `straatnamen`, `wegsegmenten`, `percelen`, `gebouwen`, `gebouweenheden`, `adressen`; the rows
            of a wijk stand together, in the order of their numbers.
        dwellings: Where people can live and work.
    """

    tables: dict[str, pl.DataFrame]
    dwellings: Dwellings


def make_geography(profile: Profile, *, seed: int, wijken: Wijken, homes: Integers) -> Geography:
    """Make the geography of some wijken.

    Args:
        profile: The profile.
        seed: The town's seed.
        wijken: Which wijken.
        homes: How many addresses that can be lived in each of them needs at least.
    """
    plane = Plane(seed, centre=profile.municipality.centre)
    sheet = _sheet(plane, wijken)
    dwellings = dwellings_of(profile, seed=seed, wijken=wijken, homes=homes)
    strips, is_core = strips_of(dwellings.uses, seed=seed, wijken=wijken), dwellings.uses.is_core
    streets = strips.streets
    plots = plots_of(plane, seed=seed, streets=streets, lots=dwellings.lots)
    grounds = strips.grounds
    land = land_of(plane, seed=seed, wijken=wijken, strips=grounds, is_core=is_core)
    stock = stock_of(profile, seed=seed, streets=streets, lots=plots, buildings=dwellings.buildings, is_core=is_core)
    past = past_of(profile, seed=seed, wijken=wijken, plots=plots, stock=stock)
    street_rows = rows_of(np.bincount(streets.wijk, minlength=wijken.numbers.size))
    street_ids = wijken.ids(street_rows)
    names = dwellings.street_names(seed=seed)
    footprints = _footprints(seed, plots=plots, stock=stock, past=past)
    place = np.concatenate([stock.plot, stock.plot[past.gone]])
    found = homes_of(
        profile,
        seed=seed,
        wijken=wijken,
        dwellings=dwellings,
        stock=stock,
        past=past,
        spots=Spots(street=plots.street[place], x=footprints.centre_x, y=footprints.centre_y),
        street_ids=street_ids,
        street_names=names,
        sheet=sheet,
    )
    roads = roads_of(plane, seed=seed, strips=strips, town=wijken_count(profile.inhabitants))
    road_rows = rows_of(np.bincount(roads.road_wijk, minlength=wijken.numbers.size))
    road_ids = ids_after(wijken, street_rows.counts, road_rows)
    tables = {
        "wijken": wijken_table(profile, plane=plane, wijken=wijken, sheet=sheet),
        "straatnamen": _street_names_table(
            profile,
            seed=seed,
            ids=np.concatenate([street_ids, road_ids]),
            names=pl.concat([names, road_names(wijken.numbers[road_rows.owner], road_rows.position, seed=seed)]),
        ),
        "wegsegmenten": segments_table(
            profile,
            seed=seed,
            wijken=wijken,
            roads=roads,
            street_ids=street_ids,
            road_ids=road_ids,
            sheet=sheet,
        ),
        "percelen": parcels_table(
            profile, seed=seed, wijken=wijken, plots=plots, plot_wijk=_cut_wijk(plots, streets), land=land,
            land_wijk=np.repeat(grounds.wijk, land.x.size // max(grounds.wijk.size, 1)), sheet=sheet,
        ),
        "gebouwen": _buildings_table(
            profile, seed=seed, plots=plots, stock=stock, past=past, footprints=footprints,
            street_ids=street_ids, sheet=sheet,
        ),
        "gebouweenheden": found.units,
        "adressen": found.addresses,
    }  # fmt: skip
    return Geography(tables=tables, dwellings=dwellings)


def _street_names_table(profile: Profile, *, seed: int, ids: Integers, names: pl.Series) -> pl.DataFrame:
    """Describe the names of streets first, then of roads between blocks."""
    return pl.DataFrame(
        {
            "id": ids,
            "wijk_id": (ids - 1) // STRIDE * STRIDE + 1,
            "naam": names,
            "status": pl.repeat("inGebruik", ids.size, eager=True),
            "versie": versions(Random(seed, kind="straatnaam"), rows=ids, today=profile.reference_date),
        }
    ).sort("id")


def _sheet(plane: Plane, wijken: Wijken) -> Sheet:
    column, row = corners_of(wijken.numbers)
    half: Decimals = np.where(wijken.numbers < CORE, 1.0, 1.5)
    east, north = (column + half) * BLOCK, (row + half) * BLOCK
    return Sheet(*plane.bend(east.astype(np.float64), north.astype(np.float64)))


def _cut_wijk(plots: Plots, streets: Strips) -> Integers:
    """Give the index of the wijk of each point of the plots."""
    wijk = np.empty(plots.x.size, dtype=np.int64)
    for corner in range(4):
        wijk[plots.corners[:, corner]] = streets.wijk[plots.street]
    return wijk


def _footprints(seed: int, *, plots: Plots, stock: Stock, past: Past) -> Footprints:
    """Draw the buildings that are there, and behind them those that are gone."""
    which = np.concatenate([stock.plot, stock.plot[past.gone]])
    return footprints_of(
        Random(seed, kind="gebouw"),
        plots=plots,
        which=which,
        keys=np.concatenate([plots.id[stock.plot], plots.id[stock.plot[past.gone]] + STRIDE // 2]),
        style=np.concatenate([stock.style, stock.style[past.gone]]),
        is_flat=np.concatenate([stock.is_flat, np.zeros(past.gone.size, dtype=bool)]),
    )


def _buildings_table(
    profile: Profile, *, seed: int, plots: Plots, stock: Stock, past: Past, footprints: Footprints,
    street_ids: Integers, sheet: Sheet,
) -> pl.DataFrame:  # fmt: skip
    random = Random(seed, kind="gebouw")
    gone, kept = past.gone, stock.id.size
    ids = np.concatenate([stock.id, past.gone_id])
    plot = np.concatenate([stock.plot, stock.plot[gone]])
    owner = np.concatenate([stock.rows.owner, stock.rows.owner[gone]])
    of = np.empty(footprints.x.size, dtype=np.int64)
    for which, ring in footprints.rings:
        of[ring] = owner[which, None]
    figures = Figures(sheet, footprints.x, footprints.y, of=of)
    low = plots.special[stock.plot] == Special.SCHOOL
    floors = np.where(
        stock.is_flat,
        3 + np.minimum(stock.units // 5, 9),
        np.where(low, 2, 1 + random.below("lagen", rows=stock.id, bound=2)),
    )
    year = np.where(stock.status == REALISED, stock.year, 0)
    years = np.concatenate([year, past.gone_year])
    over = np.arange(ids.size) >= kept
    begun = (year - 1969) * 365 + (year - 1969) // 4
    surveyed = random.chance("ingemeten", rows=ids, share=0.93)
    nothing = np.zeros(kept, dtype=np.int64)
    return pl.DataFrame(
        {
            "id": ids,
            "straatnaam_id": street_ids[plots.street[plot]],
            "perceel_id": plots.id[plot],
            "status": chosen(STATUS, np.concatenate([stock.status, np.full(gone.size, GONE)])),
            "bouwjaar": only(pl.Series(years), years > 0),
            "bouwlagen": np.concatenate([floors, np.full(gone.size, 2)]),
            "geometrie_methode": chosen(
                ("ingeschetst", "ingemetenGRB"),
                (surveyed & (np.concatenate([stock.status, past.gone_day * 0 + GONE]) > UNDER_CONSTRUCTION)).astype(
                    np.int64
                ),
            ),
            "einde": only(dates(np.concatenate([nothing, past.gone_day])), over),
            "vervangen_door": only(pl.Series(np.concatenate([nothing, stock.id[gone]])), over),
            "versie": pl.concat(
                [
                    versions(random, rows=stock.id, today=profile.reference_date, since=begun),
                    moments(past.gone_day, 12 * 60),
                ]
            ),
            **figures.polygons(footprints.rings),
        }
    ).sort("id")

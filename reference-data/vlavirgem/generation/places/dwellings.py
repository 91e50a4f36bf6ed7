"""Where people can live: streets, buildings, homes and the numbers on their doors, without a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.names import names_of
from vlavirgem.generation.places.plots import lots_of
from vlavirgem.generation.places.stock import REALISED, buildings_of
from vlavirgem.generation.places.uses import uses_of
from vlavirgem.generation.wijken import rows_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    import polars as pl

    from vlavirgem.generation.places.plots import Lots
    from vlavirgem.generation.places.stock import Buildings
    from vlavirgem.generation.places.uses import Streets, Uses
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_LETTERED = 0.04


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses in the order of their numbers, and the index of the wijk of each."""

    id: Integers
    wijk: Integers


@dataclass(frozen=True, slots=True)
class Dwellings:
    """The homes of some wijken, and whatever else has an address.

    Attributes:
        wijken: The wijken.
        uses: What the strips of their blocks are for.
        streets: The strips that are streets.
        lots: Parcels along the streets.
        buildings: What stands on these.
        units: Which homes or premises each building has.
        rows: Which homes or premises each wijk has.
        id: Their numbers, which are also those of their addresses.
    """

    wijken: Wijken
    uses: Uses
    streets: Streets
    lots: Lots
    buildings: Buildings
    units: Rows
    rows: Rows
    id: Integers

    def addresses(self, purpose: int) -> Addresses:
        """Give the addresses of what is for a purpose, a place in `PURPOSES`, in buildings that are there."""
        fits = (self.buildings.status == REALISED) & (self.buildings.purpose == purpose)
        there = np.flatnonzero(fits.take(self.units.owner))
        return Addresses(id=self.id.take(there), wijk=self.rows.owner.take(there))

    def street_names(self, *, seed: int) -> pl.Series:
        """Name the streets."""
        return names_of(self.streets, wijken=self.wijken, seed=seed)

    def building_at(self, addresses: Integers) -> Integers:
        """Give for each number of an address the index of its building."""
        wijk = (addresses - 1) // STRIDE
        # What a wijk's numbers begin with, to where its homes begin.
        shift = self.rows.first - self.wijken.numbers * STRIDE - 1
        building: Integers = self.units.owner.take(shift.take(wijk - self.wijken.numbers[0]) + addresses)
        return building

    def doors(self, *, seed: int) -> tuple[Integers, Integers]:
        """Give the number of each building, and 1 where it has a letter.

        Odd on one side, even on the other; now and then a letter on the number of the neighbour.
        """
        lots, plot = self.lots, self.buildings.plot
        side, place = lots.side.take(plot), lots.place.take(plot)
        lettered = Random(seed, kind="gebouw").chance("letter", rows=lots.id.take(plot), share=_LETTERED) & (place > 0)
        return 2 * place + 1 + side - 2 * lettered, lettered.astype(np.int64)


def dwellings_of(profile: Profile, *, seed: int, wijken: Wijken, homes: Integers) -> Dwellings:
    """Make the homes of some wijken; `homes` says how many each of them needs at least."""
    uses = uses_of(profile, seed=seed, wijken=wijken, homes=homes)
    streets = uses.streets
    lots = lots_of(seed=seed, wijken=wijken, streets=streets)
    buildings = buildings_of(profile, seed=seed, wijken=wijken, lots=lots, homes=homes)
    units = rows_of(buildings.units)
    rows = rows_of(buildings.rows.sums(buildings.units))
    return Dwellings(
        wijken=wijken,
        uses=uses,
        streets=streets,
        lots=lots,
        buildings=buildings,
        units=units,
        rows=rows,
        id=wijken.ids(rows),
    )

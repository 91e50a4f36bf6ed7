"""Which buildings there are: how they stand, how old they are, how many homes each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.buildings import Style
from vlavirgem.generation.places.strips import Role
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.places.plots import Plots
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

PLANNED, UNDER_CONSTRUCTION, REALISED, GONE = range(4)
STATUS = ("gepland", "inAanbouw", "gerealiseerd", "gehistoreerd")
HOME, TRADE, SCHOOL, WORSHIP, ADMINISTRATION = range(5)
PURPOSES = ("wonen", "bedrijf", "onderwijs", "eredienst", "bestuur")
_PER_EXTRA_FLAT = 7
_STYLES = ((60, 30, 10), (15, 40, 45), (4, 26, 70))
"""Weights of row, semi-detached and free-standing: streets in the core, near it, and farther out."""
_NEAR = 4 * 340
"""Metres."""
_DECADES = ((14, 12, 10, 14, 8, 10, 10, 9, 6, 6, 5, 5, 4), (2, 3, 4, 7, 6, 10, 14, 16, 12, 9, 8, 7, 5))
"""Weights of the decades since 1900 in which streets of the core and of other parts were built."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Buildings of some wijken, wijk after wijk.

    Attributes:
        rows: Which buildings each wijk has.
        id: Their numbers.
        plot: Index of the plot on which each stands.
        style: How it stands.
        status: A place in `STATUS`.
        units: How many homes or premises it has.
        purpose: What they are for, a place in `PURPOSES`.
        year: When it was finished.
    """

    rows: Rows
    id: Integers
    plot: Integers
    style: Integers
    status: Integers
    units: Integers
    purpose: Integers
    year: Integers

    @property
    def is_flat(self) -> Flags:
        """Whether a building has several homes."""
        flat: Flags = self.units > 1
        return flat


def stock_of(
    profile: Profile, *, seed: int, wijken: Wijken, streets: Strips, plots: Plots, is_core: Flags, homes: Integers
) -> Stock:
    """Say what stands on each plot, so that every wijk has at least so many homes."""
    random = Random(seed, kind="gebouw")
    plot = np.flatnonzero(plots.built)
    rows = rows_of(np.bincount(plots.rows.owner[plot], minlength=wijken.numbers.size))
    ids = wijken.ids(rows)
    keys = plots.id[plot]
    style, decade = (of_street[plots.street[plot]] for of_street in _streets(seed, streets=streets, is_core=is_core))
    purpose = np.where(plots.role[plot] == Role.BUSINESSES, TRADE, HOME)
    special = plots.special[plot]
    purpose = np.where(special > 0, np.asarray([HOME, SCHOOL, WORSHIP, ADMINISTRATION])[special], purpose)
    is_home = purpose == HOME
    unfinished = random.chance("status", rows=keys, share=profile.share("gebouwen.niet_gerealiseerd"))
    # What everybody needs is there, and so is the first house of every wijk.
    unfinished &= (special == 0) & (rows.position > 0)
    status = np.where(unfinished, random.below("nog", rows=keys, bound=2), REALISED)
    flats = random.chance("appartementen", rows=keys, share=profile.share("gebouwen.appartementen")) & is_home
    units = np.where(flats, 4 + random.below("woningen", rows=keys, bound=9), 1)
    units = _enough(random, rows=rows, keys=keys, units=units, counts=is_home & (status == REALISED), homes=homes)
    this_year = profile.reference_date.year
    year = 1900 + decade * 10 + random.below("jaar", rows=keys, bound=14)
    younger = random.chance("nieuwbouw", rows=keys, share=0.12)
    year = np.where(younger, 1975 + random.below("nieuwbouwjaar", rows=keys, bound=50), year)
    return Stock(
        rows=rows,
        id=ids,
        plot=plot,
        style=style,
        status=status,
        units=units,
        purpose=purpose,
        year=np.minimum(year, this_year - 1),
    )


def _streets(seed: int, *, streets: Strips, is_core: Flags) -> tuple[Integers, Integers]:
    """Give for each street how its buildings stand, and in which decade since 1900 it was built."""
    random = Random(seed, kind="straat")
    core = is_core[streets.wijk]
    east, north = streets.column * 340 + 170, streets.row * 340 + 170
    near = east * east + north * north < _NEAR * _NEAR
    styles = [random.pick("bebouwing", rows=streets.key, weights=weights) for weights in _STYLES]
    style = np.where(core, styles[0], np.where(near, styles[1], styles[2]))
    style = np.where(streets.role == Role.MARKET, Style.ROW, style)
    decades = [random.pick("decennium", rows=streets.key, weights=weights) for weights in _DECADES]
    return style, np.where(core, decades[0], decades[1])


def _enough(
    random: Random, *, rows: Rows, keys: Integers, units: Integers, counts: Flags, homes: Integers
) -> Integers:
    """Make flats of more buildings where a wijk has too few homes, and of fewer where it has many too many."""
    lacking = homes - rows.sums(np.where(counts, units, 0))
    # Houses come before flats, and among these chance decides.
    order = np.lexsort((random.bits("erbij", rows=keys), units > 1, ~counts, rows.owner))
    turn = np.empty_like(order)
    turn[order] = rows.position
    fewer = np.empty_like(order)
    spared = np.where(counts, units - 1, 0)
    fewer[order] = rows.running(spared[order])
    units = np.where(counts & (fewer + spared <= -lacking[rows.owner]), 1, units)
    lacking = np.maximum(lacking, 0)
    available = np.maximum(rows.sums(counts.astype(np.int64)), 1)
    each = np.maximum(_PER_EXTRA_FLAT, -(-lacking // available))
    changed = -(-lacking // each)
    grown: Integers = np.where(counts & (turn < changed[rows.owner]), units + each[rows.owner], units)
    return grown

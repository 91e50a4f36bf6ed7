"""Which buildings there are: how they stand, how old they are, how many homes each has."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.buildings import Style
from vlavirgem.generation.places.uses import Role
from vlavirgem.generation.sorting import order_within
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random, limit_of

if TYPE_CHECKING:
    from vlavirgem.generation.places.plots import Lots
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers, Quarters

PLANNED, UNDER_CONSTRUCTION, REALISED, GONE = range(4)
STATUS = ("gepland", "inAanbouw", "gerealiseerd", "gehistoreerd")
HOME, TRADE, SCHOOL, WORSHIP, ADMINISTRATION, SERVICES = range(6)
"""The town hall is for administration; what the OCMW and the police have is for services, and governed as well."""
PURPOSES = ("wonen", "bedrijf", "onderwijs", "eredienst", "bestuur", "bestuur")
_PURPOSE = np.asarray([[HOME, SCHOOL, WORSHIP, ADMINISTRATION], [TRADE, SCHOOL, WORSHIP, ADMINISTRATION]])
"""Of a building in another street and in a business park, by what is special about its plot (`Special`)."""
_SERVICES = 2
"""An OCMW and a police zone."""
_PER_EXTRA_FLAT = 7
_STYLES = ((60, 30, 10), (15, 40, 45), (4, 26, 70))
"""Weights of row, semi-detached and free-standing: streets in the core, near it, and farther out."""
_NEAR = 4 * 340
"""Metres."""
_STATUS, _FLATS, _TURN = range(3)
"""Quarters of the number of each plot; the last one tells whether something stands there."""
_TURN_BITS = 16


@dataclass(frozen=True, slots=True)
class Buildings:
    """Buildings of some wijken, wijk after wijk: what must be known to live in them.

    Attributes:
        rows: Which buildings each wijk has.
        id: Their numbers.
        plot: Index of the plot on which each stands.
        status: A place in `STATUS`.
        units: How many homes or premises it has.
        purpose: What they are for, a place in `PURPOSES`.
    """

    rows: Rows
    id: Integers
    plot: Integers
    status: Integers
    units: Integers
    purpose: Integers

    @property
    def is_flat(self) -> Flags:
        """Whether a building has several homes."""
        flat: Flags = self.units > 1
        return flat


@dataclass(frozen=True, slots=True)
class Stock(Buildings):
    """Buildings of some wijken as one sees them.

    Attributes:
        style: How each stands.
        year: When it was finished.
    """

    style: Integers
    year: Integers


def buildings_of(profile: Profile, *, seed: int, wijken: Wijken, lots: Lots, homes: Integers) -> Buildings:
    """Say what stands on each plot, so that every wijk has at least so many homes."""
    random = Random(seed, kind="gebouw")
    plot = np.flatnonzero(lots.built)
    rows = rows_of(np.bincount(lots.rows.owner.take(plot), minlength=wijken.numbers.size))
    keys, special, role = lots.id.take(plot), lots.special.take(plot), lots.role.take(plot)
    purpose = _PURPOSE.take(special + _PURPOSE.shape[1] * (role == Role.BUSINESSES))
    at_market = (purpose == HOME) & (role == Role.MARKET)
    purpose[np.flatnonzero(_serves(at_market, rows=rows, wijken=wijken))] = SERVICES
    is_home = purpose == HOME
    drawn = lots.drawn.take(plot)
    unfinished = drawn.chance(_STATUS, limits=limit_of(profile.share("gebouwen.niet_gerealiseerd")))
    # What everybody needs is there, and so is the first house of every wijk.
    unfinished &= (special == 0) & (purpose != SERVICES)
    unfinished[rows.first[np.flatnonzero(rows.counts)]] = False
    status = np.full(plot.size, REALISED, dtype=np.int64)
    not_yet = np.flatnonzero(unfinished)
    status[not_yet] = random.below("nog", rows=keys.take(not_yet), bound=2)
    flats = drawn.chance(_FLATS, limits=limit_of(profile.share("gebouwen.appartementen"))) & is_home
    large = np.flatnonzero(flats)
    units = np.ones(plot.size, dtype=np.int64)
    units[large] = 4 + random.below("woningen", rows=keys.take(large), bound=9)
    return Buildings(
        rows=rows,
        id=wijken.ids(rows),
        plot=plot,
        status=status,
        units=_enough(drawn, rows=rows, units=units, large=large, counts=is_home & (status == REALISED), homes=homes),
        purpose=purpose,
    )


def _serves(at_market: Flags, *, rows: Rows, wijken: Wijken) -> Flags:
    """Say which buildings at the market the OCMW and the police have: the first two, church and town hall aside."""
    if not at_market.any():
        return at_market
    offered = at_market & (wijken.numbers[rows.owner] == 0)
    serves: Flags = offered & (np.cumsum(offered) <= _SERVICES)
    return serves


def stock_of(
    profile: Profile, *, seed: int, streets: Strips, lots: Lots, buildings: Buildings, is_core: Flags
) -> Stock:
    """Say how buildings stand and how old they are."""
    random = Random(seed, kind="gebouw")
    keys, street = lots.id[buildings.plot], lots.street[buildings.plot]
    style, decade = (of_street[street] for of_street in _streets(profile, seed=seed, streets=streets, is_core=is_core))
    year = decade + random.below("jaar", rows=keys, bound=14)
    younger = random.chance("nieuwbouw", rows=keys, share=profile.share("gebouwen.nieuwbouw"))
    year = np.where(younger, 1975 + random.below("nieuwbouwjaar", rows=keys, bound=50), year)
    return Stock(
        **{field.name: getattr(buildings, field.name) for field in fields(Buildings)},
        style=style,
        year=np.minimum(year, profile.reference_date.year - 1),
    )


def _streets(profile: Profile, *, seed: int, streets: Strips, is_core: Flags) -> tuple[Integers, Integers]:
    """Give for each street how its buildings stand, and with which year its decade begins."""
    random = Random(seed, kind="straat")
    core = is_core[streets.wijk]
    east, north = streets.column * 340 + 170, streets.row * 340 + 170
    near = east * east + north * north < _NEAR * _NEAR
    styles = [random.pick("bebouwing", rows=streets.key, weights=weights) for weights in _STYLES]
    style = np.where(core, styles[0], np.where(near, styles[1], styles[2]))
    style = np.where(streets.role == Role.MARKET, Style.ROW, style)
    decades = [
        np.asarray([int(year) for year in weights], dtype=np.int64)[
            random.pick("decennium", rows=streets.key, weights=list(weights.values()))
        ]
        for weights in map(profile.weights, ("gebouwen.decennium_kern", "gebouwen.decennium"))
    ]
    return style, np.where(core, decades[0], decades[1])


def _enough(
    drawn: Quarters, *, rows: Rows, units: Integers, large: Integers, counts: Flags, homes: Integers
) -> Integers:
    """Make flats of more buildings where a wijk has too few homes, and of fewer where it has many too many.

    Args:
        drawn: A number of each building, which tells the order in which they are asked.
        rows: Which buildings each wijk has.
        units: How many homes each has.
        large: The places of those with several.
        counts: Whether a building is one of those in which people live.
        homes: How many homes each wijk needs.
    """
    lacking = homes - rows.sums(units * counts)
    several = np.zeros(counts.size, dtype=np.bool_)
    several[large] = counts.take(large)
    asked = drawn.whole(_TURN)
    asked[large] += 1 << _TURN_BITS  # houses come before flats, and last of all what nobody lives in
    asked[np.flatnonzero(~counts)] += 2 << _TURN_BITS
    order = order_within(asked, counts=rows.counts)
    flats = order.take(np.flatnonzero(several.take(order)))
    of = rows_of(np.bincount(rows.owner.take(flats), minlength=homes.size))
    fewer = units.take(flats) - 1
    units[flats[np.flatnonzero(of.running(fewer) + fewer <= -lacking.take(of.owner))]] = 1
    lacking = np.maximum(lacking, 0)
    available = rows.sums(counts.astype(np.int64))
    each = np.maximum(_PER_EXTRA_FLAT, -(-lacking // np.maximum(available, 1)))
    grown = rows_of(np.minimum(-(-lacking // each), available))
    units[order.take(rows.first.take(grown.owner) + grown.position)] += each.take(grown.owner)
    return units

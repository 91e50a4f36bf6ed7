"""Names of streets that no other street of the town has, although wijken do not know each other.

All names that can be made stand in one list in an order that the seed draws; every wijk has its own piece of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.places.texts import taken
from vlavirgem.generation.places.uses import Role
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.places.uses import Streets
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.randomness import Integers

PIECE = 20
"""Names that each wijk has for itself; when it has more streets they get a word in front."""
_STREETS, _ROADS = "einde", "wegeinde"
"""Kinds of last parts of names: of streets with houses, and of roads between blocks."""
_MORE = ("", "Korte ", "Kleine ")
_AGAIN = ("", "Oude ", "Nieuwe ", "Hoge ", "Lage ", "Grote ", "Lange ")
"""What stands in front when the whole list was used; none is in `_MORE`."""
_BEFORE = [more + again for more in _MORE for again in _AGAIN]


def names_of(streets: Streets, *, wijken: Wijken, seed: int) -> pl.Series:
    """Name the streets of some wijken; the one of the market is called so."""
    rows = rows_of(np.bincount(streets.wijk, minlength=wijken.numbers.size))
    names = street_names(wijken.numbers[rows.owner], rows.position, seed=seed)
    markets = np.flatnonzero(streets.role == Role.MARKET)
    return names.scatter(markets, "Markt") if markets.size else names


def road_names(wijken: Integers, places: Integers, *, seed: int) -> pl.Series:
    """Name roads between blocks; none is called as a street is. Arguments are those of `street_names`."""
    return street_names(wijken, places, seed=seed, kind=_ROADS)


def street_names(wijken: Integers, places: Integers, *, seed: int, kind: str = _STREETS) -> pl.Series:
    """Name streets.

    Args:
        wijken: The number of the wijk of each street.
        places: How many streets of that wijk come before.
        seed: The town's seed.
        kind: Which last parts the names have.
    """
    bare = _bare(seed, kind)
    turn, place = np.divmod(wijken * PIECE + places % PIECE, len(bare))
    again, beyond = np.minimum(turn, len(_AGAIN) - 1), np.maximum(turn - len(_AGAIN) + 1, 0)
    names = taken(bare, place)
    if (turn > 0).any() or (places >= PIECE).any():
        names = taken(pl.Series(_BEFORE), places // PIECE * len(_AGAIN) + again) + names
    if (beyond > 0).any():
        names += pl.Series([f" {number + 1}" if number else "" for number in range(int(beyond.max()) + 1)])[beyond]
    return names


@lru_cache(maxsize=4)
def _bare(seed: int, kind: str) -> pl.Series:
    """List all names without a word in front: first every beginning once, then again with another ending."""
    data = dataset("straatnamen")
    beginnings = [row["tekst"] for row in data if row["deel"] == "begin"]
    endings = [row["tekst"] for row in data if row["deel"] == kind]
    weights = [int(row["gewicht"]) for row in data if row["deel"] == kind]
    random = Random(seed, kind="straatnaam" if kind == _STREETS else "wegnaam")
    count = row_numbers(len(beginnings))
    # Common endings come early: for each beginning its endings are drawn one by one without putting back.
    left = np.tile(np.asarray(weights, dtype=np.int64), (count.size, 1))
    first, last = [], []
    for turn in range(len(endings)):
        drawn = random.below(f"einde{turn}", rows=count, bound=left.sum(axis=1))
        ending = (np.cumsum(left, axis=1) <= drawn[:, None]).sum(axis=1)
        left[count, ending] = 0
        order = np.argsort(random.bits(f"beurt{turn}", rows=count), kind="stable")
        first.append(order)
        last.append(ending[order])
    return taken(pl.Series(beginnings), np.concatenate(first)) + taken(pl.Series(endings), np.concatenate(last))

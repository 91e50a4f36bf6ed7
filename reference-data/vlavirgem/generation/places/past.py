"""What is no longer there: houses that made way for others, and numbers that were changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.moments import day_number
from vlavirgem.generation.places.numbering import ids_after
from vlavirgem.generation.places.stock import HOME, REALISED
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.places.plots import Plots
    from vlavirgem.generation.places.stock import Stock
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_REBUILT = 0.08
"""Share of the young houses that replace another."""
_REBUILT_SINCE = 1995
_RENAMED = 0.008
_RENAMED_BEFORE = 2008
"""Only older houses had another number before."""
_RENAMED_WITHIN = 4_000
"""Days."""


@dataclass(frozen=True, slots=True)
class Past:
    """Buildings and addresses that were replaced.

    Attributes:
        gone: Index in the stock of the building that came in place of each.
        gone_rows: Which of these each wijk has.
        gone_id: Their numbers.
        gone_day: When they went, in days since 1970.
        gone_year: When they were built.
        renamed: Index in the stock of buildings of which the number changed.
        renamed_rows: Which of these each wijk has.
        renamed_day: When, in days since 1970.
    """

    gone: Integers
    gone_rows: Rows
    gone_id: Integers
    gone_day: Integers
    gone_year: Integers
    renamed: Integers
    renamed_rows: Rows
    renamed_day: Integers


def past_of(profile: Profile, *, seed: int, wijken: Wijken, plots: Plots, stock: Stock) -> Past:
    """Say what was there before."""
    random = Random(seed, kind="verleden")
    keys = plots.id[stock.plot]
    home = (stock.status == REALISED) & (stock.purpose == HOME)
    young = home & (stock.year >= _REBUILT_SINCE)
    gone = np.flatnonzero(young & random.chance("vervangen", rows=keys, share=_REBUILT))
    gone_rows = rows_of(np.bincount(stock.rows.owner[gone], minlength=wijken.numbers.size))
    old = home & ~stock.is_flat & (stock.year < _RENAMED_BEFORE)
    renamed = np.flatnonzero(old & random.chance("hernummerd", rows=keys, share=_RENAMED))
    # A house goes one to two years before the next one is finished.
    first_day = (stock.year[gone] - 1972) * 365 + (stock.year[gone] - 1972) // 4
    return Past(
        gone=gone,
        gone_rows=gone_rows,
        gone_id=ids_after(wijken, stock.rows.counts, gone_rows),
        gone_day=first_day + random.below("gesloopt", rows=keys[gone], bound=365),
        gone_year=1900 + random.below("bouwjaar", rows=keys[gone], bound=65),
        renamed=renamed,
        renamed_rows=rows_of(np.bincount(stock.rows.owner[renamed], minlength=wijken.numbers.size)),
        renamed_day=day_number(profile.reference_date)
        - 1
        - random.below("hernummerd_dag", rows=keys[renamed], bound=_RENAMED_WITHIN),
    )

"""When the registers wrote down what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from datetime import date

    from vlavirgem.randomness import Integers, Random

_MINUTE = 60 * 1_000_000
_DAY = 24 * 60 * _MINUTE
_REGISTERS_SINCE = 4_700
"""Days: the registers of addresses and buildings are about thirteen years old."""


def day_number(day: date) -> int:
    """Count the days since 1970."""
    return day.toordinal() - 719_163


def versions(random: Random, *, rows: Integers, today: date, since: Integers | None = None) -> pl.Series:
    """Give moments before today, in office hours, on or after the days `since` (numbers since 1970)."""
    day = day_number(today) - 1 - random.below("versiedag", rows=rows, bound=_REGISTERS_SINCE)
    if since is not None:
        day = np.minimum(np.maximum(day, since), day_number(today) - 1)
    minute = 8 * 60 + random.below("versieminuut", rows=rows, bound=9 * 60)
    return moments(day, minute)


def moments(day: Integers, minute: Integers | int) -> pl.Series:
    """Give moments as microseconds since 1970, in UTC."""
    return pl.Series(day * _DAY + minute * _MINUTE).cast(pl.Datetime("us", "UTC"))

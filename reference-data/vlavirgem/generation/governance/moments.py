"""Dates and hours in Flanders as moments in UTC."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

_HERE = "Europe/Brussels"


def begin_of(days: Sequence[date] | pl.Series) -> pl.Series:
    """Give midnight at the beginning of each day."""
    return at(days, hour=time(0))


def end_of(days: Sequence[date] | pl.Series) -> pl.Series:
    """Give the last second of each day, as LBLOD writes the end of a mandate."""
    return at(days, hour=time(23, 59, 59))


def at(days: Sequence[date] | pl.Series, *, hour: time) -> pl.Series:
    """Give an hour of each day."""
    local = pl.Series(days, dtype=pl.Date).dt.combine(hour, time_unit="us")
    return local.dt.replace_time_zone(_HERE).dt.convert_time_zone("UTC")

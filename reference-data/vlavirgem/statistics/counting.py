"""Small ways to count rows by label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.frames import age_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vlavirgem.profile import Profile

    Tables = Mapping[str, pl.DataFrame]
    Counts = dict[str, tuple[int, int]]


def shares(values: pl.Series, *, labels: Iterable[str] = ()) -> Counts:
    """Count each value out of all that are there.

    Args:
        values: The values; nulls do not count.
        labels: Labels that are there even when nothing has them, so that their total is known.
    """
    known = values.drop_nulls().cast(pl.String)
    counts = dict(known.value_counts().iter_rows())
    return {label: (int(counts.get(label, 0)), known.len()) for label in dict.fromkeys([*labels, *counts])}


def bands(values: pl.Series, *, starts: Iterable[str]) -> Counts:
    """Count whole numbers in bands, of which each has the number with which it begins as its label.

    What is below the first band is counted in it.
    """
    labels = list(starts)
    edges = np.asarray([int(one) for one in labels], dtype=np.int64)
    place = np.maximum(np.searchsorted(edges, values.to_numpy(), side="right") - 1, 0)
    return shares(pl.Series(labels, dtype=pl.String).gather(place), labels=labels)


def inhabitants(part: Tables) -> pl.DataFrame:
    """Give who lives there."""
    return part["personen"].filter(pl.col("huishouden_id").is_not_null())


def ages(people: pl.DataFrame, *, profile: Profile) -> pl.Series:
    """Give everybody's age in whole years."""
    return people.select(age_on(profile.reference_date).alias("leeftijd"))["leeftijd"]


def rate(label: str, hits: int, *, part: Tables) -> Counts:
    """Count out of all inhabitants."""
    return {label: (hits, inhabitants(part).height)}

"""The language that a household speaks at home, by where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.randomness import Random, WeightedLists

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population

DUTCH = "NLD"


@dataclass(frozen=True)
class _Languages:
    codes: pl.Series
    weighted: WeightedLists


def home_languages(population: Population, *, seed: int) -> pl.Series:
    """Give the language of each household: a code of the EU authority list `language`."""
    languages = _languages(population.lands)
    random = Random(seed, kind="huishouden")
    drawn = languages.weighted.pick(random, "thuistaal", rows=population.households.id, lists=population.origin)
    return languages.codes.gather(drawn)


@cache
def _languages(lands: tuple[str, ...]) -> _Languages:
    spoken: dict[str, list[tuple[str, int]]] = {}
    for row in dataset("talen"):
        spoken.setdefault(row["herkomst"], []).append((row["taal"], int(row["gewicht"])))
    lists = [spoken.get(land, [(DUTCH, 1)]) for land in lands]
    return _Languages(
        codes=pl.Series([code for items in lists for code, _ in items]),
        weighted=WeightedLists([[weight for _, weight in items] for items in lists]),
    )

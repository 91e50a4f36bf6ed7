"""What businesses and associations do, and what they are called.

A town has more hairdressers than pharmacies, so kinds have weights. Two businesses of one kind do not have one name:
each wijk takes the next names of a list that every kind goes through in the same order, from another beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.randomness import Flags, Integers

KINDS = ("school", "vereniging", "onderneming")
_SCHOOLS = {"tekst": "Basisschool", "sector": "onderwijs", "nace": "85.20", "gewicht": "1"}
_LEAP = 31
"""How far apart in the list names lie that follow each other; it has no factor in common with the list's length."""
_USUAL = {"school": 1, "vereniging": 14, "onderneming": 55}
"""About how many of each there are in a wijk: a kind takes twice its share of names in each."""


@dataclass(frozen=True)
class Words:
    """What organisations are called, do and are: of each of `KINDS` a stretch of `what`."""

    what: pl.Series
    sector: pl.Series
    nace: pl.Series
    weights: tuple[tuple[int, ...], ...]
    first: Integers
    slots: Integers
    names: pl.Series


@cache
def words() -> Words:
    """Read `datasets/organisaties.csv`."""
    rows = dataset("organisaties")
    kinds = [[row for row in rows if row["deel"] == kind] or [_SCHOOLS] for kind in KINDS]
    weights = tuple(tuple(int(row["gewicht"]) for row in found) for found in kinds)
    count = np.asarray([len(found) for found in kinds], dtype=np.int64)
    slots = [
        1 + 2 * weight * _USUAL[kind] // sum(found)
        for kind, found in zip(KINDS, weights, strict=True)
        for weight in found
    ]
    return Words(
        what=pl.Series([row["tekst"] for found in kinds for row in found]),
        sector=pl.Series([row["sector"] for found in kinds for row in found]),
        nace=pl.Series([row["nace"] for found in kinds for row in found]),
        weights=weights,
        first=np.cumsum(count) - count,
        slots=np.asarray(slots, dtype=np.int64),
        names=pl.Series([row["tekst"] for row in rows if row["deel"] == "naam"]),
    )


def trades_of(random: Random, *, ids: Integers, kind: Integers) -> Integers:
    """Draw what each organisation is: an index in `Words.what`.

    Args:
        random: Random numbers of the organisations.
        ids: Their numbers.
        kind: Of each an index in `KINDS`.
    """
    drawn = [random.pick(f"soort_{name}", rows=ids, weights=words().weights[at]) for at, name in enumerate(KINDS)]
    what: Integers = words().first[kind] + np.choose(kind, drawn)
    return what


def names_of(seed: int, *, what: Integers, named: Flags, owner: Integers, wijk: Integers) -> pl.Series:
    """Name organisations, so that those of one trade in one town have other names.

    Args:
        seed: The town's seed.
        what: What each is.
        named: Which take a name of the list; administrations have other ones.
        owner: Which wijk each belongs to, from 0 among those made together.
        wijk: The number of the wijk of each.
    """
    listed = words()
    group = owner * (len(listed.what) + 1) + np.where(named, what, len(listed.what))
    order = np.argsort(group, kind="stable")
    among: Integers = np.empty(group.size, dtype=np.int64)
    among[order] = rows_of(np.bincount(group)).position
    trades = row_numbers(len(listed.what)) + 1
    begin = Random(seed, kind="bedrijfsnaam").below("begin", rows=trades, bound=len(listed.names))
    place = (begin[what] + _LEAP * (wijk * listed.slots[what] + among)) % len(listed.names)
    return listed.what.gather(what) + " " + listed.names.gather(place)

"""Columns of texts of which there are few different ones: made once, then looked up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlavirgem.randomness import Flags, Integers

_SUFFIXES = ("", "A", "B", "C", "D", "E")


def chosen(choices: Sequence[str] | pl.Series, index: Integers) -> pl.Series:
    """Give for each row the text at a place in a list."""
    return pl.Series(choices)[index]


def taken(texts: pl.Series, places: Integers) -> pl.Series:
    """Give for each row the text at a place: as `chosen`, but faster, and never counting from the end."""
    return texts[pl.Series(places.astype(np.uint32))]


def house_numbers(numbers: Integers, suffixes: Integers) -> pl.Series:
    """Write house numbers; a suffix of 0 is none, 1 is A, and so on."""
    return taken(_house_numbers(rounded_up(numbers)), numbers * len(_SUFFIXES) + suffixes)


def box_numbers(units: Integers) -> tuple[pl.Series, pl.Series]:
    """Write box numbers of the units of a building, two on a floor: 0101, 0102, 0201 and on.

    Also gives what stands in an address on one line. For a unit below 0 there is nothing.
    """
    alone, in_line = _box_numbers(rounded_up(units))
    return alone[units + 1], in_line[units + 1]


def parcel_numbers(places: Integers) -> pl.Series:
    """Write the last part of the identifiers of parcels."""
    return _parcel_numbers(rounded_up(places))[places]


def only(values: pl.Series, where: Flags) -> pl.Series:
    """Keep values where asked, and nothing elsewhere."""
    return values.set(pl.Series(~where), None)


def rounded_up(numbers: Integers) -> int:
    """Give how long a list must be, in steps, so that few lists are made."""
    return 1 << (int(numbers.max(initial=0)) + 1).bit_length()


@lru_cache(maxsize=8)
def _house_numbers(count: int) -> pl.Series:
    return pl.Series([f"{number}{suffix}" for number in range(count) for suffix in _SUFFIXES])


@lru_cache(maxsize=8)
def _box_numbers(count: int) -> tuple[pl.Series, pl.Series]:
    boxes = [f"{unit // 2 + 1:02d}{unit % 2 + 1:02d}" for unit in range(count)]
    return pl.Series([None, *boxes]), pl.Series(["", *(f" bus {box}" for box in boxes)])


@lru_cache(maxsize=8)
def _parcel_numbers(count: int) -> pl.Series:
    return pl.Series([f"{place + 1:04d}/00A000" for place in range(count)])

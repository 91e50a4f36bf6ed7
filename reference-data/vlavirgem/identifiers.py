"""Identifiers with the shape and check digits of real ones that can never be real.

Every kind says how sure that is: its `Guarantee` is part of the data dictionary.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.errors import CapacityError
from vlavirgem.place import PHONE_PREFIX

if TYPE_CHECKING:
    from vlavirgem.randomness import Flags, Integers

_CENTURY_PREFIX = 2_000_000_000
_YEAR_2000 = 2000
_ORGANISATION_BASE = 9_990_000
_ORGANISATION_LIMIT = 10_000
MUNICIPALITY_BASE = 9_993_090


class InszForm(StrEnum):
    """How the month is written; the last two only when birth dates run out (bis numbers)."""

    ORDINARY = "gewoon"
    BIS_SEX_KNOWN = "bis, geslacht gekend"
    BIS_SEX_UNKNOWN = "bis, geslacht niet gekend"


MONTH_OFFSETS = (0, 40, 20)
"""What is added to the month of birth, in the order in which the forms are used."""


def national_numbers(*, year: Integers, month: Integers, day: Integers, is_male: Flags, form: Integers) -> pl.Series:
    """Give rijksregisternummers (INSZ) of 11 digits that no living person can have.

    Serials 000 and 999 pass the check (97 minus the nine digits mod 97, with a 2 in front for
    births from 2000 on) but are never issued: issued serials run from 001 to 998. The serial stays
    odd for men and even for women. Unique as long as (date, sex, form) is.
    """
    serial = np.where(is_male, 999, 0)
    shown_month = month + np.asarray(MONTH_OFFSETS, dtype=np.int64)[form]
    nine = ((year % 100) * 10_000 + shown_month * 100 + day) * 1000 + serial
    checked = np.where(year >= _YEAR_2000, nine + _CENTURY_PREFIX, nine)
    return _digits(nine * 100 + (97 - checked % 97), width=11)


def enterprise_numbers(positions: Integers) -> pl.Series:
    """Give KBO numbers of 10 digits from a range far above every issued number.

    Position 0 is the municipality itself. The check is 97 minus the first eight digits mod 97.

    Raises:
        CapacityError: more than 19 999 organisations.
    """
    if positions.size and int(positions.max()) >= 2 * _ORGANISATION_LIMIT - 1:
        raise CapacityError(f"Only {2 * _ORGANISATION_LIMIT - 1} safe enterprise numbers exist.")
    first = _ORGANISATION_BASE + positions - 1
    first = np.where(first >= MUNICIPALITY_BASE, first + 1, first)  # skip the municipality's own number
    overflow = first - _ORGANISATION_BASE >= _ORGANISATION_LIMIT
    base = np.where(overflow, first - _ORGANISATION_LIMIT + 10_000_000, first)  # 0999… goes on in 1999…
    base = np.where(positions == 0, MUNICIPALITY_BASE, base)
    return _digits(base * 100 + (97 - base % 97), width=10)


def phone_numbers(subscribers: Integers) -> pl.Series:
    """Give phone numbers in E.164 form that cannot be dialled: after +32 comes a zero."""
    return PHONE_PREFIX + _digits(subscribers, width=7)


def _digits(numbers: Integers, *, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)

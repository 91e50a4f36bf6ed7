"""Identifiers with the shape and check digits of real ones that can never be real.

Every kind says how sure that is: its `Guarantee` is part of the data dictionary.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from vlavirgem.errors import CapacityError
from vlavirgem.insz import CENTURY_PREFIX, FORMS, YEAR_2000
from vlavirgem.letters import digit_words, short_texts
from vlavirgem.place import PHONE_PREFIX

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from vlavirgem.randomness import Integers

_CENTURIES = "1900-01", "2100-01"
_FIRST_DAY = (date(1900, 1, 1) - date(1970, 1, 1)).days
_ORGANISATION_BASE = 9_990_000
_ORGANISATION_LIMIT = 10_000
_MORE_BASE = 19_000_000
_MORE_ORGANISATIONS = 1_000_000
MUNICIPALITY_BASE = 9_993_090
_ESTABLISHMENT_BASE, _ESTABLISHMENTS = 80_000_000, 10_000_000


def national_numbers(*, born: Integers, serial: Integers, form: Integers) -> pl.Series:
    """Give rijksregisternummers (INSZ) of 11 digits.

    They pass the check: 97 minus the nine digits mod 97, with a 2 in front for births from 2000 on.

    Args:
        born: Day of birth, since 1970; from 1900 to 2099.
        serial: 0 to 999, odd for men and even for women.
        form: Index in `FORMS`.
    """
    days = _days_in_numbers()
    place = form * (days.check.size // len(FORMS))
    place += born
    place -= _FIRST_DAY
    short = serial.astype(np.int32)
    tens = short // 10
    middle = days.day.take(place)
    middle += tens
    check = days.check.take(place)
    check += short
    check -= check // 97 * 97
    last = (short - tens * 10) * 100
    last += 97
    last -= check
    # Texts as short are written four, four and three digits at a time: year and month, day and half of the serial.
    return short_texts(days.month.take(place), digit_words(4).take(middle), digit_words(3).take(last), length=11)


class _Days(NamedTuple):
    """How a national number begins for every day of two centuries, in every form.

    Attributes:
        month: The letters of year and month.
        day: The day of the month, times a hundred.
        check: What it adds to the number that is divided by 97.
    """

    month: NDArray[np.uint32]
    day: NDArray[np.int32]
    check: NDArray[np.int32]


@cache
def _days_in_numbers() -> _Days:
    starts = np.arange(*_CENTURIES, dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
    lengths = np.diff(starts)
    years, months = np.divmod(np.arange(lengths.size), 12)
    of_month = (years % 100 * 100 + months + 1) * 1000
    century = (years >= YEAR_2000 - 1900) * CENTURY_PREFIX
    written, checks = zip(
        *(
            (digit_words(4)[of_month // 1000 + form.month], century + of_month * 100 + form.month * 100_000)
            for form in FORMS
        ),
        strict=True,
    )
    day = np.arange(starts[-1] - starts[0]) - np.repeat(starts[:-1] - starts[0], lengths) + 1
    day = np.concatenate([day + form.day for form in FORMS])
    lengths = np.tile(lengths, len(FORMS))
    return _Days(
        month=np.repeat(np.concatenate(written), lengths),
        day=(day * 100).astype(np.int32),
        check=(np.repeat(np.concatenate(checks) % 97, lengths) + day * 1000 % 97).astype(np.int32),
    )


def enterprise_numbers(positions: Integers) -> pl.Series:
    """Give KBO numbers of 10 digits from ranges far above every issued number: 0999, then 19.

    Position 0 is the municipality itself. The check is 97 minus the first eight digits mod 97.

    Raises:
        CapacityError: more than a million organisations.
    """
    if positions.size and int(positions.max()) >= _ORGANISATION_LIMIT + _MORE_ORGANISATIONS - 1:
        raise CapacityError(f"Only {_ORGANISATION_LIMIT + _MORE_ORGANISATIONS - 1} safe enterprise numbers exist.")
    first = _ORGANISATION_BASE + positions - 1
    first = np.where(first >= MUNICIPALITY_BASE, first + 1, first)  # skip the municipality's own number
    beyond = first - _ORGANISATION_BASE - _ORGANISATION_LIMIT
    base = np.where(beyond >= 0, _MORE_BASE + beyond, first)
    base = np.where(positions == 0, MUNICIPALITY_BASE, base)
    return _digits(base * 100 + _check(base), width=10)


def establishment_numbers(positions: Integers) -> pl.Series:
    """Give establishment unit numbers (vestigingsnummers) of 10 digits that start with 8.

    They are issued from 2 000 000 000 on. The check is that of enterprise numbers.

    Raises:
        CapacityError: more than ten million establishments.
    """
    if positions.size and int(positions.max()) >= _ESTABLISHMENTS:
        raise CapacityError(f"Only {_ESTABLISHMENTS} safe establishment numbers exist.")
    base = _ESTABLISHMENT_BASE + positions
    return _digits(base * 100 + _check(base), width=10)


def phone_numbers(subscribers: Integers) -> pl.Series:
    """Give phone numbers in E.164 form that cannot be dialled: after +32 comes a zero."""
    return _digits(subscribers, width=7, prefix=PHONE_PREFIX)


def _check(numbers: Integers) -> Integers:
    """Give 97 minus the rest of a division by 97; NumPy divides much faster than it takes a rest."""
    check: Integers = 97 - (numbers - numbers // 97 * 97)
    return check


def _digits(numbers: Integers, *, width: int, prefix: str = "") -> pl.Series:
    """Write numbers with so many digits, zeros in front; 9 to 12 characters with the prefix."""
    length = len(prefix) + width
    words = []
    rest = numbers
    for digits in (length - 8, 4):
        shorter = rest // 10**digits
        words.append(digit_words(digits)[rest - shorter * 10**digits])
        rest = shorter
    return short_texts(digit_words(4)[rest], *reversed(words), length=length, prefix=prefix)

"""Days of birth such that everybody gets a national number that nobody can have.

Only two serials of a day are never issued, one for men and one for women. Up to `_FEW` wijken share them: each wijk
has its own days, and in it one man and one woman are born on such a day. A larger town writes a day that does not
exist, and then all serials of sixteen groups of days are free: each wijk has a serial and a group of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.errors import CapacityError
from vlavirgem.generation.households import MALE
from vlavirgem.generation.sorting import order_by
from vlavirgem.insz import IMPOSSIBLE_DAY, NEVER_ISSUED
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from vlavirgem.randomness import Integers

_FEW = 25
_GROUPS = 16
_SERIALS = 499
"""For each sex: 1 to 997 for men, 2 to 998 for women."""
_JUMP = 131
_DAYS_BACK = 400
_FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Births:
    """For each person: the day of birth (days since 1970), the serial of that day, and the form of the number."""

    day: Integers
    serial: Integers
    form: Integers


def register(day: Integers, *, sex: Integers, wijk: Integers, of: int, realistic: bool = False) -> Births:
    """Shift days of birth back, as little as possible, until each has a national number of its own.

    Args:
        day: Wanted days of birth, as days since 1970; the persons of a wijk follow each other.
        sex: Sex of each person.
        wijk: Number of the wijk of each person, from 0.
        of: How many wijken the town has.
        realistic: Whether to give ordinary serials, which somebody may have by chance.

    Raises:
        CapacityError: somebody would have to be born more than 400 days earlier, or there are too many wijken.
    """
    if of > _GROUPS * _SERIALS:
        raise CapacityError(
            f"{of} wijken need more national numbers than can be given safely; take a smaller profile."
        )
    if realistic:
        step = 1 if of <= _SERIALS else _GROUPS
        group = wijk % step
    elif of <= _FEW:
        step, group = of, wijk
    else:
        step, group = _GROUPS, wijk % _GROUPS
    given = _apart((day - group) // step, group=wijk * 2 + sex) * step + group
    if day.size and int((day - given).max()) > _DAYS_BACK:
        raise CapacityError(
            f"{day.size} inhabitants need more national numbers than can be given safely; take a smaller profile."
        )
    if realistic:
        # Another serial each day; 499 is prime, so that no two wijken have the same one on a day.
        serial = 2 * ((wijk // step * _JUMP + given) % _SERIALS) + np.where(sex == MALE, 1, 2)
        form = np.zeros_like(day)
    elif of <= _FEW:
        serial = np.where(sex == MALE, NEVER_ISSUED["male"], NEVER_ISSUED["female"])
        form = np.zeros_like(day)
    else:
        serial = 2 * (wijk // _GROUPS) + np.where(sex == MALE, 1, 2)
        form = np.full_like(day, IMPOSSIBLE_DAY)
    return Births(day=given, serial=serial, form=form)


def _apart(slot: Integers, *, group: Integers) -> Integers:
    """Lower numbers, as little as possible, until those of one group all differ."""
    # Highest slot first, then who comes first keeps the slot.
    order = order_by(-slot, group)
    sorted_group = group[order]
    is_first = np.ones(slot.size, dtype=np.bool_)
    is_first[1:] = sorted_group[1:] != sorted_group[:-1]
    rank = np.cumsum(is_first)
    place = row_numbers(slot.size) - np.flatnonzero(is_first)[rank - 1]
    far = rank * _FAR  # a later group never sees the numbers of an earlier one
    lowest = np.minimum.accumulate(slot[order] + place - far)
    apart = np.empty_like(slot)
    apart[order] = lowest + far - place
    return apart

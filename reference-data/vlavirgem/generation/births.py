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
from vlavirgem.generation.sorting import sorted_within
from vlavirgem.insz import GROUPS, IMPOSSIBLE_DAY, NEVER_ISSUED
from vlavirgem.randomness import row_numbers

if TYPE_CHECKING:
    from vlavirgem.randomness import Integers

_FEW = 25
_SERIALS = 499
"""For each sex: 1 to 997 for men, 2 to 998 for women."""
_JUMP = 131
_DAYS_BACK = 400
_NEVER = np.asarray([NEVER_ISSUED["male"], NEVER_ISSUED["female"]], dtype=np.int64)
_ORDINARY = np.asarray([1, 2], dtype=np.int64)
"""By sex: `MALE`, then `FEMALE`."""


@dataclass(frozen=True, slots=True)
class Births:
    """For each person: the day of birth (days since 1970), the serial of that day, and the form of the number."""

    day: Integers
    serial: Integers
    form: Integers


def register(
    day: Integers, *, sex: Integers, wijken: Integers, people: Integers, of: int, realistic: bool = False
) -> Births:
    """Shift days of birth back, as little as possible, until each has a national number of its own.

    Args:
        day: Wanted days of birth, as days since 1970, wijk after wijk.
        sex: Sex of each person.
        wijken: Number of each wijk, from 0.
        people: How many persons each wijk has.
        of: How many wijken the town has.
        realistic: Whether to give ordinary serials, which somebody may have by chance.

    Raises:
        CapacityError: somebody would have to be born more than 400 days earlier, or there are too many wijken.
    """
    if of > GROUPS * _SERIALS:
        raise CapacityError(
            f"{of} wijken need more national numbers than can be given safely; take a smaller profile."
        )
    if realistic:
        step = 1 if of <= _SERIALS else GROUPS
        group = wijken % step
    elif of <= _FEW:
        step, group = of, wijken
    else:
        step, group = GROUPS, wijken % GROUPS
    groups = np.repeat(group, people)
    given = _apart((day - groups) // step, sex=sex, people=people) * step + groups
    if day.size and int((day - given).max()) > _DAYS_BACK:
        raise CapacityError(
            f"{day.size} inhabitants need more national numbers than can be given safely; take a smaller profile."
        )
    form = 0
    if realistic:
        # Another serial each day; 499 is prime, so that no two wijken have the same one on a day.
        serial = 2 * ((np.repeat(wijken // step * _JUMP, people) + given) % _SERIALS) + _ORDINARY.take(sex)
    elif of <= _FEW:
        serial = _NEVER.take(sex)
    else:
        serial = np.repeat(wijken // GROUPS * 2, people) + _ORDINARY.take(sex)
        form = IMPOSSIBLE_DAY
    return Births(day=given, serial=serial, form=np.full(day.size, form, dtype=np.int64))


def _apart(slot: Integers, *, sex: Integers, people: Integers) -> Integers:
    """Lower numbers, as little as possible, until those of one sex in one wijk all differ."""
    highest = int(slot.max(initial=0))
    far = 1 << (highest - int(slot.min(initial=0)) + int(people.max(initial=0))).bit_length()
    # Highest slot first, then who comes first keeps the slot; the other sex and a later wijk are too far to matter.
    order, below = sorted_within(highest - slot + sex * far, counts=people)
    below += np.repeat(row_numbers(people.size) * (2 * far), people)
    below -= row_numbers(slot.size)
    np.fmax.accumulate(below, out=below)  # of whole numbers the same as `np.maximum`, and much faster
    below += row_numbers(slot.size)
    below &= far - 1
    apart = np.empty_like(slot)
    apart[order] = highest - below
    return apart

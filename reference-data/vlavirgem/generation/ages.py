"""How old the people of a household are: the head, the other one, and children with time between their births."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.randomness import SLOTS, Random, row_numbers, slots_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.wijken import Rows
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers, Quarters

    Bands = tuple[tuple[str, int], ...]

_DAYS_PER_FOUR_YEARS = 1461
_OLDEST = 104
_OLDEST_WITH_A_PARENT = 62
_BAND, _BAND_OF_CHILDREN = 10, 3
"""How many years a band of ages is wide, of people without and with children."""
_DAY = 31
"""Between the ages that are in the tables lie up to about so many days."""
_OLDER, _YOUNGER = 6 * 365, 3 * 365
"""How many days the other one of a couple is older or younger at most."""
_GENERATION, _GENERATIONS = 22, 14 * 365
"""How many years a parent is older at least than an adult child at home, and how many days this differs."""
_BETWEEN, SPREAD = 660, 1040
"""Days between the births of two children: at least, and how much this differs."""
_SLOT, _IN_SLOT, _DIFFERENCE = 3, 2, 1
"""Quarters of the number of a household; the last one of its four is for its origin."""


@dataclass(frozen=True, slots=True)
class Ages:
    """Ages in days.

    Attributes:
        head: Of the head of each household.
        other: Of the partner or the other adult, where there is one.
        children: Of all children, eldest first.
    """

    head: Integers
    other: Integers
    children: Integers


def ages_of(
    profile: Profile,
    *,
    seed: int,
    numbers: Integers,
    curves: Integers,
    parents: Integers,
    with_a_parent: Integers,
    drawn: Quarters,
    children: Rows,
    gaps: Integers,
) -> Ages:
    """Draw ages.

    Args:
        profile: The profile.
        seed: The town's seed.
        numbers: Of the households.
        curves: By which ages the head of each is drawn: `ALONE`, `COUPLE` or `PARENT`.
        parents: The places of households with children.
        with_a_parent: The places of households in which an adult lives with a parent, who is the other one.
        drawn: A number of each household.
        children: Which children each of the parents has.
        gaps: A number below `SPREAD` of each child.
    """
    youngest = _days(_bands(profile, "huishoudens.leeftijd_jongste_kind"), _BAND_OF_CHILDREN)
    slot = Random(seed, kind="huishouden").quarters("jongste", rows=numbers.take(parents)).slots(_SLOT)
    theirs = _children(youngest.take(slot).astype(np.int64), gaps=gaps, rows=children)
    place = curves * SLOTS
    place += drawn.slots(_SLOT)
    head = _heads(profile).take(place).astype(np.int64)
    head += drawn.below(_IN_SLOT, bound=_DAY)
    head[parents] += theirs.take(children.first)
    head[with_a_parent] = np.minimum(head.take(with_a_parent), _years(_OLDEST_WITH_A_PARENT))
    other = drawn.below(_DIFFERENCE, bound=_OLDER + _YOUNGER)
    other += head - _YOUNGER
    generation = drawn.take(with_a_parent).below(_DIFFERENCE, bound=_GENERATIONS)
    other[with_a_parent] = head.take(with_a_parent) + _years(_GENERATION) + generation
    adult, oldest = _years(18) + _DAY, _years(_OLDEST)
    return Ages(head=np.clip(head, adult, oldest), other=np.clip(other, adult, oldest), children=theirs)


def _children(youngest: Integers, *, gaps: Integers, rows: Rows) -> Integers:
    """Give the age of each child: that of the youngest, and the time between all births after the own one."""
    last = rows.first + rows.counts - 1
    gaps += _BETWEEN
    gaps[last] = youngest
    until = np.cumsum(gaps)
    ages = until.take(last).take(rows.owner)
    ages -= until
    ages += gaps
    return ages


ALONE, COUPLE, PARENT = range(3)
"""Curves of ages: who lives without a partner and children, with a partner, and with children."""


def _heads(profile: Profile) -> NDArray[np.uint16]:
    """Give the age of a head for each slot of each curve; of parents, at the birth of the eldest child."""
    return _curves(
        _bands(profile, "huishoudens.leeftijd_alleenstaand"),
        _bands(profile, "huishoudens.leeftijd_koppel"),
        _bands(profile, "personen.leeftijd_eerste_kind"),
    )


@lru_cache(maxsize=8)
def _curves(alone: Bands, couple: Bands, first_birth: Bands) -> NDArray[np.uint16]:
    return np.concatenate([_days(alone, _BAND), _days(couple, _BAND), _days(first_birth, _BAND_OF_CHILDREN)])


@lru_cache(maxsize=8)
def _days(bands: Bands, width: int) -> NDArray[np.uint16]:
    """Give the age in days at each slot; within a band of so many years all are as likely."""
    since = np.asarray([int(label) for label, _ in bands], dtype=np.int64)
    ends = slots_of([weight for _, weight in bands])
    slot = row_numbers(SLOTS)
    band = np.searchsorted(ends, slot, side="right")
    sizes = np.diff(ends, prepend=0)
    within = (slot - (ends - sizes)[band]) * width * _DAYS_PER_FOUR_YEARS // sizes[band]
    return ((since[band] * _DAYS_PER_FOUR_YEARS + within) // 4).astype(np.uint16)


def _bands(profile: Profile, name: str) -> Bands:
    return tuple(profile.weights(name).items())


def _years(years: int) -> int:
    return years * _DAYS_PER_FOUR_YEARS // 4

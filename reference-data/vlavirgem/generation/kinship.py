"""Who is whose child, also across households: parents in another household of the same wijk.

A grown-up who left home may have parents nearby: of the same origin and 18 to 42 years older. Whoever has the same
parents is a brother or sister, so they are born far enough apart, and nobody lives as a couple with a brother, sister,
aunt or uncle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.columns import either
from vlavirgem.generation.households import CHILD, COUPLE, FAMILY, OTHER, PARTNER, Households, Members
from vlavirgem.generation.sorting import sorted_within
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_EPOCH = date(1970, 1, 1)
NOBODY = -1
YEAR = 365.25
LEAST_GAP, MOST_GAP = int(18 * YEAR) + 1, int(42 * YEAR)
"""How many days a parent is older than a child that left home."""
BETWEEN_BIRTHS = 280
"""Days between two births of one mother that are no twins: about the length of a pregnancy."""
_OLDEST_CHILD = int(65 * YEAR)
_TARGET, _SPREAD = int(22 * YEAR), int(16 * YEAR)
_LONG_AGO = int(120 * YEAR)
"""Nobody was born that many days ago."""
_DAY_BITS = _LONG_AGO.bit_length()
_STRETCH = 9
"""Households are counted per 512 days of birth."""
_STRETCHES = (_LONG_AGO >> _STRETCH) + 1


@dataclass(frozen=True)
class Kinship:
    """The parents of each person, as places in `Members`; `NOBODY` where there is none.

    Attributes:
        home: Index of the household of the parents.
        households: The households.
        members: The persons.
    """

    home: Integers
    households: Households
    members: Members

    @cached_property
    def first(self) -> Integers:
        """One parent: the head of their household; of an adult who lives with one, that one."""
        head = self.members.rows.first
        first: Integers = np.where(self.home == NOBODY, NOBODY, head[self.home])
        first[head[self.households.type == OTHER]] += 1
        return first

    @cached_property
    def second(self) -> Integers:
        """The other parent."""
        couple = _is_couple(self.households)[self.home] & (self.home != NOBODY)
        second: Integers = np.where(couple, self.members.rows.first[self.home] + 1, NOBODY)
        return second

    @cached_property
    def left_home(self) -> Flags:
        """Who has parents in another household."""
        left: Flags = (self.home != NOBODY) & (self.home != self.members.household)
        return left


def find_parents(
    profile: Profile, *, seed: int, households: Households, members: Members, born: Integers, origin: Integers
) -> Kinship:
    """Find the parents of children at home, of an adult who lives with one, and of those who left home.

    Args:
        profile: The profile.
        seed: The town's seed.
        households: The households.
        members: Who lives in them.
        born: Day of birth of each person, since 1970.
        origin: For each household where it comes from; parents and children have the same.
    """
    families = _Families(households, members, born)
    home = _nearby(profile, seed=seed, families=families, origin=origin)
    at_home = np.flatnonzero(members.role == CHILD)
    home[at_home] = members.household.take(at_home)
    with_parent = np.flatnonzero(households.type == OTHER)
    home[members.rows.first[with_parent]] = with_parent
    return Kinship(home=home, households=households, members=members)


class _Families:
    """Households as possible parents: the days of birth of the youngest and the eldest of the couple."""

    def __init__(self, households: Households, members: Members, born: Integers) -> None:
        self.households, self.members, self.born = households, members, born
        self.head = members.rows.first
        self.couples = np.flatnonzero(_is_couple(households))
        one = born[self.head]
        two = one.copy()
        two[self.couples] = born[self.head[self.couples] + 1]
        self.youngest, self.eldest = np.maximum(one, two), np.minimum(one, two)


def _is_couple(households: Households) -> Flags:
    couple: Flags = (households.type == COUPLE) | (households.type == FAMILY)
    return couple


def _nearby(profile: Profile, *, seed: int, families: _Families, origin: Integers) -> Integers:
    """Give for each person the household of parents elsewhere in the wijk, or `NOBODY`."""
    members, born = families.members, families.born
    share = profile.share("personen.ouders_in_de_wijk")
    random = Random(seed, kind="persoon")
    today = (profile.reference_date - _EPOCH).days
    who = np.flatnonzero((members.role <= PARTNER) & (born > today - _OLDEST_CHILD))
    who = who.take(np.flatnonzero(random.chance("ouders", rows=members.id.take(who), share=share)))
    home = np.full(born.size, NOBODY, dtype=np.int64)
    theirs, born_who = members.household.take(who), born.take(who)
    known = _ByAge(families, origin=origin, today=today)
    wanted = born_who - _TARGET - random.below("ouders_leeftijd", rows=members.id.take(who), bound=_SPREAD)
    near = known.nearest(wanted, like=theirs)
    group = known.group.take(theirs)
    fits = [
        (known.group.take(found) == group)
        & (born_who - families.youngest.take(found) >= LEAST_GAP)
        & (born_who - families.eldest.take(found) <= MOST_GAP)
        for found in near
    ]
    home[who] = either(fits[0], near[0], either(fits[1], near[1], NOBODY))
    _part_relatives(home, families=families)
    _space_siblings(home, families=families)
    return home


class _ByAge:
    """Households of each wijk and origin by the age of the couple, to find those of some age."""

    def __init__(self, families: _Families, *, origin: Integers, today: int) -> None:
        households = families.households
        # Who lives with a parent is not sought: those stand apart, as an origin of their own.
        origins = int(origin.max(initial=0)) + 2
        place = np.where(households.type == OTHER, origins - 1, origin)
        self.group = households.rows.owner * origins + place
        self._since = today - _LONG_AGO
        days = families.youngest - self._since
        self._order, _ = sorted_within((place << _DAY_BITS) | days, counts=households.rows.counts)
        cell = self.group * _STRETCHES + (days >> _STRETCH)
        self._counts = np.bincount(cell, minlength=households.rows.counts.size * origins * _STRETCHES)
        self._starts = np.cumsum(self._counts) - self._counts

    def nearest(self, wanted: Integers, *, like: Integers) -> tuple[Integers, Integers]:
        """Give two households near to a day of birth: about the next and the one before.

        Where they stand follows from how many of the same group are born in the same stretch of days.

        Args:
            wanted: The day.
            like: For each a household of the same origin and wijk.
        """
        days = np.maximum(wanted - self._since, 0)
        cell = self.group.take(like) * _STRETCHES + (days >> _STRETCH)
        place = self._starts.take(cell) + ((days & ((1 << _STRETCH) - 1)) * self._counts.take(cell) >> _STRETCH)
        return self._order.take(np.minimum(place, self._order.size - 1)), self._order.take(np.maximum(place - 1, 0))


def _part_relatives(home: Integers, *, families: _Families) -> None:
    """Take the parents away from a partner who would be the other's brother, sister, aunt, uncle, nephew or niece."""
    head = families.head
    first = head[families.couples]
    both = first[np.flatnonzero((home.take(first) != NOBODY) & (home.take(first + 1) != NOBODY))]
    one, two = home.take(both), home.take(both + 1)
    related = one == two
    # A household without a partner has somebody else behind its head; that only parts a few who are no relatives.
    last = home.size - 1
    for of, other in ((one, two), (two, one)):
        parent = head.take(of)
        related |= (home.take(parent) == other) | (home.take(np.minimum(parent + 1, last)) == other)
    home[both[np.flatnonzero(related)] + 1] = NOBODY


def _space_siblings(home: Integers, *, families: _Families) -> None:
    """Take the parents away from who is born too soon after a brother or sister, or too soon before one at home."""
    households, members, born = families.households, families.members, families.born
    asked = np.zeros(families.head.size, dtype=np.bool_)
    asked[home[np.flatnonzero(home != NOBODY)]] = True
    child = np.flatnonzero(members.role == CHILD)
    child = child[np.flatnonzero(asked.take(members.household.take(child)))]
    family = home.copy()
    family[child] = members.household.take(child)
    row = np.flatnonzero(family != NOBODY)
    stays, parents = members.role.take(row) == CHILD, family.take(row)
    days = born.take(row)
    days -= int(days.min(initial=0))
    wijk = members.wijk.take(row)
    order, key = sorted_within(
        ((parents - households.rows.first.take(wijk)) << _DAY_BITS) | days,
        counts=np.bincount(wijk, minlength=households.rows.counts.size),
    )
    row, stays, parents = row.take(order), stays.take(order), parents.take(order)
    close = (parents[1:] == parents[:-1]) & (key[1:] - key[:-1] < BETWEEN_BIRTHS)
    too_soon = np.zeros(row.size, dtype=np.bool_)
    too_soon[1:] = close
    too_soon[:-1] |= close & stays[1:]
    home[row[np.flatnonzero(too_soon & ~stays)]] = NOBODY


def follow(source: Integers, *, generations: int = 8) -> Integers:
    """Give for each person the ancestor at the end of a line: `source` holds the next one, or the person itself.

    Each round doubles how far the line is followed.
    """
    ends = source
    reached = 1
    while reached < generations:
        ends = ends.take(ends)
        reached *= 2
    return ends

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

from vlavirgem.generation.households import CHILD, COUPLE, FAMILY, OTHER, PARTNER, Households, Members
from vlavirgem.generation.sorting import order_within, sorted_within
from vlavirgem.randomness import limit_of, row_numbers

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
_NEARBY, _HOW_OLD = 0, 1
"""Quarters of the number of each person: whether parents live nearby, and how old these are."""


@dataclass(frozen=True)
class Kinship:
    """The parents of each person, as places in `Members`; `NOBODY` where there is none.

    Attributes:
        home: Index of the household of the parents.
        left: The places of those whose parents live in another household.
        turn: Of each of these, how many brothers and sisters were born before; a few too many at times.
        households: The households.
        members: The persons.
    """

    home: Integers
    left: Integers
    turn: Integers
    households: Households
    members: Members

    @cached_property
    def children(self) -> Integers:
        """The places of who has parents: first those who live with both or one, then those who left home."""
        return np.concatenate([self.members.children, self.left])

    @cached_property
    def homes(self) -> Integers:
        """The household of the parents of each of the `children`."""
        return self.home.take(self.children)

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

    @property
    def left_home(self) -> Flags:
        """Who has parents in another household."""
        flags = np.zeros(self.home.size, dtype=np.bool_)
        flags[self.left] = True
        return flags


def find_parents(
    profile: Profile, *, households: Households, members: Members, born: Integers, origin: Integers
) -> Kinship:
    """Find the parents of children at home, of an adult who lives with one, and of those who left home.

    Args:
        profile: The profile.
        households: The households.
        members: Who lives in them.
        born: Day of birth of each person, since 1970.
        origin: For each household where it comes from; parents and children have the same.
    """
    home = np.full(born.size, NOBODY, dtype=np.int64)
    left, turn = _nearby(profile, families=_Families(households, members, born), origin=origin, home=home)
    home[members.children] = members.household.take(members.children)
    with_parent = np.flatnonzero(households.type == OTHER)
    home[members.rows.first[with_parent]] = with_parent
    return Kinship(home=home, left=left, turn=turn, households=households, members=members)


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


def _nearby(profile: Profile, *, families: _Families, origin: Integers, home: Integers) -> tuple[Integers, Integers]:
    """Find parents elsewhere in the wijk: their household goes into `home`.

    Gives the places of those who have them, and how many brothers and sisters were born before each.
    """
    members, born = families.members, families.born
    today = (profile.reference_date - _EPOCH).days
    nearby = members.drawn.chance(_NEARBY, limits=limit_of(profile.share("personen.ouders_in_de_wijk")))
    nearby &= members.role <= PARTNER
    nearby &= born > today - _OLDEST_CHILD
    who = np.flatnonzero(nearby)
    theirs, born_who = members.household.take(who), born.take(who)
    known = _ByAge(families, origin=origin, today=today)
    wanted = born_who - _TARGET - members.drawn.take(who).below(_HOW_OLD, bound=_SPREAD)
    found = known.nearest(wanted, like=theirs)
    fits = (
        (known.group.take(found) == known.group.take(theirs))
        & (born_who - families.youngest.take(found) >= LEAST_GAP)
        & (born_who - families.eldest.take(found) <= MOST_GAP)
    )
    who, found = (column.take(np.flatnonzero(fits)) for column in (who, found))
    home[who] = found
    _part_relatives(home, families=families)
    turn = _space_siblings(home, families=families, left=who)
    who = who.take(np.flatnonzero(home.take(who) != NOBODY))
    return who, turn.take(who)


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
        self._order = order_within((place << _DAY_BITS) | days, counts=households.rows.counts)
        cell = self.group * _STRETCHES + (days >> _STRETCH)
        self._counts = np.bincount(cell, minlength=households.rows.counts.size * origins * _STRETCHES)
        self._starts = np.cumsum(self._counts) - self._counts

    def nearest(self, wanted: Integers, *, like: Integers) -> Integers:
        """Give a household near to a day of birth.

        Where it stands follows from how many of the same group are born in the same stretch of days.

        Args:
            wanted: The day.
            like: For each a household of the same origin and wijk.
        """
        days = np.maximum(wanted - self._since, 0)
        cell = self.group.take(like) * _STRETCHES + (days >> _STRETCH)
        place = self._starts.take(cell) + ((days & ((1 << _STRETCH) - 1)) * self._counts.take(cell) >> _STRETCH)
        return self._order.take(np.minimum(place, self._order.size - 1))


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


def _space_siblings(home: Integers, *, families: _Families, left: Integers) -> Integers:
    """Take the parents away from who is born too soon after a brother or sister, or too soon before one at home.

    Gives for each person how many brothers and sisters were born before, where some `left` home.
    """
    households, members, born = families.households, families.members, families.born
    asked = np.zeros(families.head.size + 1, dtype=np.bool_)
    asked[home.take(left)] = True  # of nobody too, in the last place
    child, of = members.children, members.household.take(members.children)
    at_home = np.flatnonzero(asked.take(of))
    family = home.copy()
    family[child.take(at_home)] = of.take(at_home)
    row = np.flatnonzero(family != NOBODY)
    stays, parents = members.role.take(row) == CHILD, family.take(row)
    # Counted by two, a day mostly fits in 32 bits beside a family and a place, and these are sorted in half the time.
    days = born.take(row) >> 1
    days -= int(days.min(initial=0))
    bits = int(days.max(initial=0)).bit_length()
    wijk = members.wijk.take(row)
    order, key = sorted_within(
        ((parents - households.rows.first.take(wijk)) << bits) | days,
        counts=np.bincount(wijk, minlength=households.rows.counts.size),
    )
    row, stays, parents = row.take(order), stays.take(order), parents.take(order)
    together = parents[1:] == parents[:-1]
    close = together & (key[1:] - key[:-1] <= BETWEEN_BIRTHS // 2)
    too_soon = np.zeros(row.size, dtype=np.bool_)
    too_soon[1:] = close
    too_soon[:-1] |= close & stays[1:]
    home[row[np.flatnonzero(too_soon & ~stays)]] = NOBODY
    place = row_numbers(row.size)
    begins = place.copy()
    begins[1:] *= ~together
    turn = np.empty(home.size, dtype=np.int64)
    turn[row] = place - np.fmax.accumulate(begins)  # of whole numbers the same as `np.maximum`, and much faster
    return turn


def follow(source: Integers, *, generations: int = 4) -> Integers:
    """Give for each household the one at the end of a line: `source` holds the next one, or the household itself.

    Each round doubles how far the line is followed. Who has parents elsewhere is younger than 65 and at least 18 years
    younger than they are, so no line is longer than four.
    """
    ends = source
    reached = 1
    while reached < generations:
        ends = ends.take(ends)
        reached *= 2
    return ends

"""Who is whose child, also across households: parents in another household of the same wijk.

A grown-up who left home may have parents nearby: of the same origin and 18 to 42 years older. Whoever has the same
parents is a brother or sister, so they are born far enough apart, and nobody lives as a couple with a brother, sister,
aunt or uncle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.households import CHILD, OTHER, PARTNER, Households, Members
from vlavirgem.generation.sorting import order_by
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
_OFFSET = 1 << 16
"""Makes every day of birth a positive number."""
_DAY_BITS = 18


@dataclass(frozen=True, slots=True)
class Kinship:
    """The parents of each person, as places in `Members`; `NOBODY` where there is none.

    Attributes:
        first: One parent: the head of their household.
        second: The other parent.
        home: Index of the household of the parents.
    """

    first: Integers
    second: Integers
    home: Integers

    def left_home(self, members: Members) -> Flags:
        """Say who has parents in another household."""
        left: Flags = (self.home != NOBODY) & (self.home != members.household)
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
    head = members.rows.first
    families = _Families(households, members, born)
    home = _nearby(profile, seed=seed, families=families, origin=origin)
    at_home = np.flatnonzero(members.role == CHILD)
    home[at_home] = members.household[at_home]
    with_parent = np.flatnonzero(households.type == OTHER)
    home[head[with_parent]] = with_parent
    first, second = np.full_like(home, NOBODY), np.full_like(home, NOBODY)
    known = np.flatnonzero(home != NOBODY)
    first[known] = head[home[known]]
    first[head[with_parent]] += 1
    of_couple = known[families.is_couple[home[known]]]
    second[of_couple] = head[home[of_couple]] + 1
    return Kinship(first=first, second=second, home=home)


class _Families:
    """Households as possible parents: the days of birth of the youngest and the eldest of the couple."""

    def __init__(self, households: Households, members: Members, born: Integers) -> None:
        self.households, self.members, self.born = households, members, born
        head = members.rows.first
        self.head = head
        self.other = np.minimum(head + 1, born.size - 1)
        self.is_couple = (members.role[self.other] == PARTNER) & (households.size > 1)
        one = born[head]
        two = np.where(self.is_couple, born[self.other], one)
        self.youngest, self.eldest = np.maximum(one, two), np.minimum(one, two)


def _nearby(profile: Profile, *, seed: int, families: _Families, origin: Integers) -> Integers:
    """Give for each person the household of parents elsewhere in the wijk, or `NOBODY`."""
    members, born = families.members, families.born
    share = profile.share("personen.ouders_in_de_wijk")
    random = Random(seed, kind="persoon")
    today = (profile.reference_date - _EPOCH).days
    who = np.flatnonzero((members.role <= PARTNER) & (today - born < _OLDEST_CHILD))
    who = who[random.chance("ouders", rows=members.id[who], share=share)]
    group = members.wijk[members.rows.first] * 256 + origin
    fit = np.flatnonzero(families.households.type != OTHER)
    home = np.full(born.size, NOBODY, dtype=np.int64)
    if not fit.size or not who.size:
        return home
    fit = fit[order_by(families.youngest[fit], group[fit])]
    key = _placed(families.youngest[fit], group=group[fit])
    wanted = born[who] - _TARGET - random.below("ouders_leeftijd", rows=members.id[who], bound=_SPREAD)
    # Who seeks in order finds sooner.
    order = order_by(wanted, group[members.household[who]])
    who, wanted = who[order], wanted[order]
    of = group[members.household[who]]
    place = np.searchsorted(key, _placed(wanted, group=of), side="right")
    for near in (place, place - 1):
        found = fit[np.clip(near, 0, fit.size - 1)]
        fits = (group[found] == of) & _is_between(born[who], families=families, found=found)
        home[who] = np.where((home[who] == NOBODY) & fits, found, home[who])
    _part_relatives(home, families=families)
    _space_siblings(home, families=families)
    return home


def _placed(day: Integers, *, group: Integers) -> Integers:
    """Give a number that orders days within groups."""
    number: Integers = (group << _DAY_BITS) + day + _OFFSET
    return number


def _is_between(born: Integers, *, families: _Families, found: Integers) -> Flags:
    fits: Flags = (born - families.youngest[found] >= LEAST_GAP) & (born - families.eldest[found] <= MOST_GAP)
    return fits


def _part_relatives(home: Integers, *, families: _Families) -> None:
    """Take the parents away from a partner who would be the other's brother, sister, aunt, uncle, nephew or niece."""
    couples = np.flatnonzero(families.is_couple)
    one, two = home[families.head[couples]], home[families.other[couples]]
    both = (one != NOBODY) & (two != NOBODY)
    grandparents = [
        np.where(of != NOBODY, home[parent[np.maximum(of, 0)]], NOBODY)
        for of in (one, two)
        for parent in (families.head, families.other)
    ]
    # A household without a partner has somebody else at `other`; that only parts a few who are no relatives.
    related = one == two
    for of, grand in zip((two, two, one, one), grandparents, strict=True):
        related |= grand == of
    home[families.other[couples[both & related]]] = NOBODY


def _space_siblings(home: Integers, *, families: _Families) -> None:
    """Take the parents away from who is born too soon after a brother or sister, or too soon before one at home."""
    members, born = families.members, families.born
    at_home = members.role == CHILD
    row = np.flatnonzero((home != NOBODY) | at_home)
    parents = np.where(at_home[row], members.household[row], home[row])
    order = order_by(born[row], parents)
    row, parents = row[order], parents[order]
    close = (parents[1:] == parents[:-1]) & (born[row[1:]] - born[row[:-1]] < BETWEEN_BIRTHS)
    stays = at_home[row]
    too_soon = np.zeros(row.size, dtype=np.bool_)
    too_soon[1:] = close
    too_soon[:-1] |= close & stays[1:]
    home[row[too_soon & ~stays]] = NOBODY


def follow(source: Integers, *, generations: int = 8) -> Integers:
    """Give for each person the ancestor at the end of a line: `source` holds the next one, or the person itself.

    Each round doubles how far the line is followed.
    """
    ends = source
    reached = 1
    while reached < generations:
        ends = ends[ends]
        reached *= 2
    return ends

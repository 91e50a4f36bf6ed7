"""Who lives together: kinds of households and the age of everyone in them.

The result is a set of columns with one value per person, in which the persons of a household
follow each other: first the head, then the partner, then the children, eldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation import ages
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import SLOTS, Random, limit_of, row_numbers, slots_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers, Quarters

TYPES = ("alleenstaand", "koppel", "koppelMetKinderen", "eenouder", "anders")
SINGLE, COUPLE, FAMILY, LONE_PARENT, OTHER = range(len(TYPES))
HEAD, PARTNER, CHILD, ADULT = range(4)
ROLES = ("gezinshoofd", "partner", "kind", "ander")
MALE, FEMALE = range(2)

_MOST = 8
"""People of whom a household with five children and two parents has one less: so many are never left over."""
_WITHOUT_CHILDREN = np.asarray([1, 2, 2, 1, 2], dtype=np.int64)
"""How large each kind of household is without its children."""
_SECOND = np.asarray([ADULT, PARTNER, PARTNER, CHILD, ADULT], dtype=np.int64)
"""The role of whoever follows the head, in each kind of household."""
_CURVES = np.asarray([ages.ALONE, ages.COUPLE, ages.PARENT, ages.PARENT, ages.ALONE], dtype=np.int64)
"""By which ages the head of each kind of household is drawn."""
_KIND, _HEAD, _ALIKE, NAMED = 3, 2, 1, 0
"""Quarters of a number of each household: its kind and size, the sexes of the adults, whose name the children have."""
ORIGIN = 0
"""Of another one; the other three are for `ages`."""
_SEX, _GAP, FAMILY_NAME, FIRST_NAME = range(4)
"""Quarters of a number of each person; `_SEX` and `_GAP` are of children, see `kinship` for others."""
_EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Households:
    """The households of some wijken, in the order of their numbers.

    Attributes:
        rows: Which wijk each belongs to.
        id: The number of each.
        type: Index in `TYPES`.
        size: How many live there.
        drawn: A number of each, for kind, sexes and names.
        more: Another one, for ages and origin.
    """

    rows: Rows
    id: Integers
    type: Integers
    size: Integers
    drawn: Quarters
    more: Quarters


@dataclass(frozen=True, slots=True)
class Members:
    """The persons of some wijken, household after household.

    Attributes:
        rows: Which household each belongs to (index in `Households`), and the place there.
        wijk: Which wijk each lives in: index in `Wijken`.
        id: The number of each.
        role: Index in `ROLES`.
        sex: `MALE` or `FEMALE`.
        age_days: Days lived.
        drawn: A number of each, for what is theirs alone.
        children: The places of those who live with their parents.
        offspring: Which of these each household with children has, eldest first.
    """

    rows: Rows
    wijk: Integers
    id: Integers
    role: Integers
    sex: Integers
    age_days: Integers
    drawn: Quarters
    children: Integers
    offspring: Rows

    @property
    def household(self) -> Integers:
        """The index of each one's household."""
        return self.rows.owner

    @property
    def position(self) -> Integers:
        """The place of each in the household."""
        return self.rows.position


def make_households(profile: Profile, *, seed: int, wijken: Wijken) -> Households:
    """Draw households until exactly the inhabitants of each wijk are housed; whoever is left lives alone."""
    random, people = Random(seed, kind="huishouden"), wijken.inhabitants
    kinds, sizes = _kinds(_weights(profile, "huishoudens.types"), _weights(profile, "huishoudens.kinderen"))
    # Somewhat more than are needed; with the mean of the sizes that is hardly ever too few, and then more are tried.
    tried = int(people.max(initial=0)) * SLOTS * 9 // (8 * int(sizes.sum())) + 2 * _MOST
    while True:
        ids = wijken.numbers[:, None] * STRIDE + row_numbers(tried) + 1
        drawn = random.quarters("gezin", rows=ids.ravel())
        slots = drawn.slots(_KIND)
        ends = np.cumsum(sizes.take(slots).reshape(ids.shape), axis=1, dtype=np.int64)
        if (ends[:, -_MOST] >= people).all():
            break
        tried *= 2
    whole = (ends <= people[:, None]).sum(axis=1)
    housed = np.where(whole > 0, ends[row_numbers(people.size), whole - 1], 0)
    left = rows_of(people - housed)
    rows = rows_of(whole + left.counts)
    place = np.repeat(row_numbers(people.size) * tried - rows.first, rows.counts)
    place += row_numbers(rows.size)
    slots = slots.take(place)
    kind, size = kinds.take(slots).astype(np.int64), sizes.take(slots).astype(np.int64)
    alone = (rows.first + whole).take(left.owner) + left.position
    kind[alone], size[alone] = SINGLE, 1
    numbers = wijken.ids(rows)
    return Households(
        rows=rows,
        id=numbers,
        type=kind,
        size=size,
        drawn=drawn.take(place),
        more=random.quarters("leven", rows=numbers),
    )


@lru_cache(maxsize=8)
def _kinds(
    types: tuple[tuple[str, int], ...], children: tuple[tuple[str, int], ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Give the kind and the size of a household for each slot."""
    all_children = sum(weight for _, weight in children)
    cells = []
    for kind, name in enumerate(TYPES):
        weight = dict(types).get(name, 0)
        if kind in (FAMILY, LONE_PARENT):
            cells += [(kind, _WITHOUT_CHILDREN[kind] + int(count), weight * part) for count, part in children]
        else:
            cells.append((kind, _WITHOUT_CHILDREN[kind], weight * all_children))
    cell = np.searchsorted(slots_of([weight for _, _, weight in cells]), row_numbers(SLOTS), side="right")
    kinds, sizes, _ = zip(*cells, strict=True)
    return np.asarray(kinds, dtype=np.uint8)[cell], np.asarray(sizes, dtype=np.uint8)[cell]


def are_married(profile: Profile, *, seed: int, households: Households) -> Flags:
    """Say in which households a married couple lives."""
    random, share = Random(seed, kind="huishouden"), profile.share("huishoudens.gehuwd")
    couple: Flags = (households.type == COUPLE) | (households.type == FAMILY)
    couple &= random.chance("gehuwd", rows=households.id, share=share)
    return couple


def make_members(profile: Profile, *, seed: int, wijken: Wijken, households: Households) -> Members:
    """Give every member of every household a role, a sex and an age that fit together."""
    rows = rows_of(households.size)
    of_wijk = rows_of(wijken.inhabitants)
    ids = wijken.ids(of_wijk)
    drawn = Random(seed, kind="persoon").quarters("persoon", rows=ids)
    kind = households.type
    parents = np.flatnonzero((kind == FAMILY) | (kind == LONE_PARENT))
    adults = _WITHOUT_CHILDREN.take(kind.take(parents))
    offspring = rows_of(households.size.take(parents) - adults)
    children = (rows.first.take(parents) + adults - offspring.first).take(offspring.owner)
    children += row_numbers(offspring.size)
    theirs = drawn.take(children)
    lived = ages.ages_of(
        profile,
        seed=seed,
        numbers=households.id,
        curves=_CURVES.take(kind),
        parents=parents,
        with_a_parent=np.flatnonzero(kind == OTHER),
        drawn=households.more,
        children=offspring,
        gaps=theirs.below(_GAP, bound=ages.SPREAD),
    )
    head, other = _sexes(profile, households=households)
    household = rows.owner
    role, sex, age_days = _SECOND.take(kind).take(household), other.take(household), lived.other.take(household)
    role[rows.first], sex[rows.first], age_days[rows.first] = HEAD, head, lived.head
    role[children], sex[children], age_days[children] = CHILD, theirs.below(_SEX, bound=2), lived.children
    return Members(
        rows=rows,
        wijk=of_wijk.owner,
        id=ids,
        role=role,
        sex=sex,
        age_days=age_days,
        drawn=drawn,
        children=children,
        offspring=offspring,
    )


def _sexes(profile: Profile, *, households: Households) -> tuple[Integers, Integers]:
    """Give the sex of the head of each household, and of the other adult if there is one."""
    women, same = np.full((2, len(TYPES)), limit_of(_EVEN))
    women[LONE_PARENT] = limit_of(profile.share("huishoudens.eenouder_moeder"))
    same[[COUPLE, FAMILY]] = limit_of(profile.share("huishoudens.zelfde_geslacht"))
    head = households.drawn.chance(_HEAD, limits=women.take(households.type))
    differs = ~households.drawn.chance(_ALIKE, limits=same.take(households.type))
    return head.astype(np.int64), (head ^ differs).astype(np.int64)


def _weights(profile: Profile, name: str) -> tuple[tuple[str, int], ...]:
    return tuple(profile.weights(name).items())

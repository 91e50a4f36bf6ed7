"""Who lives together: kinds of households and the age of everyone in them.

The result is a set of columns with one value per person, in which the persons of a household
follow each other: first the head, then the partner, then the children, eldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.columns import either
from vlavirgem.generation.wijken import Rows, rows_of
from vlavirgem.numbering import STRIDE
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

TYPES = ("alleenstaand", "koppel", "koppelMetKinderen", "eenouder", "anders")
SINGLE, COUPLE, FAMILY, LONE_PARENT, OTHER = range(len(TYPES))
HEAD, PARTNER, CHILD, ADULT = range(4)
ROLES = ("gezinshoofd", "partner", "kind", "ander")
MALE, FEMALE = range(2)

_DAYS_PER_FOUR_YEARS = 1461
_OLDEST = 104
_MOST = 8
_MOST_CHILDREN = 5
_WITHOUT_CHILDREN = np.asarray([1, 2, 2, 1, 2], dtype=np.int64)
"""How large each kind of household is without its children."""
_ROLE_AT = np.asarray(
    [
        [HEAD, *[ADULT] * (_MOST - 1)],
        [HEAD, PARTNER, *[ADULT] * (_MOST - 2)],
        [HEAD, PARTNER, *[CHILD] * (_MOST - 2)],
        [HEAD, *[CHILD] * (_MOST - 1)],
        [HEAD, *[ADULT] * (_MOST - 1)],
    ],
    dtype=np.int64,
).ravel()
"""The role at each place of each kind of household."""
_SIBLING_AT = np.asarray(
    [[min(max(place - (2 if kind == FAMILY else 1), 0), 4) for place in range(_MOST)] for kind in range(len(TYPES))],
    dtype=np.int64,
).ravel()
"""The place among the children at each place of each kind of household, 0 for who is no child."""
_TRIED = 576
"""Households that are drawn per wijk; on average 430 are needed, and whoever is left lives alone."""


@dataclass(frozen=True, slots=True)
class Households:
    """The households of some wijken, in the order of their numbers.

    Attributes:
        rows: Which wijk each belongs to.
        id: The number of each.
        type: Index in `TYPES`.
        size: How many live there.
        married: Whether its couple is married.
    """

    rows: Rows
    id: Integers
    type: Integers
    size: Integers
    married: Flags


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
    """

    rows: Rows
    wijk: Integers
    id: Integers
    role: Integers
    sex: Integers
    age_days: Integers

    @property
    def household(self) -> Integers:
        """The index of each one's household."""
        return self.rows.owner

    @property
    def position(self) -> Integers:
        """The place of each in the household."""
        return self.rows.position


def make_households(profile: Profile, *, seed: int, wijken: Wijken) -> Households:
    """Draw households until exactly the inhabitants of each wijk are housed."""
    random = Random(seed, kind="huishouden")
    tried = wijken.numbers[:, None] * STRIDE + row_numbers(_TRIED) + 1
    kinds, size = _kinds_and_sizes(profile, random=random, ids=tried.ravel())
    ends = np.cumsum(size.reshape(tried.shape), axis=1)
    people = wijken.inhabitants
    fits = ends <= people[:, None]
    whole = fits.sum(axis=1)
    housed = np.where(fits, ends, 0).max(axis=1)
    rows = rows_of(whole + people - housed)
    drawn = rows.position < whole.take(rows.owner)
    place = rows.owner * _TRIED + np.minimum(rows.position, _TRIED - 1)
    kinds = either(drawn, kinds.take(place), SINGLE)
    ids = wijken.ids(rows)
    couples = np.flatnonzero((kinds == COUPLE) | (kinds == FAMILY))
    married = np.zeros(rows.size, dtype=np.bool_)
    married[couples] = random.chance("gehuwd", rows=ids.take(couples), share=profile.share("huishoudens.gehuwd"))
    return Households(
        rows=rows,
        id=ids,
        type=kinds,
        size=either(drawn, size.take(place), 1),
        married=married,
    )


def _kinds_and_sizes(profile: Profile, *, random: Random, ids: Integers) -> tuple[Integers, Integers]:
    weights = profile.weights("huishoudens.types")
    kinds = random.pick("type", rows=ids, weights=[weights.get(name, 0) for name in TYPES])
    size = _WITHOUT_CHILDREN.take(kinds)
    parents = np.flatnonzero((kinds == FAMILY) | (kinds == LONE_PARENT))
    size[parents] += _labelled(random, profile, "huishoudens.kinderen", rows=ids.take(parents))
    return kinds, size


def make_members(profile: Profile, *, seed: int, wijken: Wijken, households: Households) -> Members:
    """Give every member of every household a role, a sex and an age that fit together."""
    rows = rows_of(households.size)
    of_wijk = rows_of(wijken.inhabitants)
    ids = wijken.ids(of_wijk)
    household, position = rows.owner, rows.position
    place = households.type.take(household) * _MOST + np.minimum(position, _MOST - 1)
    role = _ROLE_AT.take(place)
    ages = _ages(profile, seed=seed, households=households)
    age_days = ages.partner.take(household)
    age_days[rows.first] = ages.head
    children = np.flatnonzero(role == CHILD)
    parents = ages.parents.take(household.take(children)) * _MOST_CHILDREN
    age_days[children] = ages.children.take(parents + _SIBLING_AT.take(place.take(children)))
    return Members(
        rows=rows,
        wijk=of_wijk.owner,
        id=ids,
        role=role,
        sex=_sexes(profile, seed=seed, households=households, rows=rows, ids=ids, role=role),
        age_days=age_days,
    )


@dataclass(frozen=True, slots=True)
class _Ages:
    """Ages in days.

    Attributes:
        head: Of the head of each household.
        partner: Of the partner or the other adult, where there is one.
        parents: Of each household its place among those with children; without meaning for others.
        children: Of up to five children in each of those, eldest first.
    """

    head: Integers
    partner: Integers
    parents: Integers
    children: Integers


def _ages(profile: Profile, *, seed: int, households: Households) -> _Ages:
    """Draw ages; each number only for the kinds of households that need it."""
    random = Random(seed, kind="huishouden")
    kind, rows = households.type, households.id
    alone, couples, parents, others, paired = (
        np.flatnonzero(_is_one_of(kind, kinds))
        for kinds in ((SINGLE, OTHER), (COUPLE,), (FAMILY, LONE_PARENT), (OTHER,), (COUPLE, FAMILY))
    )
    theirs = rows.take(parents)
    children = _child_ages(
        random,
        youngest=_age_in_band(random, profile, "huishoudens.leeftijd_jongste_kind", rows=theirs, width=3),
        rows=theirs,
        count=np.clip(households.size[parents] - 1 - (kind[parents] == FAMILY), 1, _MOST_CHILDREN),
    )
    base = np.empty(rows.size, dtype=np.int64)
    for which, name in ((alone, "huishoudens.leeftijd_alleenstaand"), (couples, "huishoudens.leeftijd_koppel")):
        base[which] = _years(_age_in_band(random, profile, name, rows=rows.take(which), width=10))
    first_birth = _age_in_band(random, profile, "personen.leeftijd_eerste_kind", rows=theirs, width=3)
    base[parents] = children[:, 0] + _years(first_birth)
    base += random.below("dag", rows=rows, bound=365)
    # The head of "anders" is an adult who lives with a parent; the other adult is that parent.
    base[others] = np.minimum(base[others], _years(np.int64(62)))
    partner = base.copy()
    partner[paired] += random.below("leeftijdsverschil", rows=rows.take(paired), bound=9 * 365) - 3 * 365
    partner[others] += _years(np.int64(22)) + random.below("generatie", rows=rows[others], bound=14 * 365)
    adult = _years(np.int64(18)) + 30
    ceiling = _years(np.int64(_OLDEST))
    place = np.zeros(rows.size, dtype=np.int64)
    place[parents] = row_numbers(parents.size)
    return _Ages(
        head=np.clip(base, adult, ceiling), partner=np.clip(partner, adult, ceiling), parents=place, children=children
    )


def _child_ages(random: Random, *, youngest: Integers, rows: Integers, count: Integers) -> Integers:
    """Give the ages of up to five children in so many households with so many, eldest first.

    Args:
        random: The random numbers of households.
        youngest: How many years the youngest of each has.
        rows: Their numbers.
        count: How many children each has.
    """
    own = _years(youngest)
    ages = np.zeros((rows.size, _MOST_CHILDREN), dtype=np.int64)
    eldest = row_numbers(rows.size) * _MOST_CHILDREN - 1
    left = row_numbers(rows.size)
    for back in range(_MOST_CHILDREN):  # from the youngest child back to the eldest
        left = left.take(np.flatnonzero(count.take(left) > back))
        ids, age = rows.take(left), own.take(left)
        place = eldest.take(left) + count.take(left) - back
        ages.ravel()[place] = age + random.below(f"kind{back}", rows=ids, bound=360)
        own[left] = age + 730 + random.below(f"tussen{back}", rows=ids, bound=900)
    return ages


def _sexes(
    profile: Profile, *, seed: int, households: Households, rows: Rows, ids: Integers, role: Integers
) -> Integers:
    random = Random(seed, kind="huishouden")
    kind, numbers = households.type, households.id
    head = random.below("geslacht", rows=numbers, bound=2)
    alone, paired = np.flatnonzero(kind == LONE_PARENT), np.flatnonzero(_is_one_of(kind, (COUPLE, FAMILY)))
    mother = random.chance("moeder", rows=numbers[alone], share=profile.share("huishoudens.eenouder_moeder"))
    head[alone] = either(mother, FEMALE, MALE)
    partner = 1 - head
    same = random.chance("zelfde", rows=numbers.take(paired), share=profile.share("huishoudens.zelfde_geslacht"))
    alike = paired[np.flatnonzero(same)]
    partner[alike] = head.take(alike)
    sexes = partner.take(rows.owner)
    sexes[rows.first] = head
    free = np.flatnonzero(role > PARTNER)
    sexes[free] = Random(seed, kind="persoon").below("geslacht", rows=ids.take(free), bound=2)
    return sexes


def _is_one_of(kind: Integers, kinds: tuple[int, ...]) -> Flags:
    among: Flags = kind == kinds[0]
    for one in kinds[1:]:
        among |= kind == one
    return among


def _labelled(random: Random, profile: Profile, name: str, *, rows: Integers) -> Integers:
    weights = profile.weights(name)
    labels = [int(label) for label in weights]
    picked = random.pick(name, rows=rows, weights=list(weights.values()))
    if labels == list(range(labels[0], labels[0] + len(labels))):
        picked += labels[0]
        return picked
    return np.asarray(labels, dtype=np.int64).take(picked)


def _age_in_band(random: Random, profile: Profile, name: str, *, rows: Integers, width: int) -> Integers:
    return _labelled(random, profile, name, rows=rows) + random.below(f"{name}+", rows=rows, bound=width)


def _years(years: Integers | np.int64) -> Integers:
    return np.asarray(years * _DAYS_PER_FOUR_YEARS // 4, dtype=np.int64)

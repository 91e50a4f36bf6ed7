"""Who lives together: kinds of households and the age of everyone in them.

The result is a set of columns with one value per person, in which the persons of a household
follow each other: first the head, then the partner, then the children, eldest first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

TYPES = ("alleenstaand", "koppel", "koppelMetKinderen", "eenouder", "anders")
SINGLE, COUPLE, FAMILY, LONE_PARENT, OTHER = range(len(TYPES))
HEAD, PARTNER, CHILD, ADULT = range(4)
ROLES = ("gezinshoofd", "partner", "kind", "ander")
MALE, FEMALE = range(2)

_DAYS_PER_FOUR_YEARS = 1461
_OLDEST = 104
_ADULT_CHILD_LIMIT = 26


@dataclass(frozen=True, slots=True)
class Households:
    """One value per household: type (index in `TYPES`), size and married couple or not."""

    type: Integers
    size: Integers
    married: Flags


@dataclass(frozen=True, slots=True)
class Members:
    """One value per person: household, role (index in `ROLES`), sex, and days lived."""

    household: Integers
    role: Integers
    position: Integers
    sex: Integers
    age_days: Integers


def make_households(profile: Profile, *, seed: int) -> Households:
    """Draw households until exactly the profile's number of inhabitants is housed."""
    random = Random(seed, kind="huishouden")
    count = profile.inhabitants  # enough: nobody lives in less than one household
    rows = row_numbers(count)
    weights = profile.weights("huishoudens.types")
    kinds = random.pick("type", rows=rows, weights=[weights.get(name, 0) for name in TYPES])
    children = _labelled(random, profile, "huishoudens.kinderen", rows=rows)
    size = np.select(
        [kinds == SINGLE, kinds == FAMILY, kinds == LONE_PARENT], [1, 2 + children, 1 + children], default=2
    ).astype(np.int64)
    ends = np.cumsum(size)
    whole = int(np.searchsorted(ends, profile.inhabitants, side="right"))
    left_over = profile.inhabitants - (int(ends[whole - 1]) if whole else 0)
    total = whole + left_over  # whoever is left lives alone
    kinds, size = kinds[:total].copy(), size[:total].copy()
    kinds[whole:], size[whole:] = SINGLE, 1
    married = random.chance("gehuwd", rows=row_numbers(total), share=profile.share("huishoudens.gehuwd"))
    return Households(type=kinds, size=size, married=married & np.isin(kinds, (COUPLE, FAMILY)))


def make_members(profile: Profile, *, seed: int, households: Households) -> Members:
    """Give every member of every household a role, a sex and an age that fit together."""
    count = households.size.size
    household = np.repeat(row_numbers(count), households.size)
    first = np.cumsum(households.size) - households.size
    position = row_numbers(household.size) - first[household]
    kind = households.type[household]
    role = np.select(
        [
            position == 0,
            (position == 1) & np.isin(kind, (COUPLE, FAMILY)),
            np.isin(kind, (FAMILY, LONE_PARENT)),
        ],
        [HEAD, PARTNER, CHILD],
        default=ADULT,
    ).astype(np.int64)
    head_age, partner_age, child_age = _ages(profile, seed=seed, households=households)
    sibling = position - np.where(kind == FAMILY, 2, 1)
    age_days = np.select(
        [role == HEAD, role == CHILD],
        [head_age[household], child_age[household, np.clip(sibling, 0, 4)]],
        default=partner_age[household],
    ).astype(np.int64)
    return Members(
        household=household,
        role=role,
        position=position,
        sex=_sexes(profile, seed=seed, household=household, role=role, kind=kind),
        age_days=age_days,
    )


def _ages(profile: Profile, *, seed: int, households: Households) -> tuple[Integers, Integers, Integers]:
    """Give the ages in days: of heads, of partners, and of up to five children (eldest first)."""
    random = Random(seed, kind="huishouden")
    kind = households.type
    rows = row_numbers(kind.size)
    alone = _years(_age_in_band(random, profile, "huishoudens.leeftijd_alleenstaand", rows=rows, width=10))
    couple = _years(_age_in_band(random, profile, "huishoudens.leeftijd_koppel", rows=rows, width=10))
    spread = random.below("dag", rows=rows, bound=365)
    child_age = _child_ages(random, households=households)
    first_birth = _age_in_band(random, profile, "personen.leeftijd_eerste_kind", rows=rows, width=3)
    parent = child_age[:, 0] + _years(first_birth) + spread
    difference = random.below("leeftijdsverschil", rows=rows, bound=9 * 365) - 3 * 365
    with_children = np.isin(kind, (FAMILY, LONE_PARENT))
    base = np.select([with_children, kind == COUPLE], [parent, couple + spread], default=alone + spread)
    # The head of "anders" is an adult who lives with a parent; the other adult is that parent.
    base = np.where(kind == OTHER, np.minimum(base, _years(np.int64(62))), base)
    generation = _years(np.int64(22)) + random.below("generatie", rows=rows, bound=14 * 365)
    partner = np.where(kind == OTHER, base + generation, base + difference)
    adult = _years(np.int64(18)) + 30
    ceiling = _years(np.int64(_OLDEST))
    return np.clip(base, adult, ceiling), np.clip(partner, adult, ceiling), child_age


def _child_ages(random: Random, *, households: Households) -> Integers:
    rows = row_numbers(households.type.size)
    children = np.clip(households.size - np.where(households.type == FAMILY, 2, 1), 1, 5)
    youngest = _years(random.below("jongste", rows=rows, bound=_ADULT_CHILD_LIMIT - 2))
    ages = np.zeros((rows.size, 5), dtype=np.int64)
    gap = np.zeros(rows.size, dtype=np.int64)
    for back in range(5):  # from the youngest child back to the eldest
        own = youngest + gap + random.below(f"kind{back}", rows=rows, bound=360)
        place = children - 1 - back
        present = place >= 0
        ages[rows[present], place[present]] = own[present]
        gap = gap + 730 + random.below(f"tussen{back}", rows=rows, bound=900)
    return ages


def _sexes(profile: Profile, *, seed: int, household: Integers, role: Integers, kind: Integers) -> Integers:
    households = Random(seed, kind="huishouden")
    persons = Random(seed, kind="persoon")
    rows = row_numbers(household.size)
    free = persons.below("geslacht", rows=rows, bound=2)
    head = households.below("geslacht", rows=household, bound=2)
    mother = households.chance("moeder", rows=household, share=profile.share("huishoudens.eenouder_moeder"))
    same = households.chance("zelfde", rows=household, share=profile.share("huishoudens.zelfde_geslacht"))
    head = np.where(kind == LONE_PARENT, np.where(mother, FEMALE, MALE), head)
    partner = np.where(same, head, 1 - head)
    sexes: Integers = np.select([role == HEAD, role == PARTNER], [head, partner], default=free).astype(np.int64)
    return sexes


def _labelled(random: Random, profile: Profile, name: str, *, rows: Integers) -> Integers:
    weights = profile.weights(name)
    labels = np.asarray([int(label) for label in weights], dtype=np.int64)
    return labels[random.pick(name, rows=rows, weights=list(weights.values()))]


def _age_in_band(random: Random, profile: Profile, name: str, *, rows: Integers, width: int) -> Integers:
    return _labelled(random, profile, name, rows=rows) + random.below(f"{name}+", rows=rows, bound=width)


def _years(years: Integers | np.int64) -> Integers:
    return np.asarray(years * _DAYS_PER_FOUR_YEARS // 4, dtype=np.int64)

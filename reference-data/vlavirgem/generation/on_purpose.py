"""People who are there on purpose: each town from a thousand inhabitants on has them, in its first wijk.

They are drawn like everybody else, and then made what a tester looks for; see `vlavirgem.edge_cases`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.errors import ProfileError
from vlavirgem.generation.births import Births
from vlavirgem.generation.households import CHILD, COUPLE, FAMILY, MALE, SINGLE, TYPES
from vlavirgem.generation.kinship import NOBODY
from vlavirgem.insz import IMPOSSIBLE_TWIN, NEVER_ISSUED
from vlavirgem.numbering import INHABITANTS

if TYPE_CHECKING:
    from vlavirgem.generation.households import Households, Members
    from vlavirgem.generation.names import FamilyNames
    from vlavirgem.generation.population import Population
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.place import Municipality
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_OLDEST = int(104.2 * 365.25)
_JUST_GROWN_UP = int(18 * 365.25) + 2
_TWIN_FORM = 1
"""A second child of a day has the form of a bis number, which nobody else in a new town has."""
_OCMW = 1
"""The place of the OCMW among the organisations of the first wijk."""
_ALONE = 3
"""Who live alone that are wanted: the oldest, who has just grown up, and who has no fixed address."""


def is_first(profile: Profile, wijken: Wijken) -> bool:
    """Say whether the first wijk is among these, in a town that is large enough."""
    return profile.inhabitants >= INHABITANTS and bool(wijken.numbers.size) and int(wijken.numbers[0]) == 0


def with_remarkable_people(members: Members, *, households: Households) -> Members:
    """Have somebody of 104, somebody who is just 18 and lives alone, a couple of the same sex, and twins.

    Raises:
        ProfileError: no such households live in the first wijk, as the profile has too few of them.
    """
    age, sex = members.age_days.copy(), members.sex.copy()
    first = members.rows.first
    alone = _some(households, kind=SINGLE, least=_ALONE)
    age[first[alone[0]]] = _OLDEST
    age[first[alone[1]]] = _JUST_GROWN_UP
    couple = first[_some(households, kind=COUPLE)[0]]
    sex[couple + 1] = sex[couple]
    elder, younger = _twins(members, households=households)
    age[younger] = age[elder]
    return replace(members, age_days=age, sex=sex)


def with_twins(
    births: Births, *, members: Members, households: Households, realistic: bool, municipality: Municipality
) -> Births:
    """Have the twins born on one day; the second one has a number that nobody else has on that day."""
    elder, younger = _twins(members, households=households)
    day, serial, form = births.day.copy(), births.serial.copy(), births.form.copy()
    day[younger] = day[elder]
    if municipality.is_alone:
        serial[younger] = tuple(NEVER_ISSUED.values())[int(members.sex[younger])]
        form[younger] = 0 if realistic else _TWIN_FORM
    else:
        serial[younger] = 2 * municipality.number + int(members.sex[younger] == MALE)
        form[younger] = IMPOSSIBLE_TWIN
    return Births(day=day, serial=serial, form=form)


def namesake(population: Population, *, family: FamilyNames) -> tuple[int, int] | None:
    """Give a child at home, and the parent whose first name it gets too: both have the same family name and sex."""
    members = population.members
    last = int(population.wijken.inhabitants[0])
    children = np.flatnonzero(members.role[:last] == CHILD)
    home = members.household[children]
    head = members.rows.first[home]
    for parent in (head, np.where(population.households.type[home] == FAMILY, head + 1, NOBODY)):
        same = (
            (parent >= 0)
            & (members.sex[parent] == members.sex[children])
            & (family.first[parent] == family.first[children])
            & (family.second[children] < 0)
            & (family.second[parent] < 0)
        )
        if same.any():
            place = int(np.flatnonzero(same)[0])
            return int(children[place]), int(parent[place])
    return None


def without_fixed_address(homes: Integers, *, households: Households, hosts: Integers, premises: Integers) -> Integers:
    """Give who lives alone a reference address at the OCMW: the first one at whose home no organisation is.

    Source: law of 19 July 1991 on the population registers, article 1, paragraph 2.

    Raises:
        ProfileError: there is nobody left who lives alone.
    """
    alone = _some(households, kind=SINGLE, least=_ALONE)[2:]
    free = alone[~np.isin(alone, hosts)]
    if not free.size:
        raise _too_few(SINGLE)
    given = homes.copy()
    given[free[0]] = premises[_OCMW]
    return given


def at_reference_address(homes: Integers, *, premises: Integers, public: Flags) -> Flags:
    """Say which households have an administration as their address."""
    there: Flags = np.isin(homes, premises[public])
    return there


def _some(households: Households, *, kind: int, least: int = 1, larger_than: int = 0) -> Integers:
    """Give the households of the first wijk that are of this kind, at least so many."""
    here = int(households.rows.counts[0])
    some = np.flatnonzero((households.type[:here] == kind) & (households.size[:here] > larger_than))
    if some.size < least:
        raise _too_few(kind)
    return some


def _too_few(kind: int) -> ProfileError:
    return ProfileError(
        f"There are too few households of type {TYPES[kind]} in the first wijk: give it more weight in "
        "huishoudens.types, or its members more children."
    )


def _twins(members: Members, *, households: Households) -> tuple[int, int]:
    home = _some(households, kind=FAMILY, larger_than=3)[0]  # two parents and two children
    elder = int(members.rows.first[home]) + 2
    return elder, elder + 1

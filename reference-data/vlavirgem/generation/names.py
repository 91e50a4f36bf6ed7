"""First and family names, drawn by origin, sex and generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.households import CHILD, FEMALE, LONE_PARENT, MALE, OTHER, Households, Members
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

    Texts = NDArray[np.object_]

_SEXES = {MALE: "MALE", FEMALE: "FEMALE"}


def first_names(column: str, *, seed: int, origin: Texts, sex: Integers, birth_year: Integers) -> Texts:
    """Draw a first name for each person from the list of their origin, sex and generation."""
    random = Random(seed, kind="persoon")
    names = np.empty(sex.size, dtype=object)
    lists: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for row in dataset("voornamen"):
        key = (row["herkomst"], row["geslacht"], int(row["vanaf_jaar"]))
        lists.setdefault(key, []).append((row["naam"], int(row["gewicht"])))
    for (land, label, since), entries in sorted(lists.items(), key=lambda item: item[0]):
        wanted = (origin == land) & (sex == (MALE if label == _SEXES[MALE] else FEMALE)) & (birth_year >= since)
        chosen = np.flatnonzero(wanted)  # a later generation of the same land overwrites an earlier one
        index = random.pick(column, rows=chosen.astype(np.int64), weights=[weight for _, weight in entries])
        names[chosen] = np.asarray([name for name, _ in entries], dtype=object)[index]
    return names


def family_names(profile: Profile, *, seed: int, households: Households, members: Members, origin: Texts) -> Texts:
    """Give every person a family name as in Belgium.

    Partners keep their own name. Children of one household share one: mostly the father's, else the
    mother's or both (law of 8 May 2014). The child of a lone mother has the name of an absent father
    or hers; of two adults who are parent and child the names follow the parent.
    """
    own = _drawn("achternaam", seed=seed, kind="persoon", rows=row_numbers(origin.size), origin=origin)
    first = np.cumsum(households.size) - households.size
    head = first[members.household]
    kind = households.type[members.household]
    random = Random(seed, kind="huishouden")
    children_name = _children_names(
        profile, random=random, households=households, members=members, own=own, origin=origin
    )
    names = own.copy()
    is_child = members.role == CHILD
    names[is_child] = children_name[members.household[is_child]]
    # "Anders": the head lives with an own parent; seven times in ten that is the parent who gave the name.
    with_parent = (kind == OTHER) & (members.position == 1)
    shares = random.chance("naam_ouder", rows=members.household, share=0.7) & with_parent
    names[shares] = own[head[shares]]
    return names


def _children_names(
    profile: Profile, *, random: Random, households: Households, members: Members, own: Texts, origin: Texts
) -> Texts:
    rows = row_numbers(households.size.size)
    first = np.cumsum(households.size) - households.size
    second = np.minimum(first + 1, own.size - 1)
    head_is_male = members.sex[first] == MALE
    alone = households.type == LONE_PARENT
    absent = _drawn("afwezige", seed=random.seed, kind="huishouden", rows=rows, origin=origin[first])
    other = np.where(alone, absent, own[second])
    father = np.where(head_is_male, own[first], other)
    mother = np.where(head_is_male, other, own[first])
    drawn = random.below("naamkeuze", rows=rows, bound=1_000_000)
    from_father = round(profile.share("personen.naam_van_vader") * 1_000_000)
    doubled = from_father + round(profile.share("personen.dubbele_naam") * 1_000_000)
    double = np.asarray([f"{a} {b}" for a, b in zip(father, mother, strict=True)], dtype=object)
    by_law = np.where(drawn < from_father, father, np.where(drawn < doubled, double, mother))
    mothers_choice = random.chance("naam_moeder", rows=rows, share=0.35) & alone & ~head_is_male
    names: Texts = np.where(mothers_choice, mother, by_law)
    return names


def _drawn(column: str, *, seed: int, kind: str, rows: Integers, origin: Texts) -> Texts:
    random = Random(seed, kind=kind)
    names = np.empty(rows.size, dtype=object)
    lands = sorted({row["herkomst"] for row in dataset("achternamen")})
    for land in lands:
        entries = [row for row in dataset("achternamen") if row["herkomst"] == land]
        chosen = np.flatnonzero(origin == land)
        index = random.pick(column, rows=rows[chosen], weights=[int(row["gewicht"]) for row in entries])
        names[chosen] = np.asarray([row["naam"] for row in entries], dtype=object)[index]
    return names


def origins(profile: Profile, *, seed: int, households: Integers) -> Texts:
    """Draw the origin (ISO 3166-1 alpha-3) of each household in the list of household numbers."""
    weights = profile.weights("personen.herkomst")
    random = Random(seed, kind="huishouden")
    index = random.pick("herkomst", rows=households, weights=list(weights.values()))
    return np.asarray(list(weights), dtype=object)[index]


def became_belgian(profile: Profile, *, seed: int, households: Integers) -> Flags:
    """Say which households of foreign origin hold the Belgian nationality now."""
    share = profile.share("personen.belg_geworden")
    return Random(seed, kind="huishouden").chance("belg", rows=households, share=share)

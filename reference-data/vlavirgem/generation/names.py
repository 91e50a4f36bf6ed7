"""First and family names, drawn by origin, sex and generation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import either
from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.households import FEMALE, LONE_PARENT, MALE, OTHER, SINGLE, Households, Members
from vlavirgem.generation.kinship import NOBODY, Kinship, follow
from vlavirgem.generation.places.texts import taken
from vlavirgem.letters import pieces_of
from vlavirgem.randomness import Random, WeightedLists, row_numbers

if TYPE_CHECKING:
    from vlavirgem.letters import Pieces
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_SEXES = {"MALE": MALE, "FEMALE": FEMALE}
_FIRST_YEAR, _YEARS = 1850, 250
_NONE = -1
_SHARED_NAME = 0.7
_GENERATION = 1980 - _FIRST_YEAR


@dataclass(frozen=True)
class _FirstNames:
    """First names of all lists behind each other, and which list is whose: by origin, sex and year of birth.

    Slugs are names with the letters of a mail address, and a dot.
    """

    names: pl.Series
    slugs: Pieces
    weighted: WeightedLists
    whose: Integers


@dataclass(frozen=True)
class _FamilyNames:
    """Family names of all origins behind each other; a list per origin."""

    names: pl.Series
    slugs: Pieces
    weighted: WeightedLists


@dataclass(frozen=True)
class FamilyNames:
    """Family names as numbers of names; the second one of a double name, or -1."""

    first: Integers
    second: Integers

    @cached_property
    def doubled(self) -> Integers:
        """The places of persons with a double name."""
        return np.flatnonzero(self.second != _NONE)

    def texts(self, lands: tuple[str, ...]) -> pl.Series:
        """Write the names; `lands` are those that they were drawn with."""
        words, doubled = _family_lists(lands).names, self.doubled
        if not doubled.size:
            return taken(words, self.first)
        both = taken(words, self.first[doubled]) + " " + taken(words, self.second[doubled])
        place = self.first.copy()
        place[doubled] = len(words) + row_numbers(doubled.size)
        return taken(pl.concat([words, both], rechunk=True), place)  # taking from two chunks takes long

    @staticmethod
    def slugs(lands: tuple[str, ...]) -> Pieces:
        """Give all names that can be drawn with the letters of a mail address."""
        return _family_lists(lands).slugs


@dataclass(frozen=True, slots=True)
class GivenNames:
    """First names as numbers of names."""

    lists: _FirstNames
    drawn: Integers

    @property
    def texts(self) -> pl.Series:
        """The names."""
        return taken(self.lists.names, self.drawn)

    @property
    def slugs(self) -> Pieces:
        """All names that can be drawn with the letters of a mail address, and a dot."""
        return self.lists.slugs

    def copied(self, to: int, source: int) -> GivenNames:
        """Give one person the name of another."""
        drawn = self.drawn.copy()
        drawn[to] = drawn[source]
        return GivenNames(self.lists, drawn)


def first_names(
    column: str,
    *,
    seed: int,
    ids: Integers,
    lands: tuple[str, ...],
    origin: Integers,
    sex: Integers,
    birth_year: Integers,
) -> GivenNames:
    """Draw a first name for each person from the list of their origin, sex and generation.

    Args:
        column: Which of a person's names.
        seed: The town's seed.
        ids: Numbers of the persons.
        lands: The origins there are.
        origin: For each person an index in `lands`.
        sex: For each person.
        birth_year: For each person, from 1850 to 2099.
    """
    lists = _first_lists(lands)
    of = origin * len(_SEXES)
    of += sex
    of *= _YEARS
    of += birth_year
    of -= _FIRST_YEAR
    whose = lists.whose.take(of)
    return GivenNames(lists, lists.weighted.pick(Random(seed, kind="persoon"), column, rows=ids, lists=whose))


@cache
def _first_lists(lands: tuple[str, ...]) -> _FirstNames:
    lists: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for row in dataset("voornamen"):
        key = (row["herkomst"], row["geslacht"], int(row["vanaf_jaar"]))
        lists.setdefault(key, []).append((row["naam"], int(row["gewicht"])))
    whose = np.zeros((len(lands), len(_SEXES), _YEARS), dtype=np.int64)
    for index, (land, sex, since) in enumerate(sorted(lists)):  # a later generation goes over an earlier one
        if land in lands:
            whose[lands.index(land), _SEXES[sex], max(0, since - _FIRST_YEAR) :] = index
    ordered = [lists[key] for key in sorted(lists)]
    names = pl.Series([name for items in ordered for name, _ in items])
    return _FirstNames(
        names=names,
        slugs=pieces_of([f"{slug}." for slug in _slugs(names)]),
        weighted=WeightedLists([[weight for _, weight in items] for items in ordered]),
        whose=whose,
    )


@cache
def _family_lists(lands: tuple[str, ...]) -> _FamilyNames:
    lists = [[row for row in dataset("achternamen") if row["herkomst"] == land] for land in lands]
    names = pl.Series([row["naam"] for items in lists for row in items])
    return _FamilyNames(
        names=names,
        slugs=pieces_of(_slugs(names)),
        weighted=WeightedLists([[int(row["gewicht"]) for row in items] for items in lists]),
    )


def family_names(
    profile: Profile,
    *,
    seed: int,
    households: Households,
    members: Members,
    kinship: Kinship,
    lands: tuple[str, ...],
    origin: Integers,
) -> FamilyNames:
    """Give every person a family name as in Belgium.

    Partners keep their own name. Children of one household share one: mostly the father's, else the
    mother's or both (law of 8 May 2014, so not when one of them left home). The child of a single mother has the
    name of an absent father or hers. An adult who lives with a parent mostly has that one's name. A name comes down
    over all generations that live here.

    Args:
        profile: The profile.
        seed: The town's seed.
        households: The households.
        members: Who lives in them.
        kinship: Who their parents are.
        lands: The origins there are.
        origin: For each household an index in `lands`.
    """
    lists = _family_lists(lands).weighted
    household, persons = members.household, members.id.size
    random = Random(seed, kind="huishouden")
    first, second = _children_names(profile, random=random, households=households, members=members, kinship=kinship)
    named = np.flatnonzero(kinship.home != NOBODY)
    home = kinship.home.take(named)
    others = np.flatnonzero(households.type == OTHER)
    shared = random.chance("naam_ouder", rows=households.id.take(others), share=_SHARED_NAME)
    first[others] = members.rows.first.take(others) + shared
    second[others[np.flatnonzero(~shared)]] = _NONE
    # Absent fathers come after the persons, one for each household.
    source = row_numbers(persons + households.id.size)
    source[named] = first.take(home)
    end = follow(source)
    also = second.take(home)
    doubled = np.flatnonzero(also != _NONE)
    behind = end.take(also.take(doubled))
    begins = np.zeros(source.size, dtype=np.bool_)
    begins[end[:persons]] = True
    begins[behind] = True
    own, absent = np.flatnonzero(begins[:persons]), np.flatnonzero(begins[persons:])
    roots = np.zeros_like(source)
    roots[own] = lists.pick(
        Random(seed, kind="persoon"), "achternaam", rows=members.id[own], lists=origin.take(household.take(own))
    )
    roots[persons + absent] = lists.pick(random, "afwezige", rows=households.id[absent], lists=origin[absent])
    double = np.full(persons, _NONE, dtype=np.int64)
    double[named.take(doubled)] = roots.take(behind)
    return FamilyNames(first=roots.take(end[:persons]), second=double)


def _children_names(
    profile: Profile, *, random: Random, households: Households, members: Members, kinship: Kinship
) -> tuple[Integers, Integers]:
    """Say whose name the children of each household have, and whose is the second half of a double name.

    Persons by their place; the absent father of a household by the number of persons plus its index.
    """
    head = members.rows.first
    head_is_male = members.sex[head] == MALE
    alone = (households.type == LONE_PARENT) | (households.type == SINGLE)
    other = either(alone, members.id.size + row_numbers(head.size), np.minimum(head + 1, members.id.size - 1))
    father = either(head_is_male, head, other)
    mother = head + other - father
    grown = np.zeros(head.size, dtype=np.bool_)
    grown[kinship.home.take(np.flatnonzero(kinship.left_home))] = True
    drawn = random.below("naamkeuze", rows=households.id, bound=1_000_000)
    from_father = round(profile.share("personen.naam_van_vader") * 1_000_000)
    doubled = from_father + round(profile.share("personen.dubbele_naam") * 1_000_000)
    on_her_own = np.flatnonzero(alone & ~head_is_male)
    mothers_choice = np.zeros(head.size, dtype=np.bool_)
    mothers_choice[on_her_own] = random.chance("naam_moeder", rows=households.id.take(on_her_own), share=0.35)
    drawn[np.flatnonzero(grown)] = 0
    is_double = np.flatnonzero((drawn >= from_father) & (drawn < doubled) & ~mothers_choice & ~grown)
    is_mothers = np.flatnonzero(((drawn >= doubled) & ~grown) | mothers_choice)
    first, second = father.copy(), np.full(head.size, _NONE, dtype=np.int64)
    first[is_mothers], second[is_double] = mother.take(is_mothers), mother.take(is_double)
    return first, second


def outsiders(*, seed: int, ids: Integers) -> tuple[pl.Series, pl.Series]:
    """Draw a first and a family name for people who work here and live elsewhere."""
    lands = ("BEL",)
    random = Random(seed, kind="medewerker")
    nobody = np.zeros_like(ids)
    sex = random.below("geslacht", rows=ids, bound=2)
    lists, families = _first_lists(lands), _family_lists(lands)
    first = lists.weighted.pick(random, "voornaam", rows=ids, lists=lists.whose[nobody, sex, _GENERATION])
    family = families.weighted.pick(random, "achternaam", rows=ids, lists=nobody)
    return lists.names[first], families.names[family]


def origins(profile: Profile, *, seed: int, households: Households) -> tuple[tuple[str, ...], Integers]:
    """Draw the origin of each household: all origins (ISO 3166-1 alpha-3), and an index among them for each."""
    weights = profile.weights("personen.herkomst")
    random = Random(seed, kind="huishouden")
    return tuple(weights), random.pick("herkomst", rows=households.id, weights=list(weights.values()))


def became_belgian(profile: Profile, *, seed: int, households: Households) -> Flags:
    """Say which households of foreign origin hold the Belgian nationality now."""
    share = profile.share("personen.belg_geworden")
    return Random(seed, kind="huishouden").chance("belg", rows=households.id, share=share)


def _slugs(names: pl.Series) -> list[str]:
    slugs = (
        names.str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all("ł", "l", literal=True)
        .str.replace_all("ı", "i", literal=True)
        .str.replace_all(r"[^a-z]", "")
    )
    return slugs.to_list()

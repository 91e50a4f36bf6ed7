"""First and family names, drawn by origin, sex and generation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.columns import either
from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.households import (
    FAMILY_NAME,
    FEMALE,
    FIRST_NAME,
    LONE_PARENT,
    MALE,
    NAMED,
    ORIGIN,
    OTHER,
    SINGLE,
    Households,
    Members,
)
from vlavirgem.generation.kinship import NOBODY, Kinship, follow
from vlavirgem.generation.places.texts import taken
from vlavirgem.letters import pieces_of
from vlavirgem.randomness import SLOTS, Random, WeightedLists, limits_of, row_numbers

if TYPE_CHECKING:
    from vlavirgem.letters import Pieces
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

_SEXES = {"MALE": MALE, "FEMALE": FEMALE}
_EPOCH = date(1970, 1, 1)
_NONE = -1
_SHARED_NAME = 0.7
_WORKING_SINCE = (date(1980, 1, 1) - _EPOCH).days
"""Those who work are named as who was born then."""
_MOTHERS_CHOICE = 0.35
"""Share of the mothers alone whose children have their name."""
_FIFTH = SLOTS // 5
_SLOT, _BELOW_THE_SLOT = np.uint64(52), np.uint64(48)
"""Where the slot of a first name is among the bits of a person, and below it what keeps those of children apart."""
_CLOSE = 4
"""Bits by which the chance in a first name is less for who has brothers and sisters."""


@dataclass(frozen=True)
class _FirstNames:
    """First names of all lists behind each other, and which list is whose: by origin, sex and generation.

    Slugs are names with the letters of a mail address, and a dot. `since` holds the day, since 1970, with which each
    generation but the first one begins.
    """

    names: pl.Series
    slugs: Pieces
    weighted: WeightedLists
    whose: Integers
    since: tuple[int, ...]


@dataclass(frozen=True)
class _FamilyNames:
    """Family names of all origins behind each other; a list per origin. Halves have a space behind them."""

    names: pl.Series
    halves: pl.Series
    slugs: Pieces
    weighted: WeightedLists


@dataclass(frozen=True)
class FamilyNames:
    """Family names as numbers of names; the second one of a double name, or -1; the places of persons with one."""

    first: Integers
    second: Integers
    doubled: Integers

    def texts(self, lands: tuple[str, ...]) -> pl.Series:
        """Write the names; `lands` are those that they were drawn with."""
        lists, doubled = _family_lists(lands), self.doubled
        words = lists.names
        if not doubled.size:
            return taken(words, self.first)
        both = taken(lists.halves, self.first[doubled]) + taken(words, self.second[doubled])
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
    slots: Integers, *, lands: tuple[str, ...], origin: Integers, sex: Integers, born: Integers
) -> GivenNames:
    """Look up a first name for each person in the list of their origin, sex and generation.

    Args:
        slots: Where in it.
        lands: The origins there are.
        origin: For each person an index in `lands`.
        sex: For each person.
        born: Day of birth of each person, since 1970.
    """
    lists = _first_lists(lands)
    of = origin * len(_SEXES)
    of += sex
    of *= lists.whose.shape[-1]
    for day in lists.since:
        of += born >= day
    return GivenNames(lists, lists.weighted.at(slots, lists=lists.whose.take(of)))


def slots_apart(members: Members, *, kinship: Kinship) -> Integers:
    """Say where in their lists the first names of persons stand; those of brothers and sisters stand far apart.

    Each next one is so many fifths of the list further, as is drawn with the first name of the head.
    """
    slots, children = members.drawn.slots(FIRST_NAME), kinship.children
    family = members.drawn.bits.take(members.rows.first).take(kinship.homes)
    apart = (family >> _BELOW_THE_SLOT).view(np.int64) & 3
    apart += 1
    # Who left home stands on the other side, whoever is older.
    apart *= np.concatenate([members.offspring.position, -1 - kinship.turn])
    apart *= _FIFTH
    apart += _FIFTH // 2  # not where the head's own name stands
    apart += (family >> _SLOT).view(np.int64)
    apart += slots.take(children) >> _CLOSE
    apart &= SLOTS - 1
    slots[children] = apart
    return slots


@cache
def _first_lists(lands: tuple[str, ...]) -> _FirstNames:
    lists: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for row in dataset("voornamen"):
        key = (row["herkomst"], row["geslacht"], int(row["vanaf_jaar"]))
        lists.setdefault(key, []).append((row["naam"], int(row["gewicht"])))
    years = sorted({since for _, _, since in lists})
    whose = np.zeros((len(lands), len(_SEXES), len(years)), dtype=np.int64)
    for index, (land, sex, since) in enumerate(sorted(lists)):  # a later generation goes over an earlier one
        if land in lands:
            whose[lands.index(land), _SEXES[sex], years.index(since) :] = index
    ordered = [lists[key] for key in sorted(lists)]
    names = pl.Series([name for items in ordered for name, _ in items])
    return _FirstNames(
        names=names,
        slugs=pieces_of([f"{slug}." for slug in _slugs(names)]),
        weighted=WeightedLists([[weight for _, weight in items] for items in ordered]),
        whose=whose,
        since=tuple((date(year, 1, 1) - _EPOCH).days for year in years[1:]),
    )


@cache
def _family_lists(lands: tuple[str, ...]) -> _FamilyNames:
    lists = [[row for row in dataset("achternamen") if row["herkomst"] == land] for land in lands]
    names = pl.Series([row["naam"] for items in lists for row in items])
    return _FamilyNames(
        names=names,
        halves=names + " ",
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
        origin: For each person an index in `lands`.
    """
    lists, persons = _family_lists(lands).weighted, members.id.size
    random = Random(seed, kind="huishouden")
    own = lists.at(members.drawn.slots(FAMILY_NAME), lists=origin)
    first, second = _children_names(profile, households=households, members=members, kinship=kinship)
    others = np.flatnonzero(households.type == OTHER)
    shared = random.chance("naam_ouder", rows=households.id.take(others), share=_SHARED_NAME)
    first[others], second[others] = members.rows.first.take(others) + shared, _NONE
    # A name comes down a line of households, from the first one whose name has no parents here.
    whose = np.minimum(first, persons - 1)
    given, source = own.take(whose), kinship.home.take(whose)
    absent = np.flatnonzero((first >= persons) | (second >= persons))
    fathers = np.zeros_like(given)
    fathers[absent] = lists.pick(
        random, "afwezige", rows=households.id.take(absent), lists=origin.take(members.rows.first.take(absent))
    )
    absent = absent[np.flatnonzero(first.take(absent) >= persons)]
    given[absent], source[absent] = fathers.take(absent), NOBODY
    stays = np.flatnonzero(source == NOBODY)
    source[stays] = stays
    given = given.take(follow(source))
    # Half of the name of children may be that of another parent.
    both = np.flatnonzero(second != _NONE)
    other = second.take(both)
    place = np.minimum(other, persons - 1)
    above = kinship.home.take(place)
    halves = np.full(first.size, _NONE, dtype=np.int64)
    halves[both] = np.where(
        other >= persons,
        fathers.take(both),
        np.where(above == NOBODY, own.take(place), given.take(np.maximum(above, 0))),
    )
    own[members.rows.first.take(others)] = given.take(others)
    own[kinship.children] = given.take(kinship.homes)
    half = halves.take(kinship.homes)
    which = np.flatnonzero(half != _NONE)
    double = np.full(persons, _NONE, dtype=np.int64)
    doubled = kinship.children.take(which)
    double[doubled] = half.take(which)
    return FamilyNames(first=own, second=double, doubled=doubled)


def _children_names(
    profile: Profile, *, households: Households, members: Members, kinship: Kinship
) -> tuple[Integers, Integers]:
    """Say whose name the children of each household have, and whose is the second half of a double name.

    Persons by their place; the absent parent of a household by the number of persons plus its index.
    """
    head = members.rows.first
    alone = (households.type == LONE_PARENT) | (households.type == SINGLE)
    woman = members.sex.take(head) == FEMALE
    other = head + 1
    without = np.flatnonzero(alone)
    other[without] = without + members.id.size
    # By who the household is: of a couple or a father alone, of a mother alone, and the same where somebody left home.
    case = (alone & woman).astype(np.int64)
    case[kinship.home.take(kinship.left)] |= 2
    mother = np.asarray([0.0, _MOTHERS_CHOICE, 0.0, _MOTHERS_CHOICE])
    rest = 1 - mother
    rest[2:] = 0.0
    double = profile.share("personen.dubbele_naam")
    mother += rest * max(1 - profile.share("personen.naam_van_vader") - double, 0.0)
    of_mother, more = (
        households.drawn.chance(NAMED, limits=limits_of(shares).take(case))
        for shares in (mother, mother + rest * double)
    )
    first = either(of_mother == woman, head, other)
    both = np.flatnonzero(more & ~of_mother)
    second = np.full(head.size, _NONE, dtype=np.int64)
    second[both] = (head + other - first).take(both)
    return first, second


def outsiders(*, seed: int, ids: Integers) -> tuple[pl.Series, pl.Series]:
    """Draw a first and a family name for people who work here and live elsewhere."""
    lands = ("BEL",)
    random = Random(seed, kind="medewerker")
    nobody = np.zeros_like(ids)
    sex = random.below("geslacht", rows=ids, bound=2)
    slots = random.quarters("voornaam", rows=ids).slots(FIRST_NAME)
    first = first_names(slots, lands=lands, origin=nobody, sex=sex, born=nobody + _WORKING_SINCE)
    families = _family_lists(lands)
    family = families.weighted.pick(random, "achternaam", rows=ids, lists=nobody)
    return first.texts, families.names[family]


def origins(profile: Profile, *, households: Households) -> tuple[tuple[str, ...], Integers]:
    """Draw the origin of each household: all origins (ISO 3166-1 alpha-3), and an index among them for each."""
    weights = profile.weights("personen.herkomst")
    return tuple(weights), households.more.pick(ORIGIN, weights=list(weights.values()))


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

"""The inhabitants of some wijken before they are written down: households, ages, origins and kinship."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation import names
from vlavirgem.generation.births import Births, register
from vlavirgem.generation.households import (
    COUPLE,
    FAMILY,
    Households,
    Members,
    are_married,
    make_households,
    make_members,
)
from vlavirgem.generation.kinship import Kinship, find_parents
from vlavirgem.generation.on_purpose import is_first, with_remarkable_people, with_twins
from vlavirgem.numbering import wijken_count
from vlavirgem.profile import REALISTIC
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Flags, Integers

EPOCH = date(1970, 1, 1)
_DAYS_PER_YEAR = 365.25
_BELGIUM = "BEL"
_BORN_HERE = 0.5


@dataclass(frozen=True)
class Population:
    """Who lives in some wijken; persons and households by their place.

    Attributes:
        profile: The profile.
        seed: The town's seed.
        today: The reference date, in days since 1970.
        wijken: The wijken.
        households: The households.
        members: The persons.
        births: When they were born, and the parts of their national numbers.
        lands: The origins there are, ISO 3166-1 alpha-3.
        origin: Of each household, an index in `lands`.
        kinship: Who is whose child.
    """

    profile: Profile
    seed: int
    today: int
    wijken: Wijken
    households: Households
    members: Members
    births: Births
    lands: tuple[str, ...]
    origin: Integers
    kinship: Kinship

    @cached_property
    def age(self) -> Integers:
        """The age of each person in whole years."""
        return self.age_of(slice(None))

    def age_of(self, persons: Integers | slice) -> Integers:
        """Give the age of some persons in whole years, by their places."""
        age: Integers = ((self.today - self.born[persons]) / _DAYS_PER_YEAR).astype(np.int64)
        return age

    def has_lived(self, years: int) -> Flags:
        """Say who is so old at least: as by `age`, and much faster."""
        born: Flags = self.born <= math.floor(self.today - years * _DAYS_PER_YEAR)
        return born

    @cached_property
    def comes_from(self) -> Integers:
        """The origin of each person, an index in `lands`."""
        return self.origin.take(self.members.household)

    @cached_property
    def became(self) -> Flags:
        """Whether a household got the Belgian nationality."""
        return names.became_belgian(self.profile, seed=self.seed, households=self.households) & self._foreign

    @cached_property
    def born_here(self) -> Flags:
        """Whether a person was born in Belgium."""
        here = Random(self.seed, kind="persoon").chance("hier", rows=self.members.id, share=_BORN_HERE)
        return here | ~self._foreign[self.members.household]

    @property
    def _foreign(self) -> Flags:
        foreign: Flags = np.asarray([land != _BELGIUM for land in self.lands])[self.origin]
        return foreign

    @property
    def born(self) -> Integers:
        """The day of birth of each person, since 1970."""
        return self.births.day

    @property
    def in_couple(self) -> Flags:
        """Whether a person is one of a couple: the head or the partner."""
        kind = self.households.type[self.members.household]
        couple: Flags = ((kind == COUPLE) | (kind == FAMILY)) & (self.members.position <= 1)
        return couple

    @cached_property
    def married(self) -> Flags:
        """Whether a person is married to the other one of the couple."""
        of = are_married(self.profile, seed=self.seed, households=self.households)
        married: Flags = of[self.members.household] & self.in_couple
        return married

    @property
    def partner(self) -> Integers:
        """The place of the other one of a couple; without meaning for who has none."""
        head = self.members.rows.first[self.members.household]
        other: Integers = np.minimum(head + 1 - self.members.position, self.members.id.size - 1)
        return other

    def per_wijk(self, counts: Integers) -> Integers:
        """Add up per wijk a number of each person."""
        running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        ends = np.cumsum(self.wijken.inhabitants)
        totals: Integers = running[ends] - running[ends - self.wijken.inhabitants]
        return totals


def make_population(profile: Profile, *, seed: int, wijken: Wijken) -> Population:
    """Say who lives in some wijken.

    Raises:
        CapacityError: more inhabitants than there are national numbers that can never be real.
    """
    today = (profile.reference_date - EPOCH).days
    municipality, realistic = profile.municipality, profile.identifiers == REALISTIC
    households = make_households(profile, seed=seed, wijken=wijken)
    members = make_members(profile, seed=seed, wijken=wijken, households=households)
    first = is_first(profile, wijken)
    if first:
        members = with_remarkable_people(members, households=households)
    births = register(
        today - 1 - members.age_days,
        sex=members.sex,
        wijken=municipality.first_wijk + wijken.numbers,
        people=wijken.inhabitants,
        of=municipality.wijken or wijken_count(profile.inhabitants),
        realistic=realistic,
    )
    if first:
        births = with_twins(
            births, members=members, households=households, realistic=realistic, municipality=municipality
        )
    lands, origin = names.origins(profile, households=households)
    return Population(
        profile=profile,
        seed=seed,
        today=today,
        wijken=wijken,
        households=households,
        members=members,
        births=births,
        lands=lands,
        origin=origin,
        kinship=find_parents(profile, households=households, members=members, born=births.day, origin=origin),
    )

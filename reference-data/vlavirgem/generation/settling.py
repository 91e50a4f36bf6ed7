"""Who lives and works where: the people of some wijken, their land, and the addresses that each is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.geography import make_geography
from vlavirgem.generation.on_purpose import is_first, without_fixed_address
from vlavirgem.generation.organisations import make_organisations
from vlavirgem.generation.places.stock import HOME
from vlavirgem.generation.population import make_population
from vlavirgem.generation.premises import at_the_market, in_their_buildings
from vlavirgem.generation.residences import first_days
from vlavirgem.generation.sorting import shuffled_within
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.geography import Geography
    from vlavirgem.generation.households import Households
    from vlavirgem.generation.organisations import Organisations
    from vlavirgem.generation.places.dwellings import Addresses, Dwellings
    from vlavirgem.generation.population import Population
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_BEGINNER, _RETIRED = 22, 67
"""The ages between which people run a business: in whole years, up to but not including the second."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The people, organisations and land of some wijken.

    Attributes:
        population: The people.
        organisations: The organisations.
        geography: The land.
        homes: The address of each household.
        premises: For each organisation an address that is nobody else's.
        hosts: For each organisation an address where somebody lives.
    """

    population: Population
    organisations: Organisations
    geography: Geography
    homes: Integers
    premises: Integers
    hosts: Integers

    def built(self, addresses: Integers) -> Integers:
        """Give for each of these addresses the first day on which its building can be used, since 1970."""
        listed, buildings = self.geography.tables["adressen"], self.geography.tables["gebouwen"]
        place = np.searchsorted(listed["id"].to_numpy(), addresses)
        building = np.searchsorted(buildings["id"].to_numpy(), listed["gebouw_id"].to_numpy()[place])
        return first_days(buildings["bouwjaar"].gather(building), today=self.population.today)


def settle(profile: Profile, *, seed: int, wijken: Wijken) -> Settlement:
    """Make the people of some wijken and land enough for them, and give everybody an address."""
    population = make_population(profile, seed=seed, wijken=wijken)
    households = population.households
    organisations = make_organisations(profile, wijken=wijken)
    wanted = homes_wanted(profile, households=households, organisations=organisations)
    geography = make_geography(profile, seed=seed, wijken=wijken, homes=wanted)
    given = give_addresses(
        profile, seed=seed, dwellings=geography.dwellings, population=population, organisations=organisations
    )
    return Settlement(
        population=population,
        organisations=organisations,
        geography=geography,
        homes=given.homes,
        premises=in_their_buildings(
            given.premises, seed=seed, organisations=organisations, dwellings=geography.dwellings
        ),
        hosts=given.hosts,
    )


def homes_wanted(profile: Profile, *, households: Households, organisations: Organisations) -> Integers:
    """Say how many addresses that can be lived in each wijk needs: some more than are taken."""
    inhabited = households.rows.counts
    vacant = (inhabited * round(profile.share("adressen.leegstand") * 1000) + 500) // 1000
    wanted: Integers = inhabited + organisations.rows.counts + vacant
    return wanted


@dataclass(frozen=True)
class Given:
    """Which address everybody is given; see `Settlement`."""

    homes: Integers
    premises: Integers
    population: Population
    organisations: Organisations

    @cached_property
    def hosts(self) -> Integers:
        """An address where somebody lives, for each organisation."""
        wijken = self.organisations.rows.counts.size
        hosts: Integers = self.homes[_hosts(self.population, organisations=self.organisations, wijken=wijken)]
        return hosts


def give_addresses(
    profile: Profile,
    *,
    seed: int,
    dwellings: Dwellings,
    population: Population,
    organisations: Organisations,
) -> Given:
    """Draw who lives and works where.

    Args:
        profile: The profile.
        seed: The town's seed.
        dwellings: Where people can live.
        population: The people.
        organisations: The organisations.
    """
    wijken, households = dwellings.wijken, population.households
    places = _shuffled(dwellings.addresses(HOME), seed=seed, of=wijken.numbers.size)
    homes = places.take(households.rows)
    premises = places.take(organisations.rows, after=households.rows.counts)
    if wijken.numbers.size and wijken.numbers[0] == 0:
        premises = at_the_market(premises, organisations=organisations, dwellings=dwellings)
    if is_first(profile, wijken):
        hosts = _hosts(population, organisations=organisations, wijken=1)
        homes = without_fixed_address(homes, households=households, hosts=hosts, premises=premises)
    return Given(homes=homes, premises=premises, population=population, organisations=organisations)


def _hosts(population: Population, *, organisations: Organisations, wijken: int) -> Integers:
    """Draw at which household each organisation of the first wijken is at home: one whose head has the age to work."""
    rows, asked = population.households.rows, organisations.rows
    homes, guests = int(rows.counts[:wijken].sum()), int(asked.counts[:wijken].sum())
    wijk, owner = rows.owner[:homes], asked.owner[:guests]
    age = population.age_of(population.members.rows.first[:homes])
    works = (age >= _BEGINNER) & (age < _RETIRED)
    # In a wijk where nobody works, whoever lives there will do.
    works |= (np.bincount(wijk, weights=works, minlength=wijken) < 1)[wijk]
    working = np.flatnonzero(works)
    of = rows_of(np.bincount(wijk[working], minlength=wijken))
    ids = organisations.id[:guests]
    drawn = Random(population.seed, kind="organisatie").below("thuis", rows=ids, bound=of.counts[owner])
    hosts: Integers = working[of.first[owner] + drawn]
    return hosts


@dataclass(frozen=True, slots=True)
class _Shuffled:
    """Habitable addresses of each wijk in the order in which they are given out."""

    id: Integers
    rows: Rows

    def take(self, rows: Rows, *, after: Integers | None = None) -> Integers:
        """Give an address to each row, in each wijk after so many that are taken."""
        start = self.rows.first if after is None else self.rows.first + after
        taken: Integers = self.id.take(start.take(rows.owner) + rows.position)
        return taken


def _shuffled(habitable: Addresses, *, seed: int, of: int) -> _Shuffled:
    """Draw who lives where by shuffling the habitable addresses of each wijk."""
    drawn = Random(seed, kind="huishouden").bits("woonplaats", rows=habitable.id)
    rows = rows_of(np.bincount(habitable.wijk, minlength=of))
    return _Shuffled(id=habitable.id[shuffled_within(drawn, counts=rows.counts)], rows=rows)

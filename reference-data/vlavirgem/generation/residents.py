"""Inhabitants as one flat table, for who wants nothing else: twelve columns, and no references to look up."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.generation.organisations import make_organisations
from vlavirgem.generation.people import birth_dates, call, insz, mail_addresses, sexes
from vlavirgem.generation.places.dwellings import dwellings_of
from vlavirgem.generation.places.texts import house_numbers, taken
from vlavirgem.generation.population import make_population
from vlavirgem.generation.settling import give_addresses, homes_wanted
from vlavirgem.generation.wijken import together

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.generation.wijken import Wijken
    from vlavirgem.profile import Profile


_AT_ONCE = 128
"""Wijken that are made together: more than of a whole town, since there are few columns."""
_KEPT = 31 << 20
"""Bytes that are asked for and given back at once: from then on glibc keeps the memory that one batch leaves for the
next, instead of returning it and having it cleared page by page. Elsewhere it does nothing."""


def make_all_residents(profile: Profile, *, seed: int) -> Iterator[pl.DataFrame]:
    """Make the inhabitants of a town with twelve columns, some wijken at a time; see `make_residents`."""
    np.empty(_KEPT, dtype=np.uint8)
    for wijken in together(profile, at_once=_AT_ONCE):
        yield make_residents(profile, seed=seed, wijken=wijken)


def make_residents(profile: Profile, *, seed: int, wijken: Wijken) -> pl.DataFrame:
    """Make the inhabitants of some wijken with twelve columns: those of the town with this seed.

    What these columns do not need, such as a map, is not made.

    Raises:
        CapacityError: more inhabitants than there are national numbers that can never be real.
    """
    population = make_population(profile, seed=seed, wijken=wijken)
    households, household = population.households, population.members.household
    organisations = make_organisations(profile, wijken=wijken)
    wanted = homes_wanted(profile, households=households, organisations=organisations)
    dwellings = dwellings_of(profile, seed=seed, wijken=wijken, homes=wanted)
    given = give_addresses(profile, seed=seed, dwellings=dwellings, population=population, organisations=organisations)
    home = dwellings.building_at(given.homes)
    number, letter = dwellings.doors(seed=seed)
    street = dwellings.lots.street.take(dwellings.buildings.plot.take(home))
    called = call(profile, seed=seed, population=population)
    return pl.DataFrame(
        {
            "id": population.members.id,
            "insz": insz(population),
            "voornaam": called.first.texts,
            "achternaam": called.family.texts(population.lands),
            "geslacht": sexes(population),
            "geboortedatum": birth_dates(population),
            "huishouden_id": households.id.take(household),
            "straat": taken(dwellings.street_names(seed=seed), street.take(household)),
            "huisnummer": taken(house_numbers(number.take(home), letter.take(home)), household),
            "postcode": _always(profile.municipality.post_code, rows=household.size),
            "gemeente": _always(profile.municipality.name, rows=household.size),
            "email": mail_addresses(population, called=called),
        }
    )


@lru_cache(maxsize=8)
def _always(text: str, *, rows: int) -> pl.Series:
    """Give a column that is the same for all; most batches are as long, and share it."""
    return pl.Series([text]).new_from_index(0, rows)

"""Inhabitants: birth dates, national numbers, names, civil status and ways to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from vlavirgem.generation import names
from vlavirgem.generation.households import CHILD, ROLES, TYPES
from vlavirgem.generation.kinship import NOBODY
from vlavirgem.generation.languages import home_languages
from vlavirgem.generation.on_purpose import is_first, namesake
from vlavirgem.generation.places.texts import chosen, rounded_up, taken
from vlavirgem.generation.residences import birth_towns
from vlavirgem.generation.wijken import rows_of
from vlavirgem.identifiers import national_numbers, phone_numbers
from vlavirgem.letters import Lines, pieces_of
from vlavirgem.numbering import INHABITANTS, STRIDE
from vlavirgem.place import OTHER_TOWNS
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population
    from vlavirgem.letters import Pieces
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_PHONES_FROM = 1_000_001
_SEXES = pl.Series(["MALE", "FEMALE"])
_MAIL_AGE = 16
_PHONE_AGE = 12
_DIVORCE_AGE = 35
_WIDOW_AGE = 60
_MARRIED_BEFORE = 70
"""From that age on at least so many in a hundred of those who are in no couple were married before; a choice."""
STATES = ("ongehuwd", "gehuwd", "gescheiden", "weduwstaat")
SINGLE, MARRIED, DIVORCED, WIDOWED = range(len(STATES))


def make_households_table(population: Population, *, address: Integers) -> pl.DataFrame:
    """Make the table `huishoudens`; `address` holds the address of each household."""
    households, members = population.households, population.members
    return pl.DataFrame(
        {
            "id": households.id,
            "type": chosen(TYPES, households.type),
            "adres_id": address,
            "gezinshoofd_id": members.id[members.rows.first],
            "aantal_leden": households.size,
        }
    )


def make_persons_table(profile: Profile, *, seed: int, population: Population, address: Integers) -> pl.DataFrame:
    """Make the table `personen`; `address` holds the address of each household."""
    random = Random(seed, kind="persoon")
    households, members = population.households, population.members
    ids, household, age = members.id, members.household, population.age
    municipality = profile.municipality
    subscriber = (municipality.first_wijk + (ids - 1) // STRIDE) * INHABITANTS + (ids - 1) % STRIDE
    lands, origin = population.lands, population.comes_from
    called = call(profile, seed=seed, population=population)
    first = called.first.texts
    second = names.first_names(
        random.quarters("tweede", rows=ids).slots(0),
        lands=lands,
        origin=origin,
        sex=members.sex,
        born=population.born,
    ).texts
    born_here = population.born_here
    countries = (*lands, "BEL")
    first_parent, second_parent = (
        _numbers(ids, places=parent) for parent in (population.kinship.first, population.kinship.second)
    )
    return pl.DataFrame(
        {
            "id": ids,
            "insz": insz(population),
            "voornaam": first,
            "achternaam": called.family.texts(lands),
            "geslacht": sexes(population),
            "geboortedatum": birth_dates(population),
            "geboorteplaats": chosen(
                (*OTHER_TOWNS, "onbekend"),
                np.where(born_here, birth_towns(population, seed=seed), len(OTHER_TOWNS)),
            ),
            "geboorteland": chosen(countries, np.where(born_here, len(lands), origin)),
            "nationaliteit": chosen(countries, np.where(population.became[household], len(lands), origin)),
            "thuistaal": home_languages(population, seed=seed)[household],
            "burgerlijke_staat": chosen(STATES, civil_status(population, seed=seed)),
            "huishouden_id": households.id[household],
            "rol": chosen(ROLES, members.role),
            "ouder1_id": first_parent,
            "ouder2_id": second_parent,
            "adres_id": address[household],
            "telefoon": phone_numbers(_PHONES_FROM + subscriber),
            "voornamen": _lists(first, second),
            "email": mail_addresses(population, called=called),
        }
    ).with_columns(
        telefoon=pl.when(pl.Series(age) >= _PHONE_AGE).then("telefoon"),
        overlijdensdatum=None,  # everybody in a new town lives
    )


@dataclass(frozen=True, slots=True)
class Called:
    """How persons are called."""

    first: names.GivenNames
    family: names.FamilyNames


def call(profile: Profile, *, seed: int, population: Population) -> Called:
    """Give everybody a first and a family name."""
    members = population.members
    first = names.first_names(
        names.slots_apart(members, kinship=population.kinship),
        lands=population.lands,
        origin=population.comes_from,
        sex=members.sex,
        born=population.born,
    )
    family = names.family_names(
        profile,
        seed=seed,
        households=population.households,
        members=members,
        kinship=population.kinship,
        lands=population.lands,
        origin=population.comes_from,
    )
    same = namesake(population, family=family) if is_first(profile, population.wijken) else None
    return Called(first=first.copied(*same) if same else first, family=family)


def birth_dates(population: Population) -> pl.Series:
    """Give the day on which each person was born."""
    return pl.Series(population.births.day.astype(np.int32)).cast(pl.Date)


def sexes(population: Population) -> pl.Series:
    """Give the sex of each person: a code of the EU authority list `human-sex`."""
    return taken(_SEXES, population.members.sex)


def insz(population: Population) -> pl.Series:
    """Give the national number of each person."""
    births = population.births
    return national_numbers(born=births.day, serial=births.serial, form=births.form)


def mail_addresses(population: Population, *, called: Called) -> pl.Series:
    """Give the mail address of each person who is old enough for one; it ends in the person's number."""
    family, wijken = called.family, population.wijken
    people = rows_of(wijken.inhabitants)
    domain = population.profile.municipality.domain
    numbers, ends = _mail_parts(rounded_up(wijken.numbers), rounded_up(wijken.inhabitants), domain=domain)
    # Behind the number of the wijk comes that of the person there, from 1 on.
    wijk = np.repeat(wijken.numbers, people.counts)
    place = np.repeat(np.minimum(wijken.numbers, 1) * (ends.lengths.size // 2) + 1 - people.first, people.counts)
    place += row_numbers(people.size)
    first, slugs, doubled = called.first, family.slugs(population.lands), family.doubled
    lines = Lines((first.slugs, first.drawn), (slugs, family.first), (numbers, wijk), (ends, place))
    # Double names would give all rows a third more room, and there are few.
    longer = Lines(
        (first.slugs, first.drawn.take(doubled)),
        (slugs, family.first.take(doubled)),
        (slugs, family.second.take(doubled)),
        (numbers, wijk.take(doubled)),
        (ends, place.take(doubled)),
    )
    return lines.texts(where=population.has_lived(_MAIL_AGE), instead=(doubled, longer))


@lru_cache(maxsize=8)
def _mail_parts(wijken: int, places: int, *, domain: str) -> tuple[Pieces, Pieces]:
    """Give how the number of a person begins, and what follows: without zeros in front in the first wijk."""
    domain = f"@post.{domain}"
    numbers = [".", *(f".{wijk}" for wijk in range(1, wijken))]
    ends = [f"{place}{domain}" for place in range(places)] + [f"{place:05d}{domain}" for place in range(places)]
    return pieces_of(numbers), pieces_of(ends)


def _lists(first: pl.Series, second: pl.Series) -> pl.Series:
    """Put two names into a list, or one where they are the same."""
    differs = (first != second).to_numpy()
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(1 + differs)])
    place = np.repeat(np.arange(len(first)), 1 + differs)
    is_second = np.zeros(place.size, dtype=np.bool_)
    is_second[1:] = place[1:] == place[:-1]
    items = pl.concat([first, second]).gather(place + is_second * len(first))
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(ends, items.to_arrow())))


def _numbers(ids: Integers, *, places: Integers) -> pl.Series:
    """Give the numbers of persons at some places; none where the place is `NOBODY`."""
    return pl.Series(ids[np.maximum(places, 0)]).set(pl.Series(places == NOBODY), None)


def civil_status(population: Population, *, seed: int) -> Integers:
    """Give an index in `STATES` for each person."""
    members, age = population.members, population.age
    drawn = Random(seed, kind="persoon").below("burgerlijke_staat", rows=members.id, bound=100)
    alone = (members.role != CHILD) & ~population.in_couple
    widowed = alone & (age >= _WIDOW_AGE) & (drawn < np.clip((age - 50) * 3, 0, 90))
    divorced = alone & ~widowed & (age >= _DIVORCE_AGE) & (drawn < _MARRIED_BEFORE)
    states: Integers = np.where(
        population.married, MARRIED, np.where(widowed, WIDOWED, np.where(divorced, DIVORCED, SINGLE))
    )
    return states

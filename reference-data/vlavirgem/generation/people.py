"""Inhabitants: birth dates, national numbers, names, civil status and ways to reach them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pyarrow as pa

from vlavirgem.generation import names
from vlavirgem.generation.households import CHILD, FEMALE, ROLES, TYPES
from vlavirgem.generation.kinship import NOBODY
from vlavirgem.generation.languages import home_languages
from vlavirgem.generation.on_purpose import is_first, namesake
from vlavirgem.generation.population import EPOCH
from vlavirgem.identifiers import national_numbers, phone_numbers
from vlavirgem.numbering import INHABITANTS, STRIDE
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from vlavirgem.generation.population import Population
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_FIRST_DAY, _LAST_DAY = ((date(year, 1, 1) - EPOCH).days for year in (1900, 2100))
_PHONES_FROM = 1_000_001
_MAIL_AGE = 16
_PHONE_AGE = 12
_DIVORCE_AGE = 35
_WIDOW_AGE = 68
_PLACES = (
    "Gent",
    "Brugge",
    "Leuven",
    "Hasselt",
    "Antwerpen",
    "Kortrijk",
    "Mechelen",
    "Aalst",
    "Genk",
    "onbekend",
)
_ELSEWHERE = len(_PLACES)
STATES = ("ongehuwd", "gehuwd", "gescheiden", "weduwstaat")
SINGLE, MARRIED, DIVORCED, WIDOWED = range(len(STATES))


def make_households_table(population: Population, *, address: Integers) -> pl.DataFrame:
    """Make the table `huishoudens`; `address` holds the address of each household."""
    households, members = population.households, population.members
    return pl.DataFrame(
        {
            "id": households.id,
            "type": pl.Series(TYPES).gather(households.type),
            "adres_id": address,
            "gezinshoofd_id": members.id[members.rows.first],
            "aantal_leden": households.size,
        }
    )


def make_persons_table(profile: Profile, *, seed: int, population: Population, address: Integers) -> pl.DataFrame:
    """Make the table `personen`; `address` holds the address of each household."""
    random = Random(seed, kind="persoon")
    households, members, births = population.households, population.members, population.births
    ids, household, age = members.id, members.household, population.age
    municipality = profile.municipality
    subscriber = (municipality.first_wijk + (ids - 1) // STRIDE) * INHABITANTS + (ids - 1) % STRIDE
    year, month, month_day = _calendar(births.day)
    lands, origin = population.lands, population.origin[household]
    drawn = [
        names.first_names(column, seed=seed, ids=ids, lands=lands, origin=origin, sex=members.sex, birth_year=year)
        for column in ("voornaam", "tweede")
    ]
    family = names.family_names(
        profile,
        seed=seed,
        households=households,
        members=members,
        kinship=population.kinship,
        lands=lands,
        origin=population.origin,
    )
    if is_first(profile, population.wijken):
        same = namesake(population, family=family)
        if same:
            drawn[0] = drawn[0].copied(*same)
    born_here = population.born_here
    place = random.pick("geboorteplaats", rows=ids, weights=[30, 14, 10, 8, 8, 10, 6, 6, 5, 3])
    countries = pl.Series([*lands, "BEL"])
    first_parent, second_parent = (
        _numbers(ids, places=parent) for parent in (population.kinship.first, population.kinship.second)
    )
    return pl.DataFrame(
        {
            "id": ids,
            "insz": national_numbers(year=year, month=month, day=month_day, serial=births.serial, form=births.form),
            "voornaam": drawn[0].texts,
            "tweede": drawn[1].texts,
            "achternaam": family.texts(lands),
            "geslacht": pl.Series(["MALE", "FEMALE"]).gather((members.sex == FEMALE).astype(np.int64)),
            "geboortedatum": pl.Series(births.day).cast(pl.Int32).cast(pl.Date),
            "geboorteplaats": pl.Series([municipality.name, *_PLACES]).gather(np.where(born_here, place, _ELSEWHERE)),
            "geboorteland": countries.gather(np.where(born_here, len(lands), origin)),
            "nationaliteit": countries.gather(np.where(population.became[household], len(lands), origin)),
            "thuistaal": home_languages(population, seed=seed).gather(household),
            "burgerlijke_staat": pl.Series(STATES).gather(civil_status(population, seed=seed)),
            "huishouden_id": households.id[household],
            "rol": pl.Series(ROLES).gather(members.role),
            "ouder1_id": first_parent,
            "ouder2_id": second_parent,
            "adres_id": address[household],
            "slug": drawn[0].slugs,
            "familieslug": family.slugs(lands),
            "telefoon": phone_numbers(_PHONES_FROM + subscriber),
            "age": age,
        }
    ).with_columns(
        voornamen=_lists(drawn[0].texts, drawn[1].texts),
        email=pl.when(pl.col("age") >= _MAIL_AGE).then(
            pl.concat_str(
                "slug", pl.lit("."), "familieslug", pl.lit("."), "id", pl.lit(f"@post.{municipality.domain}")
            )
        ),
        telefoon=pl.when(pl.col("age") >= _PHONE_AGE).then("telefoon"),
        overlijdensdatum=None,  # everybody in a new town lives
    )


def _lists(first: pl.Series, second: pl.Series) -> pl.Series:
    """Put two names into a list, or one where they are the same."""
    differs = (first != second).to_numpy()
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(1 + differs)])
    place = np.repeat(np.arange(len(first)), 1 + differs)
    is_second = np.zeros(place.size, dtype=np.bool_)
    is_second[1:] = place[1:] == place[:-1]
    items = pl.concat([first, second]).gather(place + is_second * len(first))
    return pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(ends, items.to_arrow())))


def _calendar(day: Integers) -> tuple[Integers, Integers, Integers]:
    """Give year, month and day of the month for days since 1970, from 1900 to 2099."""
    parts = _calendar_table()[:, day - _FIRST_DAY]
    return parts[0], parts[1], parts[2]


@cache
def _calendar_table() -> Integers:
    dates = np.arange(_FIRST_DAY, _LAST_DAY).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return np.stack(
        [
            dates.astype("datetime64[Y]").astype(np.int64) + EPOCH.year,
            months.astype(np.int64) % 12 + 1,
            (dates - months).astype(np.int64) + 1,
        ]
    )


def _numbers(ids: Integers, *, places: Integers) -> pl.Series:
    """Give the numbers of persons at some places; none where the place is `NOBODY`."""
    return pl.Series(ids[np.maximum(places, 0)]).set(pl.Series(places == NOBODY), None)


def civil_status(population: Population, *, seed: int) -> Integers:
    """Give an index in `STATES` for each person."""
    members, age = population.members, population.age
    drawn = Random(seed, kind="persoon").below("burgerlijke_staat", rows=members.id, bound=100)
    alone = (members.role != CHILD) & ~population.in_couple
    widowed = alone & (age >= _WIDOW_AGE) & (drawn < np.clip((age - 55) * 2, 0, 85))
    divorced = alone & ~widowed & (age >= _DIVORCE_AGE) & (drawn < 55)  # noqa: PLR2004 - share in a hundred
    states: Integers = np.where(
        population.married, MARRIED, np.where(widowed, WIDOWED, np.where(divorced, DIVORCED, SINGLE))
    )
    return states

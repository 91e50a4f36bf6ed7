"""Inhabitants: birth dates, national numbers, names, civil status and ways to reach them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.errors import CapacityError
from vlavirgem.generation import names
from vlavirgem.generation.households import (
    CHILD,
    FAMILY,
    FEMALE,
    MALE,
    PARTNER,
    ROLES,
    TYPES,
    Households,
    Members,
)
from vlavirgem.identifiers import MONTH_OFFSETS, national_numbers, phone_numbers
from vlavirgem.place import MAIL_DOMAIN, NAME
from vlavirgem.randomness import Random, row_numbers

if TYPE_CHECKING:
    from vlavirgem.profile import Profile
    from vlavirgem.randomness import Integers

_EPOCH = date(1970, 1, 1)
_ORDINARY_FORM_LIMIT = 40_000
_DAYS_BACK = 400
_MAIL_AGE = 16
_PHONE_AGE = 12
_DIVORCE_AGE = 35
_WIDOW_AGE = 68
_DAYS_PER_YEAR = 365.25
_PLACES = np.asarray(
    [NAME, "Gent", "Brugge", "Leuven", "Hasselt", "Antwerpen", "Kortrijk", "Mechelen", "Aalst", "Genk"],
    dtype=object,
)


def make_households_table(households: Households, *, address: Integers) -> pl.DataFrame:
    """Make the table `huishoudens`; `address` holds the address number of each household."""
    first = np.cumsum(households.size) - households.size
    return pl.DataFrame(
        {
            "id": row_numbers(households.size.size) + 1,
            "type": np.asarray(TYPES, dtype=object)[households.type],
            "adres_id": address,
            "gezinshoofd_id": first + 1,
            "aantal_leden": households.size,
        },
        schema_overrides={"type": pl.String},
    )


def make_persons_table(
    profile: Profile, *, seed: int, households: Households, members: Members, address: Integers
) -> pl.DataFrame:
    """Make the table `personen`.

    Raises:
        CapacityError: more inhabitants than there are national numbers that can never be real.
    """
    random = Random(seed, kind="persoon")
    rows = row_numbers(members.role.size)
    today = (profile.reference_date - _EPOCH).days
    day, form = unique_birth_days(today - 1 - members.age_days, sex=members.sex)
    year, month, month_day = _calendar(day)
    age = ((today - day) / _DAYS_PER_YEAR).astype(np.int64)
    origin = names.origins(profile, seed=seed, households=members.household)
    belgian = names.became_belgian(profile, seed=seed, households=members.household)
    given = names.first_names("voornaam", seed=seed, origin=origin, sex=members.sex, birth_year=year)
    second = names.first_names("tweede", seed=seed, origin=origin, sex=members.sex, birth_year=year)
    family = names.family_names(profile, seed=seed, households=households, members=members, origin=origin)
    born_here = (origin == "BEL") | random.chance("hier", rows=rows, share=0.5)
    place = _PLACES[random.pick("geboorteplaats", rows=rows, weights=[30, 14, 10, 8, 8, 10, 6, 6, 5, 3])]
    parent1, parent2 = _parents(households, members=members)
    number = national_numbers(year=year, month=month, day=month_day, is_male=members.sex == MALE, form=form)
    frame = pl.DataFrame(
        {
            "id": rows + 1,
            "insz": number,
            "voornaam": given,
            "tweede": second,
            "achternaam": family,
            "geslacht": np.where(members.sex == FEMALE, "FEMALE", "MALE").astype(object),
            "geboortedatum": pl.Series(day).cast(pl.Int32).cast(pl.Date),
            "geboorteplaats": np.where(born_here, place, "onbekend").astype(object),
            "geboorteland": np.where(born_here, "BEL", origin).astype(object),
            "nationaliteit": np.where(belgian, "BEL", origin).astype(object),
            "burgerlijke_staat": _civil_status(random, rows=rows, households=households, members=members, age=age),
            "huishouden_id": members.household + 1,
            "rol": np.asarray(ROLES, dtype=object)[members.role],
            "ouder1_id": pl.Series(parent1).replace(0, None),
            "ouder2_id": pl.Series(parent2).replace(0, None),
            "adres_id": address[members.household],
            "telefoon": phone_numbers(rows + 1_000_000),
            "overlijdensdatum": None,  # everybody in a new town lives
            "age": age,
        }
    )
    return _with_contacts(frame)


def unique_birth_days(day: Integers, *, sex: Integers) -> tuple[Integers, Integers]:
    """Shift birth days back, as little as possible, until (day, sex, form) is unique.

    Safe national numbers allow one man and one woman per day in each form of the month; larger towns
    also use the two forms of the bis number.

    Args:
        day: Wanted birth days, as days since 1970.
        sex: Sex of each person.

    Returns:
        The days given and the index of the form in `MONTH_OFFSETS`.

    Raises:
        CapacityError: somebody would have to be born more than 400 days earlier.
    """
    rows = row_numbers(day.size)
    form = rows % len(MONTH_OFFSETS) if day.size > _ORDINARY_FORM_LIMIT else np.zeros_like(rows)
    given = day.copy()
    for group in range(2 * len(MONTH_OFFSETS)):
        chosen = np.flatnonzero((sex == group % 2) & (form == group // 2))
        order = chosen[np.lexsort((chosen, -day[chosen]))]  # youngest first
        step = row_numbers(order.size)
        given[order] = np.minimum.accumulate(day[order] + step) - step
    if day.size and int((day - given).max()) > _DAYS_BACK:
        raise CapacityError(
            f"{day.size} inhabitants need more national numbers than can be given safely; take a smaller profile."
        )
    return given, form


def _calendar(day: Integers) -> tuple[Integers, Integers, Integers]:
    dates = pl.Series(day).cast(pl.Int32).cast(pl.Date)
    year, month, month_day = (
        part.cast(pl.Int64).to_numpy() for part in (dates.dt.year(), dates.dt.month(), dates.dt.day())
    )
    return year, month, month_day


def _parents(households: Households, *, members: Members) -> tuple[Integers, Integers]:
    """Give the person numbers of the parents in the household, 0 for none."""
    first = (np.cumsum(households.size) - households.size)[members.household] + 1
    is_child = members.role == CHILD
    two = is_child & (households.type[members.household] == FAMILY)
    return np.where(is_child, first, 0), np.where(two, first + 1, 0)


def _civil_status(
    random: Random, *, rows: Integers, households: Households, members: Members, age: Integers
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    in_couple = np.isin(households.type[members.household], (TYPES.index("koppel"), FAMILY))
    married = households.married[members.household] & in_couple & (members.role <= PARTNER)
    drawn = random.below("burgerlijke_staat", rows=rows, bound=100)
    alone = (members.role != CHILD) & ~in_couple
    widowed = alone & (age >= _WIDOW_AGE) & (drawn < np.clip((age - 55) * 2, 0, 85))
    divorced = alone & ~widowed & (age >= _DIVORCE_AGE) & (drawn < 55)  # noqa: PLR2004 - share in a hundred
    return np.select([married, widowed, divorced], ["gehuwd", "weduwstaat", "gescheiden"], default="ongehuwd").astype(
        object
    )


def _with_contacts(frame: pl.DataFrame) -> pl.DataFrame:
    slug = (
        (pl.col("voornaam") + "." + pl.col("achternaam"))
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all("ł", "l", literal=True)
        .str.replace_all("ı", "i", literal=True)
        .str.replace_all(r"[^a-z.]", "")
    )
    mail = slug + "." + pl.col("id").cast(pl.String) + f"@post.{MAIL_DOMAIN}"
    return frame.with_columns(
        voornamen=pl.concat_list("voornaam", "tweede").list.unique(maintain_order=True),
        email=pl.when(pl.col("age") >= _MAIL_AGE).then(mail),
        telefoon=pl.when(pl.col("age") >= _PHONE_AGE).then(pl.col("telefoon")),
    ).drop("tweede", "age")

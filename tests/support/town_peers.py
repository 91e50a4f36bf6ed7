"""Peers of the town's generator: the same twelve columns of an inhabitant, made with the libraries that people use.

What the peers do not make: households that fit together, addresses that exist in the same town, names that follow a
family, a national number that nobody can have, the same result for the same seed in any number of processes. They do
give a national number that agrees with the date of birth and the sex, since ours does.
"""

from __future__ import annotations

import random  # what the peers use too
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = (
    "id", "insz", "voornaam", "achternaam", "geslacht", "geboortedatum", "huishouden_id", "straat", "huisnummer",
    "postcode", "gemeente", "email",
)  # fmt: skip
_YEARS = 100
_YEAR_2000 = 2000
_PER_HOUSEHOLD = 2.3


def with_mimesis(count: int) -> Iterator[tuple[object, ...]]:
    """Make inhabitants in a loop over Mimesis' Dutch-Belgian providers: its fastest way."""
    from mimesis import Address, Person  # noqa: PLC0415 - only who measures has it
    from mimesis.enums import Gender  # noqa: PLC0415 - idem
    from mimesis.locales import Locale  # noqa: PLC0415 - idem

    person, address, dice = Person(Locale.NL_BE, seed=1), Address(Locale.NL_BE, seed=1), random.Random(1)  # noqa: S311 - no secret
    for number in range(count):
        is_man = dice.random() < 0.5
        gender = Gender.MALE if is_man else Gender.FEMALE
        born = _born(dice)
        yield (
            number, _insz(born, dice, is_man=is_man), person.first_name(gender), person.last_name(gender),
            gender.value, born, int(number / _PER_HOUSEHOLD), address.street_name(), address.street_number(),
            address.zip_code(), address.city(), person.email(),
        )  # fmt: skip


def with_faker(count: int, *, weighted: bool) -> Iterator[tuple[object, ...]]:
    """Make inhabitants in a loop over Faker's `nl_BE`, as it comes or without its weights."""
    from faker import Faker  # noqa: PLC0415 - only who measures has it

    fake, dice = Faker("nl_BE", use_weighting=weighted), random.Random(1)  # noqa: S311 - no secret
    fake.seed_instance(1)
    for number in range(count):
        is_man = dice.random() < 0.5
        born = _born(dice)
        yield (
            number, _insz(born, dice, is_man=is_man),
            fake.first_name_male() if is_man else fake.first_name_female(), fake.last_name(),
            "MALE" if is_man else "FEMALE", born, int(number / _PER_HOUSEHOLD), fake.street_name(),
            fake.building_number(), fake.postcode(), fake.city(), fake.email(),
        )  # fmt: skip


def _born(dice: random.Random) -> date:
    return date(2026, 1, 1) - timedelta(days=1 + int(dice.random() * 365 * _YEARS))


def _insz(born: date, dice: random.Random, *, is_man: bool) -> str:
    serial = 2 * int(dice.random() * 498) + (1 if is_man else 2)
    nine = (born.year % 100 * 10_000 + born.month * 100 + born.day) * 1000 + serial
    checked = nine + 2_000_000_000 if born.year >= _YEAR_2000 else nine
    return f"{nine * 100 + 97 - checked % 97:011d}"

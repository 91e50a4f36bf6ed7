"""Identifiers look real, pass every check digit, and can never be anybody's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import bis, nn, vat

from vlavirgem.errors import CapacityError
from vlavirgem.generation.births import register
from vlavirgem.identifiers import enterprise_numbers, national_numbers, phone_numbers
from vlavirgem.insz import FORMS, IMPOSSIBLE_DAY
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.town import Town


def test_every_national_number_passes_the_check_and_tells_birth_date_and_sex(hamlet: Town) -> None:
    """The number follows from date and sex; python-stdnum is the judge. A twin of the same sex has a bis number."""
    persons = hamlet.tables["personen"]
    for number, born, sex in persons.select("insz", "geboortedatum", "geslacht").iter_rows():
        judge = nn if int(number[2:4]) <= 12 else bis
        assert judge.is_valid(number), number
        assert born == judge.get_birth_date(number)
        assert {"MALE": "M", "FEMALE": "F"}[sex] == judge.get_gender(number)
    assert 1 == persons.filter(pl.col("insz").str.slice(2, 2).cast(pl.Int64) > 12).height


def test_no_national_number_can_ever_be_issued(hamlet: Town) -> None:
    """Serials run from 001 to 998; ours are 000 and 999."""
    assert {"000", "999"} == set(hamlet.tables["personen"]["insz"].str.slice(6, 3).to_list())


def test_no_two_persons_share_a_national_number(hamlet: Town) -> None:
    """The number is a key."""
    assert hamlet.tables["personen"]["insz"].is_unique().all()


@pytest.mark.parametrize("form", range(len(FORMS)))
def test_every_form_of_a_national_number_passes_the_check(form: int) -> None:
    """Births beyond the two serials use bis months; a town above 25 wijken writes days that do not exist."""
    one = np.asarray([1], dtype=np.int64)
    shown, day = FORMS[form], (date(2001, 7, 14) - date(1970, 1, 1)).days

    number = national_numbers(born=one * day, serial=one * 999, form=one * form).item()

    assert f"01{7 + shown.month:02d}{14 + shown.day:02d}999" == number[:9]
    assert 97 - (2_000_000_000 + int(number[:9])) % 97 == int(number[9:])
    if shown.day == 0:
        assert (bis if shown.month else nn).is_valid(number)


def test_birth_days_are_shifted_as_little_as_possible() -> None:
    """Two boys of one day: the second is born the day before; a girl of that day stays."""
    day = np.asarray([100, 100, 100, 99], dtype=np.int64)
    sex = np.asarray([0, 0, 1, 0], dtype=np.int64)

    births = register(day, sex=sex, wijken=np.arange(1), people=np.asarray([4]), of=1)

    assert [100, 99, 100, 98] == births.day.tolist()
    assert [999, 999, 0, 999] == births.serial.tolist()


@given(
    of=st.sampled_from([1, 2, 25, 26, 100, 500]),
    days=st.lists(st.integers(-20_000, 20_000), min_size=1, max_size=120),
    data=st.data(),
)
def test_everybody_has_a_number_that_nobody_else_has(of: int, days: list[int], data: st.DataObject) -> None:
    """Wijken share no day and serial, though none of them knows another."""
    size = len(days)
    wijk = np.asarray(data.draw(st.lists(st.integers(0, of - 1), min_size=size, max_size=size)), dtype=np.int64)
    people = np.bincount(wijk, minlength=of)
    sex = np.asarray(data.draw(st.lists(st.integers(0, 1), min_size=size, max_size=size)), dtype=np.int64)
    wanted = np.asarray(days, dtype=np.int64)

    try:
        births = register(wanted, sex=sex, wijken=np.arange(of), people=people, of=of)
    except CapacityError:
        return  # more than a year of days that are taken

    keys = set(zip(births.day.tolist(), births.serial.tolist(), births.form.tolist(), strict=True))
    assert size == len(keys)
    assert (births.day <= wanted).all()
    assert (births.serial % 2 == (sex == 0)).all()
    assert set(births.serial.tolist()) <= {0, 999} or {IMPOSSIBLE_DAY} == set(births.form.tolist())


def test_too_many_people_for_the_safe_numbers_is_an_error() -> None:
    """Better no town than numbers of living people."""
    nobody = np.zeros(1_000, dtype=np.int64)
    with pytest.raises(CapacityError, match="smaller profile"):
        register(nobody, sex=nobody, wijken=np.arange(1), people=np.asarray([nobody.size]), of=1)
    with pytest.raises(CapacityError, match="smaller profile"):
        register(nobody[:1], sex=nobody[:1], wijken=np.arange(1), people=np.ones(1, dtype=np.int64), of=8_000)


def test_enterprise_numbers_pass_the_check_and_lie_in_ranges_that_are_not_issued() -> None:
    """0999 and 19, far above today's numbers; the municipality has 0999.309.044."""
    numbers = enterprise_numbers(np.arange(19_999, dtype=np.int64)).to_list()

    assert "0999309044" == numbers[0]
    assert len(numbers) == len(set(numbers))
    assert {"0999", "1900"} == {number[:4] for number in numbers}
    assert all(vat.is_valid(number) for number in numbers[:10_500:7])


def test_no_more_enterprise_numbers_than_the_ranges_hold() -> None:
    """The ranges end somewhere."""
    with pytest.raises(CapacityError):
        enterprise_numbers(np.asarray([1_009_999], dtype=np.int64))


def test_phone_numbers_cannot_be_dialled() -> None:
    """After the country code no Belgian number starts with a zero."""
    assert ["+32000000007"] == phone_numbers(np.asarray([7], dtype=np.int64)).to_list()


def test_every_identifier_in_the_dictionary_says_why_it_is_safe() -> None:
    """A guarantee without a reason is a wish."""
    columns = [column for table in TABLES.values() for column in table.columns]

    assert [] == [c.name for c in columns if (c.guarantee is None) != (not c.basis)]
    named = {c.name for c in columns if c.guarantee}
    assert {"insz", "ondernemingsnummer", "ovo_code", "nis_code", "postcode", "email", "telefoon", "x"} <= named

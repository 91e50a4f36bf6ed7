"""Identifiers look real, pass every check digit, and can never be anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from stdnum.be import bis, nn, vat

from vlavirgem.errors import CapacityError
from vlavirgem.generation.people import unique_birth_days
from vlavirgem.identifiers import enterprise_numbers, national_numbers, phone_numbers
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.town import Town


def test_every_national_number_passes_the_check_and_tells_birth_date_and_sex(hamlet: Town) -> None:
    """The number follows from date and sex; python-stdnum is the judge."""
    persons = hamlet.tables["personen"]
    for number, born, sex in persons.select("insz", "geboortedatum", "geslacht").iter_rows():
        assert nn.is_valid(number), number
        assert born == nn.get_birth_date(number)
        assert {"MALE": "M", "FEMALE": "F"}[sex] == nn.get_gender(number)


def test_no_national_number_can_ever_be_issued(hamlet: Town) -> None:
    """Serials run from 001 to 998; ours are 000 and 999."""
    assert {"000", "999"} == set(hamlet.tables["personen"]["insz"].str.slice(6, 3).to_list())


def test_no_two_persons_share_a_national_number(hamlet: Town) -> None:
    """The number is a key."""
    assert hamlet.tables["personen"]["insz"].is_unique().all()


@pytest.mark.parametrize(("form", "offset"), [(0, 0), (1, 40), (2, 20)])
def test_bis_forms_for_larger_towns_pass_the_check_too(form: int, offset: int) -> None:
    """A town above 40 000 inhabitants also uses months + 40 and + 20, with the same serials."""
    one = np.asarray([1], dtype=np.int64)

    number = national_numbers(year=one * 2001, month=one * 7, day=one * 14, is_male=one == 1, form=one * form).item()

    assert f"01{7 + offset:02d}14999" == number[:9]
    assert (nn if form == 0 else bis).is_valid(number)


def test_birth_days_are_shifted_as_little_as_possible() -> None:
    """Two boys of one day: the second is born the day before; a girl of that day stays."""
    day = np.asarray([100, 100, 100, 99], dtype=np.int64)
    sex = np.asarray([0, 0, 1, 0], dtype=np.int64)

    given, form = unique_birth_days(day, sex=sex)

    assert [100, 99, 100, 98] == given.tolist()
    assert [0, 0, 0, 0] == form.tolist()


def test_too_many_people_for_the_safe_numbers_is_an_error() -> None:
    """Better no town than numbers of living people."""
    with pytest.raises(CapacityError, match="smaller profile"):
        unique_birth_days(np.zeros(1_000, dtype=np.int64), sex=np.zeros(1_000, dtype=np.int64))


def test_enterprise_numbers_pass_the_check_and_lie_in_ranges_that_are_not_issued() -> None:
    """0999 and 1999, far above today's numbers; the municipality has 0999.309.044."""
    numbers = enterprise_numbers(np.arange(19_999, dtype=np.int64)).to_list()

    assert "0999309044" == numbers[0]
    assert len(numbers) == len(set(numbers))
    assert {"0999", "1999"} == {number[:4] for number in numbers}
    assert all(vat.is_valid(number) for number in numbers[:10_500:7])


def test_no_more_enterprise_numbers_than_the_ranges_hold() -> None:
    """The ranges end somewhere."""
    with pytest.raises(CapacityError):
        enterprise_numbers(np.asarray([19_999], dtype=np.int64))


def test_phone_numbers_cannot_be_dialled() -> None:
    """After the country code no Belgian number starts with a zero."""
    assert ["+32000000007"] == phone_numbers(np.asarray([7], dtype=np.int64)).to_list()


def test_every_identifier_in_the_dictionary_says_why_it_is_safe() -> None:
    """A guarantee without a reason is a wish."""
    columns = [column for table in TABLES.values() for column in table.columns]

    assert [] == [c.name for c in columns if (c.guarantee is None) != (not c.basis)]
    named = {c.name for c in columns if c.guarantee}
    assert {"insz", "ondernemingsnummer", "ovo_code", "nis_code", "postcode", "email", "telefoon", "x"} <= named

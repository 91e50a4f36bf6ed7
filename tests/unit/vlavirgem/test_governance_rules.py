"""The rules that hold for every municipality: seats, terms, dates, ranks and the texts that are filled in."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.generation.governance.calendar import appointments
from vlavirgem.generation.governance.law import council_seats, most_aldermen, share_out, terms_until
from vlavirgem.generation.governance.seats import alternating, ordinal
from vlavirgem.generation.governance.texts import grouped, in_street, templates
from vlavirgem.holidays import easter, is_holiday


@pytest.mark.parametrize(
    ("inhabitants", "seats", "aldermen"),
    [(88, 7, 2), (999, 7, 2), (1_000, 9, 3), (4_999, 15, 3), (20_000, 27, 6), (299_999, 53, 10), (530_000, 55, 10)],
)
def test_the_law_says_how_many_seats_there_are(inhabitants: int, seats: int, aldermen: int) -> None:
    """Decreet over het lokaal bestuur, articles 4 and 42."""
    assert (seats, aldermen) == (council_seats(inhabitants), most_aldermen(inhabitants))


def test_the_council_meets_every_month_but_in_summer_and_the_college_every_week() -> None:
    """Ten councils a year; a week without a college only on a holiday."""
    planned = appointments(until=date(2026, 1, 1), inhabitants=8_000)
    councils = [one.day for one in planned if one.body == "GR"]
    colleges = [one.day for one in planned if one.body == "CBS"]

    assert 20 == len(councils)
    assert not {7, 8} & {day.month for day in councils}
    assert {day.isoweekday() for day in colleges} == {3}
    assert 98 <= len(colleges) <= 105


@given(st.dates(date(2019, 1, 1), date(2060, 12, 31)))
def test_terms_follow_each_other(day: date) -> None:
    """Six years each, from 1 January."""
    earlier, later = terms_until(day)

    assert later.first <= day <= later.last
    assert timedelta(days=1) == later.first - earlier.last
    assert 0 == (later.first.year - 2019) % 6


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6), st.integers(1, 55))
def test_seats_go_by_imperiali(votes: list[int], seats: int) -> None:
    """Every seat is given out; who has more votes never has fewer seats."""
    order = share_out(seats, votes=votes)

    won = [order.count(i) for i in range(len(votes))]
    assert seats == sum(won)
    for i, a in enumerate(votes):
        for j, b in enumerate(votes):
            assert a <= b or won[i] >= won[j]


def test_imperiali_divides_by_one_one_and_a_half_two() -> None:
    """Worked by hand: 1000, 600 and 400 votes for seven seats.

    1000, 667, 500, 400, 333 against 600, 400, 300 against 400, 267: the seats of 400 go to who has most votes.
    """
    assert [0, 0, 1, 0, 0, 1, 2] == share_out(7, votes=[1000, 600, 400])


@pytest.mark.parametrize(
    ("rank", "text"), [(1, "Eerste"), (12, "Twaalfde"), (13, "13de"), (20, "20ste"), (31, "31ste")]
)
def test_ranks_are_written_in_dutch(rank: int, text: str) -> None:
    """As in "Eerste schepen"."""
    assert text == ordinal(rank)


def test_lists_alternate_between_women_and_men() -> None:
    """As long as there are both."""
    people = pl.DataFrame({"id": [1, 2, 3, 4], "geslacht": ["MALE", "MALE", "MALE", "FEMALE"]})

    assert [1, 4, 2, 3] == alternating(people)


def test_templates_use_a_place_once_and_only_known_ones() -> None:
    """Texts are filled in by replacing each place once."""
    known = {"straat", "in_straat", "In_straat", "vereniging", "bedrag", "aantal", "jaar", "volgend_jaar", "onderwerp"}
    for template in templates():
        for text in (template.title, template.text, template.reason or "", *template.articles):
            used = [part.split("}")[0] for part in text.split("{")[1:]]
            assert len(used) == len(set(used)), text
            assert set(used) <= known, text
            assert "onderwerp" not in used or template.subjects != ("",), text


@given(st.integers(1900, 2199))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    """From 22 March to 25 April."""
    assert 7 == easter(year).isoweekday()
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_nobody_meets_on_a_holiday() -> None:
    """Not on those that move with Easter either; Easter of 2024 was on 31 March."""
    assert date(2024, 3, 31) == easter(2024)
    planned = appointments(until=date(2026, 1, 1), inhabitants=30_000)
    assert not [one for one in planned if is_holiday(one.day)]
    assert is_holiday(date(2024, 5, 9))
    assert not is_holiday(date(2024, 5, 10))


@pytest.mark.parametrize(
    ("street", "where"),
    [("Markt", "op de Markt"), ("Houtsnipplein", "op het Houtsnipplein"), ("Sperwerdijk", "op de Sperwerdijk"),
     ("Beemdpad", "in het Beemdpad"), ("Voermansstraat", "in de Voermansstraat")],
)  # fmt: skip
def test_streets_have_their_article_and_preposition(street: str, where: str) -> None:
    """Nobody says "in de Markt"."""
    assert where == in_street(street)


def test_amounts_have_a_point_between_all_thousands() -> None:
    """A million and a half is not 1531.000."""
    assert ["950", "14.450", "1.531.000"] == [grouped(euros) for euros in (950, 14_450, 1_531_000)]


def test_works_are_tendered_in_the_open() -> None:
    """Above 143,000 euro without VAT nothing is bought without publication (law of 17 June 2016, article 42)."""
    dear = [one for one in templates() if one.amount[1] > 143_000]
    assert not [text for one in dear for text in one.articles if "zonder voorafgaande bekendmaking" in text]

"""What the law says about sizes and terms, as far as a made-up town needs it.

Sources: Decreet van 22 december 2017 over het lokaal bestuur (DLB), articles 4 (seats of the council) and 42
(aldermen, the chair of the special committee included; an assumption, see below); Lokaal en Provinciaal
Kiesdecreet van 8 juli 2011 (seats go by the Imperiali system).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SEATS = (
    (0, 7), (1_000, 9), (2_000, 11), (3_000, 13), (4_000, 15), (5_000, 17), (7_000, 19), (9_000, 21), (12_000, 23),
    (15_000, 25), (20_000, 27), (25_000, 29), (30_000, 31), (35_000, 33), (40_000, 35), (50_000, 37), (60_000, 39),
    (70_000, 41), (80_000, 43), (90_000, 45), (100_000, 47), (150_000, 49), (200_000, 51), (250_000, 53),
    (300_000, 55),
)  # fmt: skip
"""DLB article 4: seats from this number of inhabitants on, the mayor and the aldermen included."""
_ALDERMEN = (
    (0, 2), (1_000, 3), (5_000, 4), (10_000, 5), (20_000, 6), (30_000, 7), (50_000, 8), (100_000, 9), (200_000, 10),
)  # fmt: skip
"""DLB article 42: at most so many aldermen. An assumption: the steps are written from memory and no source at hand
gives them; to be verified in the text of the decree (codex.vlaanderen.be, Decreet over het lokaal bestuur)."""
_COMMITTEE = ((0, 6), (15_000, 8), (50_000, 10), (150_000, 12))
"""Members of the special committee beside its chair. The steps are those of the former councils for social welfare
(wet van 8 juli 1976, article 6); the numbers are a choice of the same order."""

_FIRST_TERM = 2019
_YEARS = 6
MAJORITY = 18
"""Age from which people vote and can be chosen."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of local government: six years from 1 January, both days included.

    Real councils began in the first days of January 2019 and of December 2024; a round date keeps periods apart.
    """

    first: date
    last: date

    @property
    def years(self) -> str:
        """For instance `2025-2030`."""
        return f"{self.first.year}-{self.last.year}"


def terms_until(day: date) -> tuple[Term, Term]:
    """Give the term in which a day falls and the one before, the earlier one first."""
    begin = _FIRST_TERM + (day.year - _FIRST_TERM) // _YEARS * _YEARS
    earlier, later = (Term(date(year, 1, 1), date(year + _YEARS - 1, 12, 31)) for year in (begin - _YEARS, begin))
    return earlier, later


def council_seats(inhabitants: int) -> int:
    """Say how many seats a council has."""
    return _step(_SEATS, inhabitants)


def most_aldermen(inhabitants: int) -> int:
    """Say how many aldermen there are at most."""
    return _step(_ALDERMEN, inhabitants)


def committee_members(inhabitants: int) -> int:
    """Say how many members the special committee for social service has beside its chair."""
    return _step(_COMMITTEE, inhabitants)


def _step(table: Sequence[tuple[int, int]], inhabitants: int) -> int:
    return table[bisect_right(table, inhabitants, key=lambda row: row[0]) - 1][1]


def share_out(seats: int, *, votes: Sequence[int]) -> list[int]:
    """Give for each seat, in the order in which they are given out, the list that gets it.

    Imperiali: a list's votes are divided by 1, 1.5, 2 and so on; the highest quotients get the seats. Of equal ones
    the list with most votes goes first, then the one named first.
    """
    won = [0] * len(votes)
    order: list[int] = []
    for _ in range(seats):
        best = max(range(len(votes)), key=lambda i: (Fraction(2 * votes[i], won[i] + 2), votes[i], -i))
        won[best] += 1
        order.append(best)
    return order

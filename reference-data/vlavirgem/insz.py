"""National numbers that nobody can have: what is different about them, and how one is written.

Nothing here needs a library for arrays: a town's life uses it too. Many at a time are written by
`vlavirgem.identifiers.national_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

YEAR_2000, CENTURY_PREFIX = 2000, 2_000_000_000
"""Who is born from that year on has a 2 in front of the nine digits that are checked."""


class InszForm(NamedTuple):
    """What a national number shows instead of month and day of birth: so much more.

    Attributes:
        month: Added to the month; 20 and 40 are those of a bis number.
        day: Added to the day.
        basis: Why nobody can have such a number.
    """

    month: int
    day: int
    basis: str


_SERIALS = "Volgnummers 000 en 999 worden nooit uitgereikt."
_DAYS = "Geen enkele dag van een maand is 41 of later."
FORMS = (
    InszForm(0, 0, _SERIALS),
    InszForm(40, 0, _SERIALS),
    InszForm(20, 0, _SERIALS),
    InszForm(0, 40, _DAYS),
    InszForm(40, 40, _DAYS),
)
"""The last two are for towns, or several together, too large for the two serials that are never issued."""
IMPOSSIBLE_DAY, IMPOSSIBLE_TWIN = 3, 4
NEVER_ISSUED = {"male": 999, "female": 0}


def national_number(born: date, *, is_male: bool, form: int) -> str:
    """Give a national number with a serial that is never issued.

    Args:
        born: Day of birth.
        is_male: Whether it is that of a man.
        form: Index in `FORMS`.
    """
    shown, serial = FORMS[form], NEVER_ISSUED["male" if is_male else "female"]
    day = (born.year % 100) * 10_000 + (born.month + shown.month) * 100 + born.day + shown.day
    nine = day * 1000 + serial
    checked = nine + CENTURY_PREFIX if born.year >= YEAR_2000 else nine
    return f"{nine * 100 + 97 - checked % 97:011d}"

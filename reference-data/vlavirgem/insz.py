"""National numbers that nobody can have: what is different about them, and how one is written.

Nothing here needs a library for arrays: a town's life uses it too. Many at a time are written by
`vlavirgem.identifiers.national_numbers`.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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
_MONTHS = 12
NEVER_ISSUED = {"male": 999, "female": 0}
GROUPS = 16
"""Groups of days that each wijk of a large town, or of several together, has one of, beside a serial."""
EPOCH = date(1970, 1, 1)
"""From which day days are counted, to put them in groups."""


def national_number(born: date, *, is_male: bool, form: int, serial: int | None = None) -> str:
    """Give a national number.

    Args:
        born: Day of birth.
        is_male: Whether it is that of a man.
        form: Index in `FORMS`.
        serial: Its serial; one that is never issued unless given.
    """
    shown = FORMS[form]
    if serial is None:
        serial = NEVER_ISSUED["male" if is_male else "female"]
    day = (born.year % 100) * 10_000 + (born.month + shown.month) * 100 + born.day + shown.day
    nine = day * 1000 + serial
    checked = nine + CENTURY_PREFIX if born.year >= YEAR_2000 else nine
    return f"{nine * 100 + 97 - checked % 97:011d}"


def wijk_of(number: str, *, born: date) -> int | None:
    """Say which wijk alone may give a national number; none when it is of a form that wijken share."""
    month, day = int(number[2:4]), int(number[4:6])
    if month > _MONTHS or day <= FORMS[IMPOSSIBLE_DAY].day:
        return None
    return (int(number[6:9]) - 1) // 2 * GROUPS + (born - EPOCH).days % GROUPS


def of_wijk(wijk: int, born: date, *, is_male: bool) -> str:
    """Give the national number that a wijk may give on a day of its own group."""
    return national_number(
        born, is_male=is_male, form=IMPOSSIBLE_DAY, serial=wijk // GROUPS * 2 + (1 if is_male else 2)
    )


def of_municipality(number: int, born: date, *, is_male: bool) -> str:
    """Give the national number that a municipality, one of several that were made together, may give on any day."""
    return national_number(born, is_male=is_male, form=IMPOSSIBLE_TWIN, serial=2 * number + is_male)

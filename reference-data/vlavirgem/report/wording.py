"""Texts in Dutch and English, and numbers as each language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date

LANGUAGES = ("nl", "en")


class Both(NamedTuple):
    """A text in both languages."""

    nl: str
    en: str

    def __call__(self, language: str) -> str:
        """Give it in one of them."""
        return self.en if language == "en" else self.nl


def same(text: str) -> Both:
    """Give a text that is the same in both: a name, a year."""
    return Both(text, text)


def grouped(value: int, *, language: str = "nl") -> str:
    """Write a whole number: a point between thousands in Dutch, a comma in English."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


_MONTHS = Both(
    "januari februari maart april mei juni juli augustus september oktober november december",
    "January February March April May June July August September October November December",
)


def written_day(day: date, *, language: str) -> str:
    """Write a day in words."""
    return f"{day.day} {_MONTHS(language).split()[day.month - 1]} {day.year}"

"""Names of tables and columns for people, and values as people write them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from vlavirgem.report.codes import said
from vlavirgem.report.wording import Both, grouped, written_day

_LANGUAGES = {
    "NLD": Both("Nederlands", "Dutch"),
    "FRA": Both("Frans", "French"),
    "ENG": Both("Engels", "English"),
    "DEU": Both("Duits", "German"),
    "TUR": Both("Turks", "Turkish"),
    "ARA": Both("Arabisch", "Arabic"),
    "POL": Both("Pools", "Polish"),
    "RON": Both("Roemeens", "Romanian"),
    "UKR": Both("Oekraïens", "Ukrainian"),
    "ITA": Both("Italiaans", "Italian"),
    "BER": Both("Berbers", "Berber"),
    "KUR": Both("Koerdisch", "Kurdish"),
    "RUS": Both("Russisch", "Russian"),
}
_NATIONALITIES = {
    "BEL": Both("Belg", "Belgian"),
    "NLD": Both("Nederlands", "Dutch"),
    "POL": Both("Pools", "Polish"),
    "ROU": Both("Roemeens", "Romanian"),
    "MAR": Both("Marokkaans", "Moroccan"),
    "TUR": Both("Turks", "Turkish"),
    "FRA": Both("Frans", "French"),
    "UKR": Both("Oekraïens", "Ukrainian"),
    "ITA": Both("Italiaans", "Italian"),
    "SYR": Both("Syrisch", "Syrian"),
    "BGR": Both("Bulgaars", "Bulgarian"),
    "DEU": Both("Duits", "German"),
    "ESP": Both("Spaans", "Spanish"),
    "PRT": Both("Portugees", "Portuguese"),
    "GBR": Both("Brits", "British"),
    "AFG": Both("Afghaans", "Afghan"),
}
_MIDNIGHT, _LAST_SECOND = time(0), time(23, 59, 59)
_DEGREES = 360
"""Below this a number can be one of degrees, which needs more digits than one of metres."""
_HERE = ZoneInfo("Europe/Brussels")
"""Data holds UTC; people read the clock on the wall."""
_PHONE = re.compile(r"(\+32)(\d{3})(\d{2})(\d{2})(\d{2})")
_AS_IT_IS = ("id", "bouwjaar", "nummer", "volgnummer")


@dataclass(frozen=True, slots=True)
class Naming:
    """How a table and its rows are called.

    Attributes:
        one: One row of it.
        many: All of it.
        title: Columns that make the title of a row.
        below: Columns that stand below the title.
    """

    one: Both
    many: Both
    title: tuple[str, ...]
    below: tuple[str, ...]


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files("vlavirgem.explore").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def naming(table: str) -> Naming:
    """Say how a table is called; one that is not in the list is named after itself."""
    found = _words()["tabellen"].get(table)
    if found is None:
        name = table.replace("_", " ")
        return Naming(one=Both(name, name), many=Both(name, name), title=(), below=())
    return Naming(
        one=Both(*found["een"]), many=Both(*found["meer"]), title=tuple(found["titel"]), below=tuple(found["onder"])
    )


@cache
def column_name(column: str) -> Both:
    """Say how a column is called."""
    found = _words()["kolommen"].get(column)
    if found is not None:
        return Both(*found)
    name = column.removesuffix("_id").replace("_", " ").capitalize()
    return Both(name, name)


def written(value: Any, *, column: str, language: str) -> str:
    """Write a value for people.

    Args:
        value: What a cell holds; None gives an empty text.
        column: Its column: years and numbers of things are not grouped by thousands.
        language: `nl` or `en`.
    """
    text: str
    if value is None:
        return ""
    if isinstance(value, bool):
        text = ("yes" if value else "no") if language == "en" else ("ja" if value else "nee")
    elif isinstance(value, datetime):
        here = value.astimezone(_HERE)
        text = written_day(here.date(), language=language)
        # What begins or ends with a day has no hour that says anything.
        if value.time() != _MIDNIGHT and here.time() not in {_MIDNIGHT, _LAST_SECOND}:
            text += f", {here:%H:%M}"
    elif isinstance(value, date):
        text = written_day(value, language=language)
    elif isinstance(value, list):
        text = ", ".join(_coded(str(one), column=column)(language) for one in value)
    elif isinstance(value, float):
        digits = 7 if abs(value) < _DEGREES else 2
        text = f"{value:,.{digits}f}".rstrip("0").rstrip(".")
        text = text if language == "en" else text.translate(str.maketrans(",.", ".,"))
    elif isinstance(value, int):
        text = str(value) if column in _AS_IT_IS else grouped(value, language=language)
    else:
        text = _written_text(value, column=column, language=language)
    return text


def _written_text(value: str, *, column: str, language: str) -> str:
    if column in {"thuistaal", "taal"}:
        return _LANGUAGES[value](language) if value in _LANGUAGES else value
    if column == "nationaliteit" and value in _NATIONALITIES:
        return _NATIONALITIES[value](language)
    if column == "telefoon" and (parts := _PHONE.fullmatch(value)):
        return " ".join(parts.groups())
    if column == "insz":
        return f"{value[:2]}.{value[2:4]}.{value[4:6]}-{value[6:9]}.{value[9:]}"
    if column == "ondernemingsnummer":
        return f"{value[:4]}.{value[4:7]}.{value[7:]}"
    return _coded(value, column=column)(language)


def _coded(value: str, *, column: str) -> Both:
    """Say a code as its column has it; one that means the same everywhere as it is said everywhere."""
    found = _words()["codes"].get(column, {}).get(value)
    return said(value) if found is None else Both(*found)

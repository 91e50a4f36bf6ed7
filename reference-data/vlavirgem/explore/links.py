"""Finds rows by number, what they point at, and what points at them; driven by the data dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from vlavirgem.explore.words import naming, written
from vlavirgem.report.ground import Ground
from vlavirgem.report.wording import Both, written_day
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.report.tables import TownTables

    Row = dict[str, Any]

_TITLES = ("naam", "titel", "onderwerp", "label", "omschrijving", "functie_naam", "stap", "status", "inhoud")
"""Columns that can be the title of a row of a table that has no names in `words.toml`."""
_STRETCHES = (("van", "tot"), ("startdatum", "einddatum"))
_UNITS = {
    "lengte": Both("m", "m"),
    "oppervlakte": Both("m²", "m²"),
    "aantal_leden": Both("leden", "members"),
    "aantal_zetels": Both("zetels", "seats"),
    "zetels": Both("zetels", "seats"),
    "bedrag": Both("euro", "euro"),
    "maximumbedrag": Both("euro", "euro"),
    "aantal_voorstanders": Both("voor", "for"),
    "aantal_tegenstanders": Both("tegen", "against"),
}
"""What numbers count, where no name of a column stands beside them."""
_ONE = {name: Both("zetel", "seat") for name in ("aantal_zetels", "zetels")} | {"aantal_leden": Both("lid", "member")}
_DEEP = 3
"""How many references a title may follow."""


_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=[0-9]*[a-f])[0-9a-f]{24,64}")


def is_key(value: Any) -> bool:
    """Say whether a value is a code of a list that says nothing to people."""
    return isinstance(value, str) and _KEY.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class Back:
    """What points at a row from one column.

    Attributes:
        table: The table.
        column: Its column.
    """

    table: str
    column: str


def in_english(table: str, column: str) -> str | None:
    """Name the column that says in English what a column says in Dutch, where there is one."""
    english = f"{column}_en"
    return english if any(one.name == english for one in TABLES[table].columns) else None


def has_english_title(table: str) -> bool:
    """Say whether English readers see the titles of rows of a table in English."""
    return any(in_english(table, column) for column in naming(table).title)


class Links:
    """A town in which every link can be followed both ways.

    Indexes are made when they are first needed: opening a town costs nothing, and a page some microseconds.
    """

    def __init__(self, town: TownTables) -> None:
        self.town = town
        self.ground = Ground(town)
        self._ids: dict[str, NDArray[np.int64]] = {}
        self._columns: dict[Back, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}
        self.title = lru_cache(maxsize=20_000)(self._title)

    @cached_property
    def backs(self) -> dict[str, list[Back]]:
        """For each table, the columns of tables of this town that point at it."""
        found: dict[str, list[Back]] = {}
        for name in self.town.names:
            for column in TABLES[name].columns:
                if column.references is not None:
                    found.setdefault(column.references, []).append(Back(name, column.name))
        return found

    def row(self, table: str, number: int) -> Row | None:
        """Read one row; None where there is none."""
        ids = self._ids_of(table)
        place = int(np.searchsorted(ids, number))
        if place >= ids.size or ids[place] != number:
            return None
        return self.town[table].row(place, named=True)

    def rows(self, table: str, places: NDArray[np.int64]) -> list[Row]:
        """Read rows by their places."""
        return self.town[table][places].to_dicts()

    def pointing(self, back: Back, number: int) -> NDArray[np.int64]:
        """Give the places of the rows that point at a number, in the order of the table."""
        if back not in self._columns:
            self._columns[back] = self._sorted(back)
        values, order = self._columns[back]
        low, high = np.searchsorted(values, [number, number + 1])
        return np.sort(order[low:high])

    def _sorted(self, back: Back) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        column = self.town[back.table][back.column].fill_null(0).to_numpy()
        order = np.argsort(column, kind="stable")
        return column[order], order

    def _ids_of(self, table: str) -> NDArray[np.int64]:
        if table not in self._ids:
            self._ids[table] = self.town[table]["id"].to_numpy()
        return self._ids[table]

    def _title(self, table: str, number: int, language: str, deep: int = 0) -> str:
        """Say how a row is called."""
        row = self.row(table, number)
        fallback = f"{naming(table).one(language).capitalize()} {number}"
        return fallback if row is None else self.title_of(table, row, language=language, deep=deep) or fallback

    def title_of(self, table: str, row: Row, *, language: str, deep: int = 0) -> str:
        """Say how a row that was read is called; empty where nothing says it."""
        otherwise = self._named_otherwise(table, row, language=language)
        if otherwise is not None:
            return otherwise
        columns = naming(table).title or tuple(name for name in _TITLES if name in row)[:1]
        told = {name: row.get(in_english(table, name) or name) if language == "en" else row[name] for name in row}
        words = [self.value(table, name, told[name], language=language, deep=deep) for name in columns if name in row]
        title = " ".join(word for word in words if word)
        if title.isdigit():
            return f"{naming(table).one(language).capitalize()} {title}"
        if table == "huishoudens" and title:
            return f"Household of {title}" if language == "en" else f"Huishouden van {title}"
        return title

    def below_of(self, table: str, row: Row, *, language: str) -> list[tuple[str, str]]:
        """Give what stands below the title of a row: column and value."""
        return [
            (name, text)
            for name in naming(table).below
            if name in row
            and not is_key(row[name])
            and (text := self.value(table, name, row[name], language=language))
        ]

    def line_below(self, table: str, row: Row, *, language: str, without: str | None = None) -> str:
        """Write what stands below the title of a row on one line; a beginning and an end as one stretch of time."""
        found = {name: text for name, text in self.below_of(table, row, language=language) if name != without}
        for name, unit in _UNITS.items():
            if name in found:
                found[name] += f" {(_ONE.get(name, unit) if found[name] == '1' else unit)(language)}"
        for begin, end in _STRETCHES:
            if begin in found and end in naming(table).below:
                since = ("sinds", "since")[language == "en"]
                until = found.pop(end, "")
                same = until == found[begin]
                found[begin] = (
                    found[begin] if same else f"{found[begin]} – {until}" if until else f"{since} {found[begin]}"
                )
        return " · ".join(found.values())

    def value(self, table: str, column: str, value: Any, *, language: str, deep: int = 0) -> str:
        """Write a value; a reference as the title of what it points at."""
        target = TABLES[table].column(column).references
        if target is None or value is None or target not in self.town.names:
            return written(value, column=column, language=language)
        return self.title(target, value, language, deep + 1) if deep < _DEEP else str(value)

    def _named_otherwise(self, table: str, row: Row, *, language: str) -> str | None:
        """Name what has no columns that do; None where they do."""
        if table in {"gebouwen", "gebouweenheden"}:
            return self._address(table, row["id"]) or None
        if table == "zittingen":
            return self._meeting(row, language=language)
        if table == "verblijven" and row["adres_id"] is None:
            return str(row["gemeente"] or written(row["land"], column="land", language=language))
        return "" if table == "wegsegmenten" and row["straatnaam_id"] is None else None

    def _meeting(self, row: Row, *, language: str) -> str:
        """Say which body met on which day."""
        term = self.row("bestuursorganen_in_tijd", row["orgaan_in_tijd_id"]) or {}
        body = self.row("bestuursorganen", term.get("bestuursorgaan_id", 0)) or {}
        name = str(body.get("naam", "")).removesuffix(f" {self.town.manifest.municipality}")
        day = written_day(row["geplande_start"].date(), language=language)
        return f"{name}, {day}" if language == "en" else f"{name} van {day}"

    def _address(self, table: str, number: int) -> str:
        if table == "gebouwen":
            found = self.ground.addresses.get(number)
            return found[1] if found else ""
        places = self.pointing(Back("adressen", "gebouweenheid_id"), number)
        return str(self.town["adressen"]["volledig_adres"][int(places[-1])]).split(",")[0] if places.size else ""

    def living(self) -> int:
        """Count the inhabitants who live."""
        return self.town["personen"].filter(pl.col("overlijdensdatum").is_null()).height

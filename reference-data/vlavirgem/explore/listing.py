"""Lists of a kind of thing: narrowed, sorted, page by page, and whole as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import polars as pl

from vlavirgem.explore.grouping import items
from vlavirgem.explore.links import Back, is_key
from vlavirgem.explore.searching import folded_all
from vlavirgem.explore.words import column_name, naming, written
from vlavirgem.schema import TABLES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from vlavirgem.explore.links import Links
    from vlavirgem.explore.searching import Search

    View = dict[str, Any]
    Places = NDArray[np.int64]

PAGE = 50
_FEW = 15
"""A column with at most so many different values, and mostly filled in, can be chosen from."""
_CHOICES = 4
"""Columns to choose from beside a list, at most."""
_AT_ONCE = 20_000
"""Rows that are written as CSV at a time."""
_FIRST = {"personen": "achternaam", "medewerkers": "achternaam"}
"""By what the first column of a list is sorted, where it is not the first word of a title."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a table somebody wants to see.

    Attributes:
        table: The table.
        filters: Values of columns: numbers of what a row points at, or texts as the table has them.
        words: What must stand in a row.
        sort: A column, or nothing for the order of the table.
        down: Whether the last comes first.
        start: How many rows are passed over.
    """

    table: str
    filters: Mapping[str, int | str | bool]
    words: str = ""
    sort: str = ""
    down: bool = False
    start: int = 0

    def query(self, **changes: Any) -> str:
        """Write it as a query, with some parts otherwise."""
        parts: dict[str, Any] = {
            **{name: str(value).lower() if isinstance(value, bool) else value for name, value in self.filters.items()},
            "q": self.words,
            "sorteer": ("-" if self.down else "") + self.sort,
            "vanaf": self.start,
            **changes,
        }
        return urlencode({name: value for name, value in parts.items() if value not in ("", 0, None)})


class Lists:
    """The lists of a town."""

    def __init__(self, links: Links, *, search: Search) -> None:
        self._links, self._search = links, search
        self.choices = lru_cache(maxsize=None)(self._choices)
        self._rank = lru_cache(maxsize=32)(self._ranked)

    def wanted(self, table: str, asked: Mapping[str, str], *, start: int) -> Wanted:
        """Read what is asked for; what means nothing for this table is passed over."""
        filters: dict[str, int | str | bool] = {}
        for column in TABLES[table].columns:
            value = asked.get(column.name, "")
            if column.references in self._links.town.names:
                if value.isdecimal() and len(value) <= len(str(2**50)):
                    filters[column.name] = int(value)
            elif value and column.name in self.choices(table):
                filters[column.name] = value == "true" if column.kind is Kind.BOOLEAN else value
        sort = asked.get("sorteer", "")
        known = sort.removeprefix("-") in self.sortable(table)
        return Wanted(
            table=table,
            filters=filters,
            words=asked.get("q", "") if self._search.knows(table) else "",
            sort=sort.removeprefix("-") if known else "",
            down=known and sort.startswith("-"),
            start=start,
        )

    def sortable(self, table: str) -> list[str]:
        """Name the columns by which a list can be sorted: those it shows, other than references."""
        names = naming(table)
        first = _FIRST.get(table, next(iter(names.title), ""))
        columns = {column.name: column for column in TABLES[table].columns}
        return [
            name
            for name in (first, *names.below)
            if name in columns
            and columns[name].references is None
            and self._links.town[table].schema[name] != pl.List(pl.String)
        ]

    def places(self, wanted: Wanted) -> Places:
        """Give the places of the rows that are wanted, in the order wanted."""
        frame = self._links.town[wanted.table]
        places = np.arange(frame.height)
        for column, value in wanted.filters.items():
            if isinstance(value, int) and not isinstance(value, bool):
                places = places[np.isin(places, self._links.pointing(Back(wanted.table, column), value))]
            else:
                places = places[(frame[column] == value).fill_null(value=False).to_numpy()[places]]
        if wanted.words.strip():
            found = self._search.find(wanted.words, only=wanted.table)
            there = found[0].places if found else np.empty(0, np.int64)
            places = there[np.isin(there, places)] if not wanted.sort else places[np.isin(places, there)]
        if wanted.sort:
            places = places[np.argsort(self._rank(wanted.table, wanted.sort, wanted.down)[places], kind="stable")]
        return places

    def _ranked(self, table: str, column: str, down: bool) -> Places:
        """Give for each row its rank by a column; capitals and accents do not matter, and what is empty comes last."""
        values = self._links.town[table][column]
        if values.dtype == pl.String:
            values = folded_all(values)
        order = values.arg_sort(descending=down, nulls_last=True).to_numpy()
        rank = np.empty(order.size, dtype=np.int64)
        rank[order] = np.arange(order.size)
        return rank

    def _choices(self, table: str) -> dict[str, list[Any]]:
        """Give the columns that have few different values, and these; not those that hold codes of other lists."""
        frame = self._links.town[table]
        found: dict[str, list[Any]] = {}
        for column in TABLES[table].columns:
            kind = frame.schema[column.name]
            if column.references is not None or kind not in {pl.String, pl.Boolean} or len(found) == _CHOICES:
                continue
            if 2 * frame[column.name].null_count() > frame.height:
                continue
            values = frame[column.name].unique().drop_nulls().sort()
            if 1 < values.len() <= _FEW and not is_key(values[0]):
                found[column.name] = values.to_list()
        return found

    def listing(self, wanted: Wanted, *, language: str) -> View:
        """List a table page by page."""
        table, start = wanted.table, wanted.start
        places = self.places(wanted)
        shown = places[start : start + PAGE]
        names = naming(table)
        below = [name for name in names.below if name in self._links.town[table].columns]
        total, path = int(places.size), f"/{table}"

        def at(**changes: Any) -> str:
            query = wanted.query(**changes)
            return f"{path}?{query}" if query else path

        return {
            "tabel": table,
            "titel": names.many(language).capitalize(),
            "uitleg": TABLES[table].text,
            "gefilterd": self._narrowed(wanted, language=language),
            "vraag": wanted.words,
            "totaal": total,
            "vanaf": start,
            "kolommen": [
                self._header(wanted, name, first=number == 0, language=language)
                for number, name in enumerate((_FIRST.get(table, next(iter(names.title), "")), *below))
            ],
            "keuzes": self._selects(wanted, language=language),
            "dingen": self._rows(table, shown, below, language=language),
            "vorige": at(vanaf=max(0, start - PAGE)) if start > 0 else None,
            "volgende": at(vanaf=start + PAGE) if start + PAGE < total else None,
            "csv": f"{path}.csv" + (f"?{query}" if (query := wanted.query(vanaf=0)) else ""),
        }

    def _rows(self, table: str, places: Places, below: list[str], *, language: str) -> list[View]:
        links = self._links
        listed = items(links, table, places, language=language)
        for item, row in zip(listed, links.rows(table, places), strict=True):
            item["cellen"] = [
                {
                    "kolom": name,
                    "tekst": links.value(table, name, row[name], language=language),
                    "href": f"/{target}/{row[name]}" if target in links.town.names and row[name] is not None else None,
                }
                for name in below
                for target in [TABLES[table].column(name).references]
            ]
        return listed

    def _header(self, wanted: Wanted, name: str, *, first: bool, language: str) -> View:
        text = ("Naam", "Name")[language == "en"] if first else column_name(name)(language)
        if first and wanted.table not in _FIRST:
            text = naming(wanted.table).one(language).capitalize()
        header: View = {"kolom": name, "naam": text, "volgorde": None, "href": None}
        if name in self.sortable(wanted.table):
            here = wanted.sort == name
            header["volgorde"] = ("descending" if wanted.down else "ascending") if here else None
            turned = f"-{name}" if here and not wanted.down else name
            header["href"] = f"/{wanted.table}?{wanted.query(sorteer=turned, vanaf=0)}"
        return header

    def _selects(self, wanted: Wanted, *, language: str) -> list[View]:
        return [
            {
                "kolom": name,
                "naam": column_name(name)(language),
                "waarden": [
                    {
                        "waarde": str(value).lower() if isinstance(value, bool) else value,
                        "tekst": written(value, column=name, language=language),
                        "gekozen": wanted.filters.get(name) == value,
                    }
                    for value in values
                ],
            }
            for name, values in self.choices(wanted.table).items()
        ]

    def _narrowed(self, wanted: Wanted, *, language: str) -> list[View]:
        """Name what the list points at."""
        return [
            {
                "kolom": column,
                "naam": column_name(column)(language),
                "titel": self._links.title(target, int(number), language),
                "href": f"/{target}/{number}",
                "nummer": number,
            }
            for column, number in wanted.filters.items()
            if (target := TABLES[wanted.table].column(column).references)
        ]

    def csv(self, wanted: Wanted) -> Iterator[str]:
        """Write everything that is wanted as CSV, some rows at a time; lists in a cell are parted by `|`."""
        frame, places = self._links.town[wanted.table], self.places(wanted)
        lists = [name for name, kind in frame.schema.items() if kind == pl.List(pl.String)]
        for begin in range(0, max(places.size, 1), _AT_ONCE):
            part = frame[places[begin : begin + _AT_ONCE]].with_columns(pl.col(name).list.join("|") for name in lists)
            yield part.write_csv(include_header=begin == 0, datetime_format="%Y-%m-%dT%H:%M:%SZ")

"""Finds things by the words people type: names, addresses, numbers; accents and capitals do not matter."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.report.tables import TownTables

SEARCHED = {
    "personen": ("voornaam", "achternaam", "insz"),
    "adressen": ("volledig_adres",),
    "straatnamen": ("naam",),
    "wijken": ("naam", "code"),
    "organisaties": ("naam", "sector", "ondernemingsnummer"),
    "producten": ("naam", "productnummer", "zoektermen"),
    "dossiers": ("dossiernummer", "titel"),
    "besluiten": ("titel", "nummer"),
    "bestuursorganen": ("naam",),
    "fracties": ("naam",),
    "percelen": ("capakey",),
}
"""Tables that are searched, the most wanted first, and in which columns."""
LONGEST = 80
_MOST_WORDS = 6


class Found(NamedTuple):
    """What was found in a table: places of rows, the best first."""

    table: str
    places: NDArray[np.int64]


def folded(text: str) -> str:
    """Take capitals and accents off."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def folded_all(texts: pl.Series) -> pl.Series:
    """Take them off many texts."""
    return texts.str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")


class Search:
    """The words of a town."""

    def __init__(self, town: TownTables) -> None:
        self._town = town

    @cached_property
    def _texts(self) -> dict[str, pl.Series]:
        texts = {}
        for table, columns in SEARCHED.items():
            if table not in self._town.names:
                continue
            frame = self._town[table]
            parts = [
                pl.col(name).list.join(" ") if frame.schema[name] == pl.List(pl.String) else pl.col(name)
                for name in columns
            ]
            text = pl.concat_str([pl.lit(""), *parts, pl.lit("")], separator=" ", ignore_nulls=True)
            texts[table] = folded_all(frame.select(text.alias("tekst"))["tekst"])
        return texts

    def warm(self) -> None:
        """Read what is searched, so that the first who searches does not wait."""
        assert self._texts is not None  # noqa: S101 - reading it makes it

    def knows(self, table: str) -> bool:
        """Say whether a table is searched."""
        return table in SEARCHED

    def find(self, asked: str, *, only: str | None = None) -> list[Found]:
        """Find rows that hold every word.

        Whole words count most, then words at the start of a name.

        Args:
            asked: What somebody typed.
            only: The one table to search.
        """
        words = folded(asked[:LONGEST]).replace(",", " ").split()[:_MOST_WORDS]
        if not words:
            return []
        found = []
        for table, text in self._texts.items():
            if only is not None and table != only:
                continue
            hits = np.ones(text.len(), dtype=np.bool_)
            starts = np.zeros(text.len(), dtype=np.int64)
            for word in words:
                hits &= text.str.contains(word, literal=True).to_numpy()
                starts += text.str.contains(f" {word}", literal=True).to_numpy()
                starts += text.str.contains(f" {word} ", literal=True).to_numpy()
            places = np.flatnonzero(hits)
            if places.size:
                found.append(Found(table, places[np.argsort(-starts[places], kind="stable")]))
        return found

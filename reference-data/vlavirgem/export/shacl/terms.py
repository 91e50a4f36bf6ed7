"""Columns of things and of values, as statements would hold them, without their text.

Nearly every IRI ends in a number, perhaps with a fragment behind it. Such a column is kept as numbers beside what all
of them share, and an IRI has only one such form. So things can be compared without writing them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.randomness import Flags, Integers

_NUMBERED = r"^(.*/)(0|[1-9]\d{0,17})(#.*)?$"
_ROOM = re.compile(r".*/\{\}(#.*)?")


@dataclass(frozen=True, eq=False)
class Things:
    """A column of IRIs.

    Attributes:
        template: What all share, with braces where each has its key.
        keys: Whole numbers, or texts.
    """

    template: str
    keys: pl.Series

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.keys)

    @property
    def is_numbered(self) -> bool:
        """Whether these are IRIs in the one form for numbered ones."""
        return self.keys.dtype == pl.Int64 and _ROOM.fullmatch(self.template) is not None

    @property
    def numbers(self) -> Integers:
        """The keys of numbered things."""
        numbers: Integers = self.keys.to_numpy()
        return numbers

    def take(self, rows: Integers | Flags) -> Things:
        """Give some rows."""
        return Things(self.template, _taken(self.keys, rows))

    def written(self) -> pl.Series:
        """Write the IRIs."""
        before, _, after = self.template.partition("{}")
        return pl.select(pl.concat_str(pl.lit(before), self.keys.cast(pl.String), pl.lit(after))).to_series()

    def per_text(self) -> tuple[pl.Series, Integers | None]:
        """Write each different IRI once if there are few, and say which one each row has; else write all."""
        if self.keys.dtype == pl.Int64:
            return self.written(), None
        different = self.keys.unique(maintain_order=True)
        places = self.keys.replace_strict(different, np.arange(len(different)), return_dtype=pl.Int64)
        return Things(self.template, different).written(), places.to_numpy()

    def parts(self) -> Iterator[tuple[Things, Integers | None]]:
        """Give numbered things per template and others with their whole IRIs, each with its rows; None for all."""
        if self.is_numbered:
            yield self, None
            return
        texts, places = self.per_text()
        groups = texts.str.extract_groups(_NUMBERED).struct.unnest()
        shared = pl.select(
            pl.when(groups["2"].is_not_null())
            .then(groups["1"] + "{}" + groups["3"].fill_null(""))
            .otherwise(pl.lit("{}"))
        ).to_series()
        for template in shared.unique(maintain_order=True):
            here = (shared == template).to_numpy()
            rows = np.flatnonzero(here if places is None else here[places])
            of = rows if places is None else places[rows]
            keys = texts if template == "{}" else groups["2"].cast(pl.Int64, strict=False)
            yield Things(template, keys[of]), rows


@dataclass(frozen=True, eq=False)
class Values:
    """A column of literals.

    Attributes:
        values: As the table has them, or texts.
        kind: What they are.
        datatype: IRI of the datatype.
        language: Of texts that have one.
    """

    values: pl.Series
    kind: Kind
    datatype: str
    language: str = ""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.values)

    def take(self, rows: Integers | Flags) -> Values:
        """Give some rows."""
        return Values(_taken(self.values, rows), self.kind, self.datatype, self.language)

    def written(self) -> pl.Series:
        """Write what literals hold, as an export does."""
        match self.kind:
            case Kind.TEXT:
                return self.values
            case Kind.MOMENT:
                return self.values.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
            case Kind.DATE:
                return self.values.dt.strftime("%Y-%m-%d")
            case _:
                return self.values.cast(pl.String)


Objects = Things | Values


def terms(objects: Objects) -> pl.Series:
    """Write terms so that different ones differ."""
    if isinstance(objects, Things):
        return objects.written()
    return objects.written() + f"^{objects.datatype}@{objects.language}"


def _taken(column: pl.Series, rows: Integers | Flags) -> pl.Series:
    return column.filter(pl.Series(rows)) if rows.dtype == np.bool_ else column[rows]

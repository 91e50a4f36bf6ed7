"""Tables as data frames: their types, the rows of a wijk in them, and a digest of what those hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.numbering import STRIDE
from vlavirgem.schema import TABLES, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray


_DTYPES: dict[Kind, pl.DataType] = {
    Kind.INTEGER: pl.Int64(),
    Kind.DECIMAL: pl.Float64(),
    Kind.TEXT: pl.String(),
    Kind.TEXTS: pl.List(pl.String()),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.MOMENT: pl.Datetime("us", "UTC"),
}


def dtypes(table: Table) -> dict[str, pl.DataType]:
    """Give the Polars type of every column."""
    return {column.name: _DTYPES[column.kind] for column in table.columns}


def conform(frame: pl.DataFrame, *, table: str) -> pl.DataFrame:
    """Put the columns in order and cast them to the types of the data dictionary."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in dtypes(TABLES[table]).items())


def age_on(day: date) -> pl.Expr:
    """Give the age in whole years, on a day, of who was born on `geboortedatum`."""
    born = pl.col("geboortedatum").dt
    # A month is too narrow a number to be multiplied.
    birthday_comes = born.month().cast(pl.Int32) * 100 + born.day() > day.month * 100 + day.day
    return day.year - born.year() - birthday_comes.cast(pl.Int32)


def wijken_in(frame: pl.DataFrame) -> list[tuple[int, int, int]]:
    """Say which wijken have rows in a table: number, first row, and the row after the last."""
    import numpy as np  # noqa: PLC0415 - filling a database needs none, and starts sooner

    wijk = (frame["id"].to_numpy() - 1) // STRIDE
    numbers, first = np.unique(wijk, return_index=True)
    ends = [*first[1:].tolist(), wijk.size]
    return list(zip(numbers.tolist(), first.tolist(), ends, strict=True))


def pieces_of(frame: pl.DataFrame, *, table: Table) -> dict[int, bytes]:
    """Hash the rows of each wijk that has some.

    The bytes that are hashed are defined here, column by column, and do not depend on a library, a
    file format or the machine: see `_Bytes`.
    """
    columns = [_Bytes(frame[column.name], column=column) for column in table.columns]
    pieces = {}
    for wijk, first, end in wijken_in(frame):
        piece = hashlib.sha256(f"{end - first}\n".encode())
        for column in columns:
            for part in column.of(first, end):
                piece.update(part)
        pieces[wijk] = piece.digest()
    return pieces


class _Bytes:
    """The canonical bytes of a column.

    Where a column may be empty: one byte per row, 1 if it is not. Texts: lengths in UTF-8 bytes as little-endian
    64-bit integers, then all bytes. Lists: how many items, then their texts. Numbers, dates (days since 1970) and
    moments (microseconds since 1970): little-endian 64-bit integers; decimals: little-endian IEEE 754 doubles; absent
    ones as zero.
    """

    def __init__(self, values: pl.Series, *, column: Column) -> None:
        self._by_row: list[NDArray[np.generic]] = []
        self._texts: _Texts | None = None
        self._items: NDArray[np.int64] | None = None
        if column.nullable:
            self._by_row.append(values.is_not_null().cast(pl.UInt8).to_numpy())
        if column.kind is Kind.TEXTS:
            counts = values.list.len().fill_null(0).cast(pl.Int64).to_numpy()
            self._by_row.append(counts.astype("<i8"))
            self._items = _ends(counts)
            self._texts = _Texts(values.drop_nulls().explode(empty_as_null=False))
        elif column.kind is Kind.TEXT:
            self._texts = _Texts(values.fill_null(""))
        elif column.kind is Kind.DECIMAL:
            self._by_row.append(values.fill_null(0.0).to_numpy().astype("<f8"))
        else:
            numbers = values.cast(pl.Int32) if column.kind is Kind.DATE else values
            self._by_row.append(numbers.cast(pl.Int64).fill_null(0).to_numpy().astype("<i8"))

    def of(self, first: int, end: int) -> Iterable[bytes]:
        """Give the bytes of the rows from `first` up to but not including `end`."""
        for values in self._by_row:
            yield values[first:end].tobytes()
        if self._texts is not None:
            if self._items is not None:
                first, end = int(self._items[first]), int(self._items[end])
            yield from self._texts.of(first, end)


class _Texts:
    def __init__(self, values: pl.Series) -> None:
        self._lengths = values.str.len_bytes().cast(pl.Int64).to_numpy().astype("<i8")
        self._ends = _ends(self._lengths)
        self._text = memoryview((values.str.join("").item() or "").encode())

    def of(self, first: int, end: int) -> Iterable[bytes]:
        yield self._lengths[first:end].tobytes()
        yield bytes(self._text[int(self._ends[first]) : int(self._ends[end])])


def _ends(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    import numpy as np  # noqa: PLC0415 - as above

    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])

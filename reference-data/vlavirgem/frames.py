"""Tables as data frames: their types, and a digest of what they hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.schema import TABLES, Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

_DTYPES: dict[Kind, pl.DataType] = {
    Kind.INTEGER: pl.Int64(),
    Kind.DECIMAL: pl.Float64(),
    Kind.TEXT: pl.String(),
    Kind.TEXTS: pl.List(pl.String()),
    Kind.BOOLEAN: pl.Boolean(),
    Kind.DATE: pl.Date(),
    Kind.MOMENT: pl.Datetime("us", "UTC"),
}
_FORMAT = "vlavirgem-digest/1"


def dtypes(table: Table) -> dict[str, pl.DataType]:
    """Give the Polars type of every column."""
    return {column.name: _DTYPES[column.kind] for column in table.columns}


def conform(frame: pl.DataFrame, *, table: str) -> pl.DataFrame:
    """Put the columns in order and cast them to the types of the data dictionary."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in dtypes(TABLES[table]).items())


def table_digest(frame: pl.DataFrame, *, table: Table) -> str:
    """Hash what a table holds, as `sha256:…`.

    The bytes that are hashed are defined here, column by column, and do not depend on a library, a
    file format or the machine: see `_column_bytes`.
    """
    total = hashlib.sha256(f"{_FORMAT}\n{table.name}\n{frame.height}\n".encode())
    for column in table.columns:
        total.update(f"{column.name}\t{column.kind.name}\n".encode())
        for part in _column_bytes(frame[column.name], column=column):
            total.update(hashlib.sha256(part).digest())
    return f"sha256:{total.hexdigest()}"


def town_digest(digests: Mapping[str, str]) -> str:
    """Combine the digests of all tables into the digest of the town."""
    lines = [_FORMAT, *(f"{name} {digests[name]}" for name in sorted(digests))]
    return f"sha256:{hashlib.sha256(chr(10).join(lines).encode()).hexdigest()}"


def _column_bytes(values: pl.Series, *, column: Column) -> list[bytes]:
    """Give the canonical bytes of a column.

    Absent values: one byte per row. Texts: lengths in UTF-8 bytes as little-endian 64-bit integers,
    then all bytes. Lists: lengths, then the column of their items. Numbers, dates (days since 1970)
    and moments (microseconds since 1970): little-endian 64-bit integers; decimals: little-endian
    IEEE 754 doubles; absent ones as zero.
    """
    present = values.is_not_null().cast(pl.UInt8).to_numpy().astype("u1").tobytes()
    if column.kind is Kind.TEXTS:
        lengths = values.list.len().fill_null(0).cast(pl.Int64)
        items = values.drop_nulls().explode(empty_as_null=False)
        return [present, _integers(lengths), *_text_bytes(items)]
    if column.kind is Kind.TEXT:
        return [present, *_text_bytes(values.fill_null(""))]
    if column.kind is Kind.DECIMAL:
        return [present, values.fill_null(0.0).to_numpy().astype("<f8").tobytes()]
    numbers = values.cast(pl.Int32) if column.kind is Kind.DATE else values
    return [present, _integers(numbers.cast(pl.Int64).fill_null(0))]


def _text_bytes(values: pl.Series) -> list[bytes]:
    return [_integers(values.str.len_bytes().cast(pl.Int64)), "".join(values.to_list()).encode()]


def _integers(values: pl.Series) -> bytes:
    return values.to_numpy().astype("<i8").tobytes()

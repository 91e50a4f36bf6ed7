"""The values of a table as text in Arrow arrays, each column made once and only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from vlavirgem.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MOMENT = 19
"""Characters of `2026-01-01 12:34:56`."""
_SPACE = 0x20


@dataclass(frozen=True, eq=False)
class Escape:
    """Characters that a notation writes otherwise.

    Attributes:
        written: How, by character.
        suspects: The characters that are looked for first, as bytes.
        controls: Whether all control characters are among them.
    """

    written: Mapping[str, str]
    suspects: bytes
    controls: bool = False

    def applies(self, array: Any) -> bool:
        """Say whether there may be something to escape; looking costs much less than replacing."""
        data = array.buffers()[2]
        if data is None:
            return False
        content = np.frombuffer(data, dtype=np.uint8)
        if self.controls and bool((content < _SPACE).any()):
            return True
        whole = data.to_pybytes()
        return any(whole.find(suspect) >= 0 for suspect in self.suspects)


class Values:
    """A table, of which each column can be had as text.

    Args:
        frame: The table.
        kinds: What its columns hold; text where a column is not named.
    """

    def __init__(self, frame: pl.DataFrame, *, kinds: Mapping[str, Kind]) -> None:
        self.frame = frame
        self.height = frame.height
        self._kinds = kinds
        self._made: dict[tuple[Any, ...], Any] = {}

    def has_empty(self, column: str) -> bool:
        """Say whether a column is empty in some row."""
        return bool(self.frame[column].null_count())

    def text(self, column: str, *, escape: Escape | None, around: tuple[str, str, str] | None) -> Any:
        """Give a column as text; numbers, dates and moments are never escaped."""
        key = (column, id(escape), around)
        if key not in self._made:
            self._made[key] = self._make(column, escape=escape, around=around)
        return self._made[key]

    def given(self, column: str) -> Any:
        """Give nothing where a column holds something, and an empty value where it does not."""
        frame = self.frame.select(pl.when(pl.col(column).is_not_null()).then(pl.lit("")).alias("given"))
        return frame["given"].to_arrow()

    def _make(self, column: str, *, escape: Escape | None, around: tuple[str, str, str] | None) -> Any:
        values = self.frame[column]
        kind = self._kinds.get(column, Kind.TEXT)
        if around is not None:
            return _listed(values, escape=escape, around=around)
        if kind is not Kind.TEXT:
            return _plain(values, kind=kind)
        array = values.to_arrow()
        if escape is not None and escape.applies(array):
            array = values.str.replace_many(dict(escape.written)).to_arrow()
        return array


def emptied(array: Any) -> Any:
    """Take an empty text for an empty value, without copying: what is empty takes no place."""
    if not array.null_count:
        return array
    _, ends, data = array.buffers()
    return pa.LargeStringArray.from_buffers(len(array), ends, data, None, 0, array.offset)


def _plain(values: pl.Series, *, kind: Kind) -> Any:
    if kind is Kind.DECIMAL:
        return values.cast(pl.String).to_arrow()
    array = values.to_arrow()
    if kind is Kind.MOMENT:
        return _moments(array)
    if kind is Kind.DATE:
        return pc.cast(array, pa.large_string())
    return pc.cast(array, pa.large_string())


def _moments(array: Any) -> Any:
    """Write moments as `2026-01-01T12:34:56Z`: what Arrow writes, with a T and a Z."""
    seconds = pc.cast(pc.cast(array, pa.timestamp("us")), pa.timestamp("s"), safe=False)
    written = pc.cast(seconds, pa.large_string())
    validity, ends, data = written.buffers()
    if data is None or data.size == 0:
        return written
    lengths: NDArray[np.int64] = np.frombuffer(ends, dtype=np.int64)[: len(written) + 1] // _MOMENT
    count = int(lengths[-1])
    characters = np.empty((count, _MOMENT + 1), dtype=np.uint8)
    characters[:, :_MOMENT] = np.frombuffer(data, dtype=np.uint8)[: count * _MOMENT].reshape(count, _MOMENT)
    characters[:, len("2026-01-01")] = ord("T")
    characters[:, _MOMENT] = ord("Z")
    return pa.LargeStringArray.from_buffers(
        len(written), pa.py_buffer(lengths * (_MOMENT + 1)), pa.py_buffer(characters), validity, written.null_count
    )


def _listed(values: pl.Series, *, escape: Escape | None, around: tuple[str, str, str]) -> Any:
    before, between, after = around
    item = pl.element().str.replace_many(dict(escape.written)) if escape is not None else pl.element()
    items = pl.col("list").list.eval(pl.concat_str([pl.lit(before), item, pl.lit(after)]))
    texts = values.alias("list").to_frame().select(items.list.join(between).alias("text"))
    return texts["text"].to_arrow()

"""Text made column by column: pieces of a row, joined for thousands of rows at once.

A row's text is a sequence of pieces: plain text, the value of a column, or something that is only there when its
columns hold something. Arrow joins them; the bytes go to the file as they lie in memory, without a Python object per
row. Rows go a few thousand at a time, so that what is joined is still in the processor's cache when it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vlavirgem.export.values import Values, emptied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vlavirgem.export.values import Escape

Arrays = list[Any]
_AT_ONCE = 3 << 20
"""Bytes that are joined at one time."""
_GUESS = 16
"""Bytes of a value, for guessing how many rows fit."""
_NOTHING = pa.scalar("", pa.large_string())


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a column as text; a row in which it is empty has none.

    Attributes:
        column: Its name.
        escape: What must be written otherwise in it, for columns of text.
        around: For lists: what stands before, between and after the items.
    """

    column: str
    escape: Escape | None = None
    around: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Nothing, but only where a column holds something."""

    column: str


@dataclass(frozen=True, slots=True)
class Maybe:
    """Pieces that are all there, or none where one of their columns is empty; a `Maybe` inside is for itself."""

    pieces: tuple[Piece, ...]


Piece = str | Ref | Given | Maybe


def filled(template: str, *, escape: Callable[[str], Escape | None] = lambda _: None) -> tuple[Piece, ...]:
    """Give the pieces of a template with column names in braces.

    Args:
        template: The template.
        escape: What must be escaped in the column of that name.
    """
    return tuple(
        Ref(part[1:-1], escape(part[1:-1])) if part.startswith("{") else part
        for part in re.split(r"(\{\w+\})", template)
        if part
    )


class Rows:
    """The text of the rows of a table, once they are known.

    Args:
        pieces: The text of one row.
        values: The rows.
    """

    def __init__(self, pieces: Iterable[Piece], *, values: Values) -> None:
        self._plan = _plan(pieces, values=values)
        self._height = values.height

    def buffers(self) -> Iterator[memoryview]:
        """Give the text of all rows, some thousands at a time; nothing for a row in which a value is empty."""
        for array in self._arrays():
            yield _bytes_of(array)

    def array(self) -> Any:
        """Give the texts as one Arrow array."""
        arrays = list(self._arrays())
        return pa.chunked_array(arrays, type=pa.large_string())

    def _arrays(self) -> Iterator[Any]:
        step = max(256, _AT_ONCE // self._plan.width)
        for start in range(0, self._height, step):
            yield self._plan.join(start, min(step, self._height - start))


def lines_of(lines: Iterable[Sequence[Piece]], *, values: Values) -> Iterator[memoryview]:
    """Give lines about every row in any order: those that each row has together, the others one after the other."""
    always: list[Piece] = []
    for pieces in lines:
        if any(values.has_empty(name) for name in _columns(pieces)):
            yield from Rows(pieces, values=values).buffers()
        else:
            always += pieces
    if always:
        yield from Rows(always, values=values).buffers()


@dataclass(frozen=True)
class _Plan:
    """What is to be joined: scalars, arrays, and plans of what may be empty."""

    parts: Arrays

    @cached_property
    def width(self) -> int:
        """A guess of the bytes of a row."""
        return sum(
            len(part.as_py()) if isinstance(part, pa.Scalar) else part.width if isinstance(part, _Plan) else _GUESS
            for part in self.parts
        )

    def join(self, start: int, size: int) -> Any:
        """Join the rows from `start`; empty where a part is."""
        parts = [
            part
            if isinstance(part, pa.Scalar)
            else emptied(part.join(start, size))
            if isinstance(part, _Plan)
            else part.slice(start, size)
            for part in self.parts
        ]
        if all(isinstance(part, pa.Scalar) for part in parts):
            text = "".join(part.as_py() for part in parts)
            return pa.repeat(pa.scalar(text, pa.large_string()), size)
        return pc.binary_join_element_wise(*parts, _NOTHING)


def _plan(pieces: Iterable[Piece], *, values: Values) -> _Plan:
    parts: Arrays = []
    text = ""
    for piece in _flat(pieces, values=values):
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            parts.append(pa.scalar(text, pa.large_string()))
            text = ""
        match piece:
            case Ref(column=column, escape=escape, around=around):
                parts.append(values.text(column, escape=escape, around=around))
            case Given(column=column):
                parts.append(values.given(column))
            case Maybe(pieces=inner):
                parts.append(_plan(inner, values=values))
    if text or not parts:
        parts.append(pa.scalar(text, pa.large_string()))
    return _Plan(parts)


def _flat(pieces: Iterable[Piece], *, values: Values) -> Iterator[Piece]:
    """Take out of its `Maybe` what is always there."""
    for piece in pieces:
        if isinstance(piece, Given) and not values.has_empty(piece.column):
            continue
        if isinstance(piece, Maybe) and not any(values.has_empty(name) for name in _columns(piece.pieces)):
            yield from _flat(piece.pieces, values=values)
        else:
            yield piece


def _columns(pieces: Iterable[Piece]) -> Iterator[str]:
    """Give the columns that empty the whole."""
    for piece in pieces:
        if isinstance(piece, Ref | Given):
            yield piece.column


def _bytes_of(array: Any) -> memoryview:
    """Give all texts behind each other, as they lie in memory; empty ones take no place."""
    _, ends, data = array.buffers()
    if data is None:
        return memoryview(b"")
    found = np.frombuffer(ends, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    return memoryview(data)[int(found[0]) : int(found[-1])]

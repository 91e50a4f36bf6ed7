"""Columns of texts made as bytes in arrays, without a text of its own for each row.

Arrow keeps a text of up to twelve bytes beside its length, in four words of four bytes; of a longer one it keeps the
length, the first four bytes, and where it is in a buffer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from vlavirgem.randomness import Flags, Integers

_WORD = 16
_LETTERS = np.dtype(f"V{_WORD}")
"""NumPy moves so many bytes at once, and takes several times as long for more."""
_START = 4
_FEW = 16
"""Stretches of rows that are worth writing one by one."""


def short_texts(*words: NDArray[np.uint32], length: int, prefix: str = "") -> pl.Series:
    """Turn three words of four letters each into texts, with the same letters in front of all."""
    texts = np.empty((words[0].size, 4), dtype=np.uint32)
    texts[:, 0] = length
    for place, word in enumerate(words):
        texts[:, place + 1] = word
    start = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    texts.view(np.uint8)[:, 4 : 4 + start.size] = start
    return _column(texts)


@cache
def digit_words(digits: int) -> NDArray[np.uint32]:
    """Give each number of so many digits as the bytes of a word, with nothing behind them."""
    numbers = np.arange(10**digits)
    letters = np.zeros((numbers.size, 4), dtype=np.uint8)
    for place in range(digits):
        letters[:, place] = numbers // 10 ** (digits - 1 - place) % 10 + ord("0")
    return letters.view(np.uint32).ravel()


@dataclass(frozen=True, slots=True)
class Pieces:
    """Texts to put together in `Lines`.

    Attributes:
        words: The bytes of each, as many for all; what a shorter one does not need has no meaning. Those of pieces to
            write in front of others are sixteen at a time, the last ones first.
        starts: The first four bytes of each.
        lengths: Of each text, in bytes.
    """

    words: tuple[NDArray[np.void], ...]
    starts: NDArray[np.uint32]
    lengths: Integers

    @property
    def room(self) -> int:
        """How many bytes are written of each, those without meaning too."""
        return sum(word.itemsize for word in self.words)


def pieces_of(texts: Sequence[str]) -> Pieces:
    """Prepare texts to write in front of others: they stand at the end of their room."""
    pieces = _aligned(texts, bytes.rjust)
    words = pieces.words[0].view(_LETTERS).reshape(pieces.lengths.size, -1)
    return replace(pieces, words=tuple(np.ascontiguousarray(word) for word in words.T[::-1]))


def ends_of(texts: Sequence[str]) -> Pieces:
    """Prepare texts with which lines end: they stand at the beginning of their room."""
    return _aligned(texts, bytes.ljust)


def _aligned(texts: Sequence[str], put: Callable[[bytes, int, bytes], bytes]) -> Pieces:
    written = [text.encode() for text in texts]
    lengths = np.asarray([len(text) for text in written], dtype=np.int64)
    width = max(-(-int(lengths.max()) // _WORD), 1) * _WORD
    room = b"".join(put(text, width, b"\0") for text in written)
    starts = b"".join(text[:_START].ljust(_START, b"\0") for text in written)
    return Pieces(
        words=(np.frombuffer(room, dtype=f"V{width}"),),
        starts=np.frombuffer(starts, dtype=np.uint32),
        lengths=lengths,
    )


class Lines:
    """A text for each row, written piece by piece from the end to the beginning.

    Every row has as much room as the longest needs, and all ends begin at one place of it. A piece is written with all
    its bytes, and the next one over what stands in front of its text: so all rows are written at once, however long
    their pieces are.

    Args:
        ends: With which the texts end.
        which: Which of these each row has.
        before: All that will be written in front of it, in that order.
    """

    def __init__(self, ends: Pieces, which: Integers, *, before: Sequence[Pieces]) -> None:
        longest = room = 0
        for pieces in before:
            room = max(room, longest + pieces.room)
            longest += int(pieces.lengths.max())
        self._middle = -(-room // _WORD) * _WORD
        self._width = self._middle + ends.room
        self._letters = np.empty(which.size * self._width, dtype=np.uint8)
        self._ends = ends.lengths.take(which)
        self._before = np.zeros(which.size, dtype=np.int64)
        self._last = ends, which
        for word in ends.words:
            self._in_each(self._middle, word.dtype)[:] = word.take(which)

    def write(self, pieces: Pieces, which: Integers) -> None:
        """Write a piece in front of each row; `which` says which one."""
        changes = np.flatnonzero(self._before[1:] != self._before[:-1]) + 1
        if changes.size < _FEW:  # rows that are as long so far, one after another, have their piece at one place
            for since, until in pairwise((0, *changes.tolist(), which.size)):
                place = self._middle - int(self._before[since : since + 1].sum())
                for back, word in enumerate(pieces.words, start=1):
                    self._in_each(place - back * _WORD, word.dtype)[since:until] = word.take(which[since:until])
        else:
            self._scatter(pieces, which, before=self._starts())
        self._before += pieces.lengths.take(which)
        self._last = pieces, which

    def write_some(self, pieces: Pieces, which: Integers, *, rows: Integers) -> None:
        """Write a piece in front of some rows; one in front of each must follow."""
        self._scatter(pieces, which, before=self._starts().take(rows))
        self._before[rows] += pieces.lengths.take(which)

    def texts(self, *, where: Flags) -> pl.Series:
        """Give the texts, of more than twelve bytes each, and nothing elsewhere."""
        first, (pieces, which) = self._starts(), self._last
        starts = pieces.starts.take(which)
        short = np.flatnonzero((pieces.lengths < _START).take(which))
        starts[short] = self._anywhere(np.dtype(np.uint32))[first.take(short)]
        views = np.empty((first.size, 4), dtype=np.uint32)
        views[:, 0] = self._before + self._ends
        views[:, 1] = starts
        views[:, 2] = 0
        views[:, 3] = first
        return _column(views, self._letters, where=where)

    def _starts(self) -> Integers:
        """Give where each row's text begins."""
        starts = np.arange(self._middle, self._middle + self._letters.size, self._width, dtype=np.int64)
        starts -= self._before
        return starts

    def _scatter(self, pieces: Pieces, which: Integers, *, before: Integers) -> None:
        letters = self._anywhere(_LETTERS)
        for back, word in enumerate(pieces.words, start=1):
            letters[before - back * _WORD] = word.take(which)

    def _in_each(self, place: int, dtype: np.dtype[np.void]) -> NDArray[np.void]:
        """Give a word at one place of each row."""
        rows = self._letters.reshape(-1, self._width)
        return rows[:, place : place + dtype.itemsize].view(dtype)[:, 0]

    def _anywhere(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Give what begins at each byte."""
        count = max(self._letters.size - dtype.itemsize + 1, 0)
        return np.ndarray((count,), dtype=dtype, buffer=self._letters, strides=(1,))


def _column(views: NDArray[np.uint32], *letters: NDArray[np.uint8], where: Flags | None = None) -> pl.Series:
    known = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little"))
    buffers = [known, *(pa.py_buffer(array) for array in (views, *letters))]
    array = pa.Array.from_buffers(pa.string_view(), len(views), buffers)
    return pl.Series(pl.from_arrow(array))

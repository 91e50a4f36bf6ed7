"""Columns of texts made as bytes in arrays, without a text of its own for each row.

Arrow keeps a text of up to twelve bytes beside its length, in four words of four bytes; of a longer one it keeps the
length, the first four bytes, and where it is in a buffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        words: The bytes of each, which stand at the end of their room: sixteen at a time, the last ones first. Of a
            word that is the same for all there is one. What a shorter text does not need has no meaning.
        starts: The first four bytes of each.
        lengths: Of each text, in bytes.
    """

    words: tuple[NDArray[np.void], ...]
    starts: NDArray[np.uint32]
    lengths: Integers

    @property
    def room(self) -> int:
        """How many bytes are written of each, those without meaning too."""
        return len(self.words) * _WORD


def pieces_of(texts: Sequence[str]) -> Pieces:
    """Prepare texts."""
    written = [text.encode() for text in texts]
    lengths = np.asarray([len(text) for text in written], dtype=np.int64)
    width = max(-(-int(lengths.max()) // _WORD), 1) * _WORD
    room = np.frombuffer(b"".join(text.rjust(width, b"\0") for text in written), dtype=_LETTERS)
    words = room.reshape(lengths.size, -1).T[::-1]
    starts = b"".join(text[:_START].ljust(_START, b"\0") for text in written)
    return Pieces(
        words=tuple(np.ascontiguousarray(word[:1] if (word == word[0]).all() else word) for word in words),
        starts=np.frombuffer(starts, dtype=np.uint32),
        lengths=lengths,
    )


class Lines:
    """A text for each row, written piece by piece from the end to the beginning.

    Every row has as much room as the longest needs, and all texts end at one place of it. A piece is written with all
    its bytes, and the next one over what stands in front of its text: so all rows are written at once, however long
    their pieces are.

    Args:
        pieces: What the texts consist of, and which of these each row has.

    Attributes:
        letters: The bytes of all rows.
    """

    def __init__(self, *pieces: tuple[Pieces, Integers]) -> None:
        longest = room = 0
        for some, _ in reversed(pieces):
            room = max(room, longest + some.room)
            longest += int(some.lengths.max())
        self._width = -(-room // _WORD) * _WORD
        self._begin = pieces[0]
        rows = pieces[0][1].size
        self.letters = np.empty(rows * self._width, dtype=np.uint8)
        self._lengths = np.zeros(rows, dtype=np.int64)
        for some, which in reversed(pieces):
            self._write(some, which)

    def texts(self, *, where: Flags, instead: tuple[Integers, Lines] | None = None) -> pl.Series:
        """Give the texts, of more than twelve bytes each, and nothing elsewhere.

        Args:
            where: Which rows have a text.
            instead: The places of rows that have another text, and these.
        """
        views = self.views()
        if instead is None:
            return _column(views, self.letters, where=where)
        rows, others = instead
        theirs = others.views()
        theirs[:, 2] = 1  # the second buffer
        views.view(_LETTERS)[rows] = theirs.view(_LETTERS)
        return _column(views, self.letters, others.letters, where=where)

    def _write(self, pieces: Pieces, which: Integers) -> None:
        """Write a piece in front of each row."""
        changes = np.flatnonzero(self._lengths[1:] != self._lengths[:-1]) + 1
        if changes.size < _FEW:  # rows that are as long so far, one after another, have their piece at one place
            for since, until in pairwise((0, *changes.tolist(), which.size)):
                place = self._width - int(self._lengths[since : since + 1].sum())
                for back, word in enumerate(pieces.words, start=1):
                    there = self._in_each(place - back * _WORD)[since:until]
                    there[:] = word if word.size == 1 else word.take(which[since:until])
        else:
            anywhere, starts = self._anywhere(_LETTERS), self._starts()
            for back, word in enumerate(pieces.words, start=1):
                anywhere[starts - back * _WORD] = word if word.size == 1 else word.take(which)
        self._lengths += pieces.lengths.take(which)

    def views(self) -> NDArray[np.uint32]:
        """Give what Arrow keeps of each text, with its bytes in the first buffer."""
        starts, (pieces, which) = self._starts(), self._begin
        views = np.empty((starts.size, 4), dtype=np.uint32)
        views[:, 0] = self._lengths
        views[:, 1] = pieces.starts.take(which)
        views[:, 2] = 0
        views[:, 3] = starts
        if int(pieces.lengths.min(initial=_START)) < _START:
            short = np.flatnonzero((pieces.lengths < _START).take(which))
            views[short, 1] = self._anywhere(np.dtype(np.uint32))[starts.take(short)]
        return views

    def _starts(self) -> Integers:
        """Give where each row's text begins."""
        starts = np.arange(self._width, self._width + self.letters.size, self._width, dtype=np.int64)
        starts -= self._lengths
        return starts

    def _in_each(self, place: int) -> NDArray[np.void]:
        """Give a word at one place of each row."""
        return self.letters.reshape(-1, self._width)[:, place : place + _WORD].view(_LETTERS)[:, 0]

    def _anywhere(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Give what begins at each byte."""
        count = max(self.letters.size - dtype.itemsize + 1, 0)
        return np.ndarray((count,), dtype=dtype, buffer=self.letters, strides=(1,))


def _column(views: NDArray[np.uint32], *letters: NDArray[np.uint8], where: Flags | None = None) -> pl.Series:
    known = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little"))
    buffers = [known, *(pa.py_buffer(array) for array in (views, *letters))]
    array = pa.Array.from_buffers(pa.string_view(), len(views), buffers)
    return pl.Series(pl.from_arrow(array))

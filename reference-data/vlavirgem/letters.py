"""Columns of texts made as bytes in arrays, without a text of its own for each row.

Arrow keeps a text of up to twelve bytes beside its length, in four words of four bytes; of a longer one it keeps the
length, the first four bytes, and where it is in a buffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vlavirgem.randomness import Flags, Integers

_WORD = 8


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
    """Texts to write behind each other in `Lines`.

    Attributes:
        letters: The bytes of each, as many for all; what stands behind a shorter one has no meaning.
        lengths: Of each text, in bytes.
    """

    letters: NDArray[np.void]
    lengths: Integers


def pieces_of(texts: Sequence[str]) -> Pieces:
    """Prepare texts for `Lines`."""
    written = [text.encode() for text in texts]
    width = max(-(-max(map(len, written)) // _WORD), 1) * _WORD
    letters = np.asarray(written, dtype=f"S{width}").view(f"V{width}")
    return Pieces(letters=letters, lengths=np.asarray([len(text) for text in written], dtype=np.int64))


class Lines:
    """A text for each row, written piece by piece.

    Every row has as much room as the longest needs. A piece is written with all its bytes, and the next one over what
    stands behind its text: so all rows are written at once, however long their pieces are.

    Args:
        pieces: With which the texts begin.
        which: Which of these each row has.
        behind: All that will be written behind it.
    """

    def __init__(self, pieces: Pieces, which: Integers, *, behind: Sequence[Pieces]) -> None:
        longest = sum(int(piece.lengths.max()) for piece in (pieces, *behind))
        width = (longest // _WORD + 2) * _WORD  # for what stands behind the text of the last piece
        self._width = width
        self._letters = np.empty(which.size * width, dtype=np.uint8)
        self._first = np.arange(0, self._letters.size, width, dtype=np.int64)
        self._beginnings(pieces.letters.dtype)[:] = pieces.letters.take(which)
        self._ends = self._first + pieces.lengths.take(which)

    def write(self, pieces: Pieces, which: Integers, *, rows: Integers | None = None) -> None:
        """Write a piece behind each row, or behind some `rows`; `which` says which one."""
        letters = pieces.letters
        anywhere: NDArray[np.void] = np.ndarray(
            (max(self._letters.size - letters.itemsize + 1, 0),),
            dtype=letters.dtype,
            buffer=self._letters,
            strides=(1,),
        )
        if rows is None:
            anywhere[self._ends] = letters.take(which)
            self._ends += pieces.lengths.take(which)
        else:
            anywhere[self._ends[rows]] = letters.take(which)
            self._ends[rows] += pieces.lengths.take(which)

    def texts(self, *, where: Flags) -> pl.Series:
        """Give the texts, of more than twelve bytes each, and nothing elsewhere."""
        views = np.empty((self._first.size, 4), dtype=np.uint32)
        views[:, 0] = self._ends - self._first
        views[:, 1] = self._beginnings(np.dtype(np.uint32))
        views[:, 2] = 0
        views[:, 3] = self._first
        return _column(views, self._letters, where=where)

    def _beginnings(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Give the first bytes of each row."""
        return np.ndarray((self._first.size,), dtype=dtype, buffer=self._letters, strides=(self._width,))


def _column(views: NDArray[np.uint32], *letters: NDArray[np.uint8], where: Flags | None = None) -> pl.Series:
    known = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little"))
    buffers = [known, *(pa.py_buffer(array) for array in (views, *letters))]
    array = pa.Array.from_buffers(pa.string_view(), len(views), buffers)
    return pl.Series(pl.from_arrow(array))

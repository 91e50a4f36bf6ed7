"""Sorting of whole numbers by counting, sixteen bits at a time: several times as fast as comparing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from vlavirgem.randomness import Bits, Integers

_DIGIT = 16
_HALF = 32


def order_by(*keys: Integers | Bits) -> Integers:
    """Give the order of rows by the last key, those alike by the key before it, and so on, else as they come.

    As `numpy.lexsort`, which compares. NumPy sorts numbers of sixteen bits by counting when it must keep the order of
    those alike, so longer ones are sorted from their last sixteen bits to their first.
    """
    order: Integers | None = None
    for key in keys:
        above = (key - key.min() if key.size else key).view(np.uint64)
        for digit in _digits(above, bits=int(above.max(initial=0)).bit_length()):
            order = _sorted_by(digit, order)
    assert order is not None  # noqa: S101 - there is at least one key
    return order


def shuffle(drawn: Bits, *, within: Integers) -> Integers:
    """Give the order of rows by small groups, and in a group by what they drew.

    As `order_by(drawn, within)`. The upper half of what is drawn nearly always tells; only if two are alike the rest
    is looked at.
    """
    upper = drawn >> np.uint64(_HALF)
    order: Integers | None = None
    for digit in _digits(upper, bits=_HALF):
        order = _sorted_by(digit, order)
    if order is None or (upper[order[1:]] == upper[order[:-1]]).any():
        return order_by(drawn, within)
    for digit in _digits(within.view(np.uint64), bits=int(within.max(initial=0)).bit_length()):
        order = _sorted_by(digit, order)
    return order


def _digits(numbers: Bits, *, bits: int) -> Iterator[NDArray[np.uint16]]:
    for shift in range(0, max(bits, 1), _DIGIT):
        yield (numbers >> np.uint64(shift) if shift else numbers).astype(np.uint16)


def _sorted_by(digit: NDArray[np.uint16], order: Integers | None) -> Integers:
    if order is None:
        return np.argsort(digit, kind="stable")
    placed: Integers = order[np.argsort(digit[order], kind="stable")]
    return placed

"""How rows are numbered, for all who must know without a library for arrays: see `vlavirgem.generation.wijken`."""

from __future__ import annotations

STRIDE = 100_000
"""The number of a row is `wijk * STRIDE + place + 1`: more rows than any table holds of one wijk."""
TOWN = 10_000 * STRIDE
"""Municipalities that are made together add so much, times their own number, to every number of a row."""
INHABITANTS = 1_000
"""People of a wijk; of the last one those that are left."""
AT_ONCE = 16
"""Wijken that are made together: few enough for the processor's cache, enough to make columns worth while."""
_LEAST = 50
"""A smaller rest joins the last wijk: it might lack the adults that cases need."""


def before_town(number: int) -> int:
    """Give the number after which those of a municipality begin, from one of them: 0 for one that is alone."""
    return (number - 1) // TOWN * TOWN


def wijken_count(inhabitants: int) -> int:
    """Say how many wijken a town of so many people has."""
    whole, rest = divmod(inhabitants, INHABITANTS)
    return max(1, whole + (rest >= _LEAST))

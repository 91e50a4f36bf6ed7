"""Random numbers are addressed by seed, kind, column and row, and use whole numbers only."""

from __future__ import annotations

import numpy as np
import pytest

from vlavirgem.randomness import Random, row_numbers

GOLDEN = [13950296403721813794, 14604192091498805535, 12700656944909012280]


def test_a_row_does_not_depend_on_the_rows_before_it() -> None:
    """A partition that starts at row 5 000 draws what the whole town draws there."""
    random = Random(1830, kind="persoon")

    whole = random.bits("naam", rows=row_numbers(10_000))
    part = random.bits("naam", rows=np.arange(5_000, 6_000, dtype=np.int64))

    assert np.array_equal(whole[5_000:6_000], part)


@pytest.mark.parametrize("other", [Random(1831, kind="persoon"), Random(1830, kind="adres")], ids=["seed", "kind"])
def test_another_seed_or_kind_gives_other_numbers(other: Random) -> None:
    """Streams never overlap by accident."""
    rows = row_numbers(1_000)

    assert not np.intersect1d(Random(1830, kind="persoon").bits("x", rows=rows), other.bits("x", rows=rows)).size


def test_the_numbers_never_change() -> None:
    """The digest of every town hangs on these: they are part of the contract."""
    bits = Random(1830, kind="persoon").bits("voornaam", rows=row_numbers(3))

    assert GOLDEN == [int(b) for b in bits]


def test_weights_are_followed() -> None:
    """A weight of 3 against 1 gives three quarters, within what chance allows."""
    picked = Random(1, kind="proef").pick("x", rows=row_numbers(40_000), weights=[3, 0, 1])

    counts = np.bincount(picked, minlength=3)
    assert counts[1] == 0
    assert abs(counts[0] - 30_000) < 400


def test_a_bound_may_differ_per_row() -> None:
    """Every value stays below the bound of its own row."""
    bound = np.arange(1, 1_001, dtype=np.int64)

    drawn = Random(1, kind="proef").below("x", rows=row_numbers(1_000), bound=bound)

    assert (drawn >= 0).all()
    assert (drawn < bound).all()

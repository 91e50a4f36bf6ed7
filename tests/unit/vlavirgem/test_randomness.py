"""Random numbers are addressed by seed, kind, column and row, and use whole numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.randomness import Quarters, Random, WeightedLists, limit_of, limits_of, row_numbers

if TYPE_CHECKING:
    from vlavirgem.randomness import Bits, Integers

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


@given(share=st.integers(0, 1_000_000))
def test_a_chance_is_a_number_below_a_million_that_is_small_enough(share: int) -> None:
    """However it is reckoned: never for a share of nothing, always for a share of one."""
    random, rows = Random(1830, kind="persoon"), row_numbers(500)

    expected = random.below("kans", rows=rows, bound=1_000_000) < share

    assert expected.tolist() == random.chance("kans", rows=rows, share=share / 1_000_000).tolist()


@given(values=st.lists(st.integers(0, 0xFFFF), min_size=4, max_size=4), bound=st.integers(1, 1 << 16))
def test_a_number_in_four_holds_four_small_ones(values: list[int], bound: int) -> None:
    """Each quarter decides alone: none of the others changes what it gives."""
    drawn = Quarters(np.asarray([sum(value << 16 * quarter for quarter, value in enumerate(values))], dtype=np.uint64))

    assert values == [int(drawn.whole(quarter)[0]) for quarter in range(4)]
    assert [value * bound >> 16 for value in values] == [int(drawn.below(q, bound=bound)[0]) for q in range(4)]
    assert [value >> 4 for value in values] == [int(drawn.slots(quarter)[0]) for quarter in range(4)]


@given(share=st.floats(0, 1))
def test_a_quarter_falls_in_a_share_as_often_as_it_should(share: float) -> None:
    """To one in 65 536: never for a share of nothing, always for a share of one."""
    every = Quarters(row_numbers(1 << 16).view(np.uint64))

    fell = int(every.chance(0, limits=limit_of(share)).sum())

    assert abs(fell - share * (1 << 16)) <= 0.5
    assert [fell] == limits_of(np.asarray([share])).tolist()


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


@given(lists=st.lists(st.lists(st.integers(0, 1_000), min_size=1, max_size=40).filter(any), min_size=1, max_size=6))
def test_everybody_draws_from_the_own_list_by_its_weights(lists: list[list[int]]) -> None:
    """No item without a weight is drawn, every item with one can be, and shares are kept to one in some hundreds."""
    every_slot = _EverySlot()
    first = 0
    for index, weights in enumerate(lists):
        picked = WeightedLists(lists).pick(
            every_slot, "x", rows=row_numbers(every_slot.SLOTS), lists=np.full(every_slot.SLOTS, index)
        )
        counts = np.bincount(picked - first, minlength=len(weights))
        assert len(weights) == counts.size
        assert [weight > 0 for weight in weights] == [count > 0 for count in counts.tolist()]
        shares = np.asarray(weights) / sum(weights)
        assert np.abs(counts / every_slot.SLOTS - shares).max() <= (len(weights) + 1) / every_slot.SLOTS
        first += len(weights)


class _EverySlot(Random):
    """Draws each slot of a list exactly once."""

    SLOTS = 4096

    def __init__(self) -> None:
        super().__init__(0, kind="proef")

    def bits(self, column: str, *, rows: Integers) -> Bits:
        """Give each value of the upper twelve bits."""
        del column
        return rows.astype(np.uint64) << np.uint64(52)

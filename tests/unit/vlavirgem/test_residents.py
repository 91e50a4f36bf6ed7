"""Inhabitants as one flat table are those of the whole town; sorting within wijken is sorting."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.residents import make_all_residents, make_residents
from vlavirgem.generation.settling import settle
from vlavirgem.generation.sorting import shuffled_within, sorted_within
from vlavirgem.generation.wijken import together, wijken_of

COLUMNS = [
    "id", "insz", "voornaam", "achternaam", "geslacht", "geboortedatum", "huishouden_id", "straat", "huisnummer",
    "postcode", "gemeente", "email",
]  # fmt: skip


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**63), inhabitants=st.integers(50, 3_600), realistic=st.booleans())
def test_residents_are_the_inhabitants_of_the_whole_town(seed: int, inhabitants: int, *, realistic: bool) -> None:
    """What is made without a map, with fewer columns, is what the town has: everybody's name, number and door."""
    profile = small_profile(inhabitants).with_identifiers("realistic" if realistic else "safe")
    wijken = wijken_of(profile)
    settled = settle(profile, seed=seed, wijken=wijken)
    tables = settled.geography.tables
    persons = make_persons_table(profile, seed=seed, population=settled.population, address=settled.homes)
    streets = tables["straatnamen"].select(straatnaam_id="id", straat="naam")
    addresses = tables["adressen"].join(streets, on="straatnaam_id").rename({"id": "adres_id"})
    expected = persons.join(addresses, on="adres_id", how="left", maintain_order="left").with_columns(
        gemeente=pl.lit(profile.municipality.name)
    )

    residents = make_residents(profile, seed=seed, wijken=wijken)

    assert COLUMNS == residents.columns
    assert inhabitants == residents.height
    assert expected.select(COLUMNS).equals(residents)
    assert residents.equals(pl.concat(make_all_residents(profile, seed=seed)))


@pytest.mark.parametrize("seed", [1830, 7])
def test_an_inhabitant_is_the_same_however_many_wijken_are_made_together(seed: int) -> None:
    """Nothing of one wijk, such as its youngest or its largest household, decides about another."""
    profile = small_profile(4_200)

    one_by_one = [make_residents(profile, seed=seed, wijken=wijken) for wijken in together(profile, at_once=1)]

    assert len(one_by_one) == 5
    assert make_residents(profile, seed=seed, wijken=wijken_of(profile)).equals(pl.concat(one_by_one))


@given(seed=st.integers(0, 2**32), bits=st.integers(1, 58), sizes=st.lists(st.integers(0, 40), max_size=8))
def test_sorting_within_wijken_is_sorting_by_comparing(seed: int, bits: int, sizes: list[int]) -> None:
    """Short keys and long ones, many alike or few, wijken without any row: the order is that of `numpy.lexsort`."""
    dice, counts = np.random.default_rng(seed), np.asarray(sizes, dtype=np.int64)
    keys = dice.integers(0, 2**bits, counts.sum())
    owner = np.repeat(np.arange(counts.size), counts)

    order, found = sorted_within(keys, counts=counts)

    assert np.array_equal(np.lexsort((keys, owner)), order)
    assert np.array_equal(keys[order], found)


@given(seed=st.integers(0, 2**32), sizes=st.lists(st.integers(0, 40), max_size=8))
def test_chance_gives_the_order_in_a_wijk(seed: int, sizes: list[int]) -> None:
    """Everybody of a wijk comes once."""
    dice, counts = np.random.default_rng(seed), np.asarray(sizes, dtype=np.int64)
    owner = np.repeat(np.arange(counts.size), counts)
    drawn = dice.integers(0, 2**64, owner.size, dtype=np.uint64)

    order = shuffled_within(drawn, counts=counts)

    assert np.array_equal(np.lexsort((drawn >> np.uint64(44), owner)), order)

"""Inhabitants as one flat table are those of the whole town; sorting by counting is sorting."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.residents import make_all_residents, make_residents
from vlavirgem.generation.settling import settle
from vlavirgem.generation.sorting import order_by, shuffle
from vlavirgem.generation.wijken import wijken_of

COLUMNS = [
    "id", "insz", "voornaam", "achternaam", "geslacht", "geboortedatum", "huishouden_id", "straat", "huisnummer",
    "postcode", "gemeente", "email",
]  # fmt: skip


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
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


@given(
    seed=st.integers(0, 2**32), bits=st.lists(st.integers(1, 63), min_size=1, max_size=3), few=st.integers(1, 2**62)
)
def test_sorting_by_counting_is_sorting_by_comparing(seed: int, bits: list[int], few: int) -> None:
    """Short and long numbers, alike or not, signed or not: the order is that of `numpy.lexsort`."""
    dice = np.random.default_rng(seed)
    keys = [dice.integers(-(2 ** (size - 1)), 2 ** (size - 1), 60) % few for size in bits]
    keys += [keys[0].astype(np.uint64) << np.uint64(1), -keys[0]]

    assert np.array_equal(np.lexsort(keys), order_by(*keys))


@given(seed=st.integers(0, 2**32), alike=st.booleans())
def test_what_is_drawn_gives_the_order_in_a_group(seed: int, *, alike: bool) -> None:
    """Also when the upper halves of two draws are the same."""
    dice = np.random.default_rng(seed)
    drawn = dice.integers(0, 2**64, 50, dtype=np.uint64) % np.uint64(2**33 if alike else 2**64 - 1)
    group = dice.integers(0, 4, 50)

    assert np.array_equal(np.lexsort((drawn, group)), shuffle(drawn, within=group))


def test_nothing_is_sorted_too() -> None:
    """A wijk may have none of something."""
    nothing = np.zeros(0, dtype=np.int64)

    assert [] == order_by(nothing, nothing.view(np.uint64)).tolist()
    assert [] == shuffle(nothing.view(np.uint64), within=nothing).tolist()

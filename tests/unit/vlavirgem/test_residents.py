"""Inhabitants as one flat table are those of the whole town; sorting by counting is sorting."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.residents import make_all_residents, make_residents
from vlavirgem.generation.settling import settle
from vlavirgem.generation.sorting import order_by
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


KEYS = st.one_of(st.just(np.uint64), st.just(np.int64)).flatmap(
    lambda kind: arrays.arrays(
        kind, 60, elements=arrays.from_dtype(np.dtype(kind)).filter(lambda x: abs(int(x)) < 2**62)
    )
)


@given(keys=st.lists(KEYS, min_size=1, max_size=3), few=st.booleans())
def test_sorting_by_counting_is_sorting_by_comparing(keys: list[np.ndarray], *, few: bool) -> None:
    """Short and long numbers, alike or not, signed or not: the order is that of `numpy.lexsort`."""
    given_keys = [key % 3 if few else key for key in keys]

    assert np.array_equal(np.lexsort(given_keys), order_by(*given_keys))


def test_nothing_is_sorted_too() -> None:
    """A wijk may have none of something."""
    assert [] == order_by(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)).tolist()

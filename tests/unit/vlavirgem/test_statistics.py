"""The people of a city are like those of Flanders, within the tolerances that the profile states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from vlavirgem.generation.datasets import rows as dataset
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.population import make_population
from vlavirgem.generation.wijken import wijken_of
from vlavirgem.numbering import AT_ONCE
from vlavirgem.profile import load_profile

if TYPE_CHECKING:
    import polars as pl

    from vlavirgem.generation.population import Population

PROFILE = load_profile("stad")
WIJKEN = 100


@pytest.fixture(scope="module")
def city() -> list[Population]:
    """All people of a `stad`, without land."""
    parts = range(0, WIJKEN, AT_ONCE)
    return [
        make_population(PROFILE, seed=1830, wijken=wijken_of(PROFILE, since=one, until=one + AT_ONCE)) for one in parts
    ]


def per_thousand(values: list[int], labels: list[int]) -> list[float]:
    """Give how many in a thousand fall in each band that begins at a label."""
    band = np.searchsorted(labels, values, side="right") - 1
    counts = np.bincount(band, minlength=len(labels))
    return [float(1000 * count / counts.sum()) for count in counts]


def check(name: str, values: list[int]) -> None:
    """Compare bands with the profile's figures."""
    expected = PROFILE.weights(f"statistiek.{name}")
    found = per_thousand(values, [int(label) for label in expected])
    off = PROFILE.number(f"statistiek.{name}_afwijking")
    assert sum(expected.values()) == 1000
    for label, wanted, have in zip(expected, expected.values(), found, strict=True):
        assert abs(wanted - have) <= off, f"{name} {label}: {have:.1f} and not {wanted}"


def test_the_ages_of_a_city_are_those_of_flanders(city: list[Population]) -> None:
    """Bands of ten years; source in the profile."""
    check("leeftijden", np.concatenate([part.age for part in city]).tolist())


def test_the_households_of_a_city_are_as_large_as_those_of_flanders(city: list[Population]) -> None:
    """One to five or more; source in the profile."""
    check("huishoudgrootte", np.concatenate([part.households.size for part in city]).tolist())


def test_family_names_are_as_common_as_the_list_says(city: list[Population]) -> None:
    """Of Belgian origin: each name within a third of its weight, although families share theirs."""
    part = city[0]
    persons: pl.DataFrame = make_persons_table(PROFILE, seed=1830, population=part, address=part.households.id)
    belgian = persons.filter(persons["geboorteland"] == "BEL", persons["ouder1_id"].is_null())
    weights = {row["naam"]: int(row["gewicht"]) for row in dataset("achternamen") if row["herkomst"] == "BEL"}
    counts = dict(belgian["achternaam"].value_counts().iter_rows())
    known = sum(counts.get(name, 0) for name in weights)
    heaviest = sorted(weights, key=lambda name: -weights[name])[:20]
    for name in heaviest:
        expected = weights[name] / sum(weights.values())
        assert counts[name] / known == pytest.approx(expected, rel=1 / 3), name

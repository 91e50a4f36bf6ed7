"""Roles that employees give to colleagues for a time."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_delegations import delegation_faults
from support.vlavirgem_life import tables_of
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.generation.delegations import REASONS


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**63), inhabitants=st.integers(50, 1400), staff=st.sampled_from([5, 12, 40, 300]))
def test_a_delegation_is_of_a_role_that_one_has_and_the_other_has_not(seed: int, inhabitants: int, staff: int) -> None:
    """Whatever the town: for as long as it lasts, among people who work here all that time."""
    profile = small_profile(inhabitants, bestuur__medewerkers_per_duizend=staff, dossiers__per_duizend=1)
    tables = tables_of(Town.generate(profile=profile, seed=seed))

    assert [] == delegation_faults(tables)
    assert tables["delegaties"]


def test_who_stands_in_for_somebody_is_there(hamlet: Town) -> None:
    """Nobody of a wijk gives a role away while somebody else does."""
    periods = sorted(hamlet.tables["delegaties"].select("van", "voorzien_tot").iter_rows())

    assert all(before[1] <= after[0] for before, after in pairwise(periods))


def test_delegations_are_for_a_reason_and_most_of_them_for_leave() -> None:
    delegations = Town.generate("dorp").tables["delegaties"]

    assert set(delegations["reden"]) <= set(REASONS)
    assert delegations.filter(reden="verlof").height > delegations.height // 2
    assert 0 < delegations.filter(pl.col("tot") < pl.col("voorzien_tot")).height < delegations.height // 4

"""Roles that employees give to colleagues for a time."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_delegations import delegation_faults
from support.vlavirgem_life import apply, tables_of
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.living import live
from vlavirgem.living.events import DELEGATED, DELEGATION_ENDED, type_of
from vlavirgem.standing_in import REASONS


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


def test_a_town_that_lives_goes_on_giving_roles_and_taking_them_back() -> None:
    """Some delegations end early, also one that the town was made with; what was given fits with all the rest."""
    profile = small_profile(1200, leven__delegaties_per_duizend=400, dossiers__per_duizend=1)
    town = Town.generate(profile=profile, seed=3)
    tables = tables_of(town)
    made = set(tables["delegaties"])
    events = [event.document() for event in live(town, days=60, profile=profile)]
    for event in events:
        apply(tables, event)
    told = {kind: [e for e in events if e["type"] == type_of(kind)] for kind in (DELEGATED, DELEGATION_ENDED)}

    assert [] == delegation_faults(tables)
    assert 20 < len(told[DELEGATED]) == len(set(tables["delegaties"]) - made)
    assert {True} == {event["data"]["nieuw"]["delegaties"][0]["van"] > event["time"] for event in told[DELEGATED]}
    for event in told[DELEGATION_ENDED]:
        (row,) = event["data"]["gewijzigd"]["delegaties"]
        assert event["time"][:10] < row["tot"] < tables["delegaties"][row["id"]]["voorzien_tot"]
    assert told[DELEGATION_ENDED]


def test_delegations_are_for_a_reason_and_most_of_them_for_leave() -> None:
    delegations = Town.generate("dorp").tables["delegaties"]

    assert set(delegations["reden"]) <= set(REASONS)
    assert delegations.filter(reden="verlof").height > delegations.height // 2
    assert 0 < delegations.filter(pl.col("tot") < pl.col("voorzien_tot")).height < delegations.height // 4

"""Families fit together over generations, also across households."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.population import make_population
from vlavirgem.generation.wijken import wijken_of

if TYPE_CHECKING:
    from vlavirgem import Town

YEAR = 365.25


def persons_of(inhabitants: int, *, seed: int, **changes: Any) -> pl.DataFrame:
    """Make the inhabitants alone, without land; each household has its own number as its address."""
    profile = small_profile(inhabitants, **changes)
    population = make_population(profile, seed=seed, wijken=wijken_of(profile))
    address = population.households.id
    return make_persons_table(profile, seed=seed, population=population, address=address)


def with_parents(persons: pl.DataFrame) -> pl.DataFrame:
    """Give each child beside its first parent."""
    return persons.join(persons, left_on="ouder1_id", right_on="id", suffix="_ouder")


seeds = st.integers(0, 2**63)


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(seed=seeds, inhabitants=st.integers(50, 2300))
def test_parents_fit_their_children(seed: int, inhabitants: int) -> None:
    """Who left home has parents 18 to 42 years older, of the same wijk; two parents live together."""
    persons = persons_of(inhabitants, seed=seed)
    families = with_parents(persons)
    gap = (pl.col("geboortedatum") - pl.col("geboortedatum_ouder")).dt.total_days()
    elsewhere = families.filter(pl.col("huishouden_id") != pl.col("huishouden_id_ouder"))

    assert elsewhere.select(gap.is_between(18 * YEAR, 42 * YEAR).all()).item()
    assert elsewhere.select((pl.col("id") // 100_000 == pl.col("ouder1_id") // 100_000).all()).item()
    both = families.join(persons, left_on="ouder2_id", right_on="id", suffix="_2")
    assert (both["huishouden_id_ouder"] == both["huishouden_id_2"]).all()
    assert (both["ouder1_id"] != both["ouder2_id"]).all()


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(seed=seeds, inhabitants=st.integers(50, 2300))
def test_brothers_and_sisters_are_born_apart_and_share_a_name(seed: int, inhabitants: int) -> None:
    """A pregnancy lasts about nine months, twins have one; all children have one name (law of 8 May 2014)."""
    children = persons_of(inhabitants, seed=seed).filter(pl.col("ouder1_id").is_not_null())
    siblings = children.sort("ouder1_id", "geboortedatum").with_columns(
        na=pl.col("geboortedatum").diff().over("ouder1_id")
    )
    gap = pl.col("na")
    apart = (gap >= timedelta(days=280)) | (gap == timedelta()) | gap.is_null()
    assert siblings.select(apart.all()).item()
    names = children.group_by("ouder1_id").agg(pl.col("achternaam").n_unique())
    assert (names["achternaam"] == 1).all()


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(seed=seeds)
def test_no_couple_is_brother_and_sister(seed: int) -> None:
    """Partners have other parents, and nobody lives with an uncle or an aunt."""
    persons = persons_of(2000, seed=seed)
    parent = dict(persons.select("id", "ouder1_id").iter_rows())
    second = dict(persons.select("id", "ouder2_id").iter_rows())
    couples = persons.filter(rol="partner").join(persons.filter(rol="gezinshoofd"), on="huishouden_id", suffix="_2")
    for one, two in couples.select("id", "id_2").iter_rows():
        assert parent[one] is None or parent[one] != parent[two]
        for own, other in ((one, two), (two, one)):
            grandparents = {parent.get(p) for p in (parent[own], second[own]) if p is not None} - {None}
            assert parent[other] not in grandparents


def test_a_name_comes_down_over_three_generations(hamlet: Town) -> None:
    """The children of who has a father's name have it too, where all choose the father's name."""
    persons = persons_of(1000, seed=1830, personen__naam_van_vader=1.0, personen__dubbele_naam=0.0)
    name = dict(persons.select("id", "achternaam").iter_rows())
    sex = dict(persons.select("id", "geslacht").iter_rows())
    parents = {
        one: [p for p in pair if p] for one, *pair in persons.select("id", "ouder1_id", "ouder2_id").iter_rows()
    }
    lines = 0
    for one, found in parents.items():
        fathers = [p for p in found if sex[p] == "MALE"]
        grandfathers = [g for f in fathers for g in parents[f] if sex[g] == "MALE"]
        if len(found) == 2 and fathers and grandfathers and len(parents[fathers[0]]) == 2:
            assert name[one] == name[fathers[0]]
            lines += name[one] == name[grandfathers[0]]
    assert lines > 20
    assert hamlet.tables["personen"]["ouder1_id"].null_count() < 600


def test_about_a_third_of_the_grown_ups_have_parents_nearby(hamlet: Town) -> None:
    """So that a town has families, as the profile asks."""
    persons = hamlet.tables["personen"]
    nearby = with_parents(persons).filter(pl.col("huishouden_id") != pl.col("huishouden_id_ouder"))
    grown_up = persons.filter(pl.col("rol") != "kind")
    assert 0.2 < nearby.height / grown_up.height < 0.45


def test_brothers_and_sisters_hardly_ever_have_the_same_first_name() -> None:
    """Parents choose another one; left to chance one family in fifteen with several children would not."""
    children = persons_of(10_000, seed=1830).filter(pl.col("ouder1_id").is_not_null())
    families = children.group_by("ouder1_id").agg(children=pl.len(), names=pl.col("voornaam").n_unique())
    several = families.filter(pl.col("children") > 1)

    assert several.filter(pl.col("names") < pl.col("children")).height < several.height // 50

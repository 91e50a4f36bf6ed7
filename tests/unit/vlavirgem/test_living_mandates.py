"""Who stops governing while a town lives, and who follows."""

from __future__ import annotations

from collections import Counter
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.living.days import InMemory, Life
from vlavirgem.living.mandates import resign
from vlavirgem.living.state import read_state


@cache
def few() -> Town:
    """A town so small that hardly anybody is free to follow."""
    return Town.generate(small_profile(60), seed=7)


@settings(max_examples=20)
@given(rows=st.lists(st.integers(0, 2**31), min_size=20, max_size=40, unique=True))
def test_whoever_stop_on_one_day_are_each_followed_by_somebody_else(rows: list[int]) -> None:
    """Who follows begins on the next day, and is not free for another seat meanwhile."""
    town = few()
    state = read_state(InMemory(town), reference_date=town.reference_date)
    life = Life(small_profile(60), seed=town.seed)
    happened = [resign(state, life.dice, today=town.reference_date, row=row) for row in rows]

    added = [row for one in happened if one is not None for row in one.changes.added.get("mandatarissen", [])]
    seats = Counter((row["mandaat_id"], row["persoon_id"]) for row in added)
    assert len({row["opvolger_van_id"] for row in added}) == len(added) > 1
    assert {1} == set(seats.values())

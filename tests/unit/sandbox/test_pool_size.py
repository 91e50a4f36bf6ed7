"""How many sandboxes stand ready."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proeftuin_sandbox.pool_size import USUAL, Kind, pool_sizes

VILLAGE = Kind("dorp", 7)


def test_a_pool_that_is_on_has_one_of_the_usual_kind_when_nobody_asked() -> None:
    """The first visitor of the morning does not wait either."""
    assert {USUAL: 1} == pool_sizes({}, maximum=4, room=None)


def test_the_pool_follows_the_last_hour() -> None:
    """Ten minutes of the hour: eighteen requests make three, of the kinds that were asked."""
    assert {USUAL: 2, VILLAGE: 1} == pool_sizes({USUAL: 12, VILLAGE: 6}, maximum=10, room=None)


def test_the_operator_and_the_room_set_the_limit() -> None:
    """A pool never takes what people need."""
    assert {USUAL: 2} == pool_sizes({USUAL: 600}, maximum=2, room=None)
    assert {USUAL: 1} == pool_sizes({USUAL: 600}, maximum=5, room=1)
    assert {} == pool_sizes({USUAL: 600}, maximum=5, room=-1)
    assert {} == pool_sizes({USUAL: 600}, maximum=0, room=None)


@given(
    st.dictionaries(st.builds(Kind, st.sampled_from(["gehucht", "dorp"]), st.integers(0, 5)), st.integers(0, 99)),
    st.integers(0, 20),
    st.integers(-3, 20),
)
def test_what_is_divided_adds_up(demand: dict[Kind, int], maximum: int, room: int) -> None:
    """Never more than allowed, never more than fits, and at least one when both let it."""
    total = sum(pool_sizes(demand, maximum=maximum, room=room).values())

    assert total <= min(maximum, max(0, room))
    assert (total > 0) == (maximum > 0 and room > 0)

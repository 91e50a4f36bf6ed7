"""Whose turn it is, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from proeftuin_sandbox.turns import Pace, Waiter, expected_at, fair_order

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def waiters(text: str) -> list[Waiter]:
    """`a1 b1` are requests of organisations a and b, each a second later than the one before."""
    return [Waiter(name, name[0], NOW + timedelta(seconds=number)) for number, name in enumerate(text.split())]


def order(text: str, served: dict[str, datetime] | None = None) -> str:
    return " ".join(one.sandbox_id for one in fair_order(waiters(text), served or {}))


def test_organisations_take_turns_and_the_oldest_request_of_each_goes_first() -> None:
    """Who asks a hundred times does not keep another one waiting."""
    assert "a1 b1 c1 a2 b2 a3" == order("a1 a2 a3 b1 b2 c1")


def test_who_was_served_longest_ago_goes_first_and_who_never_was_before_that() -> None:
    """The turns go on where they were, also after a restart."""
    assert "c1 b1 a1 a2" == order("a1 a2 b1 c1", {"a": NOW, "b": NOW - MINUTE})


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_serving_one_after_another_keeps_the_order_that_was_shown(letters: list[str]) -> None:
    """A position never gets worse because the one in front was served."""
    waiting = waiters(" ".join(f"{letter}{number}" for number, letter in enumerate(letters)))
    shown = [one.sandbox_id for one in fair_order(waiting, {})]
    served: dict[str, datetime] = {}
    seen = []
    for second in range(len(waiting)):
        first = fair_order(waiting, served)[0]
        waiting.remove(first)
        served[first.organisation] = NOW + timedelta(seconds=second)
        seen.append(first.sandbox_id)

    assert shown == seen


def pace(**changes) -> Pace:
    usual = {"capacity": 2, "leaving": [], "hold": None, "making": timedelta(seconds=3)}
    return Pace(**(usual | changes))


def test_nobody_guesses_when_nothing_is_known() -> None:
    """No number is better than an invented one."""
    assert expected_at(1, pace(), now=NOW) is None


def test_a_place_comes_free_when_a_sandbox_expires_at_the_latest() -> None:
    """The second in the queue waits for the second that leaves."""
    leaving = [NOW + 10 * MINUTE, NOW + 20 * MINUTE]

    assert NOW + 20 * MINUTE + timedelta(seconds=3) == expected_at(2, pace(leaving=leaving), now=NOW)
    assert expected_at(3, pace(leaving=leaving), now=NOW) is None


def test_measured_times_count_when_they_promise_a_place_earlier() -> None:
    """Two places, each held eight minutes: one comes free every four."""
    measured = pace(hold=8 * MINUTE, leaving=[NOW + 60 * MINUTE] * 2)

    assert NOW + 12 * MINUTE + timedelta(seconds=3) == expected_at(3, measured, now=NOW)


def test_what_should_have_left_already_is_expected_now_and_not_in_the_past() -> None:
    """An estimate in the past helps nobody."""
    assert NOW + timedelta(seconds=3) == expected_at(1, pace(leaving=[NOW - MINUTE]), now=NOW)

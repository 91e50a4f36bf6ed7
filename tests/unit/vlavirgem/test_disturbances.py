"""What may go wrong on purpose is written in one way, and happens the same way each time."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.disturbances import AMOUNTS, KINDS, Disturbance, DisturbanceError, Plan, read_plan


def test_a_header_is_a_dictionary_of_disturbances() -> None:
    """RFC 9651: members with a value and parameters; what is not said is usual."""
    plan = read_plan("vertraging=500;kans=20;pad=/ipdc/v1, onbeschikbaar;seed=7;nummer=3,verloren")

    assert (
        Plan(
            (
                Disturbance("vertraging", 500, chance=20, path="/ipdc/v1"),
                Disturbance("onbeschikbaar", 1),
                Disturbance("verloren"),
            ),
            seed=7,
            number=3,
        )
        == plan
    )
    assert "vertraging=500, onbeschikbaar=1, verloren" == ", ".join(map(str, plan.disturbances))
    assert Plan() == read_plan(" geen ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "traag",
        "vertraging=0",
        "vertraging=30001",
        "vertraging=-5",
        "vertraging=abc",
        "verloren=2",
        "vertraging;kans=0",
        "vertraging;kans=101",
        "vertraging;kans",
        "vertraging;vaak=1",
        "vertraging;seed=x",
        "verouderd=1001",
        "geen, vertraging",
        "vertraging=५",
    ],
)
def test_what_is_no_disturbance_is_refused(text: str) -> None:
    """In one line."""
    with pytest.raises(DisturbanceError):
        read_plan(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Never anything else."""
    with contextlib.suppress(DisturbanceError):
        assert all(one.kind in KINDS for one in read_plan(text).disturbances)


@given(
    st.lists(
        st.builds(
            lambda kind, share, chance: Disturbance(
                kind,
                AMOUNTS[kind].least + share * (AMOUNTS[kind].most - AMOUNTS[kind].least) // 100
                if kind in AMOUNTS
                else 0,
                chance=chance,
            ),
            st.sampled_from(KINDS),
            st.integers(0, 100),
            st.integers(1, 100),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_is_what_is_read(disturbances: list[Disturbance]) -> None:
    text = ", ".join(f"{one};kans={one.chance}" for one in disturbances)

    assert tuple(disturbances) == read_plan(text).disturbances


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_the_same_request_is_disturbed_in_the_same_way(seed: int, number: int) -> None:
    plan = read_plan(f"vertraging;kans=50, onbeschikbaar;kans=50;seed={seed}")

    assert plan.at(number, path="/x", kinds=KINDS) == plan.at(number, path="/x", kinds=KINDS)


def test_a_chance_is_a_share_of_the_requests() -> None:
    """Two disturbances of one kind are drawn apart."""
    plan = read_plan("vertraging=5;kans=20, vertraging=9;kans=20;seed=3")
    happening = [plan.at(number, path="/", kinds=KINDS) for number in range(10_000)]

    first, second, both = (
        sum(1 for one in happening if wanted <= {disturbance.amount for disturbance in one})
        for wanted in ({5}, {9}, {5, 9})
    )
    assert 1850 < first < 2150
    assert 1850 < second < 2150
    assert 320 < both < 480


def test_only_what_is_asked_for_is_disturbed() -> None:
    """An address that begins so, and a kind that can happen to the request."""
    plan = read_plan("vertraging;pad=/ipdc, verouderd")

    assert ("vertraging", "verouderd") == tuple(one.kind for one in plan.at(1, path="/ipdc/v1/x", kinds=KINDS))
    assert ("verouderd",) == tuple(one.kind for one in plan.at(1, path="/dossiers", kinds=KINDS))
    assert ("vertraging",) == tuple(one.kind for one in plan.at(1, path="/ipdc", kinds=["vertraging"]))

"""Profiles: each number has a source, and what cannot be is refused with a clear word."""

from __future__ import annotations

from typing import Any

import pytest

from vlavirgem import Town
from vlavirgem.errors import ProfileError
from vlavirgem.profile import base_parameters, build_profile, load_profile, profile_names


def test_profiles_are_listed_by_size() -> None:
    """The smallest first."""
    assert ["gehucht", "dorp", "gemeente", "stad", "centrumstad"] == profile_names()


@pytest.mark.parametrize("name", profile_names())
def test_every_parameter_of_every_profile_has_a_source(name: str) -> None:
    """A number without a source is not believed."""
    assert all(parameter.source for parameter in load_profile(name).parameters.values())


@pytest.mark.parametrize("name", ["metropool", "basis", "../gehucht", "", "dorp.toml"])
def test_an_unknown_profile_names_the_known_ones(name: str) -> None:
    """And a path is no profile."""
    with pytest.raises(ProfileError, match="dorp, gehucht, gemeente, stad"):
        load_profile(name)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"inwoners": {"value": -5, "source": "x"}}, "at least 1"),
        ({"inwoners": {"value": 10, "source": "x"}}, "at least 50"),
        ({"inwoners": {"value": "veel", "source": "x"}}, "whole number"),
        ({"inwoners": {"value": 100}}, "no source"),
        ({"inwoners": 100}, "`value` and a `source`"),
        ({"huishoudens": {"gehuwd": {"value": 1.5, "source": "x"}}}, "between 0 and 1"),
        ({"huishoudens": {"types": {"value": {"koppel": -1}, "source": "x"}}}, "whole weights"),
        ({"huishoudens": {"types": {"value": {"koppel": 0}, "source": "x"}}}, "vanish"),
        ({}, "inwoners is missing"),
    ],
)
def test_impossible_parameters_are_refused(own: dict[str, Any], message: str) -> None:
    """Before anything is generated, and naming the parameter."""
    with pytest.raises(ProfileError, match=message):
        build_profile("proef", base=base_parameters(), own=own)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (
            {"huishoudens": {"types": {"value": {"alleenstaand": 1}, "source": "x"}}},
            "too few households of type koppel",
        ),
        ({"huishoudens": {"types": {"value": {"koppel": 1}, "source": "x"}}}, "type alleenstaand in"),
        ({"huishoudens": {"kinderen": {"value": {"1": 1}, "source": "x"}}}, "type koppelMetKinderen"),
        ({"organisaties": {"verenigingen_per_duizend": {"value": 140, "source": "x"}}}, "at most 100 organisations"),
    ],
)
def test_parameters_that_leave_out_whom_a_town_needs_are_refused(own: dict[str, Any], message: str) -> None:
    """Those of whom every town has one on purpose, and as many organisations as there are numbers."""
    profile = build_profile("proef", base=base_parameters(), own={"inwoners": {"value": 1000, "source": "x"}, **own})
    with pytest.raises(ProfileError, match=message):
        Town.generate(profile)

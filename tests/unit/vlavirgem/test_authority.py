"""May somebody do something on a day: the answer and its reasons, without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlavirgem.acts import acts, find_act
from vlavirgem.blocks.identiteit.levels import MEANS, accepted, acr_of
from vlavirgem.blocks.rollen.checking import check
from vlavirgem.generation.governance.functions import FUNCTION_NAMES
from vlavirgem.generation.governance.texts import domains
from vlavirgem.generation.staff import make_roles_table
from vlavirgem.store.authority import MANDATE, RIGHT, Authority

BEGIN, END = date(2025, 1, 1), date(2026, 1, 1)
SIGN, PREPARE, HANDLE = (
    find_act(code) for code in ("besluit.ondertekenen", "beleid.voorbereiden", "dossier.behandelen")
)


def authority(ground: str, **changed) -> Authority:
    """What somebody was entitled to in 2025."""
    given_ = {
        "place": 1,
        "kind": MANDATE,
        "number": 4,
        "person": 12,
        "employee": None,
        "holder": "An Maes",
        "ground": ground,
        "name": ground,
        "organisation": 1,
        "begins": BEGIN,
        "ends": END,
        "domains": (),
        "successor": None,
    }
    return Authority(**{**given_, **changed})


def test_every_act_can_be_done_by_somebody_and_is_named_once() -> None:
    """Roles and functions are those of the town."""
    codes = [act.code for act in acts()]
    known = {*make_roles_table()["code"], *FUNCTION_NAMES.values()}

    assert len(codes) == len(set(codes))
    assert all(act.grounds and set(act.grounds) <= known for act in acts())
    assert all(act.name and act.english for act in acts())


def test_every_role_allows_something() -> None:
    allowed = {role for act in acts() for role in act.roles}

    assert set(make_roles_table()["code"]) == allowed


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_an_authority_counts_from_its_first_day_until_the_day_it_ends(day: date) -> None:
    verdict = check(SIGN, [authority("burgemeester")], day=day)

    assert (BEGIN <= day < END) == verdict.allowed
    assert verdict.reasons
    assert bool(verdict.grounds) == verdict.allowed


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 60))
def test_more_authorities_never_allow_less(starts: list[int], offset: int) -> None:
    """One that counts is enough."""
    day = BEGIN + timedelta(days=offset)
    ones = [
        authority("burgemeester", begins=BEGIN + timedelta(days=n), ends=BEGIN + timedelta(days=n + 5)) for n in starts
    ]

    assert any(one.counts_on(day) for one in ones) == check(SIGN, ones, day=day).allowed


@pytest.mark.parametrize(
    ("changed", "day", "code"),
    [
        ({}, BEGIN - timedelta(days=1), "mandaat-nog-niet-begonnen"),
        ({}, END, "mandaat-afgelopen"),
        ({"kind": RIGHT}, END, "rol-afgelopen"),
        ({"kind": "functionaris"}, END, "functie-afgelopen"),
        ({"ground": "schepen"}, BEGIN, "geen-bevoegdheid"),
        ({}, BEGIN, "mandaat-geldt"),
    ],
)
def test_a_reason_says_what_is_the_matter(changed: dict, day: date, code: str) -> None:
    verdict = check(SIGN, [authority(changed.pop("ground", "burgemeester"), **changed)], day=day)

    assert [code] == [reason.code for reason in verdict.reasons]
    assert all(reason.text.nl and reason.text.en for reason in verdict.reasons)


def test_who_took_over_is_named() -> None:
    (reason,) = check(SIGN, [authority("burgemeester", successor=9)], day=END).reasons

    assert "mandataris/9" in reason.text.nl
    assert reason.source is not None
    assert reason.source.endswith("mandataris/4")


@pytest.mark.parametrize(("domain", "allowed"), [("sport", True), ("jeugd", False), (None, True)])
def test_an_alderman_only_has_some_domains(domain: str | None, allowed: bool) -> None:
    verdict = check(PREPARE, [authority("schepen", domains=("sport",))], day=BEGIN, domain=domain)

    assert allowed == verdict.allowed
    assert allowed or "ander-beleidsdomein" == verdict.reasons[0].code
    assert "sport" in domains()


def test_an_act_without_domains_is_allowed_in_all() -> None:
    right = authority("dossiers-beheerder", kind=RIGHT)

    assert check(HANDLE, [right], day=BEGIN, domain="sport").allowed


@given(st.lists(st.sampled_from([one.urn for one in MEANS] + ["http://eidas.europa.eu/LoA/high", "x"]), max_size=4))
def test_what_is_offered_satisfies_what_is_asked(values: list[str]) -> None:
    """And when nothing known is asked, everything is offered (OpenID Connect Core, 5.5.1.1)."""
    offered = accepted(values)

    assert offered
    if [value for value in values if value != "x"]:
        assert all(acr_of(one, asked=values) in values for one in offered)
    else:
        assert MEANS == offered

"""Every case is in the hands of one employee who may have it, and goes from hand to hand for a reason."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_handovers import handover_faults
from support.vlavirgem_life import apply, tables_of
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.casework import DESK, END_OF_SERVICE, ILLNESS, REASONS, SECRETARIAT, reason_at, service_at
from vlavirgem.living import live
from vlavirgem.living.events import STEPPED
from vlavirgem.process import REFUSED, STOPPED, case_types
from vlavirgem.profile import load_profile

if TYPE_CHECKING:
    from vlavirgem.process import CaseType

COMMON = ["intake", "behandeling", "besluit", "uitvoering"]
"""What the road of a case asks for."""


@pytest.fixture(scope="module")
def village() -> Town:
    """Several wijken, in which employees fall ill and leave."""
    return Town.generate("dorp")


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**63), inhabitants=st.integers(50, 1400))
def test_a_case_has_one_handler_at_any_moment_who_may_have_it(seed: int, inhabitants: int) -> None:
    """From its first status on; nobody hands over what another has, and each has the role on that day."""
    tables = tables_of(Town.generate(profile=small_profile(inhabitants), seed=seed))

    assert [] == handover_faults(tables)


def test_nobody_has_a_case_before_the_first_or_after_the_last_working_day(village: Town) -> None:
    """Who leaves service handed over on the last working day at the latest."""
    tables, today = village.tables, village.reference_date
    ends = pl.col("tijdstip").shift(-1).over("dossier_id").dt.date()
    held = (
        tables["overdrachten"]
        .with_columns(einde=ends)
        .join(tables["dossiers"].select("id", "sluitingsdatum"), left_on="dossier_id", right_on="id")
        .with_columns(einde=pl.coalesce("einde", "sluitingsdatum", pl.lit(today - timedelta(days=1))))
        .join(tables["medewerkers"], left_on="overnemer_id", right_on="id", suffix="_werk")
    )

    assert held.select((pl.col("tijdstip").dt.date() >= pl.col("van")).all()).item()
    assert held.filter(pl.col("tot").is_not_null(), pl.col("einde") >= pl.col("tot")).is_empty()
    assert not held.filter(pl.col("tot").is_not_null()).is_empty()


def test_a_case_goes_to_the_service_that_its_status_asks_for(village: Town) -> None:
    """The desk takes it in, a service handles it, the secretariat puts it on an agenda; all in one wijk."""
    tables = village.tables
    given = tables["overdrachten"].filter(pl.col("reden").is_in(COMMON))
    with_status = given.join(
        tables["dossierstatussen"], left_on=["dossier_id", "tijdstip"], right_on=["dossier_id", "tijdstip"]
    )
    assert given.height == with_status.height
    kinds = dict(tables["dossiers"].select("id", "dossiertype").iter_rows())
    services = dict(tables["medewerkers"].select("id", "dienst").iter_rows())
    at_the_right_one = 0
    for case, reason, status, taker in with_status.select("dossier_id", "reden", "status", "overnemer_id").iter_rows():
        assert reason_at(status) == reason
        assert (taker - 1) // 100_000 == (case - 1) // 100_000
        at_the_right_one += services[taker] == service_at(case_types()[kinds[case]], status)
    assert at_the_right_one > 0.95 * given.height  # a colleague stands in for who is ill


def test_who_falls_ill_or_leaves_hands_over(village: Town) -> None:
    """Both happen, to few cases; everything that its road asks for is there too."""
    reasons = dict(village.tables["overdrachten"]["reden"].value_counts().iter_rows())

    assert {*COMMON, ILLNESS, END_OF_SERVICE} == set(reasons) <= set(REASONS)
    assert reasons[ILLNESS] < 0.05 * reasons["behandeling"]


@pytest.mark.parametrize("kind", case_types().values(), ids=lambda kind: kind.code)
def test_every_kind_of_case_begins_at_the_desk_and_ends_with_who_handled_it(kind: CaseType) -> None:
    """What a governing body decides goes by the secretariat; a refusal or a withdrawal moves nothing."""
    services = [service_at(kind, status) for status in kind.road]

    assert DESK == services[0]
    assert {kind.service} == set(services[kind.decision :])
    assert ("KlaarVoorBeslissing" in kind.road) <= (SECRETARIAT in services)
    assert [None, None] == [service_at(kind, status) for status in (REFUSED, STOPPED)]


def test_a_case_goes_on_in_life_to_who_was_drawn_for_it(village: Town) -> None:
    """The steady handler of a service, or whoever the generator would have given it: never back and forth."""
    handlers = dict(village.tables["dossiers"].select("id", "medewerker_id").iter_rows())
    desks = dict(village.tables["medewerkers"].select("id", "dienst").iter_rows())
    moved = 0
    for event in live(village, days=20, profile=load_profile("dorp")):
        changes = event.happening.changes
        for row in changes.added.get("overdrachten", []):
            assert handlers.get(row["dossier_id"]) == row["overdrager_id"], event.line()
            handlers[row["dossier_id"]] = row["overnemer_id"]
            moved += event.happening.kind == STEPPED
            assert row["overnemer_id"] in desks
    assert moved > 5


def test_colleagues_take_over_from_who_lost_the_right(village: Town) -> None:
    """A tester takes a role away: on the next day nothing is in the hands of that employee any more."""
    holder = village.tables["dossiers"].filter(pl.col("sluitingsdatum").is_null())["medewerker_id"].mode()[0]
    ends = pl.when(medewerker_id=holder).then(village.reference_date).otherwise("tot")
    rights = village.tables["toegangsrechten"].with_columns(tot=ends)
    town = dataclasses.replace(village, tables={**village.tables, "toegangsrechten": rights})
    tables = tables_of(town)

    for event in live(town, days=3):
        apply(tables, json.loads(event.line()))

    at_hand = [one for one in tables["dossiers"].values() if one["sluitingsdatum"] is None]
    assert [] == [one["id"] for one in at_hand if one["medewerker_id"] == holder]
    assert [] == handover_faults(tables)
    assert END_OF_SERVICE in {
        one["reden"]
        for one in tables["overdrachten"].values()
        if one["overdrager_id"] == holder and one["tijdstip"] > str(village.reference_date)
    }

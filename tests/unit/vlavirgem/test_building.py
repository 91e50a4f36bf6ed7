"""What is planned is built, and then people come to live there."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from support.vlavirgem_life import apply, faults_of, tables_of
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.living import live
from vlavirgem.living.events import BUILDING_BEGUN, BUILDING_FINISHED

if TYPE_CHECKING:
    from vlavirgem.living.events import Event

BUSY = small_profile(
    600, gebouwen__niet_gerealiseerd=0.3, leven__bouwwerven_per_duizend=100, leven__aankomsten_per_duizend=200
)


@pytest.fixture(scope="module")
def town() -> Town:
    """A small town in which much is planned."""
    return Town.generate(profile=BUSY, seed=7)


@pytest.fixture(scope="module")
def events(town: Town) -> list[Event]:
    """A year of its life."""
    return list(live(town, days=365, profile=BUSY))


def test_a_building_is_begun_and_then_finished(town: Town, events: list[Event]) -> None:
    """Once each, in that order, half a year apart at least; everything fits together all the while."""
    tables = tables_of(town)
    assert [] == faults_of(tables)
    begun: dict[str, Event] = {}
    happened: Counter[tuple[str, str]] = Counter()
    for event in events:
        apply(tables, json.loads(event.line()))
        kind, subject = event.happening.kind, event.subject
        if kind in {BUILDING_BEGUN, BUILDING_FINISHED}:
            happened[kind, subject] += 1
        if kind == BUILDING_BEGUN:
            begun[subject] = event
        elif kind == BUILDING_FINISHED and subject in begun:
            assert event.time - begun[subject].time >= timedelta(days=179)
    assert [] == faults_of(tables)
    assert {1} == set(happened.values())
    assert {BUILDING_BEGUN, BUILDING_FINISHED} == {kind for kind, _ in happened}


def test_a_finished_building_has_a_year_and_can_be_lived_in(town: Town, events: list[Event]) -> None:
    """Whoever comes to live in the town may go to a home that was not there when it was made."""
    finished = [row for event in events if event.happening.kind == BUILDING_FINISHED
                for row in event.happening.changes.changed["gebouwen"]]  # fmt: skip
    assert {town.reference_date.year} == {row["bouwjaar"] for row in finished}
    new = {row["id"] for row in finished}
    homes = {row["id"] for row in town.tables["adressen"].iter_rows(named=True) if row["gebouw_id"] in new}
    settled = {
        row["adres_id"]
        for event in events
        for row in event.happening.changes.added.get("huishoudens", [])
        + event.happening.changes.changed.get("huishoudens", [])
        if "adres_id" in row
    }
    assert homes & settled

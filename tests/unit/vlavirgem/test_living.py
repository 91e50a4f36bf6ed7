"""A town lives forward: always the same, in order, and with everything fitting together after every event."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_life import apply, faults_of, frames_of, tables_of
from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.cli import main
from vlavirgem.errors import VlavirgemError
from vlavirgem.export.checking import check_town
from vlavirgem.export.findings import in_words
from vlavirgem.export.source import TownSource
from vlavirgem.generation.governance.calendar import appointments_from, two_years_before
from vlavirgem.identifiers import national_numbers
from vlavirgem.insz import FORMS, NEVER_ISSUED, national_number
from vlavirgem.living import MOST_DAYS, live
from vlavirgem.living.addresses import renumber
from vlavirgem.living.chance import Chance
from vlavirgem.living.days import Life
from vlavirgem.living.events import (
    BORN,
    BUILDING_BEGUN,
    BUILDING_FINISHED,
    DELEGATION_ENDED,
    DIED,
    DIVORCED,
    KINDS,
    LEFT,
    LEFT_HOME,
    MARRIED,
    MET,
    MOVED_IN,
    PUBLISHED,
    RESIGNED,
    SUBMITTED,
)
from vlavirgem.living.rates import rates_of
from vlavirgem.living.state import Household, State
from vlavirgem.profile import Parameter, load_profile
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from pathlib import Path

GOLDEN_STREAM = "9b5d653fc4b08b1f1d3b692eb2343aff6ad61dc93c8d7bd8af2be29760dd28ff"
"""SHA-256 of what `vlavirgem live` writes for thirty days of `gehucht`, seed 1830. Who changes what happens in a town
copies here what `vlavirgem live OUT --days 30 | sha256sum` prints."""

BUSY = {"dossiers__per_duizend": 400} | {
    f"leven__{name}_per_duizend": 300
    for name in (
        "geboorten", "overlijdens", "verhuizingen", "aankomsten", "vertrekken", "huwelijken", "scheidingen",
        "samenwonen", "uit_huis", "hernummeringen", "overdrachten", "bouwwerven", "delegaties",
    )
} | {"leven__raadsleden_stoppen": 0.9}  # fmt: skip
"""So much happens that a few weeks show everything."""


def lines(town: Town, days: int) -> list[str]:
    return [event.line() for event in live(town, days=days)]


def test_a_month_of_the_demo_town_is_known_by_its_digest(hamlet: Town) -> None:
    """Everybody who lives this town forward sees the same things happen."""
    written = "".join(f"{line}\n" for line in lines(hamlet, 30))

    assert GOLDEN_STREAM == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize("days", [1, 10, 29])
def test_a_longer_life_begins_with_the_same_events(hamlet: Town, days: int) -> None:
    """A day does not depend on how many are asked for."""
    month = list(live(hamlet, days=30))

    assert [event.line() for event in month if event.day <= days] == lines(hamlet, days)


def test_a_life_leaves_the_town_as_it_was(small_town: Town) -> None:
    """A town is a value."""
    before = {name: frame.clone() for name, frame in small_town.tables.items()}
    lines(small_town, 60)

    assert [] == [name for name, frame in before.items() if not frame.equals(small_town.tables[name])]


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31))
def test_everything_fits_together_after_every_day(seed: int) -> None:
    """Nobody lives at two addresses, nobody who died is heard of, cases keep to their process, numbers are unique."""
    profile = small_profile(120, **BUSY)
    town = Town.generate(profile=profile, seed=seed)
    tables = tables_of(town)
    assert [] == faults_of(tables)
    gone: set[int] = set()
    seen: set[str] = set()

    for event in live(town, days=90, profile=profile):
        changes = event.happening.changes
        people = {row["id"] for rows in (changes.added, changes.changed) for row in rows.get("personen", [])}
        assert not people & gone, event.line()
        apply(tables, json.loads(event.line()))
        seen.add(event.happening.kind)
        if event.happening.kind in {DIED, LEFT}:
            gone |= {one for one in people if tables["personen"][one]["huishouden_id"] is None}

    assert [] == faults_of(tables)
    rare = {
        DIVORCED, LEFT_HOME, MARRIED, MOVED_IN, RESIGNED, BUILDING_BEGUN, BUILDING_FINISHED, DELEGATION_ENDED,
    }  # fmt: skip
    assert set(KINDS) - seen <= rare, "a small town may lack who it can happen to"


def test_a_town_that_lived_keeps_our_shapes() -> None:
    """After a hundred busy days every row still says what an export promises (SHACL)."""
    profile = small_profile(120, **BUSY)
    town = Town.generate(profile=profile, seed=3)
    tables = tables_of(town)
    for event in live(town, days=100, profile=profile):
        apply(tables, json.loads(event.line()))

    lived = dataclasses.replace(town, tables=frames_of(tables))

    assert [] == [in_words(finding) for finding in check_town(TownSource(lived))]


def test_events_are_cloudevents_in_the_order_of_their_time(hamlet: Town) -> None:
    """CloudEvents 1.0: the required attributes, an id once per source, a type of a domain that cannot exist."""
    events = [json.loads(line) for line in lines(hamlet, 40)]

    for event in events:
        assert {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dag", "data"} == set(
            event
        )
        assert "1.0" == event["specversion"]
        assert event["type"].startswith("example.vlavirgem.")
        day = datetime.fromisoformat(event["time"]).date()
        assert hamlet.reference_date + timedelta(days=event["dag"] - 1) == day
    assert all(before["time"] <= after["time"] for before, after in pairwise(events))
    assert len(events) == len({event["id"] for event in events})
    assert 1 == len({event["source"] for event in events})


def test_things_happen_about_as_often_as_the_profile_says(hamlet: Town) -> None:
    """Four standard deviations of what is counted when things happen independently, over four years."""
    years = 4
    found = Counter(event.happening.kind for event in live(hamlet, days=365 * years))
    rates = rates_of("gehucht")

    for kind, rate in (*rates.at_any_hour, *rates.at_the_counter, (SUBMITTED, rates.cases)):
        expected = rate * years
        assert abs(found[kind] - expected) <= 4 * sqrt(expected), (kind, found[kind], expected)


def test_bodies_meet_on_their_days_and_publish_a_week_later(hamlet: Town) -> None:
    """The calendar of the generator goes on; what was decided in the week before the seed is published too."""
    events = list(live(hamlet, days=120))
    met = {event.subject: event.time.date() for event in events if event.happening.kind == MET}
    published = {event.subject: event.time.date() for event in events if event.happening.kind == PUBLISHED}
    until = hamlet.reference_date + timedelta(days=120)
    first = two_years_before(hamlet.reference_date)
    planned = [
        one.day for one in appointments_from(first, until=until, inhabitants=1000) if one.day >= hamlet.reference_date
    ]

    assert planned == list(met.values())
    week = timedelta(days=7)
    assert {number: day + week for number, day in met.items() if day + week < until}.items() <= published.items()
    assert published.keys() - met.keys()


def test_who_stops_governing_is_followed_the_next_day(hamlet: Town) -> None:
    """By somebody who governed nothing and lives with nobody who does; the others keep what they have."""
    profile = dataclasses.replace(
        load_profile("gehucht"),
        parameters={**load_profile("gehucht").parameters, "leven.raadsleden_stoppen": Parameter(0.9, "test")},
    )
    stops = [event for event in live(hamlet, days=100, profile=profile) if event.happening.kind == RESIGNED]

    assert stops
    for event in stops:
        changes = event.happening.changes
        ended = {row["id"]: row["einde"] for row in changes.changed["mandatarissen"]}
        for row in changes.added["mandatarissen"]:
            last = datetime.fromisoformat(ended[row["opvolger_van_id"]])
            assert last + timedelta(seconds=1) == datetime.fromisoformat(row["start"])


def test_who_is_born_and_who_dies_is_of_an_age_for_it(hamlet: Town) -> None:
    """Mothers are 18 to 45 years old, and most who die are old."""
    tables = tables_of(hamlet)
    mothers, dying = [], []
    for event in live(hamlet, days=365 * 3):
        apply(tables, json.loads(event.line()))
        person = tables["personen"][int(event.subject.rpartition("/")[2])] if "persoon" in event.subject else {}
        if event.happening.kind == BORN:
            parents = [tables["personen"][number] for number in (person["ouder1_id"], person["ouder2_id"]) if number]
            mothers.append([years(one, event.time.date()) for one in parents if one["geslacht"] == "FEMALE"])
        elif event.happening.kind == DIED:
            dying.append(years(person, event.time.date()))

    assert all(any(18 <= age < 46 for age in ages) for ages in mothers)
    assert sum(age >= 65 for age in dying) > 0.7 * len(dying)


def years(person: dict[str, str], today: date) -> float:
    return (today - date.fromisoformat(person["geboortedatum"])).days / 365.25


@given(seed=st.integers(), row=st.integers(0, 2**62), bound=st.integers(1, 2**32))
def test_one_number_at_a_time_is_the_same_as_many(seed: int, row: int, bound: int) -> None:
    """A case goes on along the road that the generator drew for it: both use the same numbers."""
    rows = np.asarray([row], dtype=np.int64)
    many, one = Random(seed, kind="dossier"), Chance(seed, kind="dossier")

    assert int(many.below("kolom", rows=rows, bound=bound)[0]) == one.below("kolom", row=row, bound=bound)
    assert bool(many.chance("deel", rows=rows, share=0.3)[0]) == one.chance("deel", row=row, share=0.3)
    assert int(many.pick("keus", rows=rows, weights=[3, 0, 5])[0]) == one.pick("keus", row=row, weights=[3, 0, 5])


@given(born=st.dates(date(1925, 1, 1), date(2036, 1, 1)), is_male=st.booleans(), form=st.integers(0, len(FORMS) - 1))
def test_a_newborn_gets_a_number_like_everybody_else(born: date, is_male: bool, form: int) -> None:
    """The same rule as the generator's: right check digits, a serial that is never issued."""
    day, forms = np.asarray([(born - date(1970, 1, 1)).days]), np.asarray([form])
    serial = np.asarray([NEVER_ISSUED["male" if is_male else "female"]])
    expected = national_numbers(born=day, serial=serial, form=forms)[0]

    assert expected == national_number(born, is_male=is_male, form=form)


def test_a_household_where_nobody_was_meant_to_live_is_no_obstacle() -> None:
    """A visitor may have a household live above a shop: that address gets no other number, and life goes on."""
    life, today = Life("gehucht", seed=1), date(2026, 1, 1)
    home = Household(100_001, "alleenstaand", 100_007, {100_001})
    state = State(today, inhabitants=1000, households={home.id: home}, last={"huishoudens": home.id})

    assert all(renumber(state, life.dice, today=today, row=row) is None for row in range(20))


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_a_number_of_days_that_cannot_be_is_refused_at_once(small_town: Town, days: int) -> None:
    """Before the first event, so that nothing half is written."""
    with pytest.raises(VlavirgemError, match="1 to 3650 days"):
        live(small_town, days=days)


def test_a_room_lives_without_a_data_frame_library() -> None:
    """A town in a room has no NumPy or Polars."""
    code = (
        "import sys, vlavirgem.store.living, vlavirgem.room.control;"
        "print(sorted({'numpy', 'polars'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == found.stdout.strip()


def test_the_command_writes_one_event_a_line(
    tmp_path: Path, small_town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen or in a new file, the same; bad input is one line and exit code 2."""
    monkeypatch.chdir(tmp_path)
    small_town.write("stad")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["vlavirgem", "live", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    code, shown, _ = run("stad", "--days", "20")
    assert (0, lines(small_town, 20)) == (code, shown.splitlines())
    assert 0 == run("stad", "--days", "20", "--to", "leven.ndjson")[0]
    assert shown == (tmp_path / "leven.ndjson").read_text()
    for wrong, words in (
        (["stad", "--to", "leven.ndjson"], "already exists"),
        (["stad", "--days", "0"], "1 to 3650 days"),
        (["stad", "--to", "absent/leven.ndjson"], "cannot be written"),
        (["absent"], "holds no town"),
        ([], "one of the two"),
    ):
        code, _, said = run(*wrong)
        assert (2, 1) == (code, len(said.splitlines())), said
        assert words in said

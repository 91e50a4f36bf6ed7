"""A city is like Flanders and like its profile says, within the tolerances that the profile states."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from typer.testing import CliRunner

from vlavirgem.cli import app
from vlavirgem.generation.everything import make_parts
from vlavirgem.profile import load_profile, profile_of
from vlavirgem.statistics import MEASURES, Compared, compare

if TYPE_CHECKING:
    from vlavirgem import Town

PROFILE = load_profile("stad")
DOCUMENT = Path(__file__).parents[3] / "reference-data" / "STATISTICS.md"


@pytest.fixture(scope="module")
def city() -> list[Compared]:
    """A whole `stad`, counted part by part."""
    return compare(make_parts(PROFILE, seed=1830), PROFILE)


def test_every_figure_of_a_city_is_within_its_tolerance(city: list[Compared]) -> None:
    """Ages, households, names, moves, buildings, businesses, cases: each beside its source."""
    assert len(city) > 140
    assert [] == [f"{one.measure} {one.label}: {one.found:.1f} and not {one.expected:.1f}" for one in city
                  if abs(one.found - one.expected) > one.tolerance + (one.allowed - one.tolerance) * 0.8]  # fmt: skip


def test_every_figure_has_a_source_and_is_counted(city: list[Compared]) -> None:
    """Nothing is within its tolerance because it was not there."""
    assert [] == [one for one in city if not one.source or one.of < 50]
    assert {measure.name for measure in MEASURES} == set(PROFILE.weights("statistiek.afwijkingen"))


def test_shares_of_one_whole_add_up() -> None:
    """What is expected of bands and kinds is a thousand together."""
    for measure in MEASURES:
        expected = measure.expected(PROFILE)
        if measure.name in {"leeftijden", "burgerlijke_staat", "nationaliteit", "huishoudgrootte", "bouwjaren"}:
            assert sum(expected.values()) == pytest.approx(1000), measure.name


def test_a_town_that_is_off_is_found(hamlet: Town) -> None:
    """Everybody married: civil status and couples are out, and what has nothing to do with it is not."""
    people = hamlet.tables["personen"].with_columns(pl.lit("gehuwd").alias("burgerlijke_staat"))

    found = compare([{**hamlet.tables, "personen": people}], profile_of("gehucht"))

    assert {"burgerlijke_staat", "gehuwde_koppels"} == {one.measure for one in found if not one.is_within}


def test_the_command_shows_expected_found_and_verdict(hamlet: Town, tmp_path: Path) -> None:
    """Exit code 0 when all is within, 1 when something is not; a small town may be off by chance."""
    hamlet.write(tmp_path / "good")
    off = hamlet.tables["personen"].with_columns(pl.lit("UKR").alias("nationaliteit"))
    bad = type(hamlet)(
        **{name: getattr(hamlet, name) for name in ("profile", "seed", "reference_date", "generator_version")},
        tables={**hamlet.tables, "personen": off},
    )
    bad.write(tmp_path / "bad")

    good = CliRunner().invoke(app, ["check", "--statistics", str(tmp_path / "good")])
    wrong = CliRunner().invoke(app, ["check", "--statistics", str(tmp_path / "bad")])

    assert (0, 1) == (good.exit_code, wrong.exit_code), good.stdout
    assert "BUITEN" not in good.stdout
    assert any(line.startswith("belgen") and line.endswith("BUITEN") for line in wrong.stdout.splitlines())


def test_the_document_tells_every_measure_with_its_tolerance() -> None:
    """`reference-data/STATISTICS.md`, in the order in which they are counted."""
    rows = [
        line.split("|")[1:4] for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    expected = [[measure.name, measure.parameter, f"{measure.tolerance(PROFILE):.0f}"] for measure in MEASURES]

    assert expected == [[cell.strip(" `") for cell in row] for row in rows]

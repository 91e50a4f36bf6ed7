"""Realistic national numbers on request: a town of its own, and everything that describes it says so."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.errors import ProfileError
from vlavirgem.export.checking import check_town
from vlavirgem.export.source import TownSource
from vlavirgem.generation.people import make_persons_table
from vlavirgem.generation.population import make_population
from vlavirgem.generation.wijken import wijken_of

if TYPE_CHECKING:
    from pathlib import Path


def test_realistic_numbers_have_ordinary_serials_and_pass_the_check() -> None:
    """Serials 001 to 998, odd for men; 97 minus the nine digits mod 97; everybody has a number of their own."""
    profile = small_profile(3000).with_identifiers("realistic")
    population = make_population(profile, seed=5, wijken=wijken_of(profile))
    persons = make_persons_table(profile, seed=5, population=population, address=population.households.id)

    numbers = persons["insz"].to_list()
    for number, sex, born in persons.select("insz", "geslacht", "geboortedatum").iter_rows():
        serial = int(number[6:9])
        nine = int(("2" if born.year >= 2000 else "") + number[:9])
        assert number[:6] == f"{born:%y%m%d}"
        assert serial in {0, 999} or (1 <= serial <= 998 and serial % 2 == (sex == "MALE"))
        assert int(number[9:]) == 97 - nine % 97
    assert len(numbers) == len(set(numbers))
    assert sum(number[6:9] in {"000", "999"} for number in numbers) <= 1  # the younger of the twins
    assert len({number[6:9] for number in numbers}) > 300


def test_a_realistic_town_says_so(small_town: Town, tmp_path: Path) -> None:
    """It is another town: digest, manifest and data dictionary differ, and it reads back as what it is."""
    town = Town.generate(small_profile(), seed=7, identifiers="realistic")
    town.write(tmp_path / "town")

    assert town.digest != small_town.digest
    assert (town.identifiers, small_town.identifiers) == ("realistic", "safe")
    assert json.loads((tmp_path / "town" / "town.json").read_text())["identifiers"] == "realistic"
    columns = json.loads((tmp_path / "town" / "data-dictionary.json").read_text())["personen"]["columns"]
    guarantee = {column["name"]: column.get("guarantee") for column in columns}
    assert guarantee["insz"] == "synthetic"
    assert guarantee["email"] == "reserved"
    assert Town.load(tmp_path / "town").identifiers == "realistic"


def test_a_town_keeps_the_shapes_of_its_own_kind_of_numbers() -> None:
    """The gate follows the manifest: a realistic town is not blamed for what it says it is, a safe one would be."""
    town = Town.generate(small_profile(60), seed=7, identifiers="realistic")

    assert [] == check_town(TownSource(town))
    blamed = check_town(TownSource(dataclasses.replace(town, identifiers="safe")))
    assert {"Enkel nummers die nooit uitgereikt worden."} == {finding.message for finding in blamed}
    assert 60 == len(blamed)


def test_other_identifiers_are_refused() -> None:
    """With the ones there are."""
    with pytest.raises(ProfileError, match="safe, realistic"):
        Town.generate(small_profile(), identifiers="real")

"""A region: municipalities that nobody has, of the sizes that Flemish ones have, and no number of one is another's."""

from __future__ import annotations

import csv
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from stdnum.be import vat

from support.vlavirgem_towns import small_region
from vlavirgem import Town
from vlavirgem.errors import CapacityError, ProfileError
from vlavirgem.export import export_town
from vlavirgem.export.checking import check_town
from vlavirgem.export.source import TownSource
from vlavirgem.generation.places.municipality import border_of
from vlavirgem.generation.places.plane import Plane
from vlavirgem.generation.places.territory import BLOCK
from vlavirgem.living.days import live
from vlavirgem.numbering import TOWN, wijken_count
from vlavirgem.profile import load_profile
from vlavirgem.regions import build_region, load_region, region_names, seed_of
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vlavirgem.regions import Region

SEED = 7
UNIQUE = {
    "gemeenten": ("naam", "nis_code", "postcode"),
    "wijken": ("code",),
    "percelen": ("capakey",),
    "personen": ("insz", "telefoon", "email"),
    "organisaties": ("ondernemingsnummer", "telefoon", "email", "website", "ovo_code"),
    "vestigingen": ("vestigingsnummer",),
    "medewerkers": ("email",),
    "dossiers": ("dossiernummer",),
}
"""Columns of which no two municipalities share a value."""


@pytest.fixture(scope="module")
def flanders() -> Region:
    return load_region("vlaanderen")


@pytest.fixture(scope="module")
def towns() -> Mapping[str, Town]:
    region = small_region(1_150, 1_060, 90)
    return {
        profile.municipality.name: Town.generate(profile, seed=seed_of(profile, seed=SEED))
        for profile in region.profiles()
    }


def test_flanders_is_a_region() -> None:
    """The one that ships with the package."""
    assert ["vlaanderen"] == region_names()


def test_sizes_follow_the_classes_of_the_flemish_municipalities(flanders: Region) -> None:
    """285 of them since 2025, fourteen above 50 000 and 57 below 10 000 (VVSG); 6.8 million people in all."""
    sizes = flanders.inhabitants
    assert (285, 6_800_000) == (len(sizes), sum(sizes))
    assert 14 == sum(size > 50_000 for size in sizes)
    assert 57 == sum(size < 10_000 for size in sizes)
    assert 285 == sum(one.municipalities for one in flanders.classes)
    assert all(one.source for one in flanders.classes)


def test_no_municipality_has_a_name_or_code_of_a_real_one(flanders: Region, standards_data: Path) -> None:
    """Neither name nor NIS code is on the official list, and both are given once."""
    with (standards_data / "nis" / "vlaamse-gemeenten-refnis2025.csv").open(encoding="utf-8") as file:
        real = list(csv.DictReader(file))
    names = {one.name.casefold() for one in flanders.municipalities}
    codes = {one.nis_code for one in flanders.municipalities}
    assert (285, 285) == (len(names), len(codes))
    assert names.isdisjoint(row["naam_nl"].casefold() for row in real)
    assert codes.isdisjoint(row["nis"] for row in real)
    assert {"99"} == {code[:2] for code in codes}
    assert "99309" not in codes


def test_post_codes_and_domains_are_given_once_and_cannot_exist(flanders: Region) -> None:
    """No place between 5680 and 6000; `.example` is reserved by RFC 2606."""
    codes = [int(one.post_code) for one in flanders.municipalities]
    assert 285 == len(set(codes))
    assert 5680 < min(codes) <= max(codes) < 6000
    domains = {one.domain for one in flanders.municipalities}
    assert 285 == len(domains)
    assert all(domain.endswith(".example") for domain in domains)


def test_numbers_of_wijken_are_given_once_and_never_to_vlavirgem(flanders: Region) -> None:
    """From 1000 on, one after the other, below what national numbers can hold."""
    first = [one.first_wijk for one in flanders.municipalities]
    sizes = [wijken_count(people) for people in flanders.inhabitants]
    assert 1_000 == first[0]
    assert all(after - before == size for (before, after), size in zip(pairwise(first), sizes, strict=False))
    assert first[-1] + sizes[-1] <= flanders.municipalities[0].wijken == 7_984


def test_no_two_municipalities_lie_on_the_same_ground(flanders: Region) -> None:
    """Each keeps to the square that it was given, whatever its seed; squares do not overlap; all are at sea."""
    boxes = []
    for number in (0, 13, 100, 228, 284):
        town, people = flanders.municipalities[number], flanders.inhabitants[number]
        ring = np.asarray(border_of(wijken_count(people), seed=number), dtype=np.float64) * BLOCK
        x, y = Plane(number, centre=town.centre).bend(ring[:, 0], ring[:, 1])
        boxes.append((x.min(), x.max(), y.min(), y.max()))
        assert 10_000 < x.min()
        assert x.max() < 90_000
        assert 290_000 < y.min()
        assert y.max() < 720_000
    for (w, e, s, n), (west, east, south, north) in combinations(boxes, 2):
        assert e < west or east < w or n < south or north < s
    neighbours = pairwise(zip(flanders.municipalities, flanders.inhabitants, strict=True))
    assert all(
        abs(a.centre[0] - b.centre[0]) + abs(a.centre[1] - b.centre[1]) > 1_000 for (a, _), (b, _) in neighbours
    )


def test_no_number_of_one_municipality_is_anothers(towns: Mapping[str, Town], hamlet: Town) -> None:
    """Rows, national, enterprise, establishment and phone numbers, mail: put under each other, all differ."""
    for name, table in TABLES.items():
        together = pl.concat([town.tables[name] for town in [hamlet, *towns.values()]])  # VlaVirGem's neither
        for column in ("id", *UNIQUE.get(name, ())):
            values = together[column].drop_nulls()
            assert values.is_unique().all(), f"{name}.{column}"
        assert table.columns[0].name == "id"


def test_every_reference_stays_within_its_municipality(towns: Mapping[str, Town]) -> None:
    """Also those that are in texts: authors of documents, and rows of edge cases."""
    for town in towns.values():
        for name, table in TABLES.items():
            for column in table.columns:
                if column.references:
                    wanted = set(town.tables[name][column.name].drop_nulls().to_list())
                    assert wanted <= set(town.tables[column.references]["id"].to_list()), f"{name}.{column.name}"
        for table, number in town.tables["randgevallen"].select("tabel", "rij_id").iter_rows():
            assert number in town.tables[table]["id"]
        for kind, number in town.tables["stukken"]["auteur"].str.split("/").to_list():
            assert int(number) in town.tables[{"persoon": "personen", "organisatie": "organisaties"}[kind]]["id"]


def test_numbers_are_safe_and_pass_their_checks(towns: Mapping[str, Town]) -> None:
    """National numbers show a day above 40, twins too; enterprise numbers are from the range 19."""
    for town in towns.values():
        days = town.tables["personen"]["insz"].str.slice(4, 2).cast(pl.Int64)
        assert days.is_between(41, 71).all()
        for insz, born in town.tables["personen"].select("insz", "geboortedatum").iter_rows():
            nine = int(("2" if born.year >= 2000 else "") + insz[:9])
            assert 97 - nine % 97 == int(insz[9:])
        numbers = town.tables["organisaties"]["ondernemingsnummer"]
        assert numbers.str.starts_with("19").all()
        assert all(vat.is_valid(number) for number in numbers)
        assert town.tables["personen"]["telefoon"].drop_nulls().str.contains(r"^\+3200\d{7}$").all()


def test_a_municipality_speaks_of_itself_and_not_of_vlavirgem(towns: Mapping[str, Town]) -> None:
    """In every text of every table: name, domain and post code are its own."""
    for own, town in towns.items():
        named = 0
        for name, frame in town.tables.items():
            for column in frame.select(pl.selectors.string()).iter_columns():
                assert not column.str.contains(r"VlaVirGem|vlavirgem\.example|\b9999 V").any(), f"{name}.{column.name}"
                named += int(column.str.contains(own, literal=True).sum())
        assert named > 100
        assert own == town.about.municipality


def test_seeds_differ_and_give_the_same_municipality_alone(towns: Mapping[str, Town]) -> None:
    """What is made does not depend on what is made beside it, and no two are copies of each other."""
    region = small_region(1_150, 1_060, 90)
    seeds = {seed_of(profile, seed=SEED) for profile in region.profiles()}
    assert 3 == len(seeds)
    assert max(seeds) < 1 << 48
    last = region.profile("99003")
    assert towns["Dorp C"].digest == Town.generate(last, seed=seed_of(last, seed=SEED)).digest
    first = [town.tables["personen"]["achternaam"].head(90).to_list() for town in towns.values()]
    assert first[0] != first[1] != first[2]


def test_a_municipality_of_a_region_has_a_profile(flanders: Region) -> None:
    """By its code, so that everything that takes a profile takes it."""
    profile = load_profile("vlaanderen/99285")

    assert profile.municipality == flanders.municipalities[-1]
    assert flanders.inhabitants[-1] == profile.inhabitants
    with pytest.raises(ProfileError, match="such as vlaanderen/99001"):
        load_profile("vlaanderen")
    for name in ("vlaanderen/99309", "atlantis/99001", "vlaanderen/"):
        with pytest.raises(ProfileError):
            load_profile(name)


def test_realistic_numbers_do_not_meet_either() -> None:
    """Ordinary serials; the second of twins has a day that does not exist."""
    region = small_region(1_060, 1_060).with_identifiers("realistic")
    made = [Town.generate(profile, seed=seed_of(profile, seed=1)) for profile in region.profiles()]

    numbers = pl.concat([town.tables["personen"]["insz"] for town in made])
    assert numbers.is_unique().all()
    assert 2 == (numbers.str.slice(4, 2).cast(pl.Int64) > 40).sum()


def test_a_region_that_does_not_add_up_is_refused() -> None:
    """Sizes, classes, names and numbers each have their own message."""

    def content(*towns: list[object], people: int = 300, least: int = 50) -> dict[str, object]:
        return {
            "titel": {"nl": "x", "en": "x"},
            "klassen": [{"vanaf": least, "gemeenten": 2, "source": "test"}],
            "inwoners": {"value": people, "source": "test"},
            "gemeenten": {"value": list(towns), "source": "test"},
        }

    with pytest.raises(ProfileError, match="size classes"):
        build_region("x", content=content(["A", 100], ["B", 200], least=150))
    with pytest.raises(ProfileError, match="300 inhabitants, not 301"):
        build_region("x", content=content(["A", 100], ["B", 200], people=301))
    with pytest.raises(ProfileError, match="same name"):
        build_region("x", content=content(["Dorp A", 100], ["Dorp-a", 200]))
    with pytest.raises(ProfileError, match="last wijk"):
        build_region("x", content=content(["A", 1_020], ["B", 200], people=1_220))
    with pytest.raises(CapacityError, match="smaller"):
        build_region("x", content=content(["A", 6_000_000], ["B", 1_000_000], people=7_000_000))


@pytest.fixture(scope="module")
def linked(towns: Mapping[str, Town], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The N-Quads of two municipalities."""
    base = tmp_path_factory.mktemp("linked")
    texts = {}
    for name in ("Dorp B", "Dorp C"):
        export_town(towns[name], base / name, fmt="nquads")
        texts[name] = "".join(path.read_text("utf-8") for path in sorted((base / name).glob("*.nq")))
    return texts


def test_linked_data_of_a_municipality_keeps_our_shapes(towns: Mapping[str, Town]) -> None:
    """The same promises as VlaVirGem's."""
    assert [] == check_town(TownSource(towns["Dorp B"]))


def test_linked_data_speaks_of_the_municipality(linked: Mapping[str, str]) -> None:
    """Its name and NIS code stand where VlaVirGem's do, in the exports too."""
    for name, nis_code in (("Dorp B", "99002"), ("Dorp C", "99003")):
        assert "VlaVirGem" not in linked[name]
        assert "99309" not in linked[name]
        assert f'"{name}"' in linked[name]
        assert f"/id/administratieve-eenheid/{nis_code}>" in linked[name]
        assert f"/id/bestuurseenheid/{nis_code}-gemeente>" in linked[name]


def test_linked_data_of_two_municipalities_says_nothing_of_the_same_things(linked: Mapping[str, str]) -> None:
    """But for what all share: concepts, life events and the functions of LBLOD."""
    subjects = [{line.split(" ", 1)[0] for line in text.splitlines()} for text in linked.values()]

    shared = {iri for iri in subjects[0] & subjects[1] if iri.startswith("<https://data.vlavirgem.example/id/")}
    assert {"concept", "levensgebeurtenis"} >= {iri.split("/")[4] for iri in shared}


def test_a_municipality_of_a_region_lives_like_any_other(towns: Mapping[str, Town]) -> None:
    """The same kinds of things happen, to its own people, and whatever is new has one of its own numbers."""
    town = towns["Dorp B"]

    events = list(live(town, days=60, profile=small_region(1_150, 1_060, 90).profile("99002")))

    kinds = {event.type for event in events}
    assert len(kinds) > 4
    numbers = [int(event.subject.rpartition("/")[2]) for event in events]
    assert {2} == {number // TOWN for number in numbers}
    for event in events:
        changes = event.happening.changes
        for name, rows in [*changes.added.items(), *changes.changed.items()]:
            held = {column.name for column in TABLES[name].columns if column.name == "id" or column.references}
            assert {2} >= {row[column] // TOWN for row in rows for column in held & row.keys() if row[column]}, name


def test_who_is_born_or_comes_has_a_national_number_of_the_municipality(towns: Mapping[str, Town]) -> None:
    """Whatever day it is: lived side by side, no two municipalities give the same one."""
    region = small_region(1_150, 1_060, 90)
    given = [insz for town in towns.values() for insz in town.tables["personen"]["insz"]]
    before = len(given)
    for town, profile in zip(towns.values(), region.profiles(), strict=True):
        for event in live(town, days=150, profile=profile):
            given += [row["insz"] for row in event.happening.changes.added.get("personen", ())]

    assert len(given) > before + 20
    assert len(set(given)) == len(given)
    for insz in given:
        assert 41 <= int(insz[4:6]) <= 71
        assert 97 - int(insz[:9]) % 97 == int(insz[9:]) or 97 - int(f"2{insz[:9]}") % 97 == int(insz[9:])

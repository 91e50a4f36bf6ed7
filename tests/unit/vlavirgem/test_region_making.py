"""A region on disk is the same from one run, from partitions and after a kill, and every damage to it is found."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph

from support.vlavirgem_towns import small_region
from vlavirgem import Town, making, region_making
from vlavirgem.cli_regions import Clock
from vlavirgem.errors import ExistsError, ProfileError, TownFolderError
from vlavirgem.folder import verify_folder
from vlavirgem.making import Partition, generate_folder
from vlavirgem.region_folder import read_region, verify_region
from vlavirgem.region_making import (
    bytes_needed,
    generate_region,
    generate_region_partition,
    join_region,
    shares_of,
)
from vlavirgem.regions import load_region

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.profile import Profile
    from vlavirgem.regions import Region

SEED = 7
SIZES = (17_100, 1_060, 90)


class Usage(NamedTuple):
    """What `shutil.disk_usage` gives."""

    total: int
    used: int
    free: int


@pytest.fixture(scope="module")
def region() -> Region:
    """Three municipalities, the first of two parts."""
    return small_region(*SIZES)


@pytest.fixture(scope="module")
def whole(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region") / "whole"
    generate_region(region, seed=SEED, folder=folder)
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return shutil.copytree(whole, tmp_path / "copy")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_municipality_has_a_folder_of_its_own(whole: Path) -> None:
    """Each verifies by itself, the whole verifies, and one digest stands for all."""
    assert ["README.md", "dcat.jsonld", "gemeenten", "region.json"] == sorted(one.name for one in whole.iterdir())
    assert ["99001", "99002", "99003"] == sorted(one.name for one in (whole / "gemeenten").iterdir())
    assert [] == list(verify_region(whole))
    assert [] == verify_folder(whole / "gemeenten" / "99003")
    manifest = read_region(whole)
    assert (SEED, 3) == (manifest.about.seed, manifest.about.of)
    assert list(SIZES) == [one.inhabitants for one in manifest.municipalities.values()]
    assert manifest.digest.startswith("sha256:")


def test_a_municipality_is_read_and_written_again_as_the_same_files(whole: Path, tmp_path: Path) -> None:
    """A folder of a region is a town like any other, also one of several parts."""
    town = Town.load(whole / "gemeenten" / "99001")

    town.write(tmp_path / "again")

    assert contents(whole / "gemeenten" / "99001") == contents(tmp_path / "again")


def test_partitions_join_to_the_very_same_files(region: Region, whole: Path, tmp_path: Path) -> None:
    """Byte for byte, though a municipality is cut in two and some partitions have no part; asking twice is free."""
    of = 5
    folders = [tmp_path / f"{number}" for number in range(1, of + 1)]
    made = [
        generate_region_partition(region, seed=SEED, folder=folder, partition=Partition(number, of))
        for number, folder in enumerate(folders, start=1)
    ]
    again = generate_region_partition(region, seed=SEED, folder=folders[0], partition=Partition(1, of))

    join_region(region, partitions=folders[::-1], folder=tmp_path / "joined")

    assert (4, made[0]) == (sum(made), again)
    assert contents(whole) == contents(tmp_path / "joined")


def test_shares_of_flanders_are_even() -> None:
    """Every part is in exactly one share, and no share is much more work than another."""
    profiles = load_region("vlaanderen").profiles()
    shares = [shares_of(profiles, partition=Partition(number, 32)) for number in range(1, 33)]

    parts = [(profile.name, part) for share in shares for profile, some in share for part in some]
    assert len(parts) == len(set(parts))
    assert 285 == len({name for name, _ in parts})
    work = [
        sum(16 * len(some) + 30 * (some[0] == 0) for _, some in share)  # a town hall is as much as 30 wijken
        for share in shares
    ]
    assert max(work) <= 1.4 * min(work)


MAKE_AND_DIE = """
import os, signal, sys
from support.vlavirgem_towns import small_region
from vlavirgem.region_making import generate_region

def die(name, done, of):
    if name == "Dorp B":
        os.kill(os.getpid(), signal.SIGKILL)

generate_region(small_region(17_100, 1_060, 90), seed=7, folder=sys.argv[1], progress=die)
"""


def test_a_killed_run_goes_on_where_it_stopped(
    region: Region, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stands under the final name; the rerun makes only what is missing, and the result is the same."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}
    killed = subprocess.run(
        [sys.executable, "-c", MAKE_AND_DIE, str(tmp_path / "out")], env=environment, timeout=90, check=False
    )
    assert -signal.SIGKILL == killed.returncode
    assert not (tmp_path / "out").exists()
    made = []

    def counted(profile: Profile, **arguments: object) -> str:
        made.append(profile.municipality.name)
        return generate_folder(profile, **arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(region_making, "generate_folder", counted)
    generate_region(region, seed=SEED, folder=tmp_path / "out")

    assert "Dorp A" not in made
    assert contents(whole) == contents(tmp_path / "out")
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_a_run_that_was_killed_at_the_very_end_makes_nothing_again(
    region: Region, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the last byte and the final name: a partition too."""
    shutil.copytree(whole, tmp_path / ".out.partial")
    share = Partition(2, 2)
    count = generate_region_partition(region, seed=SEED, folder=tmp_path / "part", partition=share)
    made = contents(tmp_path / "part")
    (tmp_path / "part").rename(tmp_path / ".part.partial")

    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("nothing is missing")

    monkeypatch.setattr(region_making, "generate_folder", refuse)
    monkeypatch.setattr(making, "make_part", refuse)
    generate_region(region, seed=SEED, folder=tmp_path / "out")

    assert contents(whole) == contents(tmp_path / "out")
    assert count == generate_region_partition(region, seed=SEED, folder=tmp_path / "part", partition=share)
    assert made == contents(tmp_path / "part")
    assert {"out", "part"} == {path.name for path in tmp_path.iterdir()}


def test_a_full_disk_in_the_middle_keeps_what_is_finished(
    region: Region, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says so, nothing stands under the final name, and a rerun goes on."""

    def full(profile: Profile, **arguments: object) -> str:
        if profile.municipality.name == "Dorp C":
            raise TownFolderError("cannot be written: [Errno 28] No space left on device")
        return generate_folder(profile, **arguments)  # type: ignore[arg-type]  # passed on as they came

    with monkeypatch.context() as patch:
        patch.setattr(region_making, "generate_folder", full)
        with pytest.raises(TownFolderError, match="No space left"):
            generate_region(region, seed=SEED, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()

    generate_region(region, seed=SEED, folder=tmp_path / "out")

    assert contents(whole) == contents(tmp_path / "out")


def test_a_disk_with_too_little_room_is_refused_before_anything_is_made(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how many bytes are needed and how many there are; what an earlier run left counts."""
    needed = bytes_needed(region.profiles(), fmt="parquet")
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(needed, 0, needed - 1))

    with pytest.raises(TownFolderError, match=f"needs about {needed} bytes, and .* has {needed - 1} free"):
        generate_region(region, seed=SEED, folder=tmp_path / "deep" / "out")

    assert [] == list(tmp_path.iterdir())


def change_a_byte(folder: Path) -> None:
    path = folder / "gemeenten" / "99002" / "adressen.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def swap_towns(folder: Path) -> None:
    shutil.rmtree(folder / "gemeenten" / "99003")
    shutil.copytree(folder / "gemeenten" / "99002", folder / "gemeenten" / "99003")


def edit_the_manifest(folder: Path) -> None:
    path = folder / "region.json"
    path.write_text(path.read_text().replace("Dorp B", "Dorp Q"))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (change_a_byte, "gemeenten/99002: adressen.parquet: changed"),
        (swap_towns, "gemeenten/99003: town.json: changed"),
        (lambda folder: shutil.rmtree(folder / "gemeenten" / "99003"), "gemeenten/99003: missing"),
        (lambda folder: (folder / "gemeenten" / "99003" / "town.json").unlink(), "gemeenten/99003: missing"),
        (lambda folder: (folder / "gemeenten" / "99004").mkdir(), "gemeenten/99004: not part"),
        (lambda folder: (folder / "extra.txt").write_text("x"), "extra.txt: not part"),
        (lambda folder: (folder / "README.md").write_text("x"), "README.md: changed"),
        (edit_the_manifest, "region.json was changed"),
        (lambda folder: (folder / "region.json").write_text("{"), "is no manifest"),
    ],
)
def test_every_damage_is_found_and_named(copy: Path, damage: Callable[[Path], object], named: str) -> None:
    """Verification says where, and there is always exactly one."""
    damage(copy)

    problems = list(verify_region(copy))

    assert 1 == len(problems)
    assert named in problems[0]


def test_partitions_that_do_not_belong_together_are_refused(region: Region, tmp_path: Path) -> None:
    """Of another seed, or one missing: each says what is wrong, and nothing is left."""
    small = small_region(1_060, 90)
    for name, seed, share in (("a", 1, Partition(1, 2)), ("b", 1, Partition(2, 2)), ("c", 2, Partition(2, 2))):
        generate_region_partition(small, seed=seed, folder=tmp_path / name, partition=share)
    for partitions, message in (
        (["a", "c"], "one region"),
        (["a"], "Dorp B is in none"),
        (["nothing"], "no partition of a region"),
    ):
        with pytest.raises(TownFolderError, match=message):
            join_region(small, partitions=[tmp_path / name for name in partitions], folder=tmp_path / "out")
    with pytest.raises(TownFolderError, match="another version, or is of another region"):
        join_region(region, partitions=[tmp_path / "a", tmp_path / "b"], folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_some_municipalities_can_be_made_and_unknown_ones_not(region: Region, whole: Path, tmp_path: Path) -> None:
    """They are the same as among all; the manifest says how many there could be."""
    generate_region(region, seed=SEED, folder=tmp_path / "out", only=["99003", "99002"])

    assert contents(whole / "gemeenten" / "99003") == contents(tmp_path / "out" / "gemeenten" / "99003")
    manifest = json.loads((tmp_path / "out" / "region.json").read_text())
    assert (["99002", "99003"], 3) == (list(manifest["municipalities"]), manifest["of"])
    assert [] == list(verify_region(tmp_path / "out"))
    with pytest.raises(ProfileError, match="no municipality '99309'"):
        generate_region(region, seed=SEED, folder=tmp_path / "other", only=["99309"])
    with pytest.raises(ExistsError):
        generate_region(region, seed=SEED, folder=tmp_path / "out")


def test_what_wants_one_town_says_what_a_region_holds(whole: Path) -> None:
    """And how to name one of its municipalities."""
    with pytest.raises(TownFolderError, match=r"holds 3 municipalities; name one, such as .*99001"):
        Town.load(whole)


def test_a_region_describes_itself_to_catalogues(whole: Path, standards_data: Path) -> None:
    """DCAT-AP 3.0.1 with the official shapes; a dataset per municipality, by the IRI of its own description."""
    quads = list(ox.parse((whole / "dcat.jsonld").read_bytes(), format=ox.RdfFormat.JSON_LD))
    graph = Graph().parse(
        data=ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES), format="nt"
    )
    official = Graph().parse(standards_data / "dcat-ap" / "dcat-ap-SHACL.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=official)
    assert conforms, text
    listed = {one["@id"] for one in json.loads((whole / "dcat.jsonld").read_text())["dcat:dataset"]}
    own = json.loads((whole / "gemeenten" / "99002" / "dcat.jsonld").read_text())["dcat:dataset"]
    assert own["@id"] in listed
    assert "Dorp B, profiel proef/99002" in own["dct:title"][0]["@value"]


def test_who_waits_is_told_how_long() -> None:
    """At the pace so far; what an earlier run left does not count as pace."""
    lines: list[str] = []
    seconds = iter([0.0, 0.1, 60.0, 120.0])
    clock = Clock(now=lambda: next(seconds), say=lines.append)

    for name, done in (("A", 100), ("B", 110), ("C", 200)):
        clock.tell(name, done, 200)

    assert ["50 %: A", "55 %, nog ongeveer 9 min: B", "100 %: C"] == lines

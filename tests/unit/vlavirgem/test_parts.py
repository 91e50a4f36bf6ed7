"""A town comes out the same from one run or from many, and a run that was killed goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.vlavirgem_towns import small_profile
from vlavirgem import Town, making
from vlavirgem.errors import TownFolderError
from vlavirgem.folder import verify_folder
from vlavirgem.generation.everything import make_part, make_town_hall, make_wijken, with_town_hall
from vlavirgem.generation.wijken import wijken_of
from vlavirgem.living import numbers
from vlavirgem.making import Partition, generate_folder, generate_partition, join
from vlavirgem.numbering import AT_ONCE, STRIDE
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.profile import Profile

SEED = 7


@pytest.fixture(scope="module")
def three_parts() -> Profile:
    """A town of 33 wijken: three parts."""
    return small_profile((2 * AT_ONCE + 1) * 1000, dossiers__per_duizend=20)


@pytest.fixture(scope="module")
def whole(three_parts: Profile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "whole"
    generate_folder(three_parts, seed=SEED, folder=folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(people=st.integers(1_000, 4_200), seed=st.integers(0, 2**32))
def test_a_wijk_is_the_same_alone_and_among_others(people: int, seed: int) -> None:
    """What is in a wijk follows from its number, not from what is made beside it."""
    profile = small_profile(people)
    hall = make_town_hall(profile, seed=seed)
    everything = make_wijken(profile, seed=seed, wijken=wijken_of(profile), hall=hall)
    last = wijken_of(profile).numbers.size - 1

    alone = make_wijken(profile, seed=seed, wijken=wijken_of(profile, since=last), hall=hall)

    for name, frame in alone.items():
        assert frame.equals(everything[name].filter(pl.col("id") > last * STRIDE)), name


def test_what_the_town_has_once_says_so() -> None:
    """The town hall makes the tables that are marked, and the wijken all others."""
    profile = small_profile()
    hall = make_town_hall(profile, seed=SEED)
    wijken = make_wijken(profile, seed=SEED, wijken=wijken_of(profile), hall=hall)
    first = with_town_hall(profile, seed=SEED, hall=hall, first=wijken)

    once = {table.name for table in TABLES.values() if table.once}
    assert set(hall) < once
    assert once == set(first) - set(wijken)
    assert set(wijken) == {table.name for table in TABLES.values() if not table.once}


@pytest.mark.parametrize("of", [1, 2, 7, 64])
def test_partitions_join_to_the_very_same_files(three_parts: Profile, whole: Path, tmp_path: Path, of: int) -> None:
    """Byte for byte, whatever the number of partitions; those that have no part are empty."""
    folders = [tmp_path / f"{number}" for number in range(1, of + 1)]
    made = [
        generate_partition(three_parts, seed=SEED, folder=folder, partition=Partition(number, of))
        for number, folder in enumerate(folders, start=1)
    ]

    join(folders[::-1], tmp_path / "joined")

    assert 3 == sum(made)
    assert contents(whole) == contents(tmp_path / "joined")


def test_a_town_made_in_memory_is_written_as_the_same_files(three_parts: Profile, whole: Path, tmp_path: Path) -> None:
    """Streaming is how it is made, not what it is."""
    town = Town.generate(three_parts, seed=SEED)

    town.write(tmp_path / "town")

    assert contents(whole) == contents(tmp_path / "town")
    assert town.digest == Town.load(whole).digest
    assert [] == verify_folder(whole)


MAKE_AND_DIE = """
import os, signal, sys
from support.vlavirgem_towns import small_profile
from vlavirgem.making import generate_folder

def die(done, of):
    if done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

generate_folder(small_profile(33_000, dossiers__per_duizend=20), seed=7, folder=sys.argv[1], progress=die)
"""


def test_a_killed_run_goes_on_where_it_stopped(
    three_parts: Profile, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stands under the final name; the rerun makes only what is missing, and the result is the same."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    killed = subprocess.run(
        [sys.executable, "-c", MAKE_AND_DIE, str(tmp_path / "out")], env=environment, timeout=60, check=False
    )
    assert -signal.SIGKILL == killed.returncode
    assert not (tmp_path / "out").exists()
    made = []

    def counted(profile: Profile, **arguments: object) -> object:
        made.append(1)
        return make_part(profile, **arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(making, "make_part", counted)
    generate_folder(three_parts, seed=SEED, folder=tmp_path / "out")

    assert 1 == len(made)
    assert contents(whole) == contents(tmp_path / "out")
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_another_town_does_not_go_on_with_what_was_left(tmp_path: Path) -> None:
    """What a killed run left is of use for the same town only."""
    left = tmp_path / ".out.partial"
    left.mkdir()
    (left / "making.json").write_text(json.dumps({"profile": "proef", "seed": 1}))
    (left / "personen.parquet").write_bytes(b"half")

    generate_folder(small_profile(), seed=SEED, folder=tmp_path / "out")

    assert [] == verify_folder(tmp_path / "out")


def test_partitions_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    """Of another seed, one missing, one damaged, or none at all: each says what is wrong."""
    profile = small_profile()
    for name, seed, share in (("a", 1, Partition(1, 2)), ("b", 1, Partition(2, 2)), ("c", 2, Partition(2, 2))):
        generate_partition(profile, seed=seed, folder=tmp_path / name, partition=share)

    with pytest.raises(TownFolderError, match="another town"):
        join([tmp_path / "b", tmp_path / "c"], tmp_path / "out")
    with pytest.raises(TownFolderError, match="Parts 0 of 1 are in none"):
        join([tmp_path / "a"], tmp_path / "out")
    with pytest.raises(TownFolderError, match="no partition"):
        join([tmp_path / "nothing"], tmp_path / "out")
    with pytest.raises(TownFolderError, match="at least one"):
        join([], tmp_path / "out")
    (tmp_path / "b" / "personen.parquet").write_bytes(b"damaged")
    with pytest.raises(TownFolderError, match=r"personen\.parquet was changed"):
        join([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    (tmp_path / "b" / "personen.parquet").unlink()
    with pytest.raises(TownFolderError, match=r"personen\.parquet is missing"):
        join([tmp_path / "a", tmp_path / "b"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["", "3", "+1/8", "8+1/8", "0/2", "3/2", "a/b", "1/0", "-1/2"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    """And the message shows how one is written."""
    with pytest.raises(TownFolderError, match="1/8, 2/8"):
        Partition.parse(text)


@given(people=st.integers(50, 30_000), born=st.integers(0, 500))
def test_the_life_of_a_town_can_draw_everybody_and_nobody_else(people: int, born: int) -> None:
    """The places that are drawn from are the numbers of all who live there, once each."""
    profile = small_profile(people)
    wijken = wijken_of(profile)
    ids = [w * STRIDE + i + 1 for w, n in zip(wijken.numbers.tolist(), wijken.inhabitants.tolist(), strict=True)
           for i in range(n)]  # fmt: skip
    ids += [ids[-1] + 1 + i for i in range(born)]

    found = numbers.persons(people, highest=ids[-1])

    assert ids == [found.at(place) for place in range(found.size)]

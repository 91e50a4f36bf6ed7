"""A town on disk is what its digest says, or the difference is found."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

from vlavirgem import Town
from vlavirgem.errors import ExistsError, TownFolderError
from vlavirgem.folder import open_folder, verify_folder
from vlavirgem.manifest import read_manifest
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def written(small_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "parquet"
    small_town.write(folder)
    return folder


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "copy")


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
def test_a_town_survives_being_written_and_read(small_town: Town, tmp_path: Path, fmt: str) -> None:
    """The digest does not depend on the format."""
    small_town.write(tmp_path / "out", fmt=fmt)

    again = Town.load(tmp_path / "out")

    assert small_town.digest == again.digest
    assert [] == verify_folder(tmp_path / "out")
    assert (small_town.seed, small_town.reference_date) == (again.seed, again.reference_date)


def test_the_manifest_says_what_it_is(written: Path, small_town: Town) -> None:
    """Profile, seed, version, date, licence, and that nothing is real."""
    manifest = json.loads((written / "town.json").read_text())

    assert (small_town.digest, 7, "2026-01-01") == tuple(manifest[k] for k in ("digest", "seed", "referenceDate"))
    assert manifest["synthetic"] is True
    assert {"nl", "en"} == set(manifest["statement"])
    assert manifest["licence"]
    assert {"rows": 150, "digest": small_town.digests["personen"]} == manifest["tables"]["personen"]
    assert "data-dictionary.json" in manifest["files"]


def test_an_intact_folder_verifies(written: Path) -> None:
    """No problems is an empty list."""
    assert [] == verify_folder(written)


def change_a_byte(folder: Path) -> None:
    path = folder / "adressen.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def rewrite_a_value(folder: Path) -> None:
    frame = pl.read_parquet(folder / "personen.parquet")
    frame.with_columns(voornaam=pl.lit("Iemand")).write_parquet(folder / "personen.parquet")


def edit_the_manifest(folder: Path) -> None:
    path = folder / "town.json"
    path.write_text(path.read_text().replace('"seed": 7', '"seed": 8'))


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (change_a_byte, "adressen.parquet: changed"),
        (rewrite_a_value, "personen.parquet: changed"),
        (lambda folder: (folder / "stukken.parquet").unlink(), "stukken.parquet: missing"),
        (lambda folder: (folder / "extra.txt").write_text("x"), "extra.txt: not part"),
        (lambda folder: (folder / "data-dictionary.json").write_text("{}"), "data-dictionary.json: changed"),
        (edit_the_manifest, "town.json was changed"),
        (lambda folder: (folder / "town.json").write_text("{"), "is no manifest"),
        (lambda folder: (folder / "town.json").write_text("[]"), "is no manifest"),
    ],
)
def test_every_damage_is_found_and_named(copy: Path, damage: Callable[[Path], object], named: str) -> None:
    """Verification says which file, and there is always exactly one."""
    damage(copy)

    problems = verify_folder(copy)

    assert 1 == len(problems)
    assert named in problems[0]


def test_changed_content_under_a_repaired_manifest_is_not_read(copy: Path) -> None:
    """Reading checks the content's own digest, not only the files."""
    rewrite_a_value(copy)

    with pytest.raises(TownFolderError, match="changed after it was written"):
        Town.load(copy)


def test_a_corrupt_file_is_a_clear_error(copy: Path) -> None:
    """Not a stack trace from deep inside a reader."""
    (copy / "personen.parquet").write_bytes(b"PAR1 nonsense")

    with pytest.raises(TownFolderError, match=r"personen\.parquet cannot be read"):
        Town.load(copy)


def test_a_folder_without_a_town_is_an_error(tmp_path: Path) -> None:
    """There is nothing to verify or to read."""
    for act in (verify_folder, Town.load):
        with pytest.raises(TownFolderError, match="holds no town"):
            act(tmp_path)
        with pytest.raises(TownFolderError, match="holds no town"):
            act(tmp_path / "absent")


def test_nothing_is_overwritten(written: Path, small_town: Town) -> None:
    """A folder that holds something is left alone."""
    before = {path.name: path.read_bytes() for path in written.iterdir()}

    with pytest.raises(ExistsError):
        small_town.write(written)

    assert before == {path.name: path.read_bytes() for path in written.iterdir()}


def test_a_failed_write_leaves_nothing_behind(
    small_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle: no half town under the final name, and a rerun succeeds."""

    def disk_full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("vlavirgem.folder.finish_folder", disk_full)
        with pytest.raises(TownFolderError, match="No space left"):
            small_town.write(tmp_path / "out")
    assert [] == list(tmp_path.iterdir())

    small_town.write(tmp_path / "out")
    assert [] == verify_folder(tmp_path / "out")


def test_what_a_killed_run_left_is_cleared_away(small_town: Town, tmp_path: Path) -> None:
    """The partial folder of an earlier run does not stand in the way."""
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / "personen.parquet").write_bytes(b"half")

    small_town.write(tmp_path / "out")

    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_an_unknown_format_is_an_error(small_town: Town, tmp_path: Path) -> None:
    """And it names the known ones."""
    with pytest.raises(TownFolderError, match="parquet or csv"):
        small_town.write(tmp_path / "out", fmt="xlsx")


def test_a_folder_that_is_opened_gives_its_tables_when_asked(copy: Path) -> None:
    """With the digest that its manifest says, and one table at a time."""
    opened = open_folder(copy)

    assert read_manifest(copy).digest == opened.digest
    assert Town.load(copy).tables["personen"].equals(opened.tables["personen"])
    assert list(TABLES) == list(opened.tables)


def test_a_table_of_an_opened_folder_whose_file_was_changed_is_refused(copy: Path) -> None:
    """It costs little to see, and nobody serves what nobody wrote."""
    opened = open_folder(copy)
    (copy / "straatnamen.parquet").write_bytes((copy / "adressen.parquet").read_bytes())
    (copy / "percelen.parquet").unlink()

    for name in ("straatnamen", "percelen"):
        with pytest.raises(TownFolderError, match="changed after it was written"):
            opened.tables[name]

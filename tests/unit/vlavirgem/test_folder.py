"""A town on disk is what its digest says, or the difference is found."""

from __future__ import annotations

import json
import resource
import shutil
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from support.vlavirgem_towns import small_profile
from vlavirgem import Town
from vlavirgem.digest import town_digest
from vlavirgem.errors import ExistsError, TownFolderError, VlavirgemError
from vlavirgem.export import FORMATS, export_town
from vlavirgem.export.checking import check_town
from vlavirgem.export.source import open_source
from vlavirgem.folder import open_folder, verify_folder
from vlavirgem.living.writing import write_events
from vlavirgem.making import Partition, generate_folder, generate_partition
from vlavirgem.manifest import checksum_of, file_digest, read_manifest
from vlavirgem.report import write_report
from vlavirgem.report.tables import TownTables
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


def say_otherwise(folder: Path, **changes: Any) -> None:
    """Change what the manifest says, and have its checksum follow."""
    path = folder / "town.json"
    content = {**json.loads(path.read_text()), **changes}
    del content["checksum"]
    path.write_text(json.dumps({**content, "checksum": checksum_of(content)}))


def forge_the_digest(folder: Path) -> None:
    say_otherwise(folder, digest=f"sha256:{0:064}")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (change_a_byte, "adressen.parquet: changed"),
        (rewrite_a_value, "personen.parquet: changed"),
        (lambda folder: (folder / "stukken.parquet").unlink(), "stukken.parquet: missing"),
        (lambda folder: (folder / "extra.txt").write_text("x"), "extra.txt: not part"),
        (lambda folder: (folder / "data-dictionary.json").write_text("{}"), "data-dictionary.json: changed"),
        (edit_the_manifest, "town.json was changed"),
        (forge_the_digest, "does not follow from its tables"),
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


@pytest.mark.parametrize(
    "damage", [change_a_byte, lambda folder: (folder / "personen.parquet").unlink(), forge_the_digest]
)
def test_a_damaged_town_is_not_exported_checked_or_shown(
    copy: Path, damage: Callable[[Path], object], tmp_path: Path
) -> None:
    """Whoever reads files of a town first sees that they are those that were written."""
    damage(copy)

    for act in (
        lambda: export_town(copy, tmp_path / "out", fmt="nquads"),
        lambda: check_town(open_source(copy)),
        lambda: write_report(copy, tmp_path / "out"),
        lambda: TownTables.open(copy),
    ):
        with pytest.raises(TownFolderError, match=r"changed|missing|does not follow"):
            act()
    assert not (tmp_path / "out").exists()


def test_a_town_of_another_version_is_told_so(copy: Path) -> None:
    """Its tables may be others: nothing is wrong with it, and only its own version can prove that."""
    path = copy / "dossiers.parquet"
    pl.read_parquet(path).drop("titel").write_parquet(path)
    manifest = read_manifest(copy)
    say_otherwise(copy, files={**manifest.files, path.name: file_digest(path)}, generatorVersion="9.9.9")
    for act in (verify_folder, Town.load):
        with pytest.raises(TownFolderError, match="another version of the generator"):
            act(copy)

    tables = {name: table for name, table in manifest.tables.items() if name != "dossiers"}
    digests = {name: str(table["digest"]) for name, table in tables.items()}
    say_otherwise(copy, tables=tables, digest=town_digest(digests))
    with pytest.raises(TownFolderError, match=r"not of this version\. It was made by generator 9\.9\.9"):
        verify_folder(copy)


@contextmanager
def small_files_only(most: int) -> Iterator[None]:
    """Have the operating system refuse to make a file longer than so many bytes, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_refuses_in_the_middle_is_told_whatever_is_written(small_town: Town, tmp_path: Path) -> None:
    """Nothing half stays, neither under the final name nor beside it."""
    small_town.write(town := tmp_path / "town")
    out = tmp_path / "out"
    acts: dict[str, Callable[[], object]] = {
        "generate": lambda: generate_folder(small_profile(), seed=7, folder=out),
        "generate csv": lambda: generate_folder(small_profile(), seed=7, folder=out, fmt="csv"),
        "partition": lambda: generate_partition(small_profile(), seed=7, folder=out, partition=Partition(1, 1)),
        "write": lambda: small_town.write(out),
        "report": lambda: write_report(town, out),
        "live": lambda: write_events(small_town, days=30, to=str(out)),
        **{fmt: partial(export_town, town, out, fmt=fmt) for fmt in FORMATS},
    }
    for name, act in acts.items():
        with small_files_only(4000), pytest.raises(VlavirgemError, match="cannot be written"):
            act()
        assert ["town"] == [path.name for path in tmp_path.iterdir()], name


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


def test_a_disk_is_no_folder_to_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is mounted cannot be replaced in one go: that is told before the work, not after it."""
    monkeypatch.setattr("pathlib.Path.is_mount", lambda folder: folder == tmp_path)

    with pytest.raises(ExistsError, match="name a folder on it"):
        generate_folder(small_profile(), seed=7, folder=tmp_path)


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

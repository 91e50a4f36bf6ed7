"""Towns on disk: write, read and verify a folder with tables and a manifest."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.digest import table_digest
from vlavirgem.errors import ExistsError, TownFolderError
from vlavirgem.frames import dtypes, pieces_of
from vlavirgem.manifest import (
    FILE_NAME,
    Manifest,
    ManifestBrokenError,
    file_digest,
    of_another_version,
    read_manifest,
    unreadable,
    write_manifest,
)
from vlavirgem.schema import TABLES, Kind, Table
from vlavirgem.town import Town

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.manifest import About

TABLE_FORMATS = ("parquet", "csv")
"""Formats that a town can be read back from."""
_LIST_SEPARATOR = "|"


def write_folder(town: Town, folder: Path | str, *, fmt: str) -> None:
    """Write all tables, the data dictionary and the manifest.

    Nothing appears under the final name before everything is written.

    Raises:
        ExistsError: the folder is not empty.
        TownFolderError: the format is unknown, or writing failed.
    """
    from vlavirgem.parts import parts_count, rows_of_part, write_part  # noqa: PLC0415 - reading needs none of it

    check_format(fmt)
    with new_folder(Path(folder)) as partial:
        if fmt == "csv":
            for name, frame in town.tables.items():
                append_csv(frame, partial, table=TABLES[name])
        else:
            count = parts_count(town.tables["personen"].height)
            for number in range(count):
                part = {
                    name: rows_of_part(frame, table=name, number=number)
                    for name, frame in town.tables.items()
                    if number == 0 or not TABLES[name].once
                }
                write_part(part, partial, number=number, of=count)
        finish_folder(town, partial, fmt=fmt)


def check_format(fmt: str) -> None:
    """Refuse a format that no town can be read back from.

    Raises:
        TownFolderError: it is none of `TABLE_FORMATS`.
    """
    if fmt not in TABLE_FORMATS:
        raise TownFolderError(f"A town is written as {' or '.join(TABLE_FORMATS)}, not as {fmt!r}; see `export`.")


def refuse_taken(folder: Path) -> None:
    """Refuse a place that a new folder cannot get.

    Raises:
        ExistsError: it holds something, or is a disk of itself, which cannot be put in its place in one go.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExistsError(f"{folder} already exists and is not an empty folder.")
    if folder.is_mount():
        raise ExistsError(f"{folder} is a disk of itself; name a folder on it, such as {folder / 'stad'}.")


@contextmanager
def new_folder(folder: Path, *, keep: Callable[[Path], bool] | None = None, lasting: bool = False) -> Iterator[Path]:
    """Give a place to write to that becomes `folder` only when the block ends well.

    Args:
        folder: Where it will be.
        keep: Says of what a killed run left behind whether this run goes on with it; by default it does not.
        lasting: Whether what was written stays when the block fails, for a later run to go on with.

    Raises:
        ExistsError: `folder` already holds something, or is a disk of itself.
        TownFolderError: the disk refused.
    """
    refuse_taken(folder)
    partial = folder.parent / f".{folder.name}.partial"
    try:
        if keep is None or not (partial.is_dir() and keep(partial)):
            shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True, exist_ok=True)
        yield partial
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise TownFolderError(f"{folder} cannot be written: {error}") from error
    finally:
        if not lasting:
            shutil.rmtree(partial, ignore_errors=True)


def finish_folder(town: Town, folder: Path, *, fmt: str) -> None:
    """Write the data dictionary and, last, the manifest over all files."""
    write_manifest(town.about, folder, fmt=fmt, tables=town.contents)


def read_folder(folder: Path | str) -> Town:
    """Read a town back, checking that its content is what the manifest says.

    Raises:
        TownFolderError: no town, not a table format, or changed content.
    """
    path = Path(folder)
    manifest = _manifest_of_tables(path)
    tables = {name: _read_table(path, table=table, manifest=manifest) for name, table in TABLES.items()}
    town = _town(manifest, tables=MappingProxyType(tables))
    if town.digest != manifest.digest:
        raise _changed(path, since=of_another_version(manifest))
    return town


def open_folder(folder: Path | str) -> Town:
    """Give a town whose tables are read each time that they are asked for, so that one at a time is in memory.

    Its files must be as they were written. That is a tenth of the work of checking all that they hold, as
    `read_folder` does; its digests are those of the manifest.

    Raises:
        TownFolderError: no town, or not a table format; or, when a table is asked for, a file that was changed.
    """
    path = Path(folder)
    manifest = _manifest_of_tables(path)
    town = _town(manifest, tables=_TablesOnDisk(path, manifest=manifest))
    vars(town)["digests"] = {name: str(table["digest"]) for name, table in manifest.tables.items()}  # found already
    return town


class _TablesOnDisk(Mapping[str, pl.DataFrame]):
    """The tables of a folder, read anew each time."""

    def __init__(self, folder: Path, *, manifest: Manifest) -> None:
        self._folder = folder
        self._manifest = manifest

    def __getitem__(self, name: str) -> pl.DataFrame:
        for file in _files_of(self._folder, table=TABLES[name], manifest=self._manifest):
            if not file.is_file() or file_digest(file) != self._manifest.files[file.name]:
                raise _changed(self._folder)
        return _read_table(self._folder, table=TABLES[name], manifest=self._manifest)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)


def _manifest_of_tables(folder: Path) -> Manifest:
    manifest = read_manifest(folder)
    if manifest.fmt not in TABLE_FORMATS:
        raise TownFolderError(f"{folder} holds an export ({manifest.fmt}); a town is read from parquet or csv.")
    return manifest


def _town(manifest: Manifest, *, tables: Mapping[str, pl.DataFrame]) -> Town:
    return Town(
        profile=manifest.profile,
        seed=manifest.seed,
        reference_date=date.fromisoformat(manifest.reference_date),
        tables=tables,
        generator_version=manifest.generator_version,
        identifiers=manifest.identifiers,
    )


def _changed(folder: Path, *, since: str = "") -> TownFolderError:
    return TownFolderError(f"{folder} was changed after it was written; `vlavirgem verify` says where.{since}")


def is_intact(folder: Path, *, about: About) -> bool:
    """Say whether a folder holds this town whole, with every file as it was written."""
    try:
        manifest = read_manifest(folder)
        return manifest.about == about and all(
            file_digest(folder / name) == digest for name, digest in manifest.files.items()
        )
    except (OSError, TownFolderError):
        return False


def verify_folder(folder: Path | str) -> list[str]:
    """Compare a folder with its manifest and give what is wrong; an empty list means intact.

    Raises:
        TownFolderError: the folder holds no town at all, or one whose content only another version can follow.
    """
    path = Path(folder)
    try:
        manifest = read_manifest(path)
    except ManifestBrokenError as error:
        return [str(error)]
    problems = [
        *(f"{name}: missing" for name in manifest.files if not (path / name).is_file()),
        *(
            f"{entry.name}: not part of the town"
            for entry in sorted(path.iterdir())
            if entry.name not in manifest.files and entry.name != FILE_NAME
        ),
    ]
    for name, expected in manifest.files.items():
        if (path / name).is_file() and (found := file_digest(path / name)) != expected:
            problems.append(f"{name}: changed (expected {expected}, found {found})")
    if manifest.fmt in TABLE_FORMATS and not problems:
        problems += _content_problems(path, manifest=manifest)
    return problems


def _content_problems(path: Path, *, manifest: Manifest) -> list[str]:
    since = of_another_version(manifest)
    foreign = TownFolderError(
        f"The files of {path} are as they were written, but they are not of this version.{since}"
    )
    if manifest.tables.keys() != TABLES.keys():
        raise foreign
    problems = []
    for name, table in TABLES.items():
        expected = manifest.tables[name]["digest"]
        pieces: dict[int, bytes] = {}
        for frame in _frames_of(path, table=table, manifest=manifest):  # one at a time: a table may be large
            pieces |= pieces_of(frame, table=table)
        found = table_digest(pieces, table=table)
        if found != expected:
            problems.append(f"{name}: content differs (expected {expected}, found {found})")
    if problems and since:
        raise foreign
    return problems


def append_csv(frame: pl.DataFrame, folder: Path, *, table: Table) -> None:
    """Add rows to the CSV file of a table; the first rows come with the names of the columns."""
    path = folder / f"{table.name}.csv"
    lists = [column.name for column in table.columns if column.kind is Kind.TEXTS]
    flat = frame.with_columns(pl.col(name).list.join(_LIST_SEPARATOR) for name in lists)
    with path.open("ab") as file:
        flat.write_csv(
            file,
            include_header=file.tell() == 0,
            datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ",
            quote_style="non_numeric",
        )


def _read_table(folder: Path, *, table: Table, manifest: Manifest) -> pl.DataFrame:
    frames = list(_frames_of(folder, table=table, manifest=manifest))
    return pl.concat(frames) if len(frames) > 1 else frames[0]


def _frames_of(folder: Path, *, table: Table, manifest: Manifest) -> Iterator[pl.DataFrame]:
    for path in _files_of(folder, table=table, manifest=manifest):
        yield _read_file(path, table=table)


def _files_of(folder: Path, *, table: Table, manifest: Manifest) -> list[Path]:
    """Name the files of a table, in the order of their rows.

    Raises:
        TownFolderError: there is none.
    """
    pattern = re.compile(rf"{table.name}(-\d{{4,}})?\.{manifest.fmt}")
    names = [name for name in manifest.files if pattern.fullmatch(name)]
    if not names:
        raise TownFolderError(f"{folder} holds no {table.name}.{of_another_version(manifest)}")
    return [folder / name for name in sorted(names, key=lambda name: (len(name), name))]


def _read_file(path: Path, *, table: Table) -> pl.DataFrame:
    wanted = dtypes(table)
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path, columns=list(wanted)).cast(wanted)  # type: ignore[arg-type]  # a plain dict will do
        frame = pl.read_csv(path, infer_schema=False)
        return frame.select(_from_text(table))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise unreadable(path, error) from error


def _from_text(table: Table) -> list[pl.Expr]:
    expressions = []
    for column, dtype in zip(table.columns, dtypes(table).values(), strict=True):
        value = pl.col(column.name)
        if column.kind is Kind.TEXTS:
            split = (
                pl.when(value == "")
                .then(pl.lit([], dtype=pl.List(pl.String)))
                .otherwise(value.str.split(_LIST_SEPARATOR))
            )
            expressions.append(split.alias(column.name))
        elif column.kind is Kind.BOOLEAN:
            expressions.append((value == "true").alias(column.name))
        elif column.kind is Kind.DATE:
            expressions.append(value.str.to_date("%Y-%m-%d"))
        elif column.kind is Kind.MOMENT:
            expressions.append(value.str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_unit="us", time_zone="UTC"))
        else:
            expressions.append(value.cast(dtype))
    return expressions

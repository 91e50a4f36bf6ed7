"""Makes a town straight into a folder, part by part, in memory that does not grow with the town.

A partition is a share of the parts. It is written without knowing the others; `join` puts the partitions of a town
together into the same folder that one run writes.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vlavirgem import GENERATOR_VERSION
from vlavirgem.errors import TownFolderError
from vlavirgem.folder import append_csv, check_format, new_folder
from vlavirgem.generation.everything import make_part, make_town_hall
from vlavirgem.generation.wijken import wijken_of
from vlavirgem.manifest import About, file_digest, write_manifest
from vlavirgem.numbering import AT_ONCE
from vlavirgem.parts import (
    GOING_ON,
    PartNote,
    drop_notes,
    is_noted,
    note_down,
    note_of,
    parts_count,
    read_note,
    summed_up,
    write_note,
    write_part,
)
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import polars as pl

    from vlavirgem.profile import Profile

_PARTITION = "partition.json"


@dataclass(frozen=True, slots=True)
class Partition:
    """Share `number` (from 1) of `of` of a town's parts."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Partition:
        """Read `3/8`, or `2+1/8` for who counts from 0, as the pods of an Indexed Job do.

        Raises:
            TownFolderError: it is no such share.
        """
        found = re.fullmatch(r"(\d+)(\+1)?/(\d+)", text, re.ASCII)
        number, of = (int(found[1]) + bool(found[2]), int(found[3])) if found else (0, 0)
        if not 1 <= number <= of:
            raise TownFolderError(f"A partition is written as 1/8, 2/8 and so on to 8/8, not as {text!r}.")
        return cls(number, of)

    def parts(self, count: int) -> range:
        """Say which of so many parts are in this share."""
        return range(count * (self.number - 1) // self.of, count * self.number // self.of)


def generate_folder(
    profile: Profile,
    *,
    seed: int,
    folder: Path | str,
    fmt: str = "parquet",
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Make a town into a folder and give its digest.

    A run that was killed is gone on with where it stopped, when it is the same town in Parquet.

    Args:
        profile: The profile.
        seed: The town's seed.
        folder: A folder that is empty or does not exist.
        fmt: One of `vlavirgem.folder.TABLE_FORMATS`.
        progress: Is told after each part how many there are so far, and in all.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: the format is unknown, or the folder cannot be written.
        CapacityError: the profile needs more safe identifiers than exist.
    """
    check_format(fmt)
    about = about_town(profile, seed=seed)
    target = Path(folder)
    with new_folder(
        target, keep=lambda left: fmt == "parquet" and is_noted(left / GOING_ON, asdict(about))
    ) as partial:
        note_down(partial / GOING_ON, asdict(about))
        parts = range(parts_count(profile.inhabitants))
        notes = _make(profile, seed=seed, folder=partial, fmt=fmt, parts=parts, progress=progress)
        drop_notes(partial)
        (partial / GOING_ON).unlink()
        return write_manifest(about, partial, fmt=fmt, tables=summed_up(notes)).digest


def generate_partition(
    profile: Profile,
    *,
    seed: int,
    folder: Path | str,
    partition: Partition,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make one partition of a town as Parquet and give how many parts it has; that may be none.

    Where this partition is finished already nothing is done: who was killed just after may ask again.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: the folder cannot be written.
        CapacityError: the profile needs more safe identifiers than exist.
    """
    parts = partition.parts(parts_count(profile.inhabitants))
    return generate_parts(profile, seed=seed, folder=folder, parts=parts, progress=progress)


def generate_parts(
    profile: Profile,
    *,
    seed: int,
    folder: Path | str,
    parts: range,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Make some parts of a town as Parquet and give how many; as `generate_partition`, which says which.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: the folder cannot be written.
        CapacityError: the profile needs more safe identifiers than exist.
    """
    about = about_town(profile, seed=seed)
    count = parts_count(profile.inhabitants)
    if _is_finished(Path(folder), about, parts=parts, count=count):
        return len(parts)
    with new_folder(Path(folder), keep=lambda left: is_noted(left / GOING_ON, asdict(about))) as partial:
        note_down(partial / GOING_ON, asdict(about))
        notes = _make(profile, seed=seed, folder=partial, fmt="parquet", parts=parts, progress=progress)
        drop_notes(partial)
        (partial / GOING_ON).unlink()
        content = {"about": asdict(about), "parts": count, "notes": [note.to_json() for note in notes]}
        note_down(partial / _PARTITION, content)
    return len(parts)


def join(partitions: Sequence[Path | str], folder: Path | str) -> str:
    """Put the partitions of one town together into a folder and give its digest; they stay as they are.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: they are not all partitions of one town, one is missing or damaged, or the disk refused.
    """
    about, count, found = _read_partitions([Path(path) for path in partitions])
    missing = [str(number) for number in range(count) if number not in found]
    if missing:
        raise TownFolderError(f"Parts {', '.join(missing)} of {count} are in none of the partitions.")
    with new_folder(Path(folder)) as partial:
        for source, note in found.values():
            for name, digest in note.files.items():
                _take(source / name, partial / name, digest=digest)
        notes = [found[number][1] for number in range(count)]
        return write_manifest(about, partial, fmt="parquet", tables=summed_up(notes)).digest


def _make(
    profile: Profile,
    *,
    seed: int,
    folder: Path,
    fmt: str,
    parts: range,
    progress: Callable[[int, int], None] | None,
) -> list[PartNote]:
    hall = make_town_hall(profile, seed=seed) if parts else {}
    of = parts_count(profile.inhabitants)
    notes = []
    for done, number in enumerate(parts, start=1):
        note = read_note(folder, number=number)
        if note is None:
            wijken = wijken_of(profile, since=number * AT_ONCE, until=(number + 1) * AT_ONCE)
            tables = make_part(profile, seed=seed, wijken=wijken, hall=hall)
            note = _write(tables, folder, fmt=fmt, number=number, of=of)
        notes.append(note)
        if progress is not None:
            progress(done, len(parts))
    return notes


def _write(tables: dict[str, pl.DataFrame], folder: Path, *, fmt: str, number: int, of: int) -> PartNote:
    if fmt == "csv":
        for name, frame in tables.items():
            append_csv(frame, folder, table=TABLES[name])
        return note_of(tables, number=number, files={})
    note = write_part(tables, folder, number=number, of=of)
    write_note(note, folder)
    return note


def _is_finished(folder: Path, about: About, *, parts: range, count: int) -> bool:
    if not (folder / _PARTITION).is_file():
        return False
    theirs, their_count, found = _read_partitions([folder])
    return (about, count, set(parts)) == (theirs, their_count, set(found))


def _read_partitions(folders: Iterable[Path]) -> tuple[About, int, dict[int, tuple[Path, PartNote]]]:
    about: dict[str, Any] | None = None
    count = 0
    found: dict[int, tuple[Path, PartNote]] = {}
    for folder in folders:
        try:
            content = json.loads((folder / _PARTITION).read_text(encoding="utf-8"))
            theirs, notes, parts = dict(content["about"]), list(content["notes"]), int(content["parts"])
        except (FileNotFoundError, NotADirectoryError) as error:
            raise TownFolderError(
                f"{folder} holds no partition; `vlavirgem generate --partition` makes one."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TownFolderError(f"{folder} holds no partition of a town: {error}") from error
        if about is None:
            about, count = theirs, parts
        elif (about, count) != (theirs, parts):
            raise TownFolderError(f"{folder} is a partition of another town than the ones before it.")
        for one in notes:
            note = PartNote.from_json(one)
            found[note.number] = (folder, note)
    if about is None:
        raise TownFolderError("Name at least one partition.")
    return About(**about), count, found


def _take(source: Path, target: Path, *, digest: str) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError as error:
        raise TownFolderError(f"{source} is missing; make this partition again.") from error
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
    if file_digest(target) != digest:
        raise TownFolderError(f"{source} was changed after it was written; make this partition again.")


def about_town(profile: Profile, *, seed: int) -> About:
    """Say what a town follows from before it is made."""
    return About(
        profile=profile.name,
        seed=seed,
        generator_version=GENERATOR_VERSION,
        reference_date=profile.reference_date.isoformat(),
        identifiers=profile.identifiers,
        municipality=profile.municipality.name,
    )

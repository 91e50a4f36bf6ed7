"""Towns in parts: what is made and written at one time, on one machine or on many.

A part is `AT_ONCE` wijken; part 0 also holds what the town has once. Each part has files of its own and a note that
says what they hold, so a run that was killed goes on where it stopped, and a town can be written in partitions that
know nothing of each other and join to the same files that one run writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from vlavirgem.digest import table_digest
from vlavirgem.errors import TownFolderError
from vlavirgem.frames import pieces_of
from vlavirgem.manifest import file_digest
from vlavirgem.numbering import AT_ONCE, STRIDE, before_town, wijken_count
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from vlavirgem.digest import Pieces

    Tables = Mapping[str, pl.DataFrame]

GOING_ON = "making.json"
"""What a run that is not finished is making."""
ROWS_OF_A_PART = STRIDE * AT_ONCE
"""So many numbers of a table are those of one part."""
_COMPRESSION_LEVEL = 3
_ROWS_TOGETHER = 1 << 20
"""Rows per Parquet row group: more than a part has, so that the files do not depend on how they are read."""


@dataclass(frozen=True, slots=True)
class PartNote:
    """What one part holds.

    Attributes:
        number: Number of the part, from 0.
        rows: Rows per table.
        pieces: Per table the digest of the rows of each wijk.
        files: SHA-256 of each file, by name.
    """

    number: int
    rows: Mapping[str, int]
    pieces: Mapping[str, Pieces]
    files: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Give the note as JSON can hold it."""
        return {
            "number": self.number,
            "rows": dict(self.rows),
            "pieces": {name: {str(k): v.hex() for k, v in pieces.items()} for name, pieces in self.pieces.items()},
            "files": dict(self.files),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> PartNote:
        """Read a note.

        Raises:
            TownFolderError: it is none.
        """
        try:
            return cls(
                number=int(content["number"]),
                rows={str(name): int(rows) for name, rows in content["rows"].items()},
                pieces={
                    str(name): {int(k): bytes.fromhex(v) for k, v in pieces.items()}
                    for name, pieces in content["pieces"].items()
                },
                files={str(name): str(digest) for name, digest in content["files"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TownFolderError(f"The note of a part cannot be read: {error}") from error


def parts_count(inhabitants: int) -> int:
    """Say in how many parts a town of so many people is made."""
    return -(-wijken_count(inhabitants) // AT_ONCE)


def rows_of_part(frame: pl.DataFrame, *, table: str, number: int) -> pl.DataFrame:
    """Give the rows of a whole table that belong to a part; those that the town has once belong to part 0."""
    if TABLES[table].once:
        return frame if number == 0 else frame.clear()
    ids = frame["id"].to_numpy()
    before = before_town(int(ids[0])) if ids.size else 0
    edges = [before + number * ROWS_OF_A_PART, before + (number + 1) * ROWS_OF_A_PART]
    first, end = (int(place) for place in np.searchsorted(ids, edges, side="right"))
    return frame[first:end]


def file_name(table: str, *, part: int, of: int) -> str:
    """Name the Parquet file of a table: with the number of the part where there are several."""
    return f"{table}.parquet" if of == 1 or TABLES[table].once else f"{table}-{part:04}.parquet"


def write_part(tables: Tables, folder: Path, *, number: int, of: int) -> PartNote:
    """Write the tables of a part as Parquet.

    Raises:
        OSError: the disk refused, because it is full for instance.
    """
    files = {}
    for name, frame in tables.items():
        path = folder / file_name(name, part=number, of=of)
        try:
            frame.write_parquet(
                path, compression="zstd", compression_level=_COMPRESSION_LEVEL, row_group_size=_ROWS_TOGETHER
            )
        except pl.exceptions.PolarsError as error:  # so it says, not always naming the cause, that the disk refused
            reason = str(error).split("\n", 1)[0]
            raise OSError(f"{path.name} cannot be written ({reason}); is the disk full?") from error
        files[path.name] = file_digest(path)
    return note_of(tables, number=number, files=files)


def note_of(tables: Tables, *, number: int, files: Mapping[str, str]) -> PartNote:
    """Describe a part."""
    return PartNote(
        number=number,
        rows={name: frame.height for name, frame in tables.items()},
        pieces={name: pieces_of(frame, table=TABLES[name]) for name, frame in tables.items()},
        files=files,
    )


def read_note(folder: Path, *, number: int) -> PartNote | None:
    """Read the note of a part whose files are all there and unchanged; None where that is not so."""
    path = folder / _note_name(number)
    try:
        note = PartNote.from_json(json.loads(path.read_text(encoding="utf-8")))
        intact = all(file_digest(folder / name) == digest for name, digest in note.files.items())
    except (OSError, ValueError, TownFolderError):
        return None
    return note if intact else None


def write_note(note: PartNote, folder: Path) -> None:
    """Write the note of a part whose files are written."""
    note_down(folder / _note_name(note.number), note.to_json())


def note_down(path: Path, content: Mapping[str, Any]) -> None:
    """Write what a run must find again, such as `GOING_ON`, whole or not at all."""
    partial = path.with_name(f".{path.name}")
    partial.write_text(json.dumps(content), encoding="utf-8")
    partial.replace(path)


def is_noted(path: Path, content: Mapping[str, Any]) -> bool:
    """Say whether a run noted down just this."""
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")) == content)
    except (OSError, ValueError):
        return False


def drop_notes(folder: Path) -> None:
    """Remove the notes once the town's manifest says it all."""
    for path in folder.glob(_note_name("*")):
        path.unlink()


def summed_up(notes: Iterable[PartNote]) -> dict[str, dict[str, Any]]:
    """Give rows and digest of every table, for a manifest."""
    rows = dict.fromkeys(TABLES, 0)
    pieces: dict[str, dict[int, bytes]] = {name: {} for name in TABLES}
    for note in notes:
        for name, count in note.rows.items():
            rows[name] += count
            pieces[name].update(note.pieces[name])
    return {
        name: {"rows": rows[name], "digest": table_digest(pieces[name], table=table)} for name, table in TABLES.items()
    }


def _note_name(number: int | str) -> str:
    return f"part-{number:04}.json" if isinstance(number, int) else f"part-{number}.json"

"""Tables as Parquet and CSV: the formats that a town can be read back from."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from vlavirgem.export.files import Sheet
from vlavirgem.export.source import parts_of
from vlavirgem.folder import append_csv
from vlavirgem.parts import write_part
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from vlavirgem.export.source import Source


def write_parquet(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write Parquet: the very files that the town is made as."""
    del compress  # Parquet is
    for part in parts_of(source):
        frames = {name: part[name] for name in TABLES if name in tables and name in part.own}
        write_part(frames, folder, number=part.number, of=source.count)


def write_csv(source: Source, folder: Path, tables: Collection[str], compress: bool) -> None:
    """Write a CSV file per table."""
    for part in parts_of(source):
        for name in TABLES:
            if name in tables and name in part.own:
                append_csv(part[name], folder, table=TABLES[name])
    if compress:
        for path in sorted(folder.glob("*.csv")):
            with path.open("rb") as plain, Sheet(folder, name=path.name, compress=True) as sheet:
                shutil.copyfileobj(plain, sheet)
            path.unlink()

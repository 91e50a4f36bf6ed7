"""The tables of a town on disk, each read when it is first asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.errors import TownFolderError
from vlavirgem.folder import TABLE_FORMATS, read_folder
from vlavirgem.manifest import Manifest, check_file, read_manifest, unreadable
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping


class TownTables:
    """A town to look at.

    The files are seen to be those that were written, and Parquet is then read table by table, so that even a big
    town opens at once. CSV is read as a whole.
    """

    def __init__(
        self, manifest: Manifest, *, frames: Mapping[str, pl.DataFrame], files: Mapping[str, list[Path]]
    ) -> None:
        self.manifest = manifest
        self._frames = dict(frames)
        self._files = files
        self.names = tuple(name for name in TABLES if name in frames or name in files)
        """Tables that the town has, in the order of the data dictionary."""

    @classmethod
    def open(cls, folder: Path | str) -> TownTables:
        """Open a folder that `vlavirgem generate` wrote.

        Raises:
            TownFolderError: it holds no town, an export that no town is read from, or files that were changed.
        """
        path = Path(folder)
        manifest = read_manifest(path)
        if manifest.fmt not in TABLE_FORMATS:
            raise TownFolderError(f"{path} holds an export ({manifest.fmt}); name the folder with the town itself.")
        if manifest.fmt == "csv":
            return cls(manifest, frames=read_folder(path).tables, files={})
        files: dict[str, list[Path]] = {}
        for name in sorted(manifest.files, key=lambda name: (len(name), name)):
            if found := re.fullmatch(r"([a-z_]+?)(-\d{4,})?\.parquet", name):
                check_file(path / name, digest=manifest.files[name])
                files.setdefault(found[1], []).append(path / name)
        return cls(manifest, frames={}, files={name: files[name] for name in TABLES if name in files})

    def __getitem__(self, name: str) -> pl.DataFrame:
        """Give a table, in the order of its ids; an empty one where the town has none.

        Columns that came in a later version are empty, so that a town of long ago can be looked at too.

        Raises:
            TownFolderError: its file cannot be read.
        """
        if name not in self._frames:
            self._frames[name] = self._read(name)
        return self._frames[name]

    def _read(self, name: str) -> pl.DataFrame:
        from vlavirgem.frames import dtypes  # noqa: PLC0415 - keeps opening fast

        if name not in self._files:
            return pl.DataFrame(schema=dtypes(TABLES[name]))
        try:
            frame = pl.concat([pl.read_parquet(file) for file in self._files[name]])
        except (OSError, pl.exceptions.PolarsError) as error:
            raise unreadable(self._files[name][0], error) from error
        wanted = dtypes(TABLES[name])
        frame = frame.with_columns(
            pl.lit(None, dtype=dtype).alias(column) for column, dtype in wanted.items() if column not in frame.columns
        )
        return frame if frame["id"].is_sorted() else frame.sort("id")

    def rows(self, name: str) -> int:
        """Say how many rows a table has, without reading it."""
        return int(self.manifest.tables[name]["rows"]) if name in self.manifest.tables else 0

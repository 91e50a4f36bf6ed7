"""Where an export comes from: a town of which one part at a time is in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import polars as pl

from vlavirgem.errors import TownFolderError
from vlavirgem.frames import dtypes
from vlavirgem.linked.catalogue import catalogue_of
from vlavirgem.manifest import About, check_file, read_manifest, unreadable
from vlavirgem.numbering import TOWN
from vlavirgem.parts import ROWS_OF_A_PART, parts_count, rows_of_part
from vlavirgem.schema import TABLES
from vlavirgem.town import Town

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.linked.catalogue import Catalogue


class Source(Protocol):
    """A town in parts. What it has once is in part 0.

    Attributes:
        about: What it follows from.
        tables: Per table its number of rows and its digest.
        digest: The digest of the town.
        count: How many parts there are.
    """

    about: About
    tables: Mapping[str, Mapping[str, Any]]
    digest: str
    count: int

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        """Give the rows of a table in one part."""
        ...


class TownSource:
    """A town that is in memory already."""

    def __init__(self, town: Town) -> None:
        self.about = town.about
        self.tables: Mapping[str, Mapping[str, Any]] = town.contents
        self.digest = town.digest
        self.count = parts_count(town.tables["personen"].height)
        self._frames = town.tables

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        """Give the rows of a table in one part."""
        return rows_of_part(self._frames[table], table=table, number=number)


class FolderSource:
    """A folder with Parquet, of which each file is checked when it is read."""

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        self.about = manifest.about
        self.tables = manifest.tables
        self.digest = manifest.digest
        self._folder = folder
        self._digests = manifest.files
        self._names: dict[tuple[int, str], str] = {}
        for name in manifest.files:
            if found := re.fullmatch(r"(\w+?)(?:-(\d{4,}))?\.parquet", name):
                self._names[int(found[2] or 0), found[1]] = name
        self.count = 1 + max((number for number, _ in self._names), default=0)
        self._intact: set[str] = set()

    def read(self, number: int, *, table: str) -> pl.DataFrame:
        """Give the rows of a table in one part.

        Raises:
            TownFolderError: the file is missing, damaged or changed.
        """
        wanted = dtypes(TABLES[table])
        name = self._names.get((number, table))
        if name is None:
            if number == 0 or not TABLES[table].once:
                raise TownFolderError(f"{self._folder} holds no {table}; it was made by another version.")
            return pl.DataFrame(schema=wanted)
        path = self._folder / name
        try:
            if name not in self._intact:
                check_file(path, digest=self._digests[name])
            self._intact.add(name)
            return pl.read_parquet(path, columns=list(wanted)).cast(wanted)  # type: ignore[arg-type]  # a plain dict will do
        except (OSError, pl.exceptions.PolarsError) as error:
            raise unreadable(path, error) from error


def open_source(folder: Path | str) -> Source:
    """Open a folder that holds a town. Parquet is read part by part; CSV is read whole.

    Raises:
        TownFolderError: it holds no town that can be read.
    """
    path = Path(folder)
    if read_manifest(path).fmt == "parquet":
        return FolderSource(path)
    return TownSource(Town.load(path))


def catalogue_in(source: Source) -> Catalogue:
    """Give the entities of the municipality that a town is."""
    name, nis_code = source.read(0, table="gemeenten").select("naam", "nis_code").row(0)
    return catalogue_of(name=name, nis_code=nis_code)


class Hall:
    """The tables that the town has once, kept in memory: they do not grow with the town."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._frames: dict[str, pl.DataFrame] = {}

    def read(self, table: str) -> pl.DataFrame:
        """Give such a table."""
        if table not in self._frames:
            self._frames[table] = self.source.read(0, table=table)
        return self._frames[table]


class Part(Mapping[str, pl.DataFrame]):
    """The tables that are at hand with one part of a town: its own, and what the town has once.

    Args:
        hall: What the town has once.
        number: Number of the part.
    """

    def __init__(self, hall: Hall, *, number: int) -> None:
        self.number = number
        self.hall = hall
        self._frames: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if TABLES[name].once:
            return self.hall.read(name)
        if name not in self._frames:
            self._frames[name] = self.hall.source.read(self.number, table=name)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    @cached_property
    def own(self) -> frozenset[str]:
        """The tables whose rows belong to this part, so that each row of a town belongs to exactly one."""
        return frozenset(name for name, table in TABLES.items() if self.number == 0 or not table.once)

    def rows_for(self, ids: pl.Series, *, table: str) -> pl.DataFrame:
        """Give a table with at least the rows of these numbers, from whichever parts they are in."""
        ends = part_of(pl.Series([ids.min(), ids.max()], dtype=pl.Int64).drop_nulls(), table=table)
        if TABLES[table].once or not set(ends.tolist()) - {self.number}:
            return self[table]
        parts = np.unique(part_of(ids.drop_nulls(), table=table))
        wanted = ids.drop_nulls().unique().implode()
        found = [self.hall.source.read(number, table=table) for number in parts.tolist()]
        return pl.concat(frame.filter(pl.col("id").is_in(wanted)) for frame in found)


def part_of(ids: pl.Series, *, table: str) -> NDArray[np.int64]:
    """Say in which part the rows with these numbers are."""
    numbers = ids.to_numpy()
    return np.zeros_like(numbers) if TABLES[table].once else (numbers - 1) % TOWN // ROWS_OF_A_PART


def parts_of(source: Source) -> Iterator[Part]:
    """Give the parts of a town, one after the other."""
    hall = Hall(source)
    for number in range(source.count):
        yield Part(hall, number=number)

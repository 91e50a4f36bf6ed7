"""A town: one generated municipality as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from vlavirgem import GENERATOR_VERSION
from vlavirgem.digest import table_digest, town_digest
from vlavirgem.frames import pieces_of
from vlavirgem.manifest import About
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import polars as pl

    from vlavirgem.profile import Profile


@dataclass(frozen=True)
class Town:
    """Everything in the municipality at its reference date.

    Attributes:
        profile: Name of the profile.
        seed: The seed it was made with.
        reference_date: The day that counts as today.
        tables: A data frame per table of `vlavirgem.schema.TABLES`.
        generator_version: Version of the generator that made it.
        identifiers: `safe` national numbers, which nobody can have, or `realistic` ones.
    """

    profile: str
    seed: int
    reference_date: date
    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    generator_version: str = GENERATOR_VERSION
    identifiers: str = "safe"

    @classmethod
    def generate(cls, profile: str | Profile = "gehucht", seed: int = 1830, *, identifiers: str | None = None) -> Self:
        """Make a town; the same arguments always give the same one.

        Args:
            profile: Name of a profile that ships with this package, or a profile of your own.
            seed: Any whole number.
            identifiers: `safe` or `realistic` national numbers; as the profile says (safe) unless given.

        Raises:
            ProfileError: there is no such profile, or it cannot be.
            CapacityError: the profile needs more safe identifiers than exist.
        """
        from vlavirgem.generation.everything import make_tables  # noqa: PLC0415 - loading a town needs no generator
        from vlavirgem.profile import load_profile  # noqa: PLC0415 - idem

        loaded = load_profile(profile) if isinstance(profile, str) else profile
        if identifiers is not None:
            loaded = loaded.with_identifiers(identifiers)
        tables = make_tables(loaded, seed=seed)
        return cls(
            profile=loaded.name,
            seed=seed,
            reference_date=loaded.reference_date,
            tables=MappingProxyType(tables),
            identifiers=loaded.identifiers,
        )

    @classmethod
    def load(cls, folder: Path | str) -> Town:
        """Read a town that `write` wrote as Parquet or CSV.

        Raises:
            TownFolderError: the folder holds no town that can be read.
        """
        from vlavirgem.folder import read_folder  # noqa: PLC0415 - folder imports town

        return read_folder(folder)

    def write(self, folder: Path | str, *, fmt: str = "parquet") -> None:
        """Write the town into a folder that is empty or does not exist yet.

        Raises:
            ExistsError: the folder holds something else.
            TownFolderError: the format is unknown, or the folder cannot be written.
        """
        from vlavirgem.folder import write_folder  # noqa: PLC0415 - folder imports town

        write_folder(self, folder, fmt=fmt)

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The digest of each table."""
        return {
            name: table_digest(pieces_of(frame, table=TABLES[name]), table=TABLES[name])
            for name, frame in self.tables.items()
        }

    @cached_property
    def digest(self) -> str:
        """The digest of all content: `sha256:…`; independent of format, machine and parallelism."""
        return town_digest(self.digests)

    @property
    def about(self) -> About:
        """What it follows from."""
        return About(
            profile=self.profile,
            seed=self.seed,
            generator_version=self.generator_version,
            reference_date=self.reference_date.isoformat(),
            identifiers=self.identifiers,
            municipality=str(self.tables["gemeenten"]["naam"][0]),
        )

    @property
    def contents(self) -> Mapping[str, Mapping[str, Any]]:
        """The number of rows and the digest of each table, as a manifest tells them."""
        return {name: {"rows": frame.height, "digest": self.digests[name]} for name, frame in self.tables.items()}

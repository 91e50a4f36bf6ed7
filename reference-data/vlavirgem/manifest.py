"""`town.json`: what a folder holds, how it was made, and the digests that prove it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vlavirgem import GENERATOR_VERSION
from vlavirgem.data_package import DCAT_NAME, README_NAME, describe
from vlavirgem.dictionary import Column, Guarantee
from vlavirgem.digest import town_digest
from vlavirgem.errors import TownFolderError
from vlavirgem.place import LICENCE, NAME, SYNTHETIC_STATEMENT
from vlavirgem.profile import REALISTIC, SAFE
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "town.json"
DICTIONARY_NAME = "data-dictionary.json"
MUNICIPALITIES = "gemeenten"
"""The folder of a region with a folder per municipality, named by its NIS code."""
_FORMAT = "vlavirgem-town/1"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `town.json`.

    Attributes:
        profile: Name of the profile.
        seed: The seed.
        generator_version: Version of the generator.
        reference_date: ISO 8601 date.
        identifiers: `safe` or `realistic` national numbers.
        municipality: Name of the municipality.
        fmt: Format of the files.
        digest: Digest of all content.
        tables: Per table its number of rows and its digest.
        files: SHA-256 of every file in the folder, by name.
    """

    profile: str
    seed: int
    generator_version: str
    reference_date: str
    identifiers: str
    municipality: str
    fmt: str
    digest: str
    tables: Mapping[str, Mapping[str, Any]]
    files: Mapping[str, str]

    def to_json(self) -> str:
        """Write the manifest, with a checksum over itself."""
        content = {
            "format": _FORMAT,
            "municipality": self.municipality,
            "synthetic": True,
            "statement": SYNTHETIC_STATEMENT,
            "licence": LICENCE,
            "profile": self.profile,
            "seed": self.seed,
            "generatorVersion": self.generator_version,
            "referenceDate": self.reference_date,
            "identifiers": self.identifiers,
            "fileFormat": self.fmt,
            "digest": self.digest,
            "tables": {name: dict(table) for name, table in self.tables.items()},
            "files": dict(self.files),
        }
        return json.dumps({**content, "checksum": checksum_of(content)}, indent=2, ensure_ascii=False) + "\n"

    @property
    def about(self) -> About:
        """What the town follows from."""
        return About(
            profile=self.profile,
            seed=self.seed,
            generator_version=self.generator_version,
            reference_date=self.reference_date,
            identifiers=self.identifiers,
            municipality=self.municipality,
        )

    def summary(self) -> dict[str, Any]:
        """Give what identifies the town, for a database or a service."""
        return {
            "profile": self.profile,
            "seed": self.seed,
            "generatorVersion": self.generator_version,
            "referenceDate": self.reference_date,
            "identifiers": self.identifiers,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class About:
    """What a town follows from: profile, seed, version of the generator, reference date (ISO 8601), numbers, name."""

    profile: str
    seed: int
    generator_version: str
    reference_date: str
    identifiers: str = SAFE
    municipality: str = NAME


class ManifestBrokenError(TownFolderError):
    """`town.json` was changed or cut off."""


def write_manifest(about: About, folder: Path, *, fmt: str, tables: Mapping[str, Mapping[str, Any]]) -> Manifest:
    """Write the data dictionary, the descriptions of the folder and, last, the manifest over all files in it.

    Args:
        about: What the town follows from.
        folder: Where its files are.
        fmt: Their format.
        tables: Per table its number of rows and its digest.
    """
    (folder / DICTIONARY_NAME).write_text(data_dictionary(identifiers=about.identifiers), encoding="utf-8")
    digest = town_digest({name: str(table["digest"]) for name, table in tables.items()})
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir())}
    describe(about, folder, fmt=fmt, digest=digest, files=files)
    files |= {name: file_digest(folder / name) for name in (DCAT_NAME, README_NAME)}
    manifest = Manifest(
        profile=about.profile,
        seed=about.seed,
        generator_version=about.generator_version,
        reference_date=about.reference_date,
        identifiers=about.identifiers,
        municipality=about.municipality,
        fmt=fmt,
        digest=digest,
        tables=tables,
        files=dict(sorted(files.items())),
    )
    (folder / FILE_NAME).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read `town.json`.

    Raises:
        TownFolderError: there is none.
        ManifestBrokenError: it is not what was written.
    """
    path = folder / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise TownFolderError(f"{folder} holds no town: there is no {FILE_NAME}.{_hint(folder)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestBrokenError(f"{path} cannot be read: {error}") from error
    try:
        content = json.loads(text)
        claimed = content.pop("checksum")
        if claimed != checksum_of(content) or content["format"] != _FORMAT:
            raise ManifestBrokenError(f"{path} was changed: its checksum does not match.")
        if content["digest"] != town_digest({name: table["digest"] for name, table in content["tables"].items()}):
            raise ManifestBrokenError(f"{path}: the digest of the town does not follow from its tables.")
        return Manifest(
            profile=content["profile"],
            seed=content["seed"],
            generator_version=content["generatorVersion"],
            reference_date=content["referenceDate"],
            identifiers=content.get("identifiers", SAFE),
            municipality=content.get("municipality", NAME),
            fmt=content["fileFormat"],
            digest=content["digest"],
            tables=content["tables"],
            files=content["files"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestBrokenError(f"{path} is no manifest of a town: {error}") from error


def _hint(folder: Path) -> str:
    """Say what a folder holds instead of a town, or how to get one."""
    if towns := sorted((folder / MUNICIPALITIES).glob(f"*/{FILE_NAME}")):
        return f" It holds {len(towns)} municipalities; name one, such as {towns[0].parent}."
    if any(folder.glob("*partition.json")):
        return " It is one partition; `vlavirgem join` puts all of them together."
    return " `vlavirgem generate` makes one."


def of_another_version(manifest: Manifest) -> str:
    """Say by which version of the generator a town was made, where it is not this one; nothing otherwise."""
    if manifest.generator_version == GENERATOR_VERSION:
        return ""
    return f" It was made by generator {manifest.generator_version}, and this is {GENERATOR_VERSION}."


def unreadable(path: Path, error: Exception) -> TownFolderError:
    """Say in one line why a file of a town cannot be read."""
    if type(error).__name__ == "ColumnNotFoundError":  # of Polars, which this module does without
        return TownFolderError(f"{path} is of another version of the generator; make the town anew, or use that one.")
    reason = str(error).split("\n", 1)[0]
    return TownFolderError(f"{path} cannot be read: {reason}; `vlavirgem verify` says what else is wrong.")


def data_dictionary(*, identifiers: str = SAFE) -> str:
    """Describe every table and column as JSON, with the guarantee of every identifier.

    Args:
        identifiers: `safe` or `realistic` national numbers; the realistic ones are guaranteed by nothing.
    """
    content = {
        table.name: {
            "text": table.text,
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind.value,
                    "text": column.text,
                    "nullable": column.nullable,
                    **({"references": column.references} if column.references else {}),
                    **({"guarantee": column.guarantee.value, "basis": column.basis} if column.guarantee else {}),
                }
                for column in (_realistic(column) if identifiers == REALISTIC else column for column in table.columns)
            ],
        }
        for table in TABLES.values()
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _realistic(column: Column) -> Column:
    """Say of a national number with an ordinary serial what it is worth."""
    if column.name != "insz":
        return column
    return replace(column, guarantee=Guarantee.SYNTHETIC, basis="Geloot; iemand kan dit nummer toevallig hebben.")


def file_digest(path: Path) -> str:
    """Hash a file's bytes."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def check_file(path: Path, *, digest: str) -> None:
    """Refuse a file of a town that is no longer what was written.

    Raises:
        TownFolderError: the file is missing, cannot be read, or was changed.
    """
    try:
        if file_digest(path) != digest:
            raise TownFolderError(f"{path} was changed after it was written; `vlavirgem verify` says where.")
    except FileNotFoundError:
        raise TownFolderError(f"{path} is missing; `vlavirgem verify` says what else is.") from None
    except OSError as error:
        raise TownFolderError(f"{path} cannot be read: {error.strerror}.") from error


def checksum_of(content: Mapping[str, Any]) -> str:
    """Hash what a manifest says, whatever the order or layout in which it says it."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"

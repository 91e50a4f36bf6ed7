"""A region on disk: a folder per municipality, and a manifest over all of them.

`region.json` holds the SHA-256 of every municipality's `town.json`, which holds those of its files; so one digest
proves everything.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vlavirgem.data_package import DCAT_NAME, README_NAME
from vlavirgem.errors import TownFolderError
from vlavirgem.folder import verify_folder
from vlavirgem.manifest import FILE_NAME, MUNICIPALITIES, checksum_of, file_digest, read_manifest
from vlavirgem.place import LICENCE, SYNTHETIC_STATEMENT
from vlavirgem.region_package import describe_region

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vlavirgem.profile import Profile

REGION_NAME = "region.json"
_FORMAT = "vlavirgem-region/1"


@dataclass(frozen=True, slots=True)
class RegionAbout:
    """What a region follows from.

    Attributes:
        region: Its name.
        seed: Its seed.
        generator_version: Version of the generator.
        reference_date: ISO 8601 date.
        identifiers: `safe` or `realistic`.
        fmt: Format of the tables.
        of: How many municipalities the region has; the folder may hold some of them.
    """

    region: str
    seed: int
    generator_version: str
    reference_date: str
    identifiers: str
    fmt: str
    of: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What a region's manifest says of one municipality: `manifest` is the SHA-256 of its `town.json`."""

    name: str
    inhabitants: int
    seed: int
    rows: int
    digest: str
    manifest: str


@dataclass(frozen=True, slots=True)
class RegionManifest:
    """The content of `region.json`."""

    about: RegionAbout
    digest: str
    municipalities: Mapping[str, Entry]
    files: Mapping[str, str]

    def to_json(self) -> str:
        """Write the manifest, with a checksum over itself."""
        content = {
            "format": _FORMAT,
            "synthetic": True,
            "statement": SYNTHETIC_STATEMENT,
            "licence": LICENCE,
            **asdict(self.about),
            "inhabitants": sum(one.inhabitants for one in self.municipalities.values()),
            "rows": sum(one.rows for one in self.municipalities.values()),
            "digest": self.digest,
            "municipalities": {code: asdict(one) for code, one in self.municipalities.items()},
            "files": dict(self.files),
        }
        return json.dumps({**content, "checksum": checksum_of(content)}, indent=1, ensure_ascii=False) + "\n"


def write_region(about: RegionAbout, folder: Path, *, profiles: Sequence[Profile]) -> RegionManifest:
    """Describe a folder whose municipalities are all written, and write the manifest over it last.

    Args:
        about: What the region follows from.
        folder: The folder.
        profiles: The municipalities that it holds.

    Raises:
        TownFolderError: a municipality cannot be read.
    """
    municipalities = {}
    for profile in profiles:
        code = profile.municipality.nis_code
        place = folder / MUNICIPALITIES / code
        town = read_manifest(place)
        municipalities[code] = Entry(
            name=profile.municipality.name,
            inhabitants=profile.inhabitants,
            seed=town.seed,
            rows=sum(int(table["rows"]) for table in town.tables.values()),
            digest=town.digest,
            manifest=file_digest(place / FILE_NAME),
        )
    digest = _digest(municipalities)
    describe_region(about, folder, digest=digest, municipalities=municipalities)
    files = {name: file_digest(folder / name) for name in (DCAT_NAME, README_NAME)}
    manifest = RegionManifest(about=about, digest=digest, municipalities=municipalities, files=files)
    (folder / REGION_NAME).write_text(manifest.to_json(), encoding="utf-8")
    return manifest


def is_region(folder: Path) -> bool:
    """Say whether a folder holds a region."""
    return (folder / REGION_NAME).is_file()


def read_region(folder: Path) -> RegionManifest:
    """Read `region.json`.

    Raises:
        TownFolderError: there is none, or it is not what was written.
    """
    path = folder / REGION_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        claimed = content.pop("checksum")
        if claimed != checksum_of(content) or content["format"] != _FORMAT:
            raise TownFolderError(f"{path} was changed: its checksum does not match.")
        return RegionManifest(
            about=RegionAbout(**{name: content[name] for name in RegionAbout.__slots__}),
            digest=content["digest"],
            municipalities={code: Entry(**one) for code, one in content["municipalities"].items()},
            files=content["files"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TownFolderError(f"{path} is no manifest of a region: {error}") from error


def verify_region(folder: Path | str) -> Iterator[str]:
    """Compare a folder with its manifest and give what is wrong, municipality after municipality."""
    path = Path(folder)
    try:
        manifest = read_region(path)
    except TownFolderError as error:
        yield str(error)
        return
    if _digest(manifest.municipalities) != manifest.digest:
        yield f"{REGION_NAME}: the digest of the region does not follow from its municipalities"
    known = {REGION_NAME, MUNICIPALITIES, *manifest.files}
    yield from (f"{one.name}: not part of the region" for one in sorted(path.iterdir()) if one.name not in known)
    for name, expected in manifest.files.items():
        if not (path / name).is_file():
            yield f"{name}: missing"
        elif file_digest(path / name) != expected:
            yield f"{name}: changed"
    towns = path / MUNICIPALITIES
    strangers = {one.name for one in towns.iterdir()} - set(manifest.municipalities) if towns.is_dir() else set()
    yield from (f"{MUNICIPALITIES}/{name}: not part of the region" for name in sorted(strangers))
    for code, entry in manifest.municipalities.items():
        yield from (f"{MUNICIPALITIES}/{code}: {problem}" for problem in _town_problems(towns / code, entry=entry))


def _town_problems(place: Path, *, entry: Entry) -> list[str]:
    if not (place / FILE_NAME).is_file():
        return ["missing"]
    if file_digest(place / FILE_NAME) != entry.manifest:
        return [f"{FILE_NAME}: changed, or of another region"]
    return verify_folder(place)


def _digest(municipalities: Mapping[str, Entry]) -> str:
    """Combine the digests of municipalities into that of their region."""
    lines = "".join(f"{code} {one.digest}\n" for code, one in municipalities.items())
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"

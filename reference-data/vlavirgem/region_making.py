"""Makes a region straight into a folder: municipality after municipality, part by part, in memory that does not grow.

A partition is a share of the parts of all municipalities; a large one may be cut. What a killed run finished is kept,
and a rerun goes on with it.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vlavirgem import GENERATOR_VERSION
from vlavirgem.errors import TownFolderError
from vlavirgem.folder import check_format, is_intact, new_folder
from vlavirgem.making import about_town, generate_folder, generate_parts, join
from vlavirgem.manifest import MUNICIPALITIES
from vlavirgem.numbering import AT_ONCE, wijken_count
from vlavirgem.parts import GOING_ON, is_noted, note_down, parts_count
from vlavirgem.region_folder import RegionAbout, read_region, write_region
from vlavirgem.regions import seed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vlavirgem.making import Partition
    from vlavirgem.profile import Profile
    from vlavirgem.regions import Region

    Progress = Callable[[str, int, int], None]
    """Is told the name of a municipality, how many wijken there are so far, and how many there will be."""

PARTITION_NAME = "region-partition.json"
_BYTES = {"parquet": (260, 600_000), "csv": (2_000, 1_300_000)}
"""What an inhabitant takes on disk, and what a municipality has once: measured, and rounded up."""
_WORK_OF_A_HALL = 30
"""What a municipality has once is as much work as so many wijken."""


def generate_region(
    region: Region,
    *,
    seed: int,
    folder: Path | str,
    fmt: str = "parquet",
    only: Iterable[str] = (),
    progress: Progress | None = None,
) -> str:
    """Make the municipalities of a region into a folder and give the digest over all of them.

    Args:
        region: The region.
        seed: Its seed; each municipality's own follows from it.
        folder: A folder that is empty or does not exist.
        fmt: One of `vlavirgem.folder.TABLE_FORMATS`.
        only: NIS codes of the municipalities to make; all of them when there are none.
        progress: Is told how far it is.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: the format is unknown, the disk has too little room, or the folder cannot be written.
        ProfileError: there is no municipality with one of the codes.
    """
    check_format(fmt)
    profiles = region.profiles(only)
    about = _about(region, profiles, seed=seed, fmt=fmt)
    target, told = Path(folder), _Told(profiles, progress)
    check_room(target, profiles=profiles, fmt=fmt)
    content = {**asdict(about), "codes": [profile.municipality.nis_code for profile in profiles]}
    with new_folder(target, keep=lambda left: _goes_on(left, content, about=about), lasting=True) as partial:
        note_down(partial / GOING_ON, content)
        for profile in profiles:
            place, own = _place(partial, profile), seed_of(profile, seed=seed)
            if not is_intact(place, about=about_town(profile, seed=own)):
                shutil.rmtree(place, ignore_errors=True)
                generate_folder(profile, seed=own, folder=place, fmt=fmt, progress=told.part(profile))
            told.finished(profile)
        digest = write_region(about, partial, profiles=profiles).digest
        (partial / GOING_ON).unlink()
        return digest


def generate_region_partition(
    region: Region, *, seed: int, folder: Path | str, partition: Partition, progress: Progress | None = None
) -> int:
    """Make one partition of a region as Parquet and give how many parts it has; that may be none.

    Where this partition is finished already nothing is done: who was killed just after may ask again.

    Raises:
        ExistsError: the folder holds something else.
        TownFolderError: the disk has too little room, or the folder cannot be written.
    """
    profiles = region.profiles()
    shares = shares_of(profiles, partition=partition)
    about = _about(region, profiles, seed=seed, fmt="parquet")
    count = sum(len(parts) for _, parts in shares)
    content = {**asdict(about), "partition": partition.number, "partitions": partition.of}
    target, told = Path(folder), _Told([profile for profile, _ in shares], progress)
    if is_noted(target / PARTITION_NAME, content):
        return count
    check_room(target, profiles=[profile for profile, _ in shares], fmt="parquet")
    with new_folder(
        target,
        keep=lambda left: is_noted(left / GOING_ON, content) or is_noted(left / PARTITION_NAME, content),
        lasting=True,
    ) as partial:
        note_down(partial / GOING_ON, content)
        for profile, parts in shares:
            place = _place(partial, profile)
            generate_parts(
                profile, seed=seed_of(profile, seed=seed), folder=place, parts=parts, progress=told.part(profile)
            )
            told.finished(profile)
        (partial / GOING_ON).rename(partial / PARTITION_NAME)
    return count


def shares_of(profiles: Sequence[Profile], *, partition: Partition) -> list[tuple[Profile, range]]:
    """Say which parts of which municipalities are in a share, such that all shares are about as much work."""
    total = sum(wijken_count(profile.inhabitants) + _WORK_OF_A_HALL for profile in profiles)
    before, shares = 0, []
    for profile in profiles:
        mine = [
            part
            for part in range(parts_count(profile.inhabitants))
            if (before + part * AT_ONCE) * partition.of // total == partition.number - 1
        ]
        if mine:
            shares.append((profile, range(mine[0], mine[-1] + 1)))
        before += wijken_count(profile.inhabitants) + _WORK_OF_A_HALL
    return shares


def join_region(
    region: Region, *, partitions: Sequence[Path | str], folder: Path | str, progress: Progress | None = None
) -> str:
    """Put the partitions of one region together into a folder and give its digest; they stay as they are.

    Raises:
        ExistsError: the folder holds something.
        TownFolderError: they are not all partitions of one region, or one is missing or damaged.
    """
    paths = [Path(path) for path in partitions]
    found = [read_region_partition(path) for path in paths]
    if any(one != found[0] for one in found):
        raise TownFolderError("These are not all partitions of one region.")
    about = found[0]
    whole = region.with_identifiers(about.identifiers)
    profiles = whole.profiles()
    if about != _about(whole, profiles, seed=about.seed, fmt="parquet"):
        raise TownFolderError(f"{paths[0]} was made by another version, or is of another region.")
    told = _Told(profiles, progress)
    with new_folder(Path(folder)) as partial:
        for profile in profiles:
            sources = [place for path in paths if (place := _place(path, profile)).is_dir()]
            if not sources:
                raise TownFolderError(f"{profile.municipality.name} is in none of the partitions; one is missing.")
            join(sources, _place(partial, profile))
            told.finished(profile)
        return write_region(about, partial, profiles=profiles).digest


def is_region_partition(folder: Path) -> bool:
    """Say whether a folder holds a partition of a region, and not of one town."""
    return (folder / PARTITION_NAME).is_file()


def read_region_partition(folder: Path) -> RegionAbout:
    """Say of which region a folder holds a partition.

    Raises:
        TownFolderError: it holds none.
    """
    try:
        content = json.loads((folder / PARTITION_NAME).read_text(encoding="utf-8"))
        return RegionAbout(**{name: content[name] for name in RegionAbout.__slots__})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TownFolderError(f"{folder} holds no partition of a region: {error}") from error


def bytes_needed(profiles: Sequence[Profile], *, fmt: str) -> int:
    """Say about how many bytes municipalities take on disk, rather too many than too few."""
    each, once = _BYTES[fmt]
    return sum(profile.inhabitants for profile in profiles) * each + len(profiles) * once


def check_room(folder: Path, *, profiles: Sequence[Profile], fmt: str) -> None:
    """Refuse to begin what will not fit, counting in what an earlier run left.

    Raises:
        TownFolderError: the disk has less room than is needed.
    """
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    left = folder.parent / f".{folder.name}.partial"
    there = sum(path.stat().st_size for path in left.rglob("*") if path.is_file()) if left.is_dir() else 0
    needed, free = bytes_needed(profiles, fmt=fmt) - there, shutil.disk_usage(above).free
    if needed > free:
        raise TownFolderError(
            f"{folder} needs about {needed} bytes, and {above} has {free} free. Choose another disk, or some "
            "municipalities with --only."
        )


@dataclass
class _Told:
    """Counts wijken for who wants to know how far it is."""

    profiles: Sequence[Profile]
    progress: Progress | None
    before: int = 0
    last: int = -1

    def part(self, profile: Profile) -> Callable[[int, int], None]:
        """Give what a municipality that is being made can tell its parts to."""

        def told(done: int, _of: int) -> None:
            self._tell(profile, min(done * AT_ONCE, wijken_count(profile.inhabitants)))

        return told

    def finished(self, profile: Profile) -> None:
        """Count a municipality that is there."""
        self._tell(profile, wijken_count(profile.inhabitants))
        self.before += wijken_count(profile.inhabitants)

    def _tell(self, profile: Profile, wijken: int) -> None:
        if self.progress is not None and self.before + wijken > self.last:
            self.last = self.before + wijken
            total = sum(wijken_count(one.inhabitants) for one in self.profiles)
            self.progress(profile.municipality.name, self.before + wijken, total)


def _about(region: Region, profiles: Sequence[Profile], *, seed: int, fmt: str) -> RegionAbout:
    return RegionAbout(
        region=region.name,
        seed=seed,
        generator_version=GENERATOR_VERSION,
        reference_date=profiles[0].reference_date.isoformat(),
        identifiers=profiles[0].identifiers,
        fmt=fmt,
        of=len(region.municipalities),
    )


def _place(folder: Path, profile: Profile) -> Path:
    return folder / MUNICIPALITIES / profile.municipality.nis_code


def _goes_on(left: Path, content: dict[str, object], *, about: RegionAbout) -> bool:
    """Say whether what an earlier run left is of these municipalities; it may have ended just before it was done."""
    if is_noted(left / GOING_ON, content):
        return True
    try:
        manifest = read_region(left)
    except TownFolderError:
        return False
    return manifest.about == about and list(manifest.municipalities) == content["codes"]

"""What the command line does with a region: make it, telling how long that takes, and list its municipalities."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from vlavirgem.errors import VlavirgemError
from vlavirgem.profile import load_profile, profile_names
from vlavirgem.region_making import generate_region as make_all
from vlavirgem.region_making import generate_region_partition as make_some
from vlavirgem.regions import load_region, region_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from vlavirgem.making import Partition
    from vlavirgem.regions import Region


def generate_region(
    region: Region, out: Path, *, seed: int, to: str, share: Partition | None, only: Sequence[str]
) -> str | int:
    """Make a region, some of its municipalities, or a partition; give the digest, or how many parts there are.

    Raises:
        VlavirgemError: a partition is asked of some municipalities, or in another format than Parquet.
    """
    if share is None:
        return make_all(region, seed=seed, folder=out, fmt=to, only=only, progress=Clock().tell)
    if to != "parquet" or only:
        raise VlavirgemError("A partition of a region is written as parquet, of all its municipalities.")
    return make_some(region, seed=seed, folder=out, partition=share, progress=Clock().tell)


def listing(region: Region) -> str:
    """List the municipalities of a region, a line each."""
    both = zip(region.municipalities, region.inhabitants, strict=True)
    return "\n".join(f"{one.nis_code} {people:>7} inwoners  {one.name}" for one, people in both)


def sizes() -> str:
    """List what can be made, a line each."""
    towns = [f"{name:<12} {load_profile(name).inhabitants:>7} inwoners" for name in profile_names()]
    regions = [
        f"{region.name:<12} {region.people:>7} inwoners in {len(region.municipalities)} gemeenten"
        for region in map(load_region, region_names())
    ]
    return "\n".join((*towns, *regions))


class Clock:
    """Tells how far a region is, and how long it will still take at the pace so far.

    Args:
        now: Gives seconds that only go up.
        say: Shows a line.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, say: Callable[[str], object] | None = None) -> None:
        self._now, self._say = now, say or (lambda line: sys.stderr.write(f"{line}\n"))
        self._begun, self._there = now(), 0

    def tell(self, name: str, done: int, of: int) -> None:
        """Say which municipality is being made, and how many wijken of how many there are."""
        passed = self._now() - self._begun
        if passed < 1:
            self._there = done  # what an earlier run left goes by in no time
        pace = (done - self._there) / passed if passed else 0
        minutes = round((of - done) / pace / 60) if pace else None
        left = f", nog ongeveer {max(minutes, 1)} min" if minutes is not None and done < of else ""
        self._say(f"{100 * done // of} %{left}: {name}")

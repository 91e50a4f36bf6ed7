"""Shows how a town on disk compares with its figures, one on a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vlavirgem.export.source import open_source, parts_of
from vlavirgem.profile import profile_of
from vlavirgem.statistics.comparing import Compared, compare

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = f"{'maat':<22} {'wat':<22} {'verwacht':>9} {'gevonden':>9} {'mag':>6}  oordeel | per duizend, per thousand"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person reads, and whether every figure is within its tolerance."""

    lines: tuple[str, ...]
    is_within: bool


def show_statistics(folder: Path) -> Shown:
    """Hold a town in a folder against the figures of its profile.

    Raises:
        TownFolderError: it holds no town, or something of it cannot be read.
    """
    source = open_source(folder)
    found = compare(parts_of(source), profile_of(source.about.profile))
    out = sum(not one.is_within for one in found)
    last = f"{len(found)} cijfers, {out} erbuiten | {len(found)} figures, {out} out of tolerance"
    return Shown((_HEAD, *(_line(one) for one in found), last), is_within=out == 0)


def _line(one: Compared) -> str:
    verdict = "ok" if one.is_within else "BUITEN"
    figures = f"{one.expected:>9.1f} {one.found:>9.1f} {one.allowed:>6.1f}"
    return f"{one.measure:<22} {one.label:<22} {figures}  {verdict}"

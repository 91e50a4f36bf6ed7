"""What components use, as small pictures: the numbers beside them say the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from proeftuin_kernel.text import Text

WIDTH, HEIGHT = 120, 32
"""Of a picture, in its own units."""
_MARGIN = 2
_LEAST_POINTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value at one moment."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """One quantity over the last half hour.

    Attributes:
        unit: `MiB` or `%`.
        latest: The last value that was seen.
        highest: The highest that was seen.
        limit: What the component may use; None when nothing bounds it.
        path: The line, as the `d` of an SVG path; empty with fewer than two readings.
    """

    title: Text
    unit: str
    latest: float
    highest: float
    limit: float | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentUsage:
    """What one component uses.

    Attributes:
        at: When it was last looked at.
        seconds: Over how long the pictures tell.
    """

    name: str
    title: Text
    at: datetime
    seconds: float
    sparks: tuple[Spark, ...]


def spark(readings: Sequence[Reading], *, title: Text, unit: str, limit: float | None = None) -> Spark:
    """Draw one quantity; the foot is zero, so that twice as high is twice as much.

    Args:
        readings: At least one, oldest first.
        title: Of what.
        unit: In what.
        limit: What the component may use.
    """
    highest = max(reading.value for reading in readings)
    return Spark(
        title=title, unit=unit, latest=readings[-1].value, highest=highest, limit=limit, path=_path(readings, highest)
    )


def shares(readings: Sequence[Reading]) -> list[Reading]:
    """Turn a counter of processor seconds into percent of one processor, between one reading and the next.

    A counter that falls is that of a program that started anew: nothing is known of the time between.
    """
    found = []
    for before, after in pairwise(readings):
        seconds = (after.at - before.at).total_seconds()
        if seconds > 0 and after.value >= before.value:
            found.append(Reading(at=after.at, value=100 * (after.value - before.value) / seconds))
    return found


def _path(readings: Sequence[Reading], highest: float) -> str:
    if len(readings) < _LEAST_POINTS:
        return ""
    start = readings[0].at
    whole = (readings[-1].at - start).total_seconds() or 1.0
    points = []
    for reading in readings:
        x = _MARGIN + (WIDTH - 2 * _MARGIN) * (reading.at - start).total_seconds() / whole
        y = HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * (reading.value / highest if highest else 0)
        points.append(f"{x:.1f} {y:.1f}")
    return "M" + "L".join(points)

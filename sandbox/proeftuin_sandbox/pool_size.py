"""How many sandboxes to have ready before anybody asks. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEN_MINUTES_OF_AN_HOUR = 6


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What one sandbox has in common with another, so that either will do."""

    profile: str
    seed: int


USUAL = Kind("gehucht", 1830)
"""What is made ready when nobody asked for anything lately: what the form and the command line offer first."""


def pool_sizes(demand: Mapping[Kind, int], *, maximum: int, room: int | None) -> dict[Kind, int]:
    """Divide a pool over kinds.

    There are as many as were asked in ten minutes of the last hour, at least one when the pool is on, at most
    `maximum`, and never more than there is room for.

    Args:
        demand: How many of each kind were asked in the last hour.
        maximum: The operator's choice; 0 turns the pool off.
        room: Places that people do not use; None when there is no end to them.
    """
    total = min(maximum, max(1, ceil(sum(demand.values()) / _TEN_MINUTES_OF_AN_HOUR)))
    if room is not None:
        total = min(total, max(0, room))
    if total <= 0:
        return {}
    wanted = {kind: count for kind, count in demand.items() if count > 0} or {USUAL: 1}
    shares = {kind: total * count / sum(wanted.values()) for kind, count in wanted.items()}
    sizes = {kind: floor(share) for kind, share in shares.items()}
    rest = sorted(shares, key=lambda kind: (sizes[kind] - shares[kind], kind))
    for kind in rest[: total - sum(sizes.values())]:
        sizes[kind] += 1
    return {kind: size for kind, size in sizes.items() if size > 0}

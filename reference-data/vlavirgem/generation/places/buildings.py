"""Footprints of buildings on their parcels.

A house in a row fills its parcel from side to side, so its side walls follow the parcel; a house that stands free is a
true rectangle, turned as its parcel is, and shrunk where the bent parcel leaves no room. So a building lies within its
parcel whatever the shape of the plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.plots import Special
from vlavirgem.generation.places.uses import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.plots import Plots
    from vlavirgem.randomness import Flags, Integers, Random

    Decimals = NDArray[np.float64]
    Quad = tuple[Decimals, Decimals]
    """x and y of four corners: front left, front right, back right, back left."""

_MARGIN = 0.30
"""Metres between a free-standing building and the edge of its parcel, at least."""
_WALL = 0.05
"""Metres between a wall and the side of the parcel that it follows: more than rounding moves a corner."""

_NARROW = 0.55
"""Share of the front of a narrow parcel that a free-standing building takes at most, when it cannot keep two metres
on each side."""


class Style(IntEnum):
    """How buildings of a street stand."""

    ROW = 0
    SEMI = 1
    FREE = 2


@dataclass(frozen=True, slots=True)
class Footprints:
    """Grounds of buildings.

    Attributes:
        x: Lambert 72 of all corners, metres.
        y: The same.
        rings: For each number of corners: which buildings have so many, and their corners counter-clockwise.
        centre_x: A point inside each building.
        centre_y: The same.
    """

    x: Decimals
    y: Decimals
    rings: tuple[tuple[Integers, Integers], ...]
    centre_x: Decimals
    centre_y: Decimals


def footprints_of(
    random: Random, *, plots: Plots, which: Integers, keys: Integers, style: Integers, is_flat: Flags
) -> Footprints:
    """Draw a footprint on each of the plots `which`.

    Args:
        random: Random numbers of buildings.
        plots: All plots.
        which: Index of the plot of each building.
        keys: Addresses random numbers.
        style: How each stands.
        is_flat: Whether it holds several homes.
    """
    x, y = plots.x[plots.corners[which]], plots.y[plots.corners[which]]
    front = _length(x[:, 1] - x[:, 0], y[:, 1] - y[:, 0])
    deep = (_length(x[:, 3] - x[:, 0], y[:, 3] - y[:, 0]) + _length(x[:, 2] - x[:, 1], y[:, 2] - y[:, 1])) / 2
    special, trade = plots.special[which], plots.role[which] == Role.BUSINESSES
    big = trade | (special > 0)
    free = big | (style == Style.FREE)
    ahead, depth = _depths(random, keys=keys, style=style, is_flat=is_flat, big=big, deep=deep)
    ahead = np.where(plots.role[which] == Role.MARKET, 0.5, ahead)
    left, right = _sides(random, keys=keys, style=style, is_flat=is_flat, place=plots.place[which], front=front)
    wide = np.where(
        big, front * 0.72, np.where(is_flat, 16.0, 8.5 + random.below("breedte", rows=keys, bound=60) / 10)
    )
    wide = np.minimum(wide, np.maximum(front - 4, front * _NARROW))
    slack = random.below("opzij", rows=keys, bound=101) / 100
    left = np.where(free, (front - wide) * np.where(big, 0.5, 0.25 + slack / 2), left)
    right = np.where(free, front - left - wide, right)
    box = _within((x, y), left / front, 1 - right / front, ahead / deep, (ahead + depth) / deep)
    centre_x, centre_y = box[0].mean(axis=1), box[1].mean(axis=1)
    true_x, true_y = _rectangles((x, y), centre_x, centre_y, wide=wide, depth=depth)
    corners_x = np.where(free[:, None], true_x, box[0])
    corners_y = np.where(free[:, None], true_y, box[1])
    bent = random.chance("aanbouw", rows=keys, share=0.45) & ~is_flat & (special == 0)
    shape = np.where(special == Special.CHURCH, 2, np.where(bent | (special == Special.SCHOOL), 1, 0))
    return _shapes(
        random, keys=keys, quad=(corners_x, corners_y), shape=shape, place=plots.place[which],
        mirrored=plots.mirrored[which],
    )  # fmt: skip


def _depths(
    random: Random, *, keys: Integers, style: Integers, is_flat: Flags, big: Flags, deep: Decimals
) -> tuple[Decimals, Decimals]:
    """Give how far from the road each building begins, and how deep it is."""
    yard = random.below("voortuin", rows=keys, bound=100) / 100
    ahead = np.where(style == Style.ROW, 0.4 + yard * 0.4, np.where(style == Style.SEMI, 4 + yard * 3, 6 + yard * 5))
    ahead = np.where(big, 3.0, ahead)
    drawn = random.below("diepte", rows=keys, bound=100) / 100
    depth = np.where(style == Style.ROW, 10 + drawn * 5, np.where(style == Style.SEMI, 9 + drawn * 4, 8 + drawn * 5))
    depth = np.where(is_flat, 14 + drawn * 3, depth)
    depth = np.where(big, deep * (0.62 + 0.2 * drawn), depth)
    return ahead, np.minimum(depth, deep - ahead - 1)


def _sides(
    random: Random, *, keys: Integers, style: Integers, is_flat: Flags, place: Integers, front: Decimals
) -> tuple[Decimals, Decimals]:
    """Give how far each building stays from both sides of its parcel; semi-detached ones touch in pairs."""
    gate = np.minimum(3.0, front / 4)
    # Now and then a row is broken by a gate.
    apart = ((style == Style.ROW) & random.chance("poort", rows=keys, share=0.15)) | ((style == Style.SEMI) & ~is_flat)
    first = place % 2 == 0
    return np.where(apart & first, gate, _WALL), np.where(apart & ~first, gate, _WALL)


def _within(quad: Quad, left: Decimals, right: Decimals, ahead: Decimals, behind: Decimals) -> Quad:
    """Cut a smaller four-sided figure out of a parcel, at fractions of its sides."""
    across = np.stack([left, right, right, left], axis=1)
    along = np.stack([ahead, ahead, behind, behind], axis=1)
    x, y = (_between(corners, across, along) for corners in quad)
    return x, y


def _between(corners: Decimals, across: Decimals, along: Decimals) -> Decimals:
    front = corners[:, :1] + (corners[:, 1:2] - corners[:, :1]) * across
    back = corners[:, 3:] + (corners[:, 2:3] - corners[:, 3:]) * across
    between: Decimals = front + (back - front) * along
    return between


def _rectangles(quad: Quad, x: Decimals, y: Decimals, *, wide: Decimals, depth: Decimals) -> Quad:
    """Give rectangles around points, turned along the front of their parcel, that lie within the parcel."""
    px, py = quad
    length = _length(px[:, 1] - px[:, 0], py[:, 1] - py[:, 0])
    tx, ty = (px[:, 1] - px[:, 0]) / length, (py[:, 1] - py[:, 0]) / length
    turns = tx * (py[:, 3] - py[:, 0]) - ty * (px[:, 3] - px[:, 0]) > 0
    nx, ny = np.where(turns, -ty, ty), np.where(turns, tx, -tx)
    fits = np.ones(x.size)
    for corner in range(4):
        following = (corner + 1) % 4
        ex, ey = px[:, following] - px[:, corner], py[:, following] - py[:, corner]
        edge = _length(ex, ey)
        room = np.abs(ex * (y - py[:, corner]) - ey * (x - px[:, corner])) / edge - _MARGIN
        needs = (np.abs(ex * ty - ey * tx) * wide + np.abs(ex * ny - ey * nx) * depth) / (2 * edge)
        fits = np.minimum(fits, room / needs)
    a, b = fits * wide / 2, fits * depth / 2
    across = np.asarray([-1.0, 1.0, 1.0, -1.0])
    along = np.asarray([-1.0, -1.0, 1.0, 1.0])
    return (
        x[:, None] + (tx * a)[:, None] * across + (nx * b)[:, None] * along,
        y[:, None] + (ty * a)[:, None] * across + (ny * b)[:, None] * along,
    )


_CROSS = np.asarray(
    [
        (0.0, 0.3), (0.55, 0.3), (0.55, 0.0), (0.78, 0.0), (0.78, 0.3), (1.0, 0.3),
        (1.0, 0.7), (0.78, 0.7), (0.78, 1.0), (0.55, 1.0), (0.55, 0.7), (0.0, 0.7),
    ]
)  # fmt: skip
"""A church: nave, transept and choir, in fractions of its length and width."""


def _shapes(
    random: Random, *, keys: Integers, quad: Quad, shape: Integers, place: Integers, mirrored: Flags
) -> Footprints:
    """Take a corner away at the back of some buildings, and make churches of others."""
    x, y = quad
    first = (place % 2 == 0)[:, None]
    narrow = (0.40 + random.below("aanbouw_breedte", rows=keys, bound=26) / 100)[:, None]
    main = (0.55 + random.below("aanbouw_diepte", rows=keys, bound=16) / 100)[:, None]
    zero, one = np.zeros_like(narrow), np.ones_like(narrow)
    # The wing stands on the left of even parcels and on the right of odd ones.
    across = np.where(
        first,
        np.concatenate([zero, one, one, narrow, narrow, zero], axis=1),
        np.concatenate([zero, one, one, 1 - narrow, 1 - narrow, zero], axis=1),
    )
    along = np.where(
        first,
        np.concatenate([zero, zero, main, main, one, one], axis=1),
        np.concatenate([zero, zero, one, one, main, main], axis=1),
    )
    kinds = (
        (np.flatnonzero(shape == 0), np.asarray([[0.0, 1.0, 1.0, 0.0]]), np.asarray([[0.0, 0.0, 1.0, 1.0]])),
        (np.flatnonzero(shape == 1), across, along),
        (np.flatnonzero(shape == 2), _CROSS[None, :, 0], _CROSS[None, :, 1]),  # noqa: PLR2004 - the church
    )
    all_x, all_y, rings, start = [], [], [], 0
    for which, p, q in kinds:
        if not which.size:
            continue
        p, q = (np.broadcast_to(f, (x.shape[0], f.shape[1]))[which] for f in (p, q))  # noqa: PLW2901 - the same, for these
        each = p.shape[1]
        all_x.append(_between(x[which], p, q).ravel())
        all_y.append(_between(y[which], p, q).ravel())
        ring = start + np.arange(which.size * each, dtype=np.int64).reshape(which.size, each)
        rings.append((which, np.where(mirrored[which, None], ring[:, ::-1], ring)))
        start += which.size * each
    middle = np.where(shape == 1, 0.3, 0.5)[:, None]
    half = np.full_like(middle, 0.5)
    return Footprints(
        x=np.rint(np.concatenate(all_x) * 100) / 100,
        y=np.rint(np.concatenate(all_y) * 100) / 100,
        rings=tuple(rings),
        centre_x=np.rint(_between(x, half, middle)[:, 0] * 100) / 100,
        centre_y=np.rint(_between(y, half, middle)[:, 0] * 100) / 100,
    )


def _length(x: Decimals, y: Decimals) -> Decimals:
    length: Decimals = np.sqrt(x * x + y * y)
    return length

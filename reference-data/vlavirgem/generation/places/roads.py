"""Road segments: the streets, and the roads between blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.territory import BLOCK, OFFSET, is_in_town, is_lying
from vlavirgem.generation.places.uses import PER_BLOCK, Role
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.plane import Plane
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.randomness import Flags, Integers

    Decimals = NDArray[np.float64]

CATEGORIES = ("lokaleWegType1", "lokaleWegType2", "lokaleWegType3")
_CONNECTS, _COLLECTS, _GIVES_ACCESS = range(3)
SURFACES = ("wegMetEenRijbaan", "aardeweg")
_MAIN = 6
"""Every so many blocks a road runs through the whole town."""
_STEPS = 10
"""Pieces of which the line of a street consists."""
_PIECES = 5
"""Segments of the road at the end of a block: from crossing to crossing with its four streets."""


@dataclass(frozen=True, slots=True)
class Roads:
    """Road segments; first the streets, then the roads at the ends of blocks.

    Attributes:
        x: Lambert 72 of all points, metres.
        y: The same.
        point_wijk: Index of the wijk of each point.
        streets: Places of the points of each street.
        street_role: What each street is for.
        edges: Places of the points of each other segment.
        edge_wijk: Index of their wijk.
        edge_category: A place in `CATEGORIES`.
        edge_surface: A place in `SURFACES`.
        edge_road: Which road each is a piece of; -1 for tracks, which have no name.
        road_wijk: Index of the wijk of each such road, in order: what runs along one line within a wijk.
    """

    x: Decimals
    y: Decimals
    point_wijk: Integers
    streets: Integers
    street_role: Integers
    edges: Integers
    edge_wijk: Integers
    edge_category: Integers
    edge_surface: Integers
    edge_road: Integers
    road_wijk: Integers


def roads_of(plane: Plane, *, seed: int, strips: Strips, town: int) -> Roads:
    """Draw the roads of wijken of a town that has `town` of them."""
    street = np.flatnonzero(strips.role != Role.LAND)
    step = (strips.end - strips.start)[street] / _STEPS
    along = strips.start[street, None] + step[:, None] * np.arange(_STEPS + 1)[None, :]
    of_street = np.repeat(street, _STEPS + 1)
    street_u, street_v = strips.plan(along.ravel(), np.repeat(strips.middle[street], _STEPS + 1), of=of_street)
    edges = _edges(seed, strips=strips, town=town)
    level = np.where(edges.is_end[:, None], _crossings(strips)[edges.block], _STEADY)
    line = np.broadcast_to(edges.line[:, None] * float(BLOCK), level.shape)
    level = level + edges.begin[:, None] * BLOCK
    upright = edges.is_upright[:, None]
    x, y = plane.bend(
        np.concatenate([street_u, np.where(upright, line, level).ravel()]),
        np.concatenate([street_v, np.where(upright, level, line).ravel()]),
    )
    first = of_street.size + np.arange(edges.block.size, dtype=np.int64) * level.shape[1]
    pieces = first[:, None, None] + 2 * np.arange(_PIECES)[None, :, None] + np.arange(3)[None, None, :]
    road, road_wijk = _named(edges)
    return Roads(
        x=np.rint(x * 100) / 100,
        y=np.rint(y * 100) / 100,
        point_wijk=np.concatenate([strips.wijk[of_street], np.repeat(edges.wijk, level.shape[1])]),
        streets=np.arange(of_street.size, dtype=np.int64).reshape(-1, _STEPS + 1),
        street_role=strips.role[street],
        edges=pieces.reshape(-1, 3),
        edge_wijk=np.repeat(edges.wijk, _PIECES),
        edge_category=np.repeat(edges.category, _PIECES),
        edge_surface=np.repeat(edges.surface, _PIECES),
        edge_road=np.repeat(road, _PIECES),
        road_wijk=road_wijk,
    )


@dataclass(frozen=True, slots=True)
class _Edges:
    """Sides of blocks along which a road runs.

    Attributes:
        block: Index of the block that has the road.
        wijk: Index of its wijk.
        is_upright: Whether the road runs south to north.
        is_end: Whether the streets of its block end there.
        line: The line of the chessboard on which it runs.
        begin: The line at which it begins.
        category: A place in `CATEGORIES`.
        surface: A place in `SURFACES`.
    """

    block: Integers
    wijk: Integers
    is_upright: Flags
    is_end: Flags
    line: Integers
    begin: Integers
    category: Integers
    surface: Integers


_STEADY = np.arange(2 * _PIECES + 1) * (BLOCK / (2 * _PIECES))


def _crossings(strips: Strips) -> Decimals:
    """Give for each block where points of the roads at its ends lie: at its sides, streets, and between these."""
    middle = strips.middle.reshape(-1, PER_BLOCK)
    high = strips.high.reshape(-1, PER_BLOCK)
    parts = [np.zeros(middle.shape[0]), middle[:, 0] / 2]
    for slot in range(PER_BLOCK):
        parts.append(middle[:, slot])
        parts.append(high[:, slot] if slot + 1 < PER_BLOCK else (middle[:, slot] + BLOCK) / 2)
    parts.append(np.full(middle.shape[0], float(BLOCK)))
    return np.stack(parts, axis=1)


def _edges(seed: int, *, strips: Strips, town: int) -> _Edges:
    """Say which sides of which blocks have a road, and of what kind.

    Of two neighbours the block whose streets end at their common side has the road there, of equals the one in the
    west or south. Along the border of the town all roads belong to those who live there.
    """
    blocks = strips.take(np.arange(strips.key.size) % PER_BLOCK == 0)
    built = (strips.role.reshape(-1, PER_BLOCK) != Role.LAND).any(axis=1)
    count = built.size
    block = np.repeat(np.arange(count, dtype=np.int64), 4)
    far, upright = np.tile([False, True, False, True], count), np.tile([True, True, False, False], count)
    step = np.where(far, 1, -1)
    column, row = blocks.column[block], blocks.row[block]
    beside = column + np.where(upright, step, 0), row + np.where(upright, 0, step)
    is_end = blocks.lying[block] == upright
    theirs = is_lying(*beside, seed=seed) == upright
    mine = np.where(far, is_end | ~theirs, is_end & ~theirs) | ~is_in_town(*beside, wijken=town)
    line, begin = np.where(upright, column, row) + far, np.where(upright, row, column)
    main = line % _MAIN == 0
    country = ~built[block] & _open_land(blocks, built=built, wijk=blocks.wijk[block], place=beside) & ~main
    lane = Random(seed, kind="weg").chance("landweg", rows=blocks.key[block] * 4 + 2 * upright + far, share=0.4)
    which = np.flatnonzero(mine & (~country | lane))
    category = np.where(main, _CONNECTS, np.where(built[block], _COLLECTS, _GIVES_ACCESS))
    return _Edges(
        block=block[which],
        wijk=blocks.wijk[block[which]],
        is_upright=upright[which],
        is_end=is_end[which],
        line=line[which],
        begin=begin[which],
        category=category[which],
        surface=country[which].astype(np.int64),
    )


def _named(edges: _Edges) -> tuple[Integers, Integers]:
    """Say which road each side of a block is part of, and to which wijk each road belongs."""
    lines = 4 * OFFSET
    key = (edges.wijk * 2 + edges.is_upright) * lines + edges.line + OFFSET
    paved = edges.surface == 0
    roads, places = np.unique(key[paved], return_inverse=True)
    of = np.full(key.size, -1, dtype=np.int64)
    of[paved] = places
    return of, roads // (2 * lines)


def _open_land(blocks: Strips, *, built: Flags, wijk: Integers, place: tuple[Integers, Integers]) -> Flags:
    """Say which places are blocks of the same wijk without a street; beyond its border nothing is known."""
    low = np.full((2, int(blocks.wijk.max()) + 1), np.iinfo(np.int64).max)
    np.minimum.at(low[0], blocks.wijk, blocks.column)
    np.minimum.at(low[1], blocks.wijk, blocks.row)
    # A small map of each wijk with a rim around it.
    land = np.zeros((low.shape[1], 5, 5), dtype=bool)
    land[blocks.wijk, blocks.column - low[0][blocks.wijk] + 1, blocks.row - low[1][blocks.wijk] + 1] = ~built
    found: Flags = land[wijk, place[0] - low[0][wijk] + 1, place[1] - low[1][wijk] + 1]
    return found

"""Parcels of strips without a street: fields, meadows, woods, parks, water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vlavirgem.generation.places.strips import ROAD
from vlavirgem.generation.places.territory import BLOCK
from vlavirgem.generation.wijken import rows_of
from vlavirgem.randomness import Random

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vlavirgem.generation.places.plane import Plane
    from vlavirgem.generation.places.strips import Strips
    from vlavirgem.generation.wijken import Rows, Wijken
    from vlavirgem.randomness import Integers

    Decimals = NDArray[np.float64]

USES = ("akker", "weide", "bos", "park", "sportterrein", "begraafplaats", "water", "tuin")
_FIELD, _MEADOW, _WOOD, _PARK, _SPORT, _CEMETERY, _WATER, _GARDEN = range(len(USES))
_IN_THE_CORE = (0, 4, 2, 8, 3, 2, 2, 3)
"""Weights of what a strip of land in the core is."""
_AT_THE_EDGE = (12, 10, 5, 3, 3, 0, 1, 1)
_IN_A_POCKET = (1, 5, 4, 6, 1, 0, 1, 4)
"""Of what lies behind a dead end."""
_DIVISIONS = 12
"""Points along a strip, less one; parcels begin and end at one of them."""
_CELLS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Land:
    """Parcels without a street.

    Attributes:
        rows: Which parcels each wijk has.
        use: What each is, a place in `USES`.
        x: Lambert 72 of all corners, metres.
        y: The same.
        rings: For each number of corners: which parcels have so many, and their corners counter-clockwise.
    """

    rows: Rows
    use: Integers
    x: Decimals
    y: Decimals
    rings: tuple[tuple[Integers, Integers], ...]


def land_of(plane: Plane, *, seed: int, wijken: Wijken, strips: Strips, is_core: NDArray[np.bool_]) -> Land:
    """Divide strips of land in parcels."""
    random = Random(seed, kind="grond")
    main = _main_use(plane, random, strips=strips, core=is_core[strips.wijk])
    few = np.isin(main, (_SPORT, _CEMETERY, _PARK, _WATER))
    short = strips.end - strips.start < BLOCK
    cells = np.where(
        few | short,
        1 + random.below("delen", rows=strips.key, bound=2),
        np.asarray([2, 3, 4, 4])[random.below("delen", rows=strips.key, bound=4)],
    )
    rows = rows_of(cells)
    x, y = _points(plane, random, strips=strips)
    point = rows.owner * (2 * (_DIVISIONS + 1))
    each = _DIVISIONS // cells[rows.owner]
    start = point + rows.position * each
    rings = []
    for count in _CELLS:
        length = _DIVISIONS // count
        which = np.flatnonzero(each == length)
        steps = np.arange(length + 1, dtype=np.int64)
        near = start[which, None] + steps[None, :]
        ring = np.concatenate([near, near[:, ::-1] + _DIVISIONS + 1], axis=1)
        mirrored = ~strips.lying[rows.owner[which]]
        rings.append((which, np.where(mirrored[:, None], ring[:, ::-1], ring)))
    cell_key = strips.key[rows.owner] * 8 + rows.position
    other = random.chance("anders", rows=cell_key, share=0.35) & ~few[rows.owner]
    swapped = np.asarray([_MEADOW, _FIELD, _MEADOW, _PARK, _PARK, _PARK, _PARK, _MEADOW])[main[rows.owner]]
    # Beside a pond or a graveyard there is a park.
    second = few[rows.owner] & (rows.position > 0)
    use = np.where(other, swapped, np.where(second, _PARK, main[rows.owner]))
    return Land(
        rows=rows_of(np.bincount(strips.wijk[rows.owner], minlength=wijken.numbers.size)),
        use=use,
        x=np.rint(x * 100) / 100,
        y=np.rint(y * 100) / 100,
        rings=tuple(rings),
    )


def _main_use(plane: Plane, random: Random, *, strips: Strips, core: NDArray[np.bool_]) -> Integers:
    here = np.arange(strips.key.size, dtype=np.int64)
    height = plane.height(*strips.plan((strips.start + strips.end) / 2, strips.middle, of=here))
    in_core = random.pick("gebruik_kern", rows=strips.key, weights=_IN_THE_CORE)
    outside = random.pick("gebruik", rows=strips.key, weights=_AT_THE_EDGE)
    # Woods lie together on high ground, meadows in the low.
    outside = np.where(height > 0.35, _WOOD, np.where((height < -0.35) & (outside == _FIELD), _MEADOW, outside))  # noqa: PLR2004 - about a fifth of the land each
    # Behind a dead end lies what its neighbours use.
    pocket = random.pick("gebruik_rest", rows=strips.key, weights=_IN_A_POCKET)
    use: Integers = np.where(strips.end - strips.start < BLOCK, pocket, np.where(core, in_core, outside))
    return use


def _points(plane: Plane, random: Random, *, strips: Strips) -> tuple[Decimals, Decimals]:
    """Give the points of both long sides of each strip, spread unevenly so that parcels are not square."""
    t = np.arange(_DIVISIONS + 1) / _DIVISIONS
    skew = [random.below(name, rows=strips.key, bound=101) / 100 - 0.5 for name in ("scheef_laag", "scheef_hoog")]
    across = (strips.bottom, strips.top)
    start = np.where(strips.start > 0, strips.start, ROAD)
    length = np.where(strips.end < BLOCK, strips.end, BLOCK - ROAD) - start
    shape = (strips.key.size, 2, _DIVISIONS + 1)
    along = np.empty(shape)
    level = np.empty(shape)
    for side in (0, 1):
        along[:, side] = start[:, None] + length[:, None] * (t + skew[side][:, None] * t * (1 - t))
        level[:, side] = across[side][:, None]
    of = np.repeat(np.arange(strips.key.size, dtype=np.int64), 2 * (_DIVISIONS + 1))
    return plane.bend(*strips.plan(along.ravel(), level.ravel(), of=of))

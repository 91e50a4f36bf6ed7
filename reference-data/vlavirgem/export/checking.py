"""Check a whole town against our own shapes, some wijken at a time, in memory that does not grow with it.

A wijk refers to nothing in another wijk, so some wijken with what the town has once can be checked by themselves. What
they refer to elsewhere all the same, such as the municipality as an employer, is put beside them so that its class is
known; it is checked where it belongs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.shacl.facts import Facts
from vlavirgem.export.shacl.gate import Gate
from vlavirgem.export.source import Part, catalogue_in, part_of, parts_of
from vlavirgem.schema import TABLES
from vlavirgem.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.export.shacl.gate import Finding
    from vlavirgem.export.source import Source

_ONCE = frozenset(table.name for table in TABLES.values() if table.once)
_IN_WIJKEN = frozenset(TABLES) - _ONCE


def check_town(source: Source) -> list[Finding]:
    """Give everything in a town that does not keep our shapes, in order; an empty list means that all does.

    Raises:
        ShapeError: our shapes hold something that cannot be checked.
        TownFolderError: something of the town cannot be read.
    """
    gate = Gate(shapes(source.about.identifiers))
    catalogue = catalogue_in(source)
    found: set[Finding] = set()
    for part in parts_of(source):
        facts = Facts(gate.looks_at, catalogue=catalogue)
        facts.add(part, of=_IN_WIJKEN, own=True)
        facts.add(part, of=_ONCE, own=part.number == 0)
        beside = _Beside(part, frames=dict(_elsewhere(part)))
        facts.add(beside, of=frozenset(beside.frames), own=False)
        found.update(gate.findings(facts))
    return sorted(found)


class _Beside(Part):
    """Rows that are there only because others refer to them."""

    def __init__(self, part: Part, *, frames: dict[str, pl.DataFrame]) -> None:
        super().__init__(part.hall, number=part.number)
        self.frames = frames
        self._part = part

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.frames[name] if name in self.frames else self._part[name].clear()

    def rows_for(self, ids: pl.Series, *, table: str) -> pl.DataFrame:
        """Give a table with at least the rows of these numbers, from whichever parts they are in."""
        return self._part.rows_for(ids, table=table)


def _elsewhere(part: Part) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the rows of other parts to which rows of this one refer; what the town has once goes with the first."""
    wanted: dict[str, set[int]] = {}
    for name in TABLES if part.number == 0 else _IN_WIJKEN:
        for column in TABLES[name].columns:
            if column.references in _IN_WIJKEN:
                table = str(column.references)
                numbers = part[name][column.name].drop_nulls()
                far = numbers.filter(pl.Series(part_of(numbers, table=table) != part.number))
                wanted.setdefault(table, set()).update(far.to_list())
    for name, ids in wanted.items():
        if ids:
            numbers = pl.Series(sorted(ids), dtype=pl.Int64)
            yield name, part.rows_for(numbers, table=name).filter(pl.col("id").is_in(numbers.implode()))

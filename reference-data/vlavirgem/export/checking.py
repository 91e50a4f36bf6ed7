"""Check a whole town against our own shapes, some wijken at a time, in memory that does not grow with it.

A wijk refers to nothing in another wijk, so some wijken with what the town has once can be checked by themselves. What
they refer to elsewhere all the same, such as the municipality as an employer, is put beside them so that its class is
known; what is found about that is left to where it belongs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl
import pyoxigraph as ox

from vlavirgem.export.concepts import concepts
from vlavirgem.export.linked import concept_triples
from vlavirgem.export.nquads import links_to_parents, quads
from vlavirgem.export.shacl_engine import Engine
from vlavirgem.export.source import Part, catalogue_in, parts_of
from vlavirgem.linked.catalogue import ENTITIES, VLAVIRGEM
from vlavirgem.numbering import AT_ONCE, STRIDE, TOWN
from vlavirgem.place import ID_BASE
from vlavirgem.schema import TABLES
from vlavirgem.shapes import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.export.shacl_engine import Finding
    from vlavirgem.export.source import Source
    from vlavirgem.linked.catalogue import Catalogue

_TOGETHER = 4
"""Wijken that are checked together: some 700 000 statements."""
_ONCE = frozenset(table.name for table in TABLES.values() if table.once)
_LOOKING_FURTHER = frozenset(f"http://www.w3.org/ns/shacl#{name}" for name in ("closed", "sparql", "target", "js"))
_IN_WIJKEN = frozenset(TABLES) - _ONCE
_TABLE_OF = {entity.name: entity.table for entity in ENTITIES if not entity.path}
_OURS = re.compile(rf"{re.escape(ID_BASE)}([\w-]+)/(\d+)")


def check_town(source: Source) -> list[Finding]:
    """Give everything in a town that does not keep our shapes, in order; an empty list means that all does.

    Raises:
        TownFolderError: something of the town cannot be read.
    """
    rules = shapes(source.about.identifiers)
    engine = Engine(rules)
    only, catalogue = named_in(rules), catalogue_in(source)
    found: set[Finding] = set()
    once = b""
    for part in parts_of(source):
        once = once or statements(part, own=_ONCE, only=only, catalogue=catalogue)
        for batch in _batches(part):
            beside = _Beside(part, frames=dict(_elsewhere(batch)))
            triples = [
                once,
                statements(batch, own=_IN_WIJKEN, only=only, catalogue=catalogue),
                statements(beside, own=frozenset(beside.frames), only=only, catalogue=catalogue),
            ]
            found |= {finding for finding in engine.findings(b"".join(triples)) if batch.holds(finding)}
    return sorted(found)


def named_in(text: str) -> frozenset[str] | None:
    """Give the IRIs that shapes name: all properties and classes that they look at; None where they look further.

    What shapes do not look at is not written down for them: that saves a third of the work. A closed shape and
    one with a query look further than what they name.
    """
    found = set()
    for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
        if triple.predicate.value in _LOOKING_FURTHER:
            return None
        if isinstance(triple.object, ox.NamedNode):
            found.add(triple.object.value)
    return frozenset(found)


def statements(
    tables: Part, *, own: frozenset[str], only: frozenset[str] | None = None, catalogue: Catalogue = VLAVIRGEM
) -> bytes:
    """Give what linked data says of the rows in some tables, as N-Triples.

    Args:
        tables: The tables at hand.
        own: Those that are written.
        only: The properties and classes that are wanted; all of them when it is not given.
        catalogue: The entities of the municipality.
    """
    entities = [entity for entity in catalogue.entities if entity.table in own]
    pieces: list[memoryview | bytes] = []
    for entity in entities:
        pieces += quads(entity, tables=tables, graph=False, only=only)
    for entity in catalogue.entities:
        pieces += links_to_parents(entity, tables=tables, find=catalogue.find, own=own, graph=False, only=only)
    pieces.append(concept_triples(concepts(entities, tables=tables)).encode())
    return b"".join(pieces)


class _Batch(Part):
    """Some wijken of a part: the rows whose numbers are above `low` and up to `high`."""

    def __init__(self, part: Part, *, low: int, high: int) -> None:
        super().__init__(part.hall, number=part.number)
        self.low = low
        self.high = high
        self.is_first = low % TOWN == 0
        self._part = part

    def __getitem__(self, name: str) -> pl.DataFrame:
        frame = self._part[name]
        if name in _ONCE:
            return frame
        return frame.filter(pl.col("id").is_between(self.low, self.high, closed="right"))

    def rows_for(self, ids: pl.Series, *, table: str) -> pl.DataFrame:
        """Give a table with at least the rows of these numbers, from whichever parts they are in."""
        return self._part.rows_for(ids, table=table)

    def holds(self, finding: Finding) -> bool:
        """Say whether something is found about these wijken, or about what the town has once in the first of them."""
        focus = _OURS.match(finding.focus)
        table = _TABLE_OF.get(focus[1]) if focus else None
        if focus is None or table is None or table in _ONCE:
            return self.is_first
        return self.low < int(focus[2]) <= self.high


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


def _batches(part: Part) -> Iterator[_Batch]:
    before = int(part["wijken"]["id"][0]) // TOWN * TOWN // STRIDE
    first = before + part.number * AT_ONCE
    last = max((_last_wijk(part[name]) for name in _IN_WIJKEN), default=first)
    for wijk in range(first, last + 1, _TOGETHER):
        end = min(wijk + _TOGETHER, first + AT_ONCE)
        yield _Batch(part, low=wijk * STRIDE, high=end * STRIDE)


def _last_wijk(frame: pl.DataFrame) -> int:
    return (int(frame["id"][-1]) - 1) // STRIDE if frame.height else 0


def _elsewhere(batch: _Batch) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the rows outside some wijken to which rows in them refer; the town hall goes with the first wijken."""
    wanted: dict[str, set[int]] = {}
    for name in TABLES if batch.is_first else _IN_WIJKEN:
        for column in TABLES[name].columns:
            if column.references in _IN_WIJKEN:
                numbers = batch[name][column.name].drop_nulls()
                far = numbers.filter(~numbers.is_between(batch.low, batch.high, closed="right"))
                wanted.setdefault(str(column.references), set()).update(far.to_list())
    for name, ids in wanted.items():
        if ids:
            numbers = pl.Series(sorted(ids), dtype=pl.Int64)
            yield name, batch.rows_for(numbers, table=name).filter(pl.col("id").is_in(numbers.implode()))

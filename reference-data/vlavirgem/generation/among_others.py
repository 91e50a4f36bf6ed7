"""Tables of a municipality that is made together with others: what would be the same everywhere becomes its own.

A town is made as if it were alone. Here every number of a row, and what holds one, moves to the municipality's own
range; and what the town has once, which is written for VlaVirGem, gets its name, post code, domain and phone numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from polars import selectors

from vlavirgem.numbering import TOWN
from vlavirgem.place import VLAVIRGEM
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.dictionary import Table
    from vlavirgem.place import Municipality

    Tables = dict[str, pl.DataFrame]

_SERVICES = "+320090000"
"""How the phone numbers of services begin; then two digits, and before those the municipality's own number."""


def among_others(tables: Tables, *, municipality: Municipality) -> Tables:
    """Give the tables with numbers and names that no other municipality has; as they are for one that is alone."""
    if municipality.is_alone:
        return tables
    return {
        name: _renumbered(
            _renamed(frame, municipality=municipality) if TABLES[name].once else frame,
            table=TABLES[name],
            more=municipality.number * TOWN,
        )
        for name, frame in tables.items()
    }


def _renumbered(frame: pl.DataFrame, *, table: Table, more: int) -> pl.DataFrame:
    numbers = [column.name for column in table.columns if column.name == "id" or column.references]
    moved = frame.with_columns(pl.col(name) + more for name in numbers)
    if table.name == "dossiers":
        # The year, and the number of the row; see `casework.case_number`.
        return moved.with_columns(
            dossiernummer=pl.col("dossiernummer").str.head(9) + pl.col("id").cast(pl.String).str.zfill(6)
        )
    if table.name == "stukken":
        kind, number = (pl.col("auteur").str.split("/").list.get(place) for place in (0, 1))
        return moved.with_columns(auteur=kind + "/" + (number.cast(pl.Int64) + more).cast(pl.String))
    if table.name == "randgevallen":
        return moved.with_columns(rij_id=pl.col("rij_id") + more)
    return moved


def _renamed(frame: pl.DataFrame, *, municipality: Municipality) -> pl.DataFrame:
    words = (
        (f"{VLAVIRGEM.post_code} {VLAVIRGEM.name}", f"{municipality.post_code} {municipality.name}"),
        (VLAVIRGEM.name, municipality.name),
        (VLAVIRGEM.domain, municipality.domain),
        (_SERVICES, f"{_SERVICES[:5]}90{municipality.number:03d}"),
    )
    texts: pl.Expr = selectors.string()
    for theirs, ours in words:
        texts = texts.str.replace_all(theirs, ours, literal=True)
    return frame.with_columns(texts)

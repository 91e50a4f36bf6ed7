"""What an entity's properties are made of: its table with the columns of its joins, and its children."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.source import Part
from vlavirgem.linked.mapping import Children, Node
from vlavirgem.schema import TABLES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vlavirgem.linked.mapping import Entity, Property


def view(entity: Entity, *, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give an entity's table with the columns of its joins, in the table's order."""
    frame = tables[entity.table]
    for join in entity.joins:
        known = tables.rows_for(frame[join.key], table=join.table) if isinstance(tables, Part) else tables[join.table]
        other = known.select(
            pl.col("id").alias(join.key), *(pl.col(theirs).alias(ours) for theirs, ours in join.columns)
        )
        frame = frame.join(other, on=join.key, how="left", maintain_order="left")
    return frame


def chosen_children(frame: pl.DataFrame, *, children: Children) -> pl.DataFrame:
    """Keep the children that count."""
    if children.only is None:
        return frame
    column, values = children.only
    return frame.filter(pl.col(column).is_in(values))


def kinds(entity: Entity) -> dict[str, Kind]:
    """Say what each column of an entity's view holds."""
    found = {column.name: column.kind for column in TABLES[entity.table].columns}
    for join in entity.joins:
        found |= {ours: TABLES[join.table].column(theirs).kind for theirs, ours in join.columns}
    return found


def child_properties(properties: tuple[Property, ...], *, fragment: str = "") -> Iterator[tuple[Property, str]]:
    """Give the properties whose value is `Children`, with the fragment of the node that carries them."""
    for prop in properties:
        if isinstance(prop.value, Children):
            yield prop, fragment
        elif isinstance(prop.value, Node):
            yield from child_properties(prop.value.properties, fragment=prop.value.fragment)

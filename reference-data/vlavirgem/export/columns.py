"""Building stones for text made column by column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.schema import TABLES, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vlavirgem.linked.mapping import Children, Entity

    Kinds = Mapping[str, Kind]


def view(entity: Entity, *, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give an entity's table with the columns of its joins, in the table's order."""
    frame = tables[entity.table]
    for join in entity.joins:
        other = tables[join.table].select(
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


def plain(column: str, *, kind: Kind) -> pl.Expr:
    """Write the values of a column as text, as the services do; empty where it is empty."""
    value = pl.col(column)
    if kind is Kind.MOMENT:
        return value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if kind is Kind.DATE:
        return value.dt.strftime("%Y-%m-%d")
    return value if kind is Kind.TEXT else value.cast(pl.String)


def filled(template: str, *, kinds: Kinds) -> pl.Expr:
    """Fill a template with column names in braces; empty where one of the columns is."""
    parts = [
        plain(part[1:-1], kind=kinds[part[1:-1]]) if part.startswith("{") else pl.lit(part)
        for part in re.split(r"(\{\w+\})", template)
        if part
    ]
    return pl.concat_str(parts)


def joined(*parts: pl.Expr | str) -> pl.Expr:
    """Write pieces behind each other; plain text stands for itself."""
    return pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])

"""An entity's table with the columns of its joins, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.linked.mapping import Entity


def select_sql(entity: Entity) -> str:
    """Give `SELECT … FROM …` without a condition; the entity's own table is called `t`."""
    columns = [f"t.{column.name}" for column in TABLES[entity.table].columns]
    origin = {column.name: f"t.{column.name}" for column in TABLES[entity.table].columns}
    joins = []
    for number, join in enumerate(entity.joins, start=1):
        alias = f"j{number}"
        joins.append(f"LEFT JOIN {join.table} {alias} ON {alias}.id = {origin[join.key]}")
        for theirs, ours in join.columns:
            columns.append(f"{alias}.{theirs} AS {ours}")
            origin[ours] = f"{alias}.{theirs}"
    return f"SELECT {', '.join(columns)} FROM {entity.table} t {' '.join(joins)}"  # noqa: S608 - names are ours

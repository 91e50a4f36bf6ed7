"""An entity's table with the columns of its joins, as SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from vlavirgem.linked.mapping import Entity


def select_sql(entity: Entity) -> str:
    """Give `SELECT … FROM …` without a condition; the entity's own table is called `t`."""
    columns = [f"t.{column.name}" for column in TABLES[entity.table].columns]
    for number, join in enumerate(entity.joins, start=1):
        columns += [f"j{number}.{theirs} AS {ours}" for theirs, ours in join.columns]
    return f"SELECT {', '.join(columns)} {from_sql(entity)}"


def from_sql(entity: Entity) -> str:
    """Give its `FROM …`: the entity's own table and those of its joins, `j1` and so on."""
    origin = {column.name: f"t.{column.name}" for column in TABLES[entity.table].columns}
    joins = []
    for number, join in enumerate(entity.joins, start=1):
        alias = f"j{number}"
        joins.append(f" LEFT JOIN {join.table} {alias} ON {alias}.id = {origin[join.key]}")
        origin |= {ours: f"{alias}.{theirs}" for theirs, ours in join.columns}
    return f"FROM {entity.table} t{''.join(joins)}"

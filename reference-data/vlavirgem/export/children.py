"""Children of a row as one text in a column of their parent, for notations that show them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from vlavirgem.export.columns import child_properties, chosen_children, kinds, view
from vlavirgem.export.source import Part, part_of
from vlavirgem.export.text import Rows, filled
from vlavirgem.export.values import Values
from vlavirgem.linked.mapping import Children
from vlavirgem.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from vlavirgem.linked.mapping import Entity, Property

    Find = Callable[[str], Entity]
    Tables = Mapping[str, pl.DataFrame]
    ShowWhole = Callable[[Entity, pl.DataFrame], Rows]


def with_children(
    frame: pl.DataFrame,
    *,
    entity: Entity,
    tables: Tables,
    find: Find,
    around: tuple[str, str],
    whole: ShowWhole | None = None,
) -> pl.DataFrame:
    """Add a column for each property whose value is `Children`, with all of them behind each other.

    Args:
        frame: The entity's view.
        entity: The entity.
        tables: The tables.
        find: Gives the entity of a name.
        around: What stands before and after the IRI of a child.
        whole: Shows children whole where they are embedded; without it they are only named.
    """
    for prop, _ in child_properties(entity.properties):
        lists = children_of(prop, tables=tables, find=find, around=around, whole=whole)
        frame = frame.join(lists, on="id", how="left", maintain_order="left")
    return frame


def children_of(
    prop: Property, *, tables: Tables, find: Find, around: tuple[str, str], whole: ShowWhole | None = None
) -> pl.DataFrame:
    """Give for each parent (`id`) that has some its children, in their order, with commas between them."""
    assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
    child = find(prop.value.entity)
    frame = chosen_children(view(child, tables=tables), children=prop.value)
    if whole is not None and prop.value.embedded:
        rows = whole(child, frame)
    else:
        before, after = around
        name = (before, *filled((prop.value.link or child.iri).iri), after)
        rows = Rows(name, values=Values(frame, kinds=kinds(child)))
    texts = pl.Series(key(prop), rows.array(), dtype=pl.String)
    return (
        pl.DataFrame({"id": frame[prop.value.key], key(prop): texts})
        .drop_nulls()
        .group_by("id", maintain_order=True)
        .agg(pl.col(key(prop)).str.join(","))
    )


def strays(
    entity: Entity, *, part: Part, find: Find, around: tuple[str, str], whole: ShowWhole | None = None
) -> Iterator[tuple[Property, str, pl.DataFrame]]:
    """Give the children in a part whose parents are in another, so that they are not shown with those.

    With each property come the fragment of the node that carries it, and a table as `children_of` gives.
    """
    for prop, fragment in child_properties(entity.properties):
        assert isinstance(prop.value, Children)  # noqa: S101 - chosen so
        child = find(prop.value.entity)
        if TABLES[child.table].once:
            continue
        if not _has_strays(part[child.table], key=prop.value.key, entity=entity, part=part):
            continue
        lists = children_of(prop, tables=part, find=find, around=around, whole=whole)
        elsewhere = part_of(lists["id"], table=entity.table) != part.number
        yield prop, fragment, lists.filter(pl.Series(elsewhere))


def _has_strays(frame: pl.DataFrame, *, key: str, entity: Entity, part: Part) -> bool:
    if key not in frame.columns:
        return True  # it comes from a join, and is only known there
    keys = frame[key]
    ends = pl.Series([keys.min(), keys.max()], dtype=pl.Int64).drop_nulls()
    return bool((part_of(ends, table=entity.table) != part.number).any())


def key(prop: Property) -> str:
    """Name the column that holds the children of a property."""
    return f"children:{prop.term}"

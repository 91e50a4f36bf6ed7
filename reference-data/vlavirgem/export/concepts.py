"""The codes that a town uses, as concepts of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlavirgem.export.columns import view
from vlavirgem.linked.mapping import Code, Codes, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

    from vlavirgem.linked.mapping import Entity, Property


def concepts(entities: Iterable[Entity], *, tables: Mapping[str, pl.DataFrame]) -> list[tuple[str, str, str]]:
    """List (IRI, scheme, code) of every code in use, sorted."""
    found: set[tuple[str, str, str]] = set()
    for entity in entities:
        codes = list(_codes(entity.properties))
        own = set(tables[entity.table].columns)
        # Joining is dear and seldom needed: only for codes that stand in another table.
        is_joined = any(name not in own for code in codes for name in _columns(code))
        frame = view(entity, tables=tables) if is_joined else tables[entity.table]
        for code in codes:
            base = Code("", code.scheme).base
            found |= {(base + value, base.rstrip("/"), value) for value in _values(code, frame)}
    return sorted(found)


def _columns(code: Code | Codes) -> list[str]:
    return [code.column] if isinstance(code, Codes) else re.findall(r"\{(\w+)\}", code.template)


def _values(code: Code | Codes, frame: pl.DataFrame) -> set[str]:
    columns = _columns(code)
    if isinstance(code, Codes):
        return set(frame[code.column].explode(empty_as_null=False).drop_nulls().unique().to_list())
    if not columns:
        return {code.template}
    return {code.template.replace(f"{{{columns[0]}}}", v) for v in frame[columns[0]].unique().drop_nulls().to_list()}


def _codes(properties: tuple[Property, ...]) -> Iterator[Code | Codes]:
    for prop in properties:
        if isinstance(prop.value, Code | Codes):
            yield prop.value
        elif isinstance(prop.value, Node):
            yield from _codes(prop.value.properties)

"""The codes that a town uses, as concepts of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vlavirgem.linked.mapping import Code, Codes, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import polars as pl

    from vlavirgem.linked.mapping import Entity, Property


def concepts(entities: Iterable[Entity], *, tables: Mapping[str, pl.DataFrame]) -> list[tuple[str, str, str]]:
    """List (IRI, scheme, code) of every code in use, sorted."""
    found: set[tuple[str, str, str]] = set()
    for entity in entities:
        for code in _codes(entity.properties):
            base = Code("", code.scheme).base
            found |= {(base + value, base.rstrip("/"), value) for value in _values(code, tables[entity.table])}
    return sorted(found)


def _values(code: Code | Codes, frame: pl.DataFrame) -> set[str]:
    if isinstance(code, Codes):
        return set(frame[code.column].explode(empty_as_null=False).unique().to_list())
    columns = re.findall(r"\{(\w+)\}", code.template)
    if not columns:
        return {code.template}
    return {code.template.replace(f"{{{columns[0]}}}", v) for v in frame[columns[0]].unique().drop_nulls().to_list()}


def _codes(properties: tuple[Property, ...]) -> Iterator[Code | Codes]:
    for prop in properties:
        if isinstance(prop.value, Code | Codes):
            yield prop.value
        elif isinstance(prop.value, Node):
            yield from _codes(prop.value.properties)

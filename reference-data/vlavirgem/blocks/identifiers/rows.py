"""Documents about rows that no building block has a collection of: a step of a case, an article, a life event."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from vlavirgem.linked.catalogue import ENTITIES, find_entity
from vlavirgem.linked.context import make_context
from vlavirgem.store.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlavirgem.blocks.served import Served
    from vlavirgem.linked.mapping import Entity
    from vlavirgem.store.connection import DictConnection
    from vlavirgem.store.reading import Condition

_NUMBER = re.compile(r"[1-9][0-9]{0,14}")
_COLUMN = re.compile(r"\{(\w+)\}")


def describe_rows(connection: DictConnection, path: str, *, served: Served) -> list[dict[str, Any]]:
    """Describe what an identifier names; more than once where tables say things of the same.

    Args:
        connection: A connection.
        path: The identifier, below the root of all.
        served: For whom is spoken.
    """
    found = []
    for entity, conditions in _named(path, served=served):
        for row in _reader(entity.name).page(connection, conditions=conditions, after=0, limit=1):
            context = make_context(served.entity(entity), find=served.find)
            found.append({"@context": context, **served.renderer(entity)(row)})
    return found


def _named(path: str, *, served: Served) -> Iterator[tuple[Entity, list[Condition]]]:
    """Find the kinds of things whose identifiers look like this one, and how to find the row."""
    for entity in ENTITIES:
        template = served.entity(entity).path or f"{entity.name}/{{id}}"
        given = re.fullmatch(_COLUMN.sub(r"(?P<\1>.+)", template), path)
        if given is None:
            continue
        columns = given.groupdict()
        if "id" not in columns:
            yield entity, [(f"t.{column} = %s", value) for column, value in columns.items()]
        elif _NUMBER.fullmatch(columns["id"]):
            yield entity, [("t.id = %s", int(columns["id"]))]


@cache
def _reader(name: str) -> Reader:
    return Reader(find_entity(name), find=find_entity)

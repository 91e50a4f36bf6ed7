"""Questions to a database of which the answer is one number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vlavirgem.store.connection import DictConnection


def ask_number(connection: DictConnection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Give the number that a statement of ours always gives: how many there are, or which row it added."""
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None  # noqa: S101 - the statement gives one row
    (number,) = row.values()
    return int(number)

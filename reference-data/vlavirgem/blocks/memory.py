"""What was read before, for as long as it is still so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Hashable

    from vlavirgem.store.state import State

MOST_BYTES = 64 * 1024 * 1024
_OVERHEAD = 250
"""Bytes that Python needs, roughly, for a key, an entry and their place."""


class Memory:
    """Keeps what was read, and gives it back when nothing that it depends on has changed since.

    What is oldest goes first when there is too much.

    Args:
        most: How many bytes are kept at most, roughly.
    """

    def __init__(self, *, most: int = MOST_BYTES) -> None:
        self._most = most
        self._size = 0
        self._origin = 0
        self._kept: dict[Hashable, tuple[int, Any, int]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def recall(self, key: Hashable, *, state: State, since: int) -> Any:
        """Give what was kept, if it was read when change `since` was known already; otherwise nothing.

        Args:
            key: Of what.
            state: The town now.
            since: The number of the last change of what it depends on.
        """
        if state.origin != self._origin:
            return None
        found = self._kept.get(key)
        return None if found is None or found[0] < since else found[1]

    def keep(self, key: Hashable, value: Any, *, state: State, size: int) -> None:
        """Keep something.

        Args:
            key: Of what.
            value: What was read, after `state` was known.
            state: What the town was then, or earlier.
            size: Its bytes.
        """
        if state.origin < self._origin:  # a reset overtook the reading
            return
        if state.origin > self._origin:
            self._kept.clear()
            self._size, self._origin = 0, state.origin
        self._drop(key)
        self._kept[key] = (state.change, value, size + _OVERHEAD)
        self._size += size + _OVERHEAD
        while self._size > self._most:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        known = self._kept.pop(key, None)
        if known is not None:
            self._size -= known[2]

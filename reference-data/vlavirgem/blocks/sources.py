"""Where the building blocks read: the state of the town, what was read before, and the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from vlavirgem.blocks.memory import Memory
from vlavirgem.store.lending import AsyncConnections
from vlavirgem.store.reading import carry_out
from vlavirgem.store.state import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.store.connection import Connections
    from vlavirgem.store.reading import Plan
    from vlavirgem.store.state import State

    T = TypeVar("T")


class Source:
    """What all building blocks of a process share to read with.

    Args:
        url: URL of the database of the town.
        connections: Connections to it, for readings of the town as it was.

    Attributes:
        memory: What was read before.
    """

    def __init__(self, url: str, *, connections: Connections) -> None:
        self.memory = Memory()
        self._watcher = Watcher(url)
        self._lent = AsyncConnections(url)
        self._connections = connections

    async def state(self) -> State:
        """Tell how the town is now.

        Raises:
            psycopg.Error: the database does not answer, or holds no town.
        """
        return await self._watcher.state()

    @property
    def known(self) -> State | None:
        """How the town was when it was last asked: what is read from here on is not older."""
        return self._watcher.last

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """Read the town as it is.

        Raises:
            psycopg.Error: the database does not answer.
        """
        return await self._lent.read(plan)

    def read_behind(self, plan: Plan[T]) -> T:
        """Read the town as the request that is being answered knows it (`BEHIND`); this waits for the database.

        Raises:
            psycopg.Error: the database does not answer.
        """
        with self._connections.connection() as connection:
            return carry_out(connection, plan)

    async def close(self) -> None:
        """End all connections."""
        await self._watcher.close()
        await self._lent.close()

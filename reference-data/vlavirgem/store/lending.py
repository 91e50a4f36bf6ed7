"""Connections for who reads without waiting: a few, kept open, lent to one reading at a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import psycopg

from vlavirgem.store.connection import connect_async
from vlavirgem.store.reading import carry_out_async

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.store.connection import AsyncDictConnection
    from vlavirgem.store.reading import Plan

    T = TypeVar("T")

MOST = 4
"""So many connections are kept."""


class AsyncConnections:
    """Carries out plans, each on a connection that works, or not at all.

    As with `Connections`, what broke while it was idle is noticed and replaced at once: the database may have been
    dropped and cloned again since.

    Args:
        url: URL of the database; nothing is opened yet.
        most: So many readings at the same time; more than a machine has cores does not make them faster.
    """

    def __init__(self, url: str, *, most: int = MOST) -> None:
        self._url = url
        self._most = most
        self._idle: list[AsyncDictConnection] = []
        self._turns = asyncio.Semaphore(most)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def read(self, plan: Callable[[], Plan[T]]) -> T:
        """Read; a plan that met a broken connection is made anew and carried out on a new one.

        Raises:
            psycopg.Error: the database does not answer.
        """
        await self._settle()
        async with self._turns:
            if self._idle:
                connection = self._idle.pop()
                try:
                    result = await carry_out_async(connection, plan())
                except psycopg.OperationalError:  # the others may be broken too
                    await self._end([connection])
                    await self._end(self._idle)
                except BaseException:
                    await self._end([connection])
                    raise
                else:
                    self._idle.append(connection)
                    return result
            connection = await connect_async(self._url)
            try:
                result = await carry_out_async(connection, plan())
            except BaseException:
                await self._end([connection])
                raise
            self._idle.append(connection)
            return result

    async def close(self) -> None:
        """Close what is idle."""
        await self._end(self._idle)

    async def _settle(self) -> None:
        """Belong to the loop that runs; what another one left behind is of no use."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            idle, self._idle, self._turns, self._loop = self._idle, [], asyncio.Semaphore(self._most), loop
            await self._end(idle)

    async def _end(self, connections: list[AsyncDictConnection]) -> None:
        for connection in list(connections):
            await connection.close()
        connections.clear()

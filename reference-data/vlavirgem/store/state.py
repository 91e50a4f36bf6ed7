"""Which state a served town is in: one question to PostgreSQL, that all requests of a moment share.

Whoever wants to use what was read before asks first whether it still holds. A question that is under way may have
been answered before what its asker must see, so it is shared only by those who came before it began. Thus what anybody
wrote, in whatever process, is seen by every reading that begins afterwards; and it costs a busy server little.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from psycopg.pq import ConnStatus, ExecStatus

from vlavirgem.store.changes import CHANGES
from vlavirgem.store.connection import connect_async
from vlavirgem.store.tables import DISTURBANCES, META

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg.pq.abc import PGconn, PGresult

# A reset changes the row that says which town it is, so its `xmin` tells one seed from the next.
_QUESTION = f"""
SELECT t.xmin::text, coalesce((SELECT max(volgnummer) FROM {CHANGES}), 0),
    (SELECT bool_or(regels <> '[]') FROM {DISTURBANCES}),
    (SELECT jsonb_object_agg(tabel, laatste) FROM (
        SELECT tabel, max(volgnummer) AS laatste FROM {CHANGES} WHERE volgnummer > $1 GROUP BY tabel) s)
FROM {META} t
"""  # noqa: S608 - names of ours
_NAME = b"vlavirgem_state"


@dataclass(frozen=True, slots=True)
class State:
    """A town at one moment.

    Attributes:
        origin: Another one after every reset, and whenever that cannot be excluded; only this process knows it.
        mark: What PostgreSQL itself tells seeds apart by.
        change: Number of the last change since the seed.
        disturbed: Whether something is set to go wrong on purpose.
        tables: By table, the number of its last change; none is 0.
    """

    origin: int
    mark: str
    change: int
    disturbed: bool
    tables: Mapping[str, int] = field(repr=False)

    def last_change(self, tables: Iterable[str]) -> int:
        """Give the number of the last change in any of these tables."""
        known = self.tables
        return max((known.get(table, 0) for table in tables), default=0)


class Watcher:
    """Asks for the state, for all who want it at the same time.

    Args:
        url: URL of the database; nothing is opened yet.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._line: _Line | None = None
        self._origins = 0
        self._waiting: asyncio.Future[State] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._last: State | None = None

    @property
    def last(self) -> State | None:
        """What was answered last."""
        return self._last

    async def state(self) -> State:
        """Tell how the town is now, at a moment after this was called.

        Raises:
            psycopg.Error: the database does not answer, or holds no town.
        """
        loop = asyncio.get_running_loop()
        if self._waiting is None or self._waiting.get_loop() is not loop:
            self._waiting = loop.create_future()
        # Not only for who comes first: one that failed in a way that nobody foresaw may have left others waiting.
        if self._asking is None or self._asking.get_loop() is not loop:
            self._asking = loop.create_task(self._ask_on())
        return await asyncio.shield(self._waiting)  # who leaves does not take the answer from the others

    async def close(self) -> None:
        """End the connection."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)
        await self._hang_up()

    async def _ask_on(self) -> None:
        try:
            while (waiting := self._waiting) is not None:
                self._waiting = None
                try:
                    state = await self._ask()
                except psycopg.Error as error:
                    waiting.set_exception(error)
                    waiting.exception()  # it is no fault when everybody who asked has left
                except BaseException:
                    waiting.cancel()
                    raise
                else:
                    waiting.set_result(state)
        finally:
            self._asking = None

    async def _ask(self) -> State:
        seen = 0 if self._last is None else self._last.change
        try:
            if self._line is not None and self._line.is_of_this_loop:
                try:
                    return self._understood(await self._line.ask(seen))
                except psycopg.OperationalError:
                    """It broke since; the town may have been reset meanwhile."""
            await self._hang_up()
            self._line = await _Line.open(self._url)
            self._last = None
            return self._understood(await self._line.ask(seen))
        except BaseException:
            await self._hang_up()
            raise

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    def _understood(self, answer: list[bytes | None]) -> State:
        mark, number, disturbed = (answer[0] or b"").decode(), int(answer[1] or 0), answer[2] == b"t"
        last = self._last
        if last is None or last.mark != mark or last.change > number:
            # What was answered about tables is about the seed before, and nothing that was read there counts here.
            self._origins += 1
            self._last = State(self._origins, mark, number, disturbed, {})
        elif last.change < number:
            tables = {**last.tables, **orjson.loads(answer[3] or b"{}")}
            self._last = State(last.origin, mark, number, disturbed, tables)
        elif last.disturbed is not disturbed:
            self._last = State(last.origin, mark, number, disturbed, last.tables)
        else:
            return last
        return self._last


class _Line:
    """A connection on which one prepared question is asked, without more than it needs."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._pg: PGconn = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._socket = self._pg.socket
        self._answer: asyncio.Future[list[bytes | None]] | None = None
        self._result: PGresult | None = None

    @classmethod
    async def open(cls, url: str) -> _Line:
        connection = await connect_async(url)
        try:
            await connection.execute(f"PREPARE {_NAME.decode()} (bigint) AS {_QUESTION}".encode())
        except BaseException:
            await connection.close()
            raise
        line = cls(connection)
        line._loop.add_reader(line._socket, line._read)
        return line

    @property
    def is_of_this_loop(self) -> bool:
        return self._loop is asyncio.get_running_loop()

    async def ask(self, seen: int) -> list[bytes | None]:
        if self._pg.status != ConnStatus.OK:
            raise psycopg.OperationalError("the connection is lost")
        self._answer = self._loop.create_future()
        self._pg.send_query_prepared(_NAME, [str(seen).encode()])
        self._pg.flush()  # so short that it always fits
        return await self._answer

    async def close(self) -> None:
        if self.is_of_this_loop:
            self._loop.remove_reader(self._socket)
        self._fail(psycopg.OperationalError("the connection was ended"))
        await self._connection.close()

    def _read(self) -> None:
        try:
            self._pg.consume_input()
            while not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    break
                self._result = result
            else:
                return
        except psycopg.OperationalError as error:
            self._loop.remove_reader(self._socket)
            self._fail(error)
            return
        if self._pg.status != ConnStatus.OK:
            self._fail(psycopg.OperationalError("the connection is lost"))
        elif self._answer is not None and self._result is not None:
            self._finish(self._result)

    def _finish(self, result: PGresult) -> None:
        answer, self._answer, self._result = self._answer, None, None
        if answer is None or answer.done():
            return
        if result.status != ExecStatus.TUPLES_OK:
            answer.set_exception(psycopg.errors.error_from_result(result))
        elif result.ntuples == 0:
            answer.set_exception(psycopg.errors.UndefinedTable("the database holds no town"))
        else:
            answer.set_result([result.get_value(0, column) for column in range(result.nfields)])

    def _fail(self, error: psycopg.Error) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)

"""The thread of a serving process that sends what is to be sent; requests never wait for it.

All that it must know is in the database, so it goes on where another was killed. It sleeps until PostgreSQL says that
there is work, until a moment that was agreed, or five seconds.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from vlavirgem.errors import DatabaseError
from vlavirgem.notifying.delivering import Deliverer, Patience
from vlavirgem.store.connection import connect
from vlavirgem.store.deliveries import next_moment, take_confirmations, take_messages
from vlavirgem.store.outbox import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlavirgem.store.connection import Connections, DictConnection

_MOST_AT_ONCE = 8
_LONGEST_SLEEP = 5.0
_AFTER_A_FAILURE = 1.0
_LONGEST_END = 1.0
_log = logging.getLogger("vlavirgem")


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Notifier:
    """Sends in the background.

    Args:
        database_url: URL of the database of the town.
        connections: Connections to it, for who sends.
        origin: Tells the domain of the municipality: who receivers are asked to agree with.
        clock: Tells the time; real time, for receivers check it.
        patience: How long is tried.
    """

    def __init__(
        self,
        database_url: str,
        *,
        connections: Connections,
        origin: Callable[[], str],
        clock: Callable[[], datetime] = utc_now,
        patience: Patience | None = None,
    ) -> None:
        self._url = database_url
        self._clock = clock
        self._patience = patience or Patience()
        self._deliverer = Deliverer(connections, origin=origin, clock=clock, patience=self._patience)
        self._ended = threading.Event()
        self._sleeping, self._waking = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)
        self._sending: set[threading.Thread] = set()
        self._is_told = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second or so; what is being sent and does not arrive meanwhile is sent again."""
        self._ended.set()
        self._wake()
        end = time.monotonic() + _LONGEST_END
        for thread in (self._thread, *self._sending):
            thread.join(timeout=max(0.0, end - time.monotonic()))
        if not self._thread.is_alive():
            self._sleeping.close()
            self._waking.close()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with connect(self._url) as connection:
                    connection.autocommit = True
                    connection.add_notify_handler(self._hear)
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    while not self._ended.is_set():
                        if not self._take(connection):
                            self._sleep(connection)
            except (psycopg.Error, DatabaseError):  # it is being reset, or holds no town yet
                self._ended.wait(_AFTER_A_FAILURE)

    def _take(self, connection: DictConnection) -> bool:
        """Begin to send what can be sent now; say whether there was anything."""
        self._is_told = False
        free = _MOST_AT_ONCE - len(self._sending)
        if free <= 0:
            return False
        lease = timedelta(seconds=self._patience.lease)
        with connection.transaction():
            questions = take_confirmations(connection, now=self._clock(), lease=lease, limit=free)
        with connection.transaction():
            messages = take_messages(connection, now=self._clock(), lease=lease, limit=free - len(questions))
        for question in questions:
            self._begin(partial(self._deliverer.ask, question))
        for message in messages:
            self._begin(partial(self._deliverer.deliver, message))
        return bool(questions or messages)

    def _begin(self, act: Callable[[], None]) -> None:
        def work() -> None:
            try:
                act()
            except psycopg.Error:
                _log.info("A message could not be written off; it is sent again when its lease ends.")
            finally:
                self._sending.discard(threading.current_thread())
                self._wake()

        thread = threading.Thread(target=work, name="notify", daemon=True)
        self._sending.add(thread)
        thread.start()

    def _sleep(self, connection: DictConnection) -> None:
        moment = next_moment(connection)
        seconds = _LONGEST_SLEEP
        if moment is not None and len(self._sending) < _MOST_AT_ONCE:
            seconds = min(seconds, max(0.01, (moment - self._clock()).total_seconds()))
        if self._is_told:  # while we looked
            return
        ready, _, _ = select.select([connection.fileno(), self._sleeping.fileno()], [], [], seconds)
        if self._sleeping.fileno() in ready:
            self._sleeping.recv(4096)

    def _hear(self, _notification: object) -> None:
        self._is_told = True

    def _wake(self) -> None:
        with suppress(OSError):  # it ended
            self._waking.send(b"x")

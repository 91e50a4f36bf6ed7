"""A proof that is under way while its town still starts: it takes as long as the town does, and needs little of it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from proeftuin_infra.docker.engine import DockerError
from proeftuin_sandbox.backends.base import FailureError
from proeftuin_sandbox.backends.docker import proof

if TYPE_CHECKING:
    from concurrent.futures import Future

    from proeftuin_sandbox.backends.docker.desk import Desk
    from proeftuin_sandbox.backends.docker.names import RoomNames
    from proeftuin_sandbox.backends.promises import Proof

    _Begun = tuple[RoomNames, ThreadPoolExecutor, Future[proof.Seen]]

_TOWN_SECONDS = 60.0
_AT_HAND_SECONDS = 2.0


class Provings:
    """Keeps the proofs of this process that are under way, one per sandbox.

    Args:
        desk: The engine.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._begun: dict[str, _Begun] = {}

    def begin(self, names: RoomNames) -> None:
        """Begin the proof of a room whose gate is open; its probe waits for the town before it tries the network."""
        self.drop(names.sandbox_id)
        pool = ThreadPoolExecutor(1, thread_name_prefix="docker-proof")
        seen = pool.submit(proof.gather, self._desk, names, town_seconds=_TOWN_SECONDS)
        with self._lock:
            self._begun[names.sandbox_id] = names, pool, seen

    def finish(self, names: RoomNames) -> Proof:
        """Give what the proof that was begun found, or prove now.

        Raises:
            FailureError: the probe gave no answer.
            DockerError: the engine refuses.
        """
        begun = self._take(names.sandbox_id)
        if begun is None:
            return proof.prove(self._desk, names, town_seconds=_AT_HAND_SECONDS)
        _, pool, seen = begun
        with pool:
            return proof.judge(seen.result())

    def drop(self, sandbox_id: str) -> None:
        """End a proof that nobody waits for any more, and return when nothing is left of it."""
        begun = self._take(sandbox_id)
        if begun is None:
            return
        names, pool, seen = begun
        with suppress(DockerError):  # then it ends by itself, and whoever destroys the room says what is wrong
            while not seen.done():
                proof.clean(self._desk, names)  # what it waits for is gone
                with suppress(TimeoutError, FailureError, DockerError):
                    seen.result(timeout=0.2)
        pool.shutdown()

    def close(self) -> None:
        """End them all."""
        for sandbox_id in list(self._begun):
            self.drop(sandbox_id)

    def _take(self, sandbox_id: str) -> _Begun | None:
        with self._lock:
            return self._begun.pop(sandbox_id, None)

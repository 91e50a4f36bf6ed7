"""Loopback ports for programs: free now, not handed out twice, and outside the ephemeral range."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

# Below 32768, where Linux takes ports for outgoing connections: a port given here stays free until its
# program listens.
_FIRST, _LAST = 20_000, 29_999
_HOST = "127.0.0.1"


class NoFreePortError(Exception):
    """Every port of the range is in use."""


class Ports:
    """Hands out loopback ports.

    Args:
        random_source: Chooses where to look first, so that two platforms on a machine rarely meet.
    """

    def __init__(self, random_source: random.Random) -> None:
        self._random = random_source
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def take(self, *, wish: int | None = None) -> int:
        """Give a port on which nobody listens.

        Args:
            wish: The port to give when it is free, so that an address survives a restart.

        Raises:
            NoFreePortError: there is none.
        """
        with self._lock:
            if wish is not None and _is_free(wish):
                self._given.add(wish)
                return wish
            span = _LAST - _FIRST + 1
            start = self._random.randrange(span)
            for step in range(span):
                port = _FIRST + (start + step) % span
                if port not in self._given and _is_free(port):
                    self._given.add(port)
                    return port
        raise NoFreePortError(f"no free port between {_FIRST} and {_LAST}")

    def give_back(self, port: int) -> None:
        """Let a port be handed out again; one that was never taken is not an error."""
        with self._lock:
            self._given.discard(port)


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True

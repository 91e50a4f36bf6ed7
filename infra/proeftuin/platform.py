"""Start and stop a whole platform in this process: data folder, database, web server, worker."""

from __future__ import annotations

import fcntl
import resource
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
from proeftuin_kernel.settings import SettingInvalidError
from proeftuin_kernel.text import Text
from proeftuin_postgres import EmbeddedPostgres, EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin.application import Application
    from proeftuin_kernel.settings import Settings

_DATABASE = "proeftuin"
_FILES = 65_536


class PlatformRunsAlreadyError(ConflictError):
    """Another process uses the data folder."""

    code = "platform-runs-already"
    title = Text(nl="Het platform draait al", en="The platform already runs")


@contextmanager
def data_folder(folder: Path) -> Iterator[Path]:
    """Own the data folder for as long as the block runs.

    Raises:
        PlatformRunsAlreadyError: another process owns it.
        SettingInvalidError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise SettingInvalidError(
            Text(
                nl=f"PROEFTUIN_DATA_DIR: in de map {folder} kan niet geschreven worden ({error.strerror}).",
                en=f"PROEFTUIN_DATA_DIR: the folder {folder} cannot be written ({error.strerror}).",
            )
        ) from error
    with lock:
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

    def __init__(self, application: Application, listener: socket.socket) -> None:
        config = uvicorn.Config(
            create_app(application),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=3,
            lifespan="on",
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._listener = listener
        # Not `Thread.join`: when Ctrl-C interrupts it, Python 3.11 takes the thread for dead (gh-90882).
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self.application = application

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
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
            raise UnavailableError(
                Text(nl="Het platform start niet; zie het log.", en="The platform does not start; see the log.")
            )
        host, port = self._listener.getsockname()[:2]
        return f"http://{host}:{port}"

    def wait(self) -> None:
        """Block until the server ends by itself."""
        while not self._ended.wait(0.5):
            """Short waits, so that a signal is handled at once."""

    def stop(self) -> None:
        """End requests, jobs and sandboxes, in this order.

        Streams and long jobs hear of it first: the web server would wait in vain for a stream that waits for news.
        """
        self.application.drain()
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._ended.wait(timeout=30)


@contextmanager
def running(settings: Settings) -> Iterator[tuple[Platform, str]]:
    """Run a whole platform while the block runs; afterwards nothing of it is left.

    Raises:
        PlatformRunsAlreadyError: another process uses the data folder.
        UnavailableError: the port is in use, or the database does not answer.
    """
    allow_many_files()
    with data_folder(settings.data_dir) as folder, _listening(settings) as listener:
        # Links and sign-in carry the address from the start.
        chosen = settings.model_copy(update={"data_dir": folder, "port": listener.getsockname()[1]})
        with database(chosen) as url:
            platform = Platform(build(url, chosen), listener)
            try:
                yield platform, platform.start()
            finally:
                platform.stop()


def allow_many_files() -> None:
    """Let this process open as many files as it may: each town and component on a cluster takes two here.

    Most systems begin at 1024, which is enough for some five hundred of them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """Take the port before anything is started."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise UnavailableError(
                Text(
                    nl=f"Het platform kan niet luisteren op {where}: is die poort al in gebruik? "
                    "Kies een andere met PROEFTUIN_PORT.",
                    en=f"The platform cannot listen on {where}: is that port in use? "
                    "Choose another with PROEFTUIN_PORT.",
                ),
                log_message=str(error),
            ) from error
        yield listener


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

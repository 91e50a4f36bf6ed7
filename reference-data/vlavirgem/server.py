"""Run the building blocks: database ready, port open, one line that says so, and a quick end."""

from __future__ import annotations

import signal
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from vlavirgem.disturbances import read_plan
from vlavirgem.errors import DatabaseError, VlavirgemError
from vlavirgem.store.connection import connect
from vlavirgem.store.disturbances import set_plan
from vlavirgem.store.reading import read_manifest_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import uvicorn
    from fastapi import FastAPI

    from vlavirgem.town import Town


def serve(
    folder: Path | None,
    *,
    database_url: str | None,
    host: str,
    port: int,
    disturbances: str | None = None,
    applications: Path | None = None,
) -> None:
    """Serve a town until SIGINT or SIGTERM.

    Args:
        folder: A town on disk; without one the database's town is served, or a fresh `gehucht`.
        database_url: The database; without one an embedded PostgreSQL is started beside the folder.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        disturbances: What goes wrong on purpose from the start, as in the header `VlaVirGem-Storing`.
        applications: A file with applications at which people can sign in.

    Raises:
        VlavirgemError: the town, the database, the port, a disturbance or an application cannot be used.
    """
    plan = read_plan(disturbances) if disturbances is not None else None
    register = _registering(applications)
    # Uvicorn takes these over while it serves and hands the signal on to us when it has finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    with ExitStack() as stack:
        listener = stack.enter_context(listen(host, port))
        url = database_url or _embedded(folder, stack=stack)
        _fill(url, folder=folder, is_ours=database_url is None)
        if plan is not None:
            with connect(url) as connection:
                set_plan(connection, plan)
        register(url)
        _run(url, listener=listener)


def _registering(applications: Path | None) -> Callable[[str], None]:
    """Read a file of applications now, so that a mistake in it is told at once; give what registers them later."""
    if applications is None:
        return lambda _url: None
    from vlavirgem.blocks.identiteit.fixed import read_fixed, register_fixed  # noqa: PLC0415 - keeps serving fast

    found = read_fixed(applications)
    return lambda url: register_fixed(url, found)


def listen(host: str, port: int) -> socket.socket:
    """Bind a port; 0 takes a free one.

    Raises:
        VlavirgemError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise VlavirgemError(f"Cannot listen on {host}:{port}: {error.strerror}.") from error
    return listener


def _embedded(folder: Path | None, *, stack: ExitStack) -> str:
    from proeftuin_postgres import EmbeddedPostgres, EmbeddedPostgresError  # noqa: PLC0415 - only without a URL

    if folder is None:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vlavirgem-"))) / "postgres"
    else:
        place = folder.absolute().with_name(f".{folder.absolute().name}.postgres")
    try:
        return stack.enter_context(EmbeddedPostgres(place)).url()
    except EmbeddedPostgresError as error:
        raise DatabaseError(str(error)) from error


def _fill(url: str, *, folder: Path | None, is_ours: bool) -> None:
    """Make sure the database holds the town that is asked for."""
    with connect(url) as connection:
        present = read_manifest_of(connection)
    if folder is None:
        if not present:
            _load(url, make=_fresh_town, reset=False)
        return
    from vlavirgem.manifest import read_manifest  # noqa: PLC0415 - only with a folder

    wanted = read_manifest(folder).digest
    if present.get("digest") == wanted:
        return
    if present and not is_ours:
        raise DatabaseError(
            f"The database holds another town ({present.get('digest')}); `vlavirgem load --reset` replaces it."
        )

    def from_folder() -> Town:
        from vlavirgem.town import Town  # noqa: PLC0415 - slow to import

        return Town.load(folder)

    _load(url, make=from_folder, reset=bool(present))


def _fresh_town() -> Town:
    from vlavirgem.town import Town  # noqa: PLC0415 - slow to import

    return Town.generate()


def _load(url: str, *, make: Callable[[], Town], reset: bool) -> None:
    from vlavirgem.store.loading import load_town  # noqa: PLC0415 - slow to import

    load_town(make(), url, reset=reset)


def _run(url: str, *, listener: socket.socket) -> None:
    from vlavirgem.blocks.app import make_app  # noqa: PLC0415 - keeps --help fast

    make_server(make_app(url), announce=f"vlavirgem: serving {address(listener)}").run(sockets=[listener])


def make_server(app: FastAPI, *, announce: str | None = None) -> uvicorn.Server:
    """Make a web server for an application.

    Args:
        app: The application.
        announce: Line to print when it answers.
    """
    import uvicorn  # noqa: PLC0415 - keeps --help fast

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and announce is not None:
                sys.stdout.write(f"{announce}\n")
                sys.stdout.flush()

    return Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False)
    )


def address(listener: socket.socket) -> str:
    """Give the URL of a bound port."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _end(_signal: int, _frame: FrameType | None) -> None:
    """End the process in good order, before, during or after serving."""
    raise SystemExit(0)

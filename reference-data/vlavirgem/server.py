"""Run the building blocks: database ready, port open, one line that says so, and a quick end."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import tempfile
import threading
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vlavirgem.errors import DatabaseError, VlavirgemError
from vlavirgem.filling import Filling, town_of
from vlavirgem.own_database import OwnDatabase, place_beside, running_url, served_by_us

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    import uvicorn
    from fastapi import FastAPI

_COLLECTING = (10_000, 10, 50)
"""How many things are made before Python looks for what can go: as often as it does by itself, visitors would wait."""


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
    if folder is not None:
        from vlavirgem.manifest import read_manifest  # noqa: PLC0415 - only with a folder

        read_manifest(folder)  # what holds no town is told at once
    disturb = _disturbing(disturbances)
    register = _registering(applications)
    end_on_signals()
    with ExitStack() as stack:
        # What is imported now stays; looking at it again and again for what can go takes a tenth of the time.
        gc.disable()
        stack.callback(gc.enable)
        listener = stack.enter_context(listen(host, port))
        if database_url is None:
            url, app = _bring_along(folder, stack=stack)
            finished = url
        else:
            _fill(database_url, folder=folder, is_ours=False)
            url, app, finished = database_url, _application(database_url), None
        disturb(url)
        register(url)
        announce = f"vlavirgem: serving {address(listener)}"
        make_server(app, announce=announce, then=partial(_follow_up, app, finished)).run(sockets=[listener])


def reset(folder: Path | None, *, database_url: str | None) -> None:
    """Bring a served town back to its seed, whether somebody serves it at this moment or not.

    Args:
        folder: A town on disk that was served.
        database_url: Or the database of a town.

    Raises:
        VlavirgemError: there is no such town.
    """
    from vlavirgem.store.resetting import reset_town  # noqa: PLC0415 - keeps serving fast

    if database_url is not None:
        reset_town(database_url)
        return
    if folder is None:
        raise VlavirgemError("Give the folder of a served town, or --database-url.")
    place = place_beside(folder)
    if (url := running_url(place)) is not None:
        reset_town(url)
    elif not (place / "PG_VERSION").exists():
        raise VlavirgemError(f"{folder} was never served, so nothing can have changed.")
    else:
        with OwnDatabase(place) as database:
            reset_town(database.url())


def _disturbing(disturbances: str | None) -> Callable[[str], None]:
    """Read what is to go wrong now, so that a mistake in it is told at once; give what sets it later."""
    if disturbances is None:
        return lambda _url: None
    from vlavirgem.disturbances import read_plan  # noqa: PLC0415 - keeps serving fast

    plan = read_plan(disturbances)

    def disturb(url: str) -> None:
        from vlavirgem.store.connection import connect  # noqa: PLC0415 - idem
        from vlavirgem.store.disturbances import set_plan  # noqa: PLC0415 - idem

        with connect(url) as connection:
            set_plan(connection, plan)

    return disturb


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


def _bring_along(folder: Path | None, *, stack: ExitStack) -> tuple[str, FastAPI]:
    """Start a database beside the folder, and fill it while the building blocks come up."""
    if folder is None:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vlavirgem-")))
        place.chmod(0o755)  # PostgreSQL may have to run as another user than this one
        place /= "postgres"
    else:
        place = place_beside(folder)
        stack.enter_context(served_by_us(folder))
    database = stack.enter_context(OwnDatabase(place, whole=True))
    if database.is_lost:
        sys.stderr.write(
            f"vlavirgem: the machine stopped before {place} was on disk; the town is served as it was made.\n"
        )
    if database.is_new and (coming := database.coming_url()):
        with Filling(place, folder=folder) as filling:
            app = _application(coming)
            database.url()
            filling.wait()
        database.make_lasting()
        return coming, app
    url = database.url()
    _fill(url, folder=folder, is_ours=True)
    database.make_lasting()
    return url, _application(url)


def _application(url: str) -> FastAPI:
    import uvicorn  # noqa: F401, PLC0415 - while the database comes up, and not when everybody waits for it

    from vlavirgem.blocks.app import make_app  # noqa: PLC0415 - keeps --help fast

    return make_app(url)


def _fill(url: str, *, folder: Path | None, is_ours: bool) -> None:
    """Make sure the database holds the town that is asked for."""
    from vlavirgem.store.connection import connect  # noqa: PLC0415 - a database that is to be made comes first
    from vlavirgem.store.reading import read_manifest_of  # noqa: PLC0415 - idem

    with connect(url) as connection:
        present = read_manifest_of(connection)
    if folder is None:
        if present:
            return
    else:
        from vlavirgem.manifest import read_manifest  # noqa: PLC0415 - only with a folder

        if present.get("digest") == read_manifest(folder).digest:
            return
    if present and not is_ours:
        raise DatabaseError(
            f"The database holds another town ({present.get('digest')}); `vlavirgem load --reset` replaces it."
        )
    if is_ours:
        from vlavirgem.store.hurrying import fill_in_a_hurry  # noqa: PLC0415 - slow to import

        fill_in_a_hurry(town_of(folder), url)
    else:
        from vlavirgem.store.loading import load_town  # noqa: PLC0415 - idem

        load_town(town_of(folder), url)


def _follow_up(app: FastAPI, url: str | None) -> None:
    """Do what can wait until a town is served.

    Args:
        app: The application; it is made ready for many visitors.
        url: A quickly filled database that still misses something.
    """
    loop = asyncio.get_running_loop()

    def work() -> None:
        if url is not None:
            from vlavirgem.store.finishing import finish_town  # noqa: PLC0415 - not before it is served

            with suppress(DatabaseError):  # such as at the end; the next start goes on
                finish_town(url)
        with suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(warm)

    def warm() -> None:
        app.state.warming = loop.create_task(app.state.warm_up())

    threading.Thread(target=work, name="follow-up", daemon=True).start()


def make_server(
    app: FastAPI, *, announce: str | None = None, then: Callable[[], None] | None = None
) -> uvicorn.Server:
    """Make a web server for an application.

    Args:
        app: The application.
        announce: Line to print when it answers.
        then: What to do after that.
    """
    import uvicorn  # noqa: PLC0415 - keeps --help fast

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            gc.freeze()  # no collection looks at what is there now
            gc.set_threshold(*_COLLECTING)
            gc.enable()
            await super().startup(sockets)
            if self.started and announce is not None:
                sys.stdout.write(f"{announce}\n")
                sys.stdout.flush()
            if self.started and then is not None:
                then()

    return Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False)
    )


def address(listener: socket.socket) -> str:
    """Give the URL of a bound port."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def end_on_signals() -> None:
    """End the process in good order at SIGINT and SIGTERM, before, during or after serving.

    Uvicorn takes these over while it serves and hands the signal on to us when it has finished.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)

"""The process of a room: a copy of the prepared town, PostgreSQL, the building blocks, and the control port."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from proeftuin_postgres.cluster import Cluster, ClusterError, copy
from vlavirgem.errors import DatabaseError, VlavirgemError
from vlavirgem.room.database import LIVE, RoomDatabase
from vlavirgem.room.prepared import DATA, read_note
from vlavirgem.room.torn import bring_to_disk, forget_torn, this_boot
from vlavirgem.server import address, end_on_signals, listen, make_server

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    from fastapi import FastAPI

_TO_DISK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """How a room runs.

    Attributes:
        prepared: The folder that `vlavirgem prepare` made; it is only read.
        data: A folder that this process alone may write.
        host: Address to listen on.
        port: Port of the building blocks; 0 takes a free one.
        control_port: Port for the platform; 0 takes a free one.
        token: Who knows it may reset the town and have it live.
    """

    prepared: Path
    data: Path
    host: str
    port: int
    control_port: int
    token: str = field(repr=False)


def settings_of(environment: Mapping[str, str]) -> RoomSettings:
    """Read the settings from variables.

    `PROEFTUIN_CONTROL_TOKEN` is demanded. `VLAVIRGEM_PREPARED` is `/town`, `PROEFTUIN_DATA_DIR` is `/data`, `HOST` is
    `127.0.0.1`, `PORT` is 8080 and `CONTROL_PORT` is 8081 unless said otherwise.

    Raises:
        VlavirgemError: one is missing or wrong.
    """
    token = environment.get("PROEFTUIN_CONTROL_TOKEN", "")
    if not token:
        raise VlavirgemError("PROEFTUIN_CONTROL_TOKEN is missing: without it anybody could reset the town.")
    return RoomSettings(
        prepared=Path(environment.get("VLAVIRGEM_PREPARED", "/town")),
        data=Path(environment.get("PROEFTUIN_DATA_DIR", "/data")),
        host=environment.get("HOST", "127.0.0.1"),
        port=_port(environment, "PORT", 8080),
        control_port=_port(environment, "CONTROL_PORT", 8081),
        token=token,
    )


def run(settings: RoomSettings) -> None:
    """Serve a town until SIGINT or SIGTERM, which ends it within two seconds.

    Prints `vlavirgem: serving http://HOST:PORT control http://HOST:PORT` when both ports answer.

    Raises:
        VlavirgemError: the prepared town, the folder, a port or PostgreSQL cannot be used.
    """
    end_on_signals()
    with ExitStack() as stack:
        note = read_note(settings.prepared)
        listener = stack.enter_context(listen(settings.host, settings.port))
        control = stack.enter_context(listen(settings.host, settings.control_port))
        try:
            settings.data.mkdir(parents=True, exist_ok=True)
            database_folder = settings.data / DATA
            if forget_torn(database_folder, boot=this_boot()):
                sys.stderr.write("vlavirgem: the machine went down; the town starts from its seed\n")
            copy(settings.prepared / DATA, database_folder)
            stack.callback(bring_to_disk, database_folder, patience=_TO_DISK_SECONDS)
            cluster = stack.enter_context(Cluster(database_folder, place=settings.data / "run"))
            # PostgreSQL starts while Python reads what the building blocks need.
            from vlavirgem.blocks.app import make_app  # noqa: PLC0415 - see above
            from vlavirgem.room.control import make_control_app  # noqa: PLC0415 - idem
            from vlavirgem.store.living import live_to  # noqa: PLC0415 - idem

            cluster.wait()
        except (ClusterError, OSError) as error:
            raise DatabaseError(str(error)) from error
        database = RoomDatabase(cluster.url())
        database.ensure()

        def state() -> dict[str, Any]:
            return {"stad": note, "databank": cluster.is_running}

        def reset() -> None:
            database.reset()
            _in_background(database)

        def live(day: int) -> int:
            return live_to(cluster.url(LIVE), day)

        app = make_app(cluster.url(LIVE))
        _in_background(database)
        _serve(
            (app, listener),
            (make_control_app(token=settings.token, reset=reset, live=live, state=state), control),
        )


def _in_background(database: RoomDatabase) -> None:
    def lay_ready() -> None:
        with suppress(DatabaseError):  # such as at the end; a reset makes what is not there
            database.lay_ready()

    threading.Thread(target=lay_ready, name="next", daemon=True).start()


def _serve(town: tuple[FastAPI, socket.socket], control: tuple[FastAPI, socket.socket]) -> None:
    back = make_server(control[0])
    thread = threading.Thread(target=back.run, kwargs={"sockets": [control[1]]}, name="control", daemon=True)
    thread.start()
    announce = f"vlavirgem: serving {address(town[1])} control {address(control[1])}"
    try:
        make_server(town[0], announce=announce).run(sockets=[town[1]])
    finally:
        back.should_exit = True
        thread.join(timeout=2)


def _port(environment: Mapping[str, str], name: str, fallback: int) -> int:
    text = environment.get(name, str(fallback))
    if not text.isascii() or not text.isdigit() or int(text) > 65535:  # noqa: PLR2004 - the last port there is
        raise VlavirgemError(f"{name} is no port: {text[:50]!r}.")
    return int(text)


def main() -> None:
    """Run a room by its variables; what is wrong with them becomes one line and exit code 2."""
    try:
        run(settings_of(os.environ))
    except VlavirgemError as error:
        sys.stderr.write(f"vlavirgem: {error}\n")
        raise SystemExit(2) from None

"""Serves a browsable town from a folder until Ctrl-C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlavirgem.explore.app import make_app
from vlavirgem.report.tables import TownTables
from vlavirgem.server import address, end_on_signals, listen, make_server

if TYPE_CHECKING:
    from pathlib import Path


def explore(folder: Path, *, host: str, port: int) -> None:
    """Serve the pages of a town.

    Args:
        folder: A town on disk; it is only read.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.

    Raises:
        VlavirgemError: the town or the port cannot be used.
    """
    end_on_signals()
    town = TownTables.open(folder)
    with listen(host, port) as listener:
        make_server(make_app(town), announce=f"vlavirgem: {address(listener)}").run(sockets=[listener])

"""The building blocks on a port, as connections really are."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from support.vlavirgem_receiver import wait_until
from vlavirgem.blocks.app import make_app
from vlavirgem.server import address, listen, make_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def served(url: str) -> Iterator[str]:
    """Serve the town of a database, and give the address when it answers: a port that is only taken refuses."""
    with listen("127.0.0.1", 0) as listener:
        server = make_server(make_app(url))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_until(lambda: server.started or not thread.is_alive())
            yield address(listener)
        finally:
            server.should_exit = True
            thread.join()

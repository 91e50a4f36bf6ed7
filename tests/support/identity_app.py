"""The assembled application with its identity part, served over real HTTP on a port of its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx2
import uvicorn

from proeftuin.api import create_app
from proeftuin.bootstrap import build
from proeftuin_kernel.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi import FastAPI

    from proeftuin.application import Application
    from proeftuin_kernel.clock import Clock


def assembled(
    database_url: str, data_dir: Path, *, clock: Clock | None = None, **settings: Any
) -> tuple[FastAPI, Application]:
    """Build the whole application as `proeftuin serve` does, without a worker."""
    application = build(database_url, Settings(data_dir=data_dir, worker=False, **settings), clock=clock)
    return create_app(application, worker=False), application


@dataclass(frozen=True)
class Served:
    """An application that answers at an address."""

    url: str
    app: FastAPI
    application: Application

    def browser(self, **options: Any) -> httpx2.Client:
        """Give a client with a cookie jar of its own that follows redirects and says where it comes from."""
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        options.setdefault("follow_redirects", True)
        return httpx2.Client(base_url=self.url, trust_env=False, headers=headers, **options)

    @contextlib.contextmanager
    def signed_in(self, person: str) -> Iterator[httpx2.Client]:
        """Give a browser in which a test person signed in at the test provider."""
        with self.browser() as browser:
            choose_person(browser, browser.get("/aanmelden").url, person)
            yield browser


def choose_person(browser: httpx2.Client, page: httpx2.URL, person: str) -> httpx2.Response:
    """Press the button of a person on the page of the test provider."""
    return browser.post(page, data={"person": person})


@contextlib.contextmanager
def served(database_url: str, data_dir: Path, **settings: Any) -> Iterator[Served]:
    """Serve the application on an ephemeral port while the block runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        app, application = assembled(database_url, data_dir, port=port, **settings)
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1, lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + 20
            while not server.started and thread.is_alive() and time.monotonic() < deadline:
                time.sleep(0.01)
            assert server.started, "the application did not start"
            yield Served(f"http://127.0.0.1:{port}", app, application)
        finally:
            server.should_exit = True
            thread.join(timeout=20)

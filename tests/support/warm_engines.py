"""Runs engine processes from a warm parent, so that a test that judges many variants pays for imports once.

Each engine still gets a process of its own, forked from one that has imported the engine and does nothing else.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_conformance.client import Deadline

_START_S = 30
_IMPORTED_LATE = {
    "schemathesis_process": (
        "asyncio",
        "hypothesis.stateful",
        "pyrate_limiter",
        "schemathesis.core.error_feedback.collector",
        "schemathesis.engine.run.unit",
        "schemathesis.specs.openapi.schemas",
    ),
    "bdd_process": ("pytest_bdd.plugin",),
}
"""What an engine imports only when it has work."""


class WarmEngines:
    """Stands in for `run_child`; use as a context manager, so that the warm parents end."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="warm-")
        self._parents: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for parent in self._parents.values():
            parent.kill()
            parent.wait()
        self._folder.cleanup()

    def run_child(self, module: str, job: dict[str, Any], *, deadline: Deadline) -> Iterator[dict[str, Any]]:
        """Run one job and yield its events, as `proeftuin_conformance.engines.children.run_child` does."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._address(module)))
            connection.settimeout(max(deadline.left(), 0.1))
            connection.sendall((json.dumps(job) + "\n").encode())
            with connection.makefile("r", encoding="utf-8") as lines:
                for line in lines:
                    event = json.loads(line)
                    yield event
                    if event["event"] == "finished":
                        return
        raise AssertionError(f"{module} ended without finishing its job")

    def _address(self, module: str) -> Path:
        address = Path(self._folder.name) / module.rpartition(".")[2]
        if module not in self._parents:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"}
            self._parents[module] = subprocess.Popen(
                [sys.executable, __file__, module, str(address)], env=environment, cwd=self._folder.name
            )
        deadline = time.monotonic() + _START_S
        while not address.exists():
            if self._parents[module].poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the warm parent of {module} did not start")
            time.sleep(0.01)
        return address


def _warm_parent(module: str, address: str) -> None:
    """Import the engine, then fork for each connection: its socket is the child's stdin and stdout."""
    engine = importlib.import_module(module)
    for late in _IMPORTED_LATE.get(module.rpartition(".")[2], ()):
        importlib.import_module(late)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    waiting = socket.socket(socket.AF_UNIX)
    waiting.bind(f"{address}.new")
    waiting.listen()
    Path(f"{address}.new").rename(address)
    while True:
        connection, _ = waiting.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            waiting.close()
            os.dup2(connection.fileno(), 0)
            os.dup2(connection.fileno(), 1)
            connection.close()
            with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
                engine.main()
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    _warm_parent(*sys.argv[1:])

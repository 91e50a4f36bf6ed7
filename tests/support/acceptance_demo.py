"""`proeftuin demo --once` as a person starts it in a terminal, and as a person or the machine breaks it off."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from support.acceptance_cli import PROEFTUIN, clean_environment
from support.acceptance_processes import family, living, of_folder

if TYPE_CHECKING:
    import signal
    from pathlib import Path

    import psutil

_LINK = re.compile(r"http://\S+/(?:badges|toetsen)/((?:bdg|run)-[0-9a-z]{26})")


def patience(seconds: float) -> float:
    """Give how long to wait here for what a machine with a core to spare does in so many seconds."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass
class Demo:
    """A demo under way.

    Attributes:
        folder: Its data, its temporary files, and so everything that its processes mention.
        lines: What it printed until now.
        known: Processes that were seen to belong to it.
        seconds: How long it took; 0 while it runs.
    """

    folder: Path
    lines: list[str] = field(default_factory=list)
    known: set[psutil.Process] = field(default_factory=set)
    seconds: float = 0
    _process: subprocess.Popen[str] | None = None
    _began: float = 0
    _reader: threading.Thread | None = None

    def start(self) -> None:
        """Start it; it gets a session of its own, so that a signal reaches it alone."""
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        places = {"PROEFTUIN_DATA_DIR": str(self.folder / "data"), "TMPDIR": str(self.folder / "tmp")}
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [PROEFTUIN, "demo", "--once", "--port", "0", "--lang", "nl"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment() | places | {"PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All that it printed."""
        return "\n".join(self.lines)

    @property
    def ids(self) -> set[str]:
        """The runs and badges that it gave as its outcome."""
        return set(_LINK.findall(self.text))

    def wait_for(self, pattern: str, *, seconds: float = 90) -> None:
        """Wait until it printed a line in which the pattern is found."""
        deadline = time.monotonic() + patience(seconds)
        while not re.search(pattern, self.text, re.MULTILINE):
            assert self._running().poll() is None, f"it ended before {pattern!r}:\n{self.text}"
            assert time.monotonic() < deadline, f"no {pattern!r} within {seconds} s:\n{self.text}"
            time.sleep(0.02)

    def wait_for_process(self, name: str, *, seconds: float = 30) -> None:
        """Wait until a process of this name works for it."""
        deadline = time.monotonic() + seconds
        while name not in {process.name() for process in family(self._running().pid) if process.is_running()}:
            assert time.monotonic() < deadline, f"no process {name}"
            time.sleep(0.005)

    def send(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end, and give the exit code."""
        self.known |= {*family(self._running().pid), *of_folder(self.folder)}
        self._running().send_signal(number)
        return self.end(seconds=patience(15))

    def end(self, *, seconds: float = 180) -> int:
        """Wait for its end and give the exit code; negative is the signal that killed it."""
        code = self._running().wait(timeout=seconds)
        self.seconds = time.monotonic() - self._began
        return code

    def left(self) -> list[str]:
        """Describe what of it still runs, also what was started in its last moments."""
        return living({*self.known, *of_folder(self.folder)})

    def kill(self) -> None:
        """End what is left, so that a failed test troubles nobody."""
        for process in {*self.known, *of_folder(self.folder)}:
            if process.is_running():
                process.kill()
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _running(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def _read(self) -> None:
        output = self._running().stdout
        assert output is not None
        with output:
            self.lines.extend(line.rstrip("\n") for line in output)

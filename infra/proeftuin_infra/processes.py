"""Programs that cannot outlive the platform: started under a warden, found again, ended whole."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from proeftuin_infra import proctree
from proeftuin_infra.process_status import LOG, STATUS, ProcessStatus, read_status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from proeftuin_infra.limits import Limits

_START_PATIENCE_SECONDS = 15.0
_POLL_SECONDS = 0.01
_LOG_BYTES = 2 * 1024 * 1024


class ProcessError(Exception):
    """A program could not be handed to a warden; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A program to run.

    Attributes:
        argv: The program and its arguments; a bare name is looked up on the PATH of `environment`.
        cwd: Where it starts.
        environment: Everything it gets to see; nothing is inherited.
        limits: Ceilings; None for the platform's own helpers.
        data_folder: The folder whose size is bounded, if any.
        grace_seconds: Time between SIGTERM and SIGKILL.
        log_bytes: Size of each of the two log files.
    """

    argv: tuple[str, ...]
    cwd: Path
    environment: dict[str, str] = field(repr=False)
    limits: Limits | None = None
    data_folder: Path | None = None
    grace_seconds: float = 5.0
    log_bytes: int = _LOG_BYTES

    @property
    def digest(self) -> str:
        """Tell two specifications apart; says nothing of the values of the environment."""
        text = json.dumps(self._as_json(), sort_keys=True)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def for_warden(self) -> bytes:
        """Give the form that a warden reads."""
        name = self.argv[0]
        found = name if "/" in name else shutil.which(name, path=self.environment.get("PATH", os.defpath)) or name
        owner = proctree.identify(os.getpid())
        assert owner is not None  # noqa: S101 - we are alive
        told = {"executable": found, "digest": self.digest, "owner": {"pid": owner.pid, "started": owner.started}}
        return json.dumps({**self._as_json(), **told}).encode()

    def _as_json(self) -> dict[str, object]:
        return {
            "argv": list(self.argv),
            "cwd": str(self.cwd),
            "environment": self.environment,
            "limits": asdict(self.limits) if self.limits else None,
            "data_folder": str(self.data_folder) if self.data_folder else None,
            "grace_seconds": self.grace_seconds,
            "log_bytes": self.log_bytes,
        }


class ProcessHost:
    """Runs programs, one per folder, each under its own warden.

    The wardens share the read end of one pipe of which this host holds the other end: closing the host,
    or the death of its process, ends every program. Another process on the machine can observe and
    stop them too: what is known of them is in their folders. All methods may be called twice.
    """

    def __init__(self) -> None:
        self._lifeline_read, self._lifeline = os.pipe()
        self._wardens: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(self, folder: Path, spec: ProcessSpec) -> ProcessStatus:
        """Have the program of a folder run with this specification; one that does already is left alone.

        Args:
            folder: Its run folder; made when absent.
            spec: What to run. When the folder's program runs with another specification it is stopped first.

        Raises:
            ProcessError: no warden could be started.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _exclusive(folder / "start.lock"):
            seen = self.observe(folder)
            if seen is not None and seen.alive and seen.spec == spec.digest:
                return seen
            self.stop(folder)  # also waits for the warden of a platform that died, which is still ending its family
            (folder / STATUS).unlink(missing_ok=True)
            self._spawn(folder, spec)
            return self._wait_for_status(folder)

    def observe(self, folder: Path) -> ProcessStatus | None:
        """Tell what is known of the program of a folder; None when it was never started there."""
        self._reap()
        return read_status(folder)

    def stop(self, folder: Path, *, patience: float = 30.0) -> None:
        """End the program of a folder and its family; one that is not there is not an error.

        The warden sends SIGTERM, waits the grace of the specification and sends SIGKILL.

        Raises:
            ProcessError: something survived, which the operator should know.
        """
        seen = self.observe(folder)
        if seen is None:
            return
        if seen.warden is not None and proctree.is_alive(seen.warden):  # also one whose platform died
            with suppress(ProcessLookupError):
                os.kill(seen.warden.pid, signal.SIGTERM)
            deadline = time.monotonic() + patience
            while proctree.is_alive(seen.warden) and time.monotonic() < deadline:
                self._reap()
                time.sleep(_POLL_SECONDS)
            if proctree.is_alive(seen.warden):
                proctree.kill([seen.warden])
        self._end_leftovers(seen)
        if seen.process is not None and proctree.is_alive(seen.process):
            raise ProcessError(f"process {seen.process.pid} of {folder.name} does not end")

    def run(self, folder: Path, spec: ProcessSpec, *, timeout: float) -> Iterator[str]:
        """Run a program to its end and give its output lines as they come; then observe how it ended.

        Raises:
            ProcessError: it took longer than `timeout` seconds and was ended.
        """
        from proeftuin_infra.rotating_log import follow  # noqa: PLC0415 - only needed here

        for old in (folder / LOG, folder / f"{LOG}.1"):
            old.unlink(missing_ok=True)
        self.start(folder, spec)
        deadline = time.monotonic() + timeout
        lines = follow(folder / LOG, lines=1000, poll=0.05)
        try:
            over = False
            for line in lines:
                if line is not None and line.stream != "sys":
                    yield line.text
                elif line is None and over:
                    return
                seen = self.observe(folder)
                over = seen is None or not seen.alive
                if time.monotonic() > deadline and not over:
                    raise ProcessError(f"{spec.argv[0]} took longer than {timeout:.0f} seconds")
        finally:
            self.stop(folder)

    def close(self) -> None:
        """End every program of this host and wait until they are gone; closing twice is not an error."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._lifeline)
            os.close(self._lifeline_read)
            wardens = list(self._wardens.values())
        for warden in wardens:
            warden.wait()

    def _spawn(self, folder: Path, spec: ProcessSpec) -> None:
        with self._lock, tempfile.TemporaryFile() as handed, (folder / "warden.log").open("wb") as trace:
            if self._closed:
                raise ProcessError("the process host is closed")
            handed.write(spec.for_warden())  # an unnamed file: secrets in the environment are never on disk
            handed.seek(0)
            warden = subprocess.Popen(
                [sys.executable, "-I", "-m", "proeftuin_infra.warden", str(folder), str(handed.fileno())],
                stdin=self._lifeline_read,
                stdout=subprocess.DEVNULL,
                stderr=trace,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
                cwd="/",
                pass_fds=(handed.fileno(),),
                start_new_session=True,
            )
            self._wardens[warden.pid] = warden

    def _wait_for_status(self, folder: Path) -> ProcessStatus:
        deadline = time.monotonic() + _START_PATIENCE_SECONDS
        while time.monotonic() < deadline:
            seen = self.observe(folder)
            if seen is not None:
                return seen
            time.sleep(_POLL_SECONDS)
        trace = (folder / "warden.log").read_text(errors="replace")[-2000:]
        raise ProcessError(f"the warden of {folder.name} did not report: {trace}")

    def _end_leftovers(self, seen: ProcessStatus | None) -> None:
        """End what a warden that was killed itself could not end."""
        if seen is None or seen.process is None:
            return
        family = [seen.process, *filter(None, map(proctree.identify, proctree.descendants(seen.process.pid)))]
        if proctree.is_alive(seen.process):
            proctree.kill(family)

    def _reap(self) -> None:
        with self._lock:
            for pid in [pid for pid, warden in self._wardens.items() if warden.poll() is not None]:
                del self._wardens[pid]


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Let one process and one thread at a time work on a folder; the kernel frees it when its holder dies."""
    with path.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

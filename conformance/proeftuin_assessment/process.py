"""Start a run in a process of its own, follow it, and leave nothing behind whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

MODULE: Final = "proeftuin_assessment.run_process"
MAX_LINE: Final = 32 * 1024 * 1024
"""Longest event, in bytes: the report. Evidence in it is cut to size by the conformance package."""

_TICK_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 3.0
_KEPT_ERRORS: Final = 2_000


class ProcessEndedError(Exception):
    """The process ended, or had to be ended, without a report. The message is for the operator."""


class TooLateError(ProcessEndedError):
    """The process did not end within the time it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the process is to do; plain JSON values.

    Attributes:
        run: id of the run; its report carries it.
        kit: which kit.
        target: fields of `proeftuin_conformance.Target`, without `reset`.
        resets: whether the sandbox can be put back to its seed.
        wall_time_s: after this many seconds the run ends itself and reports so.
    """

    run: str
    kit: str
    target: Mapping[str, Any]
    seed: int
    mode: str
    actor: str | None
    resets: bool
    wall_time_s: float

    def line(self) -> str:
        """Write the job as the process reads it."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """How the platform steers a process.

    Attributes:
        reset: puts the sandbox back to its seed; an exception is told to the process.
        idle: called several times a second; returns True to end the process.
    """

    reset: Callable[[], None]
    idle: Callable[[], bool]


def follow(job: Job, *, hooks: Hooks, grace_s: float = 30.0, folder: Path | None = None) -> Iterator[dict[str, Any]]:
    """Run a job and yield its events; the last one is `report` or `refused`.

    Whatever way this generator is left, the process and all it started are gone afterwards.

    Args:
        job: what to do.
        hooks: how to reset, and when to stop.
        grace_s: how long over `job.wall_time_s` the process may take before it is ended.
        folder: where temporary files go.

    Raises:
        ProcessEndedError: it ended without a report, or `hooks.idle` asked to end it.
        TooLateError: it did not end in time.
    """
    with (
        tempfile.TemporaryDirectory(prefix="proeftuin-run-", dir=folder) as home,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors,
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=home,
            env=_environment(home),
            start_new_session=True,
        )
        lines = _Lines(process)
        deadline = time.monotonic() + job.wall_time_s + grace_s
        try:
            yield from _events(process, lines, job, hooks=hooks, deadline=deadline)
        except EOFError:
            code = _end(process)
            errors.seek(0)
            said = errors.read()[-_KEPT_ERRORS:].strip() or "it said nothing"
            raise ProcessEndedError(f"exit code {code}: {said}") from None
        finally:
            lines.stop()
            _end(process)


class _Lines:
    """Reads ahead in a thread; a line that is cut off, by the end or by its length, is the last one."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._found: queue.Queue[bytes] = queue.Queue(maxsize=1000)
        self._stopped = threading.Event()
        threading.Thread(target=self._pump, args=(process.stdout,), daemon=True).start()

    def get(self) -> bytes | None:
        """Give the next line, or None when there is none yet."""
        try:
            return self._found.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """Let the thread end."""
        self._stopped.set()

    def _pump(self, stream: IO[bytes]) -> None:
        with stream:  # closed here and nowhere else: closing waits for a read in another thread to return
            line = b"\n"
            while line.endswith(b"\n") and not self._stopped.is_set():
                line = stream.readline(MAX_LINE)
                self._put(line)

    def _put(self, line: bytes) -> None:
        placed = False
        while not placed and not self._stopped.is_set():
            with contextlib.suppress(queue.Full):
                self._found.put(line, timeout=_TICK_SECONDS)
                placed = True


def _events(
    process: subprocess.Popen[bytes], lines: _Lines, job: Job, *, hooks: Hooks, deadline: float
) -> Iterator[dict[str, Any]]:
    _tell(process.stdin, job.line())
    while True:
        if hooks.idle():
            raise ProcessEndedError("ended on request")
        if time.monotonic() > deadline:
            raise TooLateError(f"not done {job.wall_time_s:g} seconds after it started")
        line = lines.get()
        if line is None:
            continue
        if not line.endswith(b"\n"):
            raise EOFError
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "reset":
            _tell(process.stdin, json.dumps(_reset(hooks)))
            continue
        yield event
        if event["event"] in {"report", "refused"}:
            return


def _tell(stream: IO[bytes] | None, line: str) -> None:
    if stream is not None:
        with contextlib.suppress(OSError):  # it died; reading will show that
            stream.write(line.encode("utf-8") + b"\n")
            stream.flush()


def _reset(hooks: Hooks) -> dict[str, Any]:
    try:
        hooks.reset()
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the run must hear that the seed is not restored
        return {"done": False, "message": f"{type(error).__name__}: {error}"}
    return {"done": True}


def _end(process: subprocess.Popen[bytes]) -> int:
    """End the process and its group; give its exit code. May be called twice."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    # A closed input already tells it to end; it gets a moment to stop its engines.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_PATIENCE_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def _environment(home: str) -> dict[str, str]:
    """Nothing of ours: no secrets, no database address, no proxy."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE") if name in os.environ}
    return kept | {
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }

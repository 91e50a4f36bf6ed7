"""Run an engine in a child process that can be stopped, and that never outlives its parent.

The child gets its job as one JSON line on stdin and keeps watching stdin: when the parent dies, the pipe
closes and the child ends itself. It answers with one JSON object per line on stdout.
"""

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
from typing import TYPE_CHECKING, Any, TextIO

from proeftuin_conformance.errors import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_conformance.client import Deadline

_TICK_S = 0.2  # how often the deadline and the cancel signal are looked at
_GRACE_S = 2.0  # between asking a child to stop and killing it
_SHOWN_ERROR = 2_000  # characters of a child's stderr that are kept


class ChildDiedError(ConformanceError):
    """The engine process ended without finishing its job."""


def run_child(module: str, job: dict[str, Any], *, deadline: Deadline) -> Iterator[dict[str, Any]]:
    """Run `python -m module` on a job and yield the events it writes; the last one is `finished`.

    Whatever way this generator is left, the child's whole process group is gone afterwards.

    Raises:
        RunStoppedError: the deadline passed or the run was cancelled.
        ChildDiedError: the child ended without an event `finished`; the message is what it said.
    """
    with tempfile.TemporaryDirectory(prefix="proeftuin-engine-") as folder, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=folder,  # so that no configuration file of the user is picked up
            env=_environment(folder),
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        try:
            yield from _talk(process, job, errors=errors, deadline=deadline)
        finally:
            _stop(process)


def _talk(
    process: subprocess.Popen[str], job: dict[str, Any], *, errors: TextIO, deadline: Deadline
) -> Iterator[dict[str, Any]]:
    if process.stdin is None or process.stdout is None:
        raise ChildDiedError("the engine process has no pipes")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True).start()
    while True:
        deadline.check()
        try:
            line = lines.get(timeout=_TICK_S)
        except queue.Empty:
            continue
        if line is None:
            break
        event = json.loads(line)
        yield event
        if event["event"] == "finished":
            return
    process.wait()
    errors.seek(0)
    said = errors.read()[-_SHOWN_ERROR:].strip()
    raise ChildDiedError(f"exit code {process.returncode}: {said or 'it said nothing'}")


def _pump(stream: TextIO, lines: queue.Queue[str | None]) -> None:
    with contextlib.suppress(ValueError):  # the stream is closed when the run is stopped
        for line in stream:
            lines.put(line)
    lines.put(None)


def _stop(process: subprocess.Popen[str]) -> None:
    """End the child and everything it started."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    if process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            _signal(process, signal.SIGTERM)
            process.wait(timeout=_GRACE_S)
    _signal(process, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _environment(folder: str) -> dict[str, str]:
    """Nothing of the user's environment but what Python needs to start and to find the same packages."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE") if name in os.environ}
    return kept | {
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONHASHSEED": "0",
        "NO_COLOR": "1",
    }


class Child:
    """The child's end: read the job, write events, end when the parent is gone.

    Standard output is kept for events alone: whatever else prints goes to standard error.
    """

    def __init__(self) -> None:
        """Take over stdout for events."""
        self._events = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)

    def job(self) -> dict[str, Any]:
        """Read the job, and watch stdin from then on."""
        line = sys.stdin.readline()
        if not line:
            sys.exit("no job on stdin")
        threading.Thread(target=self._watch, daemon=True).start()
        job: dict[str, Any] = json.loads(line)
        return job

    def emit(self, event: str, **data: Any) -> None:
        """Write one event."""
        self._events.write(json.dumps({"event": event, **data}, ensure_ascii=True, default=str) + "\n")
        self._events.flush()

    @staticmethod
    def _watch() -> None:
        sys.stdin.read()
        os._exit(3)  # the parent closed the pipe or died; nothing here is worth saving

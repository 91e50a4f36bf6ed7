"""The `pulumi` program under watch: it ends in time, when asked, and with everything that it started.

Importing this module loads Pulumi.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from proeftuin_infra import proctree
from proeftuin_infra.kube.skeleton.automation.settings import MARK, OLDEST_PROGRAM
from proeftuin_infra.kube.skeleton.engine import MISSING, STOPPED, TIMEOUT, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

RECORD = "running.json"
"""In a work folder while a command runs there; one that is found later belongs to a command that was cut off."""

_LOOK_SECONDS = 0.05
_LONG = ("up", "preview", "refresh")


@dataclass(frozen=True, slots=True)
class Record:
    """Which process works in a folder."""

    pid: int
    started: int
    command: str


class WatchedCommand(PulumiCommand):
    """Runs `pulumi`, each time in a session of its own.

    A command that takes too long, or is cancelled, gets SIGINT (Pulumi then ends what it is doing and writes it
    down), SIGTERM and SIGKILL, each after a grace; then whatever it started is ended too.

    Args:
        executable: The program.
        patience: Seconds for commands that change a cluster.
        short_patience: Seconds for the others.
        grace: Seconds between the signals.
        oldest: Version that the program must have at least.
    """

    def __init__(
        self,
        executable: Path,
        *,
        patience: float,
        short_patience: float,
        grace: float,
        oldest: tuple[int, int, int] = OLDEST_PROGRAM,
    ) -> None:
        # Not the parent's: that one waits for ever, and looks for the program under a name that it makes itself.
        self.command = str(executable)
        self._patience, self._short_patience, self._grace = patience, short_patience, grace
        self._cancelled: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        self.version = self._read_version(VersionInfo(*oldest))

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], Any] | None = None,
        on_error: Callable[[str], Any] | None = None,
    ) -> CommandResult:
        """Run a command; see `PulumiCommand.run`.

        Raises:
            EngineError: it was not done in time, or was cancelled.
            pulumi.automation.CommandError: it failed.
        """
        given = _answer(args)
        if given is not None:
            return given
        cancelled = self._cancelled.setdefault(cwd, threading.Event())
        record = Path(cwd) / RECORD
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PROEFTUIN_")},
            **additional_env,
            "PULUMI_AUTOMATION_API": "true",
            "PATH": os.pathsep.join([str(Path(self.command).parent), os.environ.get("PATH", os.defpath)]),
        }
        with subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=environment,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process:
            _write(record, process.pid, " ".join(args[:2]))
            lines = _Lines(process, on_output, on_error)
            patience = self._patience if args[0] in _LONG else self._short_patience
            ended = self._watch(process, cancelled, patience=patience)
            end_family(additional_env.get(MARK), process.pid)
            stdout, stderr = lines.all()
        if ended is not None:
            raise EngineError(ended, f"pulumi {args[0]}: {_last(stderr) or _last(stdout) or 'no output'}")
        if process.returncode < 0:
            raise EngineError(STOPPED, f"pulumi {args[0]} was ended by signal {-process.returncode}")
        record.unlink(missing_ok=True)  # it ended by itself, and wrote down how far it came
        result = CommandResult(stdout=stdout, stderr=stderr, code=process.returncode)
        if process.returncode != 0:
            raise create_command_error(result)
        return result

    def cancel(self, cwd: str) -> None:
        """Have the command that runs in a folder end, and refuse the next until `allow`."""
        self._cancelled.setdefault(cwd, threading.Event()).set()

    def allow(self, cwd: str) -> None:
        """Let commands run in a folder again."""
        self._cancelled.setdefault(cwd, threading.Event()).clear()

    def cancel_all(self) -> None:
        """Have every command end."""
        for event in list(self._cancelled.values()):
            event.set()

    def _watch(self, process: subprocess.Popen[str], cancelled: threading.Event, *, patience: float) -> str | None:
        """Wait for the end; give the code of the error when we brought it about."""
        deadline = time.monotonic() + patience
        while process.poll() is None:
            if cancelled.is_set():
                self._end(process)
                return STOPPED
            if time.monotonic() > deadline:
                self._end(process)
                return TIMEOUT
            time.sleep(_LOOK_SECONDS)
        return None

    def _end(self, process: subprocess.Popen[str]) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self._grace)
                return

    def _read_version(self, oldest: VersionInfo) -> VersionInfo:
        try:
            said = subprocess.run(
                [self.command, "version"],
                capture_output=True,
                text=True,
                timeout=self._short_patience,
                check=True,
                env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            ).stdout.strip()
            version = VersionInfo.parse(said.removeprefix("v"))
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            raise EngineError(MISSING, f"{self.command} does not tell its version: {error}") from error
        if version < oldest or version.major != oldest.major:
            needed = f"{oldest.major}.{oldest.minor} or a later {oldest.major}"
            raise EngineError(MISSING, f"{self.command} is version {version}; {needed} is needed")
        return version


def end_family(mark: str | None, pid: int | None = None) -> None:
    """End every process that carries a mark, and the rest of a session's first group."""
    if pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    if mark:
        proctree.kill(proctree.with_environment(f"{MARK}={mark}"))


def end_predecessor(folder: Path, mark: str) -> bool:
    """End what a platform that died left running in a work folder; tell whether a command was cut off there."""
    record = read_record(folder)
    if record is not None:
        proctree.kill([proctree.ProcessId(record.pid, record.started)])
    end_family(mark)
    return (folder / RECORD).exists()


def read_record(folder: Path) -> Record | None:
    """Read which process works in a folder; None when none was written down, or only half."""
    try:
        return Record(**json.loads((folder / RECORD).read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None


def _write(path: Path, pid: int, command: str) -> None:
    process = proctree.identify(pid)
    record = Record(pid=pid, started=process.started if process else 0, command=command)
    path.write_text(json.dumps(asdict(record)))


def _answer(args: list[str]) -> CommandResult | None:
    """Answer what `Stack.up` asks after its work and nobody reads: each would start the program again."""
    if args[:2] == ["stack", "output"]:
        return CommandResult(stdout="{}", stderr="", code=0)
    if args[:2] == ["stack", "history"]:
        moment = "2000-01-01T00:00:00.000Z"
        summary = {"kind": "update", "startTime": moment, "message": "", "environment": {}, "config": {}}
        return CommandResult(stdout=json.dumps([{**summary, "result": "succeeded"}]), stderr="", code=0)
    return None


class _Lines:
    """Reads both outputs of a process while it runs."""

    def __init__(
        self,
        process: subprocess.Popen[str],
        on_output: Callable[[str], Any] | None,
        on_error: Callable[[str], Any] | None,
    ) -> None:
        self._found: tuple[list[str], list[str]] = ([], [])
        assert process.stdout is not None  # noqa: S101 - asked for above
        assert process.stderr is not None  # noqa: S101 - idem
        self._threads = [
            threading.Thread(target=self._read, args=(stream, callback, found), name="pulumi-output")
            for stream, callback, found in zip(
                (process.stdout, process.stderr), (on_output, on_error), self._found, strict=True
            )
        ]
        for thread in self._threads:
            thread.start()

    def all(self) -> tuple[str, str]:
        """Wait for the end of both and give them."""
        for thread in self._threads:
            thread.join()
        return "\n".join(self._found[0]), "\n".join(self._found[1])

    @staticmethod
    def _read(stream: TextIO, callback: Callable[[str], Any] | None, found: list[str]) -> None:
        for line in stream:
            found.append(line.rstrip())
            if callback is not None:
                callback(line.rstrip())


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else ""

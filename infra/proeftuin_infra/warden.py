"""Watch over one program and everything it starts; end all of it when told to, or when the platform dies.

Run as `python -m proeftuin_infra.warden FOLDER SPEC_FD` with the read end of a pipe on standard input.
The platform holds the other end: when it dies, even by `kill -9`, the kernel closes the pipe and the
warden ends the family. It is a *subreaper*: a grandchild that leaves its parent becomes the warden's
child, so that nothing can hide from the end. Standard library only: it must start in milliseconds.

What it leaves in FOLDER: `status.json` (see `process_status`) and `output.log`.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from proeftuin_infra import limits, proctree
from proeftuin_infra.process_status import LOCK, LOG, STATUS, Ended, write_status
from proeftuin_infra.rotating_log import RotatingLog

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_TICK_SECONDS = 0.1
_DISK_EVERY_TICKS = 20
_STATUS_EVERY_TICKS = 10
_READ_BYTES = 64 * 1024
_FLOOD_BYTES = 4 * 1024 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)


class Warden:
    """One program under watch.

    Args:
        folder: Where the status and the log go.
        spec: What to start; the JSON form of `ProcessSpec`.
    """

    def __init__(self, folder: Path, spec: dict[str, Any]) -> None:
        self._folder = folder
        self._spec = spec
        self._limits = limits.Limits(**spec["limits"]) if spec["limits"] else None
        self._grace = float(spec["grace_seconds"])
        self._child: subprocess.Popen[bytes] | None = None
        self._log = RotatingLog(folder / LOG, limit=int(spec["log_bytes"]))
        self._selector = selectors.DefaultSelector()
        self._ending: Ended | None = None
        self._kill_at = 0.0
        self._child_status: int | None = None
        self._disk_mib = 0.0
        self._usage = proctree.Usage(0, 0.0, 0.0)
        self._flow = (0.0, 0)
        self._started_at = time.time()

    def run(self) -> None:
        """Start the program, watch it, and return when its whole family is gone."""
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        wakeup, wakeup_write = os.pipe()
        os.set_blocking(wakeup, False)
        os.set_blocking(wakeup_write, False)
        signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
        for ignored in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
            signal.signal(ignored, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._end(Ended(code="stopped")))
        _take_precedence()
        self._selector.register(wakeup, selectors.EVENT_READ, "wakeup")
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, "platform")
        try:
            self._start()
            self._watch()
        finally:
            self._finish()

    def _start(self) -> None:
        rlimits = self._limits.rlimits(own_processes=proctree.tasks_of_user()) if self._limits else {}
        warden = os.getpid()

        def confine() -> None:
            for default in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(default, signal.SIG_DFL)
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != warden:
                os._exit(1)
            limits.apply(rlimits)

        try:
            self._child = subprocess.Popen(
                self._spec["argv"],
                executable=self._spec["executable"],
                cwd=self._spec["cwd"],
                env=self._spec["environment"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                preexec_fn=confine,  # noqa: PLW1509 - the warden has one thread
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._ending = Ended(code="not-started", detail=f"{type(error).__name__}: {error}")
            self._log.note(f"could not start: {error}")
            return
        for name, stream in (("out", self._child.stdout), ("err", self._child.stderr)):
            if stream is not None:
                os.set_blocking(stream.fileno(), False)
                self._selector.register(stream, selectors.EVENT_READ, name)
        self._write_status()

    def _watch(self) -> None:
        ticks = 0
        next_tick = time.monotonic() + _TICK_SECONDS
        while not self._family_is_gone():
            for key, _ in self._selector.select(max(0.0, next_tick - time.monotonic())):
                self._handle(key)
            if self._ending is not None and self._child_status is None and time.monotonic() >= self._kill_at:
                proctree.kill_family(os.getpid())
            if time.monotonic() >= next_tick:
                ticks += 1
                next_tick = time.monotonic() + _TICK_SECONDS
                self._tick(ticks)

    def _family_is_gone(self) -> bool:
        """Reap what ended. When the program itself has ended, what it left behind is ended too."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                break
            if self._child is not None and pid == self._child.pid:
                self._child_status = self._child.returncode = os.waitstatus_to_exitcode(status)
        if self._child_status is not None:
            proctree.kill_family(os.getpid())
        return False

    def _handle(self, key: selectors.SelectorKey) -> None:
        match key.data:
            case "wakeup":
                with contextlib.suppress(BlockingIOError):
                    os.read(key.fd, 4096)
            case "platform":
                if not os.read(key.fd, 1):
                    self._selector.unregister(key.fileobj)
                    self._end(Ended(code="platform-gone"))
            case stream:
                self._copy(key, stream)

    def _copy(self, key: selectors.SelectorKey, stream: str) -> None:
        second, amount = self._flow
        if time.monotonic() - second >= 1:
            second, amount = time.monotonic(), 0
        if amount > _FLOOD_BYTES:  # the writer waits: a flood may not cost others their processor
            time.sleep(min(_TICK_SECONDS, max(0.0, second + 1 - time.monotonic())))
            self._flow = (second, amount)
            return
        try:
            data = os.read(key.fd, _READ_BYTES)
        except BlockingIOError:
            return
        self._flow = (second, amount + len(data))
        if data:
            self._log.feed(stream, data)
        else:
            self._selector.unregister(key.fileobj)

    def _tick(self, number: int) -> None:
        family = proctree.descendants(os.getpid())
        if self._limits is not None and len(family) > self._limits.processes:
            self._exceeded("process-limit", len(family), self._limits.processes)  # at once: measuring takes time
            return
        bound = self._limits.memory_mib if self._limits is not None else float("inf")
        measured = proctree.usage(family, exact_above_mib=bound)
        past = _reaped_cpu_seconds()
        self._usage = proctree.Usage(measured.processes, measured.memory_mib, measured.cpu_seconds + past)
        data = self._spec["data_folder"]
        if data and number % _DISK_EVERY_TICKS == 1:
            self._disk_mib = _folder_mib(Path(data))
        if self._limits is not None:
            self._judge(self._limits)
        if number % _STATUS_EVERY_TICKS == 1:
            self._write_status()

    def _judge(self, ceiling: limits.Limits) -> None:
        for code, used, allowed in (
            ("memory-limit", self._usage.memory_mib, ceiling.memory_mib),
            ("cpu-limit", self._usage.cpu_seconds, ceiling.cpu_seconds),
            ("disk-limit", self._disk_mib, ceiling.disk_mib),
        ):
            if used > allowed:
                self._exceeded(code, used, allowed)

    def _exceeded(self, code: str, used: float, allowed: float) -> None:
        if self._ending is None:
            self._log.note(f"{code}: {used:.0f} is more than {allowed:.0f}")
            self._end(Ended(code=code, detail=f"{used:.0f}"), patience=0)

    def _end(self, why: Ended, *, patience: float | None = None) -> None:
        if self._ending is not None:
            return
        self._ending = why
        self._kill_at = time.monotonic() + (self._grace if patience is None else patience)
        if self._child is not None and self._child_status is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGTERM)

    def _finish(self) -> None:
        while True:  # nothing may be left, whatever went wrong above
            proctree.kill_family(os.getpid())
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
        self._drain()
        if self._ending is None:
            self._ending = _of_exit(self._child_status)
        elif self._child_status is not None:
            self._ending = self._ending.with_exit(self._child_status)
        self._usage = proctree.Usage(0, 0.0, _reaped_cpu_seconds())
        self._log.finish()
        self._log.note(f"ended: {self._ending.code}")
        self._log.close()
        self._write_status()

    def _drain(self) -> None:
        for key in list(self._selector.get_map().values()):
            if key.data in ("out", "err"):
                with contextlib.suppress(OSError):
                    data = os.read(key.fd, 16 * _READ_BYTES)
                    self._log.feed(key.data, data)

    def _write_status(self) -> None:
        child = proctree.identify(self._child.pid) if self._child is not None else None
        write_status(
            self._folder / STATUS,
            {
                "spec": self._spec["digest"],
                "owner": self._spec["owner"],
                "warden": vars_of(proctree.identify(os.getpid())),
                "process": vars_of(child),
                "startedAt": self._started_at,
                "endedAt": time.time() if self._ending is not None and child is None else None,
                "usage": {
                    "processes": self._usage.processes,
                    "memoryMiB": round(self._usage.memory_mib, 1),
                    "cpuSeconds": round(self._usage.cpu_seconds, 2),
                    "diskMiB": round(self._disk_mib, 2),
                },
                "ended": self._ending.as_json() if self._ending is not None and child is None else None,
            },
        )


def _take_precedence() -> None:
    """Run before what is watched, so that a fork bomb cannot starve its guard; children do not inherit it.

    Only a privileged user may. For others `RLIMIT_NPROC` bounds the bomb, which does not bind root.
    """
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))


def vars_of(process: proctree.ProcessId | None) -> dict[str, int] | None:
    """Give the JSON form of a process's identity."""
    return {"pid": process.pid, "started": process.started} if process is not None else None


def _of_exit(status: int | None) -> Ended:
    if status is None:
        return Ended(code="not-started")
    if status == -signal.SIGXFSZ:
        return Ended(code="file-size-limit", signal=-status)
    if status == -signal.SIGXCPU:
        return Ended(code="cpu-limit", signal=-status)
    if status < 0:
        return Ended(code="signalled", signal=-status)
    return Ended(code="exited", exit_code=status)


def _reaped_cpu_seconds() -> float:
    past = os.times()
    return past.children_user + past.children_system


def _folder_mib(folder: Path) -> float:
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_blocks * 512  # noqa: PTH118 - hot loop
    return total / (1024 * 1024)


def main() -> None:
    """Take the folder and the descriptor of the specification from the command line."""
    folder, descriptor = Path(sys.argv[1]), int(sys.argv[2])
    with os.fdopen(descriptor, "rb") as stream:
        spec = json.load(stream)
    # One warden per folder: a successor waits here until the former has ended its family.
    with (folder / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        Warden(folder, spec).run()


if __name__ == "__main__":
    main()

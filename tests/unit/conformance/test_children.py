"""Engine processes end with the run, whatever way it ends, and with the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from proeftuin_conformance.client import Deadline
from proeftuin_conformance.engines.children import ChildDiedError, run_child
from proeftuin_conformance.errors import RunStoppedError

SLEEPER = "support.conformance_sleeper"


def soon() -> Deadline:
    return Deadline(at=time.monotonic() + 20)


def gone(pid: int, *, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_leaving_the_stream_ends_the_child() -> None:
    events = run_child(SLEEPER, {}, deadline=soon())
    pid = next(events)["pid"]
    events.close()

    assert gone(pid)


def test_the_deadline_ends_the_child() -> None:
    events = run_child(SLEEPER, {}, deadline=Deadline(at=time.monotonic() + 1.0))
    pid = next(events)["pid"]
    with pytest.raises(RunStoppedError):
        next(events)

    assert gone(pid)


def test_a_child_that_dies_says_what_it_said() -> None:
    with pytest.raises(ChildDiedError, match="stuk"):
        list(run_child(SLEEPER, {"die": True}, deadline=soon()))


def test_a_parent_that_is_killed_takes_the_child_with_it() -> None:
    """No clean-up code runs on SIGKILL; the child notices that its stdin closed."""
    script = (
        "import sys, time; from proeftuin_conformance.client import Deadline\n"
        "from proeftuin_conformance.engines.children import run_child\n"
        f"for event in run_child({SLEEPER!r}, {{}}, deadline=Deadline(at=time.monotonic() + 50)):\n"
        "    print(event['pid'], flush=True)\n"
    )
    tests = str(Path(__file__).parents[2])
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([tests, *filter(None, sys.path)])},
    )
    with parent:
        if parent.stdout is None:
            pytest.fail("no pipe")
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)

    assert gone(pid)

"""The platform is killed in the middle of a run: nothing keeps running, nothing is lost, and the run ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import psutil

from proeftuin_assessment.views import RunState
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.leases import LeaseHeldError
from support.assessment_world import VENDOR, World, still_alive
from support.conformance_servers import serving, url_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.assessment_world import Component


def test_a_run_survives_kill_9_of_the_platform(database_url: str, component: Component, tmp_path: Path) -> None:
    """The engine ends by itself, the lease runs out, another worker starts the run again and finishes it."""
    database = Database(database_url, clock=SystemClock(), jobs=JobQueue(database_url))
    component.hold = threading.Event()
    with serving(component) as server:
        world = World.make(database, url_of(server), component)
        run = world.request()
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        environment["TMPDIR"] = str(tmp_path)  # who is killed leaves things
        module = [sys.executable, "-m", "support.assessment_worker_process", database_url, url_of(server), run.id]
        first = subprocess.Popen(module, env=environment)
        try:
            assert component.asked.wait(30)
            engines = [child.pid for child in psutil.Process(first.pid).children(recursive=True)]
        finally:
            os.kill(first.pid, signal.SIGKILL)
            first.wait()

        assert engines
        assert [] == still_alive(engines, seconds=10)
        component.hold.set()
        for _ in range(50):
            try:
                world.worker.execute(run.id)
                break
            except LeaseHeldError:
                time.sleep(0.2)
        ended = world.runs.get(VENDOR, run.id)
    database.close()

    assert (RunState.DONE, "pass", 2) == (ended.state, ended.outcome, ended.attempts)
    assert ended.badge is not None

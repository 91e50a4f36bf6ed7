"""A worker of the platform as a process of its own, to be killed in the middle: `DATABASE_URL BASE_URL RUN`."""

from __future__ import annotations

import sys

from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue
from support.assessment_world import Component, World

if __name__ == "__main__":
    url, base_url, run = sys.argv[1:]
    database = Database(url, clock=SystemClock(), jobs=JobQueue(url))
    component = Component()
    World.make(database, base_url, component).worker.execute(run)

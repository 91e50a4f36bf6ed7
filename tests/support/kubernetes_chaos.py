"""A platform on Kubernetes in a process of its own that is killed just before a named step happens.

Run as `python -m support.kubernetes_chaos FOLDER DATABASE_URL KUBECONFIG REGISTRY IMAGES SANDBOX STEP`.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from proeftuin_infra.oci import ImageStore
from proeftuin_kernel.clock import SystemClock
from proeftuin_kernel.db import Database
from proeftuin_kernel.jobs import JobQueue
from proeftuin_kernel.leases import LeaseHeldError
from proeftuin_sandbox.policy import Policy
from support.kubernetes_worlds import Site
from support.sandbox_world import SandboxWorld

LEASE_SECONDS = 1.0
POLICY = Policy(orphan_grace=timedelta(0))


def platform(folder: Path, database_url: str, site: Site, *, hook) -> SandboxWorld:
    """Build a whole sandbox platform on a folder, a database and a cluster."""
    database = Database(database_url, clock=SystemClock(), jobs=JobQueue(database_url), pool_size=2)
    backend = site.backend(folder / "sandboxes")
    return SandboxWorld.on(database, backend, folder, policy=POLICY, lease_seconds=LEASE_SECONDS, hook=hook)


def main() -> None:
    """Bring a sandbox about and die with SIGKILL just before one step."""
    folder, database_url, kubeconfig, registry, images, sandbox_id, fatal = sys.argv[1:]

    def hook(code: str) -> None:
        if code == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    site = Site(Path(kubeconfig), registry, ImageStore(Path(images)))
    world = platform(Path(folder), database_url, site, hook=hook)
    while True:
        try:
            world.service.converge(sandbox_id)
            break
        except LeaseHeldError:  # the platform before us died with it
            time.sleep(0.05)
    sys.stderr.write("the step was never reached\n")
    sys.exit(3)


if __name__ == "__main__":
    main()

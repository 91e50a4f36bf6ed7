"""An engine process that tells its pid and then does nothing, to test that children never stay behind."""

from __future__ import annotations

import os
import time

from proeftuin_conformance.engines.children import Child

if __name__ == "__main__":
    child = Child()
    job = child.job()
    if job.get("die"):
        raise SystemExit("stuk")
    child.emit("pid", pid=os.getpid())
    time.sleep(60)

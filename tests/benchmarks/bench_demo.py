"""How long the whole main job takes, first on an empty data folder and then again on the same one.

Target: at most 120 seconds after installation, on two cores. There is no peer: nobody else does this job.
The first run also installs pygeoapi; a warm package cache makes that short, so it is told apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET_SECONDS = 120


def main() -> int:
    """Run the demo twice and print one JSON line per run; fails when the first is over the target."""
    first = 0.0
    with tempfile.TemporaryDirectory(prefix="proeftuin-bench-", ignore_cleanup_errors=True) as folder:
        for name in ("first", "second"):
            began = time.perf_counter()
            done = subprocess.run(
                [str(Path(sys.executable).with_name("proeftuin")), "demo", "--once", "--port", "0"],
                env=os.environ | {"PROEFTUIN_DATA_DIR": folder},
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = round(time.perf_counter() - began, 1)
            first = first or seconds
            line = {
                "benchmark": "demo",
                "run": name,
                "seconds": seconds,
                "target": TARGET_SECONDS,
                "exit": done.returncode,
                "load": round(os.getloadavg()[0], 1),
            }
            sys.stdout.write(json.dumps(line) + "\n")
            if done.returncode:
                sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
                return 1
    return int(first > TARGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

"""How many sandboxes one platform looks after, and what each costs the control plane. Prints one JSON object.

Run as `python tests/benchmarks/bench_scale.py --real 30` or `--simulated 2000`; both need root and the programs of the
test cluster (`python infra/cluster build`; for the second also `build kwok`).

`--real N`: N sandboxes asked for at once on the shared test cluster: real towns, real isolation proofs, real
PostgreSQL, background jobs as in production. Target: none fails. Needs the base image (`infra/images/make-base`).

`--simulated N`: a cluster of its own (real API server, etcd, controllers and scheduler) whose nodes are played by
kwok. The platform is the real one up to the edges that `support/simulated_rooms.py` names. Target: from a change of
what is wanted, or of what is there, to the platform acting on it: p95 10 s. The etcd of the test cluster does not wait
for the disk; a real one adds its write latency to every change, and nothing to the steady state.

`--copied N …`: the platform's own part alone, with the lists of an API server from memory: how a sweep grows.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "infra" / "cluster"))
from support.figures import machine
from support.scale_copied import copied
from support.scale_real import real
from support.scale_simulated import simulate

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--real", type=int, metavar="N")
    arguments.add_argument("--simulated", type=int, metavar="N")
    arguments.add_argument("--copied", type=int, metavar="N", nargs="*")
    arguments.add_argument(
        "--concurrency", type=int, default=0, help="background jobs at once (real: 6; simulated: 16)"
    )
    arguments.add_argument("--asked", type=int, default=50, help="so many of the simulated ones are asked for")
    arguments.add_argument("--patience", type=float, default=1800, help="seconds to give the others; then go on")
    arguments.add_argument("--steady", type=int, default=60, help="seconds to watch a platform at rest")
    arguments.add_argument("--churn", type=int, default=120, help="seconds of changes")
    arguments.add_argument("--per-second", type=float, default=1.0, help="changes per second")
    chosen = arguments.parse_args()
    answer, sys.stdout = sys.stdout, sys.stderr  # what the platform logs is not the answer
    if chosen.copied:
        figures: dict[str, Any] = {"benchmark": "scale-copied", "of": [copied(rooms) for rooms in chosen.copied]}
    elif chosen.real:
        figures = real(chosen.real, concurrency=chosen.concurrency or 6)
    else:
        figures = simulate(
            chosen.simulated or 50,
            asked=min(chosen.asked, chosen.simulated or 50),
            concurrency=chosen.concurrency or 16,
            steady=chosen.steady,
            churn=chosen.churn,
            per_second=chosen.per_second,
            patience=chosen.patience,
        )
    answer.write(json.dumps(figures | machine(), indent=2) + "\n")

"""Our run against the schemathesis CLI: same schema, checks, seed and number of examples.

Run as a program: `python tests/benchmarks/bench_conformance.py [--rounds 5] [--examples 50]`. Prints one JSON line
per side and the ratio of the medians (target: at most 1.2). Sides alternate, so that a busy machine hits both.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from proeftuin_conformance import Options, Target, collect, run
from proeftuin_conformance.engines.schemathesis_process import configuration
from proeftuin_conformance.kit import Phase
from support.conformance_kit.kit import GENERATED, KIT
from support.conformance_reference import ReferenceApi
from support.conformance_servers import serving, url_of

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 1830
CHECKS = ("not_a_server_error", "status_code_conformance", "response_schema_conformance")


class Measured(NamedTuple):
    """One side in one round."""

    wall_s: float
    cpu_s: float
    requests: int


def main() -> None:
    """Measure both sides and print what came out."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--examples", type=int, default=50)
    chosen = arguments.parse_args()
    sides: dict[str, list[Measured]] = {"proeftuin": [], "schemathesis": []}
    for number in range(chosen.rounds):
        order = (ours, theirs) if number % 2 == 0 else (theirs, ours)
        for side in order:
            sides["proeftuin" if side is ours else "schemathesis"].append(measure(side, chosen.examples))
    for name, measured in sides.items():
        line = {
            "side": name,
            "wall_s": [round(one.wall_s, 3) for one in measured],
            "cpu_s": [round(one.cpu_s, 3) for one in measured],
            "requests": sorted({one.requests for one in measured}),
        }
        print(json.dumps(line))  # noqa: T201 - a program that prints
    ratios = {
        what: statistics.median(getattr(one, what) for one in sides["proeftuin"])
        / statistics.median(getattr(one, what) for one in sides["schemathesis"])
        for what in ("wall_s", "cpu_s")
    }
    shown = {f"ratio_{what}": round(ratio, 3) for what, ratio in ratios.items()}
    print(json.dumps({**shown, "target": 1.2, "met": ratios["wall_s"] <= 1.2}))  # noqa: T201 - idem


def measure(side: Callable[[int], tuple[float, int]], examples: int) -> Measured:
    """Wall time, and the processor time of all processes that were started (not of the server)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall, requests = side(examples)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, requests)


def ours(examples: int) -> tuple[float, int]:
    """A whole run of ours as a vendor starts it: a process, pre-flight, engine, verdicts, report."""
    with serving(ReferenceApi()) as server:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, __file__, "--ours", f"{url_of(server)}/v1", str(examples)],
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return time.perf_counter() - started, len(server.requests)


def run_ours(base_url: str, examples: int) -> None:
    """What the process of our side does."""
    plan = replace(GENERATED, checks=dict.fromkeys(CHECKS, ("t-schema",)), parameters=None)
    kit = replace(KIT, phases=(Phase(id="generated", title=KIT.title, plan=plan),))
    report = collect(run(kit, Target(base_url=base_url), Options(seed=SEED, max_examples=examples)))
    if report.problems or not report.verdict_on("t-schema").observations:
        raise SystemExit(f"our side has no verdict: {report.problems}")


def theirs(examples: int) -> tuple[float, int]:
    """`st run` with the same configuration, written to a file."""
    with serving(ReferenceApi()) as server, tempfile.TemporaryDirectory() as folder:
        base = f"{url_of(server)}/v1"
        job = {
            "seed": SEED, "base_url": base, "headers": {}, "max_examples": examples, "max_steps": 0,
            "checks": list(CHECKS), "expected_statuses": {}, "parameters": {}, "timeout_s": 10.0,
        }  # fmt: skip
        settings = Path(folder) / "schemathesis.toml"
        settings.write_text(_toml(configuration(job)), encoding="utf-8")
        started = time.perf_counter()
        result = subprocess.run(
            [str(Path(sys.executable).parent / "st"), "--config-file", str(settings), "run", f"{base}/openapi.json"],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        spent = time.perf_counter() - started
        if result.returncode not in {0, 1}:
            raise SystemExit(f"st run: {result.stdout}{result.stderr}")
        return spent, len(server.requests)


def _toml(data: dict[str, object], *, prefix: str = "") -> str:
    """As much TOML as a schemathesis configuration needs."""
    plain = [f"{key} = {json.dumps(value)}" for key, value in data.items() if not isinstance(value, dict)]
    parts = ["\n".join(plain)]
    for key, value in data.items():
        if isinstance(value, dict):
            name = f"{prefix}{key}"
            parts.append(f"\n[{name}]\n{_toml(value, prefix=name + '.')}")
    return "\n".join(parts)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        run_ours(sys.argv[2], int(sys.argv[3]))
    else:
        main()

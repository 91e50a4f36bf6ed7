"""How fast a town is made, beside the libraries and generators that people use. Prints one JSON object.

Run as `python tests/benchmarks/bench_town.py [--rounds 5] [--only persons parquet growth start]`. Every side runs in a
process of its own on one core, the sides alternate, and what counts is the processor time of the process, start-up
left out where it is said. The peers come with `pip install -e .[bench]`.

- `persons`: inhabitants of `centrumsteden` with the same twelve columns, a national number that agrees with date of
  birth and sex, and a household. Ours live at an address of the town, which is made with them; theirs get any street
  and number. What is measured is a steady rate: each side first makes a quarter of what it then makes, so that
  imports, lists of names and a process that still grows count for nobody. Every run takes about a second. Targets:
  40 x Mimesis, 600 x Faker, 150 x Faker without weights.
- `parquet`: every table of a `stad` to Parquet, with digests, against TPC-H at scale factor 0.5, rows per second of
  processor time. Ours are wider (texts, geometries), theirs are more. Target: 0.5 x.
- `growth`: processor time per inhabitant from 1 000 to 500 000, and memory. Targets: flat, 400 MiB.
- `synthea LIB`, only when the folder with the jars of Synthea 3.3.0 is named (`org.mitre.synthea:synthea` on Maven
  Central): linked rows per second as CSV, both sides as the difference between two sizes, so that start-up does not
  count. Theirs come out of a simulated life, ours are drawn; both row mixes are told. Target: 100 x.
- `start`: `gehucht` in memory, imports not counted. Target: 0.3 s.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from support.figures import machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PEER_PERSONS = {"mimesis": 80_000, "faker": 4_000, "faker-unweighted": 20_000}
_TARGETS = {"mimesis": 40, "faker": 600, "faker-unweighted": 150}
_TOWNS = 8
"""Of our persons: so many that a run takes about as long as one of a peer."""
_BEFORE = 4
"""Each side first makes one part in so many of what it then makes."""
_PATIENTS = (20, 80)
_GROWTH = ("gehucht", "dorp", "gemeente", "stad", "centrumstad")


def in_a_process(what: str, argument: str) -> dict[str, float]:
    """Run one side in a process of its own, and give what it says of itself."""
    environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = ["taskset", "-c", "1", sys.executable, __file__, "--side", what, argument]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{what} failed")
    answer: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def side(what: str, argument: str) -> dict[str, float]:
    """Do one side's work and tell how much there was, and what it took."""
    match what:
        case "ours":
            few, many = _TOWNS // _BEFORE, _TOWNS
            return _counted(lambda: _our_persons(argument, towns=many), once=lambda: _our_persons(argument, towns=few))
        case "mimesis" | "faker" | "faker-unweighted":
            count = int(argument)
            return _counted(lambda: _their_persons(what, count), once=lambda: _their_persons(what, count // _BEFORE))
        case "town":
            return _counted(lambda: _our_folder(argument, fmt="parquet"))
        case "csv":
            return _counted(lambda: _our_folder(argument, fmt="csv"))
        case "tpch":
            return _tpch(argument)
        case _:
            return _counted(lambda: _in_memory(argument))


def _counted(work: Callable[[], int], *, once: Callable[[], int] = int) -> dict[str, float]:
    """Count some work; before it comes what it does `once`, which counts for nobody."""
    for module in (
        "vlavirgem.making",
        "vlavirgem.generation.residents",
        "vlavirgem.town",
        "pyproj",
        "pyarrow.compute",
    ):
        importlib.import_module(module)  # what a program pays once, and this side or that does not need
    once()
    before = time.process_time()
    rows = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "seconds": time.process_time() - before, "mib": peak}


def _our_persons(profile: str, *, towns: int) -> int:
    from vlavirgem.generation.residents import make_all_residents  # noqa: PLC0415 - imports are counted for nobody
    from vlavirgem.profile import load_profile  # noqa: PLC0415 - idem

    chosen = load_profile(profile)
    seeds = range(1830, 1830 + towns)
    return sum(residents.height for seed in seeds for residents in make_all_residents(chosen, seed=seed))


def _their_persons(peer: str, count: int) -> int:
    from support.town_peers import with_faker, with_mimesis  # noqa: PLC0415 - the peers are no dependency

    rows: Iterable[object] = with_mimesis(count) if peer == "mimesis" else with_faker(count, weighted=peer == "faker")
    return sum(1 for _ in rows)


def _our_folder(profile: str, *, fmt: str) -> int:
    from vlavirgem.making import generate_folder  # noqa: PLC0415 - as above
    from vlavirgem.manifest import read_manifest  # noqa: PLC0415 - idem
    from vlavirgem.profile import load_profile  # noqa: PLC0415 - idem

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "town"
        generate_folder(load_profile(profile), seed=1830, folder=out, fmt=fmt)
        return sum(int(table["rows"]) for table in read_manifest(out).tables.values())


def _tpch(scale: str) -> dict[str, float]:
    program = str(Path(sys.executable).parent / "tpchgen-cli")
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [program, "parquet", "-s", scale, "--num-threads", "1", "--output-dir", folder],
            check=True, capture_output=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        import pyarrow.parquet as pq  # noqa: PLC0415 - counting what the peer wrote is not timed

        rows = sum(pq.ParquetFile(path).metadata.num_rows for path in Path(folder).glob("**/*.parquet"))
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"rows": rows, "seconds": seconds, "mib": after.ru_maxrss / 1024}


def _in_memory(profile: str) -> int:
    from vlavirgem import Town  # noqa: PLC0415 - as above

    return sum(frame.height for frame in Town.generate(profile).tables.values())


def persons(rounds: int) -> dict[str, Any]:
    """Compare inhabitants per second."""
    rates: dict[str, list[float]] = {"ours": [], **{peer: [] for peer in _PEER_PERSONS}}
    for _ in range(rounds):
        rates["ours"].append(_rate(in_a_process("ours", "centrumstad")))
        for peer, count in _PEER_PERSONS.items():
            rates[peer].append(_rate(in_a_process(peer, str(count))))
    ratios = {
        peer: {"times": round(statistics.median(rates["ours"]) / statistics.median(rates[peer]), 1), "target": target}
        for peer, target in _TARGETS.items()
    }
    return {"persons_per_cpu_second": _spread(rates), "ratios": ratios}


def parquet(rounds: int) -> dict[str, Any]:
    """Compare rows per second, written as Parquet."""
    rates: dict[str, list[float]] = {"town": [], "tpch": []}
    for _ in range(rounds):
        rates["town"].append(_rate(in_a_process("town", "stad")))
        rates["tpch"].append(_rate(in_a_process("tpch", "0.5")))
    times = round(statistics.median(rates["town"]) / statistics.median(rates["tpch"]), 2)
    return {"rows_per_cpu_second": _spread(rates), "ratio": {"times": times, "target": 0.5}}


def growth(rounds: int) -> dict[str, Any]:
    """Tell what an inhabitant costs in towns of every size."""
    from vlavirgem.profile import load_profile  # noqa: PLC0415 - as above

    told = {}
    for profile in _GROWTH:
        runs = [in_a_process("town", profile) for _ in range(rounds)]
        people = load_profile(profile).inhabitants
        seconds = statistics.median(run["seconds"] for run in runs)
        told[profile] = {
            "seconds": round(seconds, 2),
            "microseconds_per_inhabitant": round(seconds / people * 1e6, 1),
            "rows": runs[0]["rows"],
            "mib": round(max(run["mib"] for run in runs)),
        }
    return told


def synthea(rounds: int, *, jars: str) -> dict[str, Any]:
    """Compare linked rows per second, start-up left out."""
    rates: dict[str, list[float]] = {"town": [], "synthea": []}
    for _ in range(rounds):
        few, many = (in_a_process("csv", profile) for profile in ("dorp", "centrumstad"))
        rates["town"].append((many["rows"] - few["rows"]) / (many["seconds"] - few["seconds"]))
        little, more = (_synthea(jars, patients) for patients in _PATIENTS)
        rates["synthea"].append((more["rows"] - little["rows"]) / (more["seconds"] - little["seconds"]))
    return {
        "rows_per_cpu_second": _spread(rates),
        "rows_per_inhabitant": round(many["rows"] / 500_000, 1),
        "rows_per_patient": round(more["rows"] / _PATIENTS[1]),
        "ratio": {
            "times": round(statistics.median(rates["town"]) / statistics.median(rates["synthea"])),
            "target": 100,
        },
    }


def _synthea(jars: str, patients: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [
                "taskset", "-c", "1", "java", "-Xmx4g", "-XX:+UseSerialGC", "-cp", f"{jars}/*", "App",
                "-s", "7", "-cs", "7", "-r", "20260101", "-p", str(patients), "--generate.thread_pool_size=1",
                "--exporter.csv.export=true", "--exporter.fhir.export=false", f"--exporter.baseDirectory={folder}/",
            ],
            check=True, capture_output=True, cwd=folder,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        rows = sum(max(0, _lines(path) - 1) for path in Path(folder).glob("csv/**/*.csv"))
    return {"rows": rows, "seconds": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def start(rounds: int) -> dict[str, Any]:
    """Tell how long the smallest town takes in memory, the first time in a process."""
    runs = [in_a_process("memory", "gehucht")["seconds"] for _ in range(rounds)]
    return {"gehucht_seconds": {"median": round(statistics.median(runs), 3), "max": round(max(runs), 3)}}


def _rate(run: dict[str, float]) -> float:
    return run["rows"] / run["seconds"]


def _spread(rates: dict[str, list[float]]) -> dict[str, dict[str, int]]:
    return {
        name: {"median": round(statistics.median(found)), "least": round(min(found)), "most": round(max(found))}
        for name, found in rates.items()
    }


PARTS: dict[str, Callable[[int], dict[str, Any]]] = {
    "persons": persons, "parquet": parquet, "growth": growth, "start": start
}  # fmt: skip

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    arguments.add_argument("--synthea", metavar="LIB", help="the folder with the jars of Synthea")
    arguments.add_argument("--side", nargs=2, help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.side:
        sys.stdout.write(json.dumps(side(*chosen.side)) + "\n")
    else:
        figures = {name: PARTS[name](chosen.rounds) for name in chosen.only}
        if chosen.synthea:
            figures["synthea"] = synthea(chosen.rounds, jars=str(Path(chosen.synthea).resolve()))
        sys.stdout.write(json.dumps({"benchmark": "town", "machine": machine(), **figures}, indent=2) + "\n")

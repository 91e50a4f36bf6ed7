"""What does a whole Flanders cost, in processor time, memory and bytes, and do its municipalities share no number?

    python tests/benchmarks/bench_region.py [--municipalities 20] [--seed 1830] [--folder /somewhere]

Makes some municipalities, spread over the sizes (285: all of them), in a process of its own, verifies them, and looks
for numbers that two persons or two organisations share. Prints one JSON object. No peer makes a region.
Exit code 1: something is wrong with what was made.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

UNIQUE = {
    "personen": ("id", "insz", "telefoon", "email"),
    "organisaties": ("id", "ondernemingsnummer", "telefoon", "website"),
    "vestigingen": ("vestigingsnummer",),
    "adressen": ("id",),
    "percelen": ("capakey",),
    "dossiers": ("dossiernummer",),
}


def spread(count: int) -> list[str]:
    """Give the codes of so many municipalities, from large to small."""
    from vlavirgem.regions import load_region  # noqa: PLC0415 - the child that makes them is what is measured

    codes = [one.nis_code for one in load_region("vlaanderen").municipalities]
    return [codes[place * len(codes) // count + len(codes) // count // 2] for place in range(count)]


def measured(*arguments: str) -> tuple[float, int]:
    """Run the command line on one thread; give its processor seconds and the most memory it had, in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "vlavirgem.cli", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(seconds, 1), after.ru_maxrss // 1024


def doubles(folder: Path) -> dict[str, int]:
    """Count the values that two rows share in columns where none may."""
    import polars as pl  # noqa: PLC0415 - idem

    found = {}
    for table, columns in UNIQUE.items():
        files = [*folder.glob(f"gemeenten/*/{table}.parquet"), *folder.glob(f"gemeenten/*/{table}-*.parquet")]
        for column in columns:
            # Hashes take less memory than texts; two that are the same by chance would only be counted too much.
            parts = [pl.read_parquet(path, columns=[column])[column].drop_nulls().hash(1) for path in files]
            values = pl.concat(parts)
            if more := len(values) - values.n_unique():
                found[f"{table}.{column}"] = more
    return found


def bench(folder: Path, *, count: int, seed: int) -> dict[str, Any]:
    """Make, verify and look."""
    out = folder / "vlaanderen"
    codes = spread(count)
    only = [part for code in codes for part in ("--only", code)] if count < len(spread(285)) else []
    made, memory = measured("generate", str(out), "--profile", "vlaanderen", "--seed", str(seed), *only)
    verified, _ = measured("verify", str(out))
    manifest = json.loads((out / "region.json").read_text(encoding="utf-8"))
    return {
        "municipalities": len(manifest["municipalities"]),
        "inhabitants": manifest["inhabitants"],
        "rows": manifest["rows"],
        "digest": manifest["digest"],
        "cpu_seconds": made,
        "cpu_seconds_per_million_inhabitants": round(made * 1e6 / manifest["inhabitants"], 1),
        "cpu_seconds_to_verify": verified,
        "memory_mib": memory,
        "bytes": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
        "shared_numbers": doubles(out),
    }


def main() -> int:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--municipalities", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1830)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = bench(Path(folder), count=options.municipalities, seed=options.seed)
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found["shared_numbers"] else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Is a town the same on every Python? Each version makes one in every format; all bytes must be equal.

    python tests/benchmarks/bench_pythons.py [--profile gehucht] [--versions 3.11 3.12 3.13]

Looks for each version on the path and with pyenv, makes a virtual environment with the versions that this one has
of what the library needs, and hashes there the town, thirty days of its life and every file of every format. Prints
one JSON object per line. A version that this machine does not have is told, and is no failure; a difference is, and
so is having nothing to compare (exit code 1, and 2 for the latter).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NEEDED = ("numpy", "polars", "pyarrow", "pyoxigraph", "pyproj", "typer", "orjson", "jinja2", "shacl", "psycopg")
VERSIONS = ("3.11", "3.12", "3.13")


def find_python(wanted: str) -> str | None:
    """Give an interpreter of a version that runs; a shim of pyenv without its version does not."""
    candidates = [sys.executable, shutil.which(f"python{wanted}") or ""]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates += [str(path / "bin" / "python3") for path in sorted(pyenv.glob(f"{wanted}.*"))]
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    for path in filter(None, candidates):
        ran = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
        if ran.stdout.strip() == wanted:
            return path
    return None


def environment(python: str, *, folder: Path) -> str:
    """Make a virtual environment with what the library needs, in the versions that are installed here."""
    uv = str(Path(sys.executable).with_name("uv"))
    pins = [f"{name}{'[binary]' if name == 'psycopg' else ''}=={version(name)}" for name in NEEDED]
    made = str(folder / "bin" / "python")
    subprocess.run([uv, "venv", "--quiet", "--python", python, str(folder)], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", made, *pins], check=True)
    return made


def tell(line: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Compare, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="gehucht")
    parser.add_argument("--versions", nargs="+", default=VERSIONS)
    options = parser.parse_args()
    found: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for place, wanted in enumerate(options.versions):
            python = find_python(wanted)
            if python is None:
                tell({"python": wanted, "skipped": "this machine does not have it"})
                continue
            work = Path(temporary) / wanted
            (work / "town").mkdir(parents=True)
            own = environment(python, folder=work / "venv")
            ran = subprocess.run(
                [own, str(ROOT / "tests/support/town_artefacts.py"), str(work / "town"), options.profile],
                env={**os.environ, "PYTHONPATH": str(ROOT / "reference-data"), "PYTHONHASHSEED": str(309 + place)},
                stdout=subprocess.PIPE,
                check=True,
            )
            found[wanted] = json.loads(ran.stdout)
            shutil.rmtree(work)
            tell({"python": wanted, "artefacts": len(found[wanted]), "town": found[wanted]["town"]})
    if not found:
        return 2
    first, *others = found
    different = sorted({name for other in others for name, _ in found[first].items() ^ found[other].items()})
    tell({"compared": list(found), "different": different, "verdict": "fail" if different else "pass"})
    if different:
        return 1
    return 0 if others else 2


if __name__ == "__main__":
    sys.exit(main())

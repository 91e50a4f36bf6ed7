"""Hashes everything that VlaVirGem makes of one town, to hold one Python next to another.

    PYTHONPATH=reference-data python tests/support/town_artefacts.py FOLDER [PROFILE]

Prints one JSON object: the digest of the town, of thirty days of its life, and of every file in every format.
Needs the library and what it needs, nothing of the platform.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from vlavirgem import Town
from vlavirgem.export import export_town
from vlavirgem.living import live
from vlavirgem.making import generate_folder
from vlavirgem.profile import load_profile

FORMATS = ("csv", "sqlite", "postgres", "geojson", "geopackage", "jsonld", "nquads", "turtle")


def artefacts(folder: Path, *, profile: str) -> dict[str, str]:
    """Make a town in every format, and give the SHA-256 of all there is."""
    town = folder / "parquet"
    found = {"town": generate_folder(load_profile(profile), seed=1830, folder=town)}
    stream = hashlib.sha256()
    for event in live(Town.load(town), days=30):
        stream.update(event.line().encode())
    found["life"] = stream.hexdigest()
    for fmt in FORMATS:
        export_town(town, folder / fmt, fmt=fmt)
    export_town(town, folder / "gzip", fmt="nquads", compress=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(artefacts(Path(sys.argv[1]), profile=(sys.argv[2:] or ["gehucht"])[0]), indent=0))

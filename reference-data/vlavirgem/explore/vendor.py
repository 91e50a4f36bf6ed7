"""The version of MapLibre GL JS that lies in the package, and how it got there.

`python -m vlavirgem.explore.vendor` fetches it anew with npm, compares the package and every file with the digests
below, and puts the files in place. For a new version: change `VERSION` and the digests after reading its changelog.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "6.17.0"
INTEGRITY = "2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ=="
"""SHA-512 of the package, as the registry states it."""
FILES = {
    "maplibre-gl.mjs": ("dist/", "e02cb08c572fd0950a75343cd558099c2a1dbbaf67f26b0c96f115431962d1ae"),
    "maplibre-gl-worker.mjs": ("dist/", "73d7a024a4efe1a46e49db193e18cfe33271e3ecc652ec7542c281a4ef5f0f04"),
    "maplibre-gl.css": ("dist/", "a90798a1953017790e590f7e1bd35ff103a8a4263972cb47290b78adf86f8c20"),
    "LICENSE.txt": ("", "ee5fc05a0677eaf69601d2c7db0d9ecd6cc27c3abc1d0733bc9ed34707cf8ef2"),
}
"""Each file: its folder in the package, and its SHA-256."""
PLACE = Path(__file__).parent / "static" / "maplibre"


class OtherContentError(Exception):
    """What was fetched is not what was read before it came into the package."""


def fetch(into: Path) -> None:
    """Fetch the files.

    Raises:
        OtherContentError: the package or a file of it has another digest.
        subprocess.CalledProcessError: npm could not fetch it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--silent", "--pack-destination", folder, f"maplibre-gl@{VERSION}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        package = next(Path(folder).glob("*.tgz"))
        digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        if digest != INTEGRITY:
            raise OtherContentError(f"maplibre-gl {VERSION} has digest sha512-{digest}.")
        into.mkdir(parents=True, exist_ok=True)
        with tarfile.open(package) as archive:
            for name, (below, expected) in FILES.items():
                member = archive.extractfile(f"package/{below}{name}")
                content = member.read() if member else b""
                if hashlib.sha256(content).hexdigest() != expected:
                    raise OtherContentError(f"{name} has digest {hashlib.sha256(content).hexdigest()}.")
                (into / name).write_bytes(content)


if __name__ == "__main__":
    fetch(PLACE)
    sys.stdout.write(f"MapLibre GL JS {VERSION}: {PLACE}\n")

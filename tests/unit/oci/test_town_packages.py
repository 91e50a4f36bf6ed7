"""What the program of a town imports is in its image."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions

from packaging.utils import canonicalize_name

from proeftuin_infra.oci.town import PROGRAM_PACKAGES, pinned

_IMPORTS = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
import vlavirgem.room.process, vlavirgem.room.control, vlavirgem.blocks.app, vlavirgem.store.living
from vlavirgem.blocks.registry import BLOCKS
assert BLOCKS
"""


def test_a_town_starts_with_the_packages_of_its_image_alone() -> None:
    """A building block that needs a package more says so in `PROGRAM_PACKAGES`, or no town in a container starts."""
    there = {line.partition("==")[0] for line in pinned(PROGRAM_PACKAGES)} | {"proeftuin"}
    absent = {
        name
        for name, owners in packages_distributions().items()
        if there.isdisjoint(map(canonicalize_name, owners)) and not name.startswith("_")
    }
    assert {"polars", "typer"} <= absent

    program = f"ABSENT = {absent!r}\n{_IMPORTS}"
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stderr)

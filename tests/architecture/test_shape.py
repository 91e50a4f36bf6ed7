"""The repository keeps its shape: small modules, no stray packages, lists that equal the disk."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent.parent
FIXED = ("sandbox", "catalogue", "conformance", "infra", "reference-data")
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_the_packages_in_pyproject_are_the_packages_on_disk() -> None:
    """A new package that is not listed would be missing from the wheel, silently."""
    on_disk = {
        str(init.parent.relative_to(REPOSITORY))
        for folder in FIXED
        for init in (REPOSITORY / folder).glob("*/__init__.py")
    }

    assert on_disk == set(PACKAGES)


def test_every_package_is_typed_and_type_checked() -> None:
    """`py.typed` stands in each package, and mypy and import-linter know each."""
    names = {Path(package).name for package in PACKAGES}

    assert names == {Path(package).name for package in PACKAGES if (REPOSITORY / package / "py.typed").exists()}
    assert names == set(PYPROJECT["tool"]["mypy"]["packages"])
    assert names == set(PYPROJECT["tool"]["importlinter"]["root_packages"])


@pytest.mark.parametrize("folder", FIXED)
def test_a_fixed_folder_is_no_package_itself(folder: str) -> None:
    """`catalogue/__init__.py` would shadow, or be shadowed by, somebody else's `catalogue`."""
    assert not (REPOSITORY / folder / "__init__.py").exists()


def test_no_module_is_longer_than_500_lines_and_nine_in_ten_are_at_most_350() -> None:
    """Small modules with one idea; the habit is 350 lines, the hard stop 500."""
    sizes = sorted(lines(path) for path in modules())
    too_long = [f"{path.relative_to(REPOSITORY)} ({lines(path)})" for path in modules() if lines(path) > 500]

    assert [] == too_long
    assert sizes[int(len(sizes) * 0.9)] <= 350


def test_nothing_in_the_repository_names_a_place_on_one_machine() -> None:
    """A path of somebody's machine works for nobody else."""
    tracked = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    marks = ("/" + "home/", "/" + "work/", "/" + "root/", "/Users" + "/")
    readable = {".py", ".md", ".toml", ".yaml", ".html", ".css", ".csv", ".feature", ""}
    files = [REPOSITORY / name for name in tracked.stdout.splitlines() if Path(name).suffix in readable]
    found = [
        f"{path.relative_to(REPOSITORY)}: {line.strip()[:80]}"
        for path in files
        if path.is_file()
        for line in path.read_text(errors="replace").splitlines()
        if any(mark in line for mark in marks)
    ]

    assert [] == found

"""Assembles the bundle of an example component: a copy of its folder, over the folder that it lies over.

Usage: `python bundle.py dossierloket-gebrekkig OUT`
"""

import shutil
import sys
from pathlib import Path

OVERLAY = "overlay.txt"
_LEFT_OUT = shutil.ignore_patterns(OVERLAY, "__pycache__", "*.pyc")


def assemble(component: Path, *, into: Path) -> Path:
    """Copy a component, and first what it lies over, into a folder that can be deployed.

    Args:
        component: the folder of the component.
        into: the folder to fill; made when it does not exist. Files that are there already are replaced.

    Raises:
        FileNotFoundError: the component, or the one it lies over, does not exist.
    """
    overlay = component / OVERLAY
    if overlay.exists():
        assemble(component.parent / overlay.read_text(encoding="utf-8").strip(), into=into)
    shutil.copytree(component, into, ignore=_LEFT_OUT, dirs_exist_ok=True)
    return into


def main(arguments: list[str]) -> int:
    """Assemble the component of the first argument into the folder of the second."""
    try:
        name, into = arguments
        assemble(Path(__file__).parent / name, into=Path(into))
    except ValueError:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    except FileNotFoundError as error:
        sys.stderr.write(f"bundle: there is no {error.filename}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

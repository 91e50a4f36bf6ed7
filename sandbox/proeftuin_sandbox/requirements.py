"""The packages that a Python component asks for, from its description or from a file in its bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from proeftuin_kernel.text import Text
from proeftuin_sandbox.manifest.issues import Issue, Mark, refuse
from proeftuin_sandbox.manifest.rules import requirement_fault

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_sandbox.manifest import PythonRun

_MAX_REQUIREMENTS = 200


def requirements_of(run: PythonRun, folder: Path) -> tuple[str, ...]:
    """Give the packages to install.

    Args:
        run: What component.yaml says.
        folder: The unpacked bundle.

    Raises:
        ComponentYamlError: the file is missing, or a line in it cannot be installed; it is named.
    """
    if run.requirements_file is None:
        return run.requirements
    name = run.requirements_file
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise FileNotFoundError(name)
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = Text(nl=f"'{name}' zit niet in de bundel als tekst", en=f"'{name}' is not in the bundle as text")
        raise refuse([Issue("component.yaml", Mark(1, 1), "/run/python/requirementsFile", message)]) from error
    found, issues = [], []
    for number, raw in enumerate(lines, start=1):
        line = raw.partition(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        fault = requirement_fault(line)
        if fault is not None:
            issues.append(Issue(name, Mark(number, 1), "/run/python/requirementsFile", fault))
        found.append(line)
    if len(found) > _MAX_REQUIREMENTS:
        issues.append(
            Issue(
                name,
                Mark(1, 1),
                "/run/python/requirementsFile",
                Text(nl=f"meer dan {_MAX_REQUIREMENTS} pakketten", en=f"more than {_MAX_REQUIREMENTS} packages"),
            )
        )
    if issues:
        raise refuse(issues)
    return tuple(found)

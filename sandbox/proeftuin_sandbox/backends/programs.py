"""Programs of ours that run by themselves in containers: the standard library, and no module of the platform."""

from __future__ import annotations

import ast
from importlib.resources import files

_SHARED = "proeftuin_sandbox.backends.kernel_attacks"


def compose(package: str, name: str) -> str:
    """Give the source of a program; what it imports from `kernel_attacks` stands before it.

    Args:
        package: Where it is, such as `proeftuin_sandbox.backends.docker`.
        name: Its file.
    """
    own = files(package).joinpath(name).read_text("utf-8")
    lines = own.splitlines(keepends=True)
    imported = [node for node in ast.parse(own).body if isinstance(node, ast.ImportFrom) and node.module == _SHARED]
    for node in imported:
        lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    folder, _, module = _SHARED.rpartition(".")
    shared = files(folder).joinpath(f"{module}.py").read_text("utf-8") if imported else ""
    return shared + "".join(lines)

"""Programs of ours that run by themselves in containers: the standard library, and no module of the platform."""

from __future__ import annotations

import ast
import threading
from functools import cache
from importlib.resources import files

_SHARED = "proeftuin_sandbox.backends.kernel_attacks"
_one_at_a_time = threading.Lock()


def compose(package: str, name: str) -> str:
    """Give the source of a program; what it imports from `kernel_attacks` stands before it.

    Read once, and in one thread: Python 3.11 fails at times when two of them parse at once ("AST constructor recursion
    depth mismatch", CPython issue 106905); thirty sandboxes that were made at the same time met it.

    Args:
        package: Where it is, such as `proeftuin_sandbox.backends.docker`.
        name: Its file.
    """
    with _one_at_a_time:
        return _composed(package, name)


@cache
def _composed(package: str, name: str) -> str:
    own = files(package).joinpath(name).read_text("utf-8")
    lines = own.splitlines(keepends=True)
    imported = [node for node in ast.parse(own).body if isinstance(node, ast.ImportFrom) and node.module == _SHARED]
    for node in imported:
        lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or node.lineno) - node.lineno + 1)
    folder, _, module = _SHARED.rpartition(".")
    shared = files(folder).joinpath(f"{module}.py").read_text("utf-8") if imported else ""
    return shared + "".join(lines)

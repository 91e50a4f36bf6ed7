"""What makes a town the same everywhere: nothing depends on clock, machine or version of Python.

`tests/benchmarks/bench_pythons.py` proves it by doing; these tests refuse what would break it, by reading the code.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vlavirgem

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(vlavirgem.__file__).parent
MAKING = sorted(
    path
    for part in ("generation", "living", "schema", "linked", "randomness.py", "identifiers.py", "caseload.py",
                 "casework.py", "process.py", "digest.py", "frames.py", "letters.py", "edge_cases.py", "numbering.py",
                 "insz.py")
    for path in ([PACKAGE / part] if part.endswith(".py") else (PACKAGE / part).rglob("*.py"))
)  # fmt: skip
"""The code that decides what a town is."""
MODULES = {"random", "secrets", "uuid", "time", "locale", "platform", "socket", "tempfile", "threading", "zlib"}
"""Modules that give something else each time, or something else per machine or version."""
CALLS = {"hash", "id", "vars", "globals"}
"""Built-in functions whose answer depends on the process."""
CLOCKS = {"now", "today", "utcnow", "fromtimestamp", "getenv", "environ", "cpu_count"}
INEXACT = {
    "exp",
    "log",
    "sin",
    "cos",
    "tan",
    "pow",
    "power",
    "exp2",
    "log2",
    "log10",
    "tanh",
    "default_rng",
    "shuffle",
}
"""Functions of floats that processors and libraries round differently; the square root is exact by IEEE 754."""


def problems(path: Path) -> Iterator[str]:
    """Give everything in a file that could differ from one place to another."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"import {one.name}" for one in names if one.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield f"from {module} import"
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield f"{name}() on line {node.lineno}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in CLOCKS | INEXACT:
                yield f".{name}() on line {node.lineno}"
            case ast.For(iter=iterated) | ast.comprehension(iter=iterated) if _is_set(iterated):
                yield f"a loop over a set on line {iterated.lineno}"
            case ast.Call(func=ast.Name(id="list" | "tuple" | "enumerate" | "iter"), args=[first, *_]) if _is_set(
                first
            ):
                yield f"a set in some order on line {node.lineno}"
            case _:
                continue


def _is_set(node: ast.expr) -> bool:
    """Say whether an expression is plainly a set, whose order depends on hashes."""
    match node:
        case ast.Set() | ast.SetComp() | ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.BinOp(left=left, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), right=right):
            return _is_set(left) or _is_set(right)
        case _:
            return False


def test_what_makes_a_town_asks_nothing_of_its_surroundings() -> None:
    """No clock, no process, no order of a set, no function that machines round differently."""
    assert len(MAKING) > 80
    assert [] == [f"{path.relative_to(PACKAGE)}: {problem}" for path in MAKING for problem in problems(path)]


@pytest.mark.parametrize(
    "code",
    [
        "import random",
        "from time import monotonic",
        "x = hash('a')",
        "y = datetime.now()",
        "z = [a for a in {1, 2}]",
        "for a in set(b) | c: pass",
        "w = list({1, 2})",
        "v = np.exp(2.0)",
    ],
)
def test_what_would_differ_is_seen(code: str, tmp_path: Path) -> None:
    """A test that finds nothing must be able to find something."""
    path = tmp_path / "voorbeeld.py"
    path.write_text(code)

    assert 1 == len(list(problems(path)))

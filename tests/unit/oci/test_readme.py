"""What can be wrong with an image is written down: every code of the source is in the README, and back."""

from __future__ import annotations

import ast
from pathlib import Path

import proeftuin_infra.oci

README = (Path(__file__).parents[3] / "infra" / "images" / "README.md").read_text("utf-8")
PACKAGE = Path(proeftuin_infra.oci.__file__).parent


def codes(*makers: str) -> set[str]:
    """Find every constant code that something is made with."""
    return {
        node.args[0].value
        for file in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in makers
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def documented(title: str) -> set[str]:
    body = README.split(f"\n## {title}\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in body.splitlines() if line.startswith("| `")]
    return {code.strip(" `") for cell in cells for code in cell.split("·")}


def test_every_finding_is_in_the_table() -> None:
    """A supplier finds what each code means."""
    assert codes("_fatal", "_warning") == documented("What is looked for in an image")


def test_every_error_is_in_the_table() -> None:
    """Nobody meets a code that is explained nowhere."""
    assert codes("ImageError") - {"image-platform"} == documented("What can go wrong")

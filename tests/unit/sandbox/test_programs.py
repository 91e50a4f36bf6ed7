"""Programs that are sent into containers stand on their own there."""

from __future__ import annotations

import ast
import sys

import pytest

from proeftuin_sandbox.backends.programs import compose

PROGRAMS = [
    ("docker", "probe_program.py"),
    ("docker", "stage_program.py"),
    ("docker", "gate_program.py"),
    ("kubernetes", "probe_program.py"),
]


@pytest.mark.parametrize(("backend", "name"), PROGRAMS)
def test_a_program_needs_nothing_but_the_standard_library(backend: str, name: str) -> None:
    """There is nothing else in the base image, and no module of the platform in a supplier's."""
    tree = ast.parse(compose(f"proeftuin_sandbox.backends.{backend}", name))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert set() == {module.split(".")[0] for module in imported} - sys.stdlib_module_names


@pytest.mark.parametrize("backend", ["docker", "kubernetes"])
def test_the_attacks_that_probes_share_stand_before_them(backend: str) -> None:
    """Each name is defined once: a probe that made its own would be tried without it."""
    tree = ast.parse(compose(f"proeftuin_sandbox.backends.{backend}", "probe_program.py"))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]

    assert len(names) == len(set(names))
    assert {"Refused", "attempt", "mount", "in_child"} <= set(names)
    assert "main" == names[-1]

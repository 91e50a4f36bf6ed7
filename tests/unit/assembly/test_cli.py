"""The command `proeftuin` knows its areas without importing them."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from proeftuin.cli import AREAS, app, area

HEAVY = ("fastapi", "sqlalchemy", "pydantic", "httpx", "cryptography", "proeftuin_conformance", "proeftuin_sandbox")


def test_help_imports_nothing_of_an_area() -> None:
    """A person who asks for help waits for nothing else."""
    code = "import sys, proeftuin.cli as c\ntry: c.app(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    assert "conformance" in done.stdout
    assert set() == set(HEAVY) & set(done.stderr.split())


@pytest.mark.parametrize("name", AREAS)
def test_an_area_says_of_itself_what_the_list_says_of_it(name: str) -> None:
    """The list speaks for it, so that it need not be imported."""
    assert AREAS[name][1] == area(name).info.help


@pytest.mark.parametrize("name", AREAS)
def test_the_commands_of_an_area_are_there_when_asked_for(name: str) -> None:
    """Each with its own help."""
    shown = CliRunner().invoke(app, [name, "--help"])
    group = typer.main.get_command(area(name))

    assert 0 == shown.exit_code
    assert f"proeftuin {name}" in shown.output
    assert [] == [word for word in group.commands if word not in shown.output]  # type: ignore[attr-defined] # a group

"""What can go wrong is written down: every code in the source is in the README, and the other way round."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import proeftuin_sandbox
from proeftuin_kernel.errors import ProeftuinError
from proeftuin_sandbox import client, errors
from proeftuin_sandbox.backends import explain
from proeftuin_sandbox.backends.kubernetes import failures

REPOSITORY = Path(__file__).parents[3]
README = (REPOSITORY / "sandbox" / "README.md").read_text("utf-8")
PACKAGE = Path(proeftuin_sandbox.__file__).parent
LIMITS = {"memory-limit", "process-limit", "cpu-limit", "disk-limit", "file-size-limit"}
WARDEN = {"platform-gone", "warden-lost"}


def section(title: str) -> list[list[str]]:
    """Give the rows of the table under a heading."""
    body = README.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [
        [cell.strip(" `") for cell in line.split("|")[1:-1]] for line in body.splitlines() if line.startswith("| `")
    ]


def failure_codes() -> set[str]:
    """Find every constant code that a `Failure` is made with."""
    found: set[str] = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in {"Failure", "town_failure"} and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
            if name == "_vlavirgem":
                found |= {keyword.value.value for keyword in node.keywords if keyword.arg == "code"}
    on_a_cluster = set(failures._CLUSTER) | set(failures._COMPONENT)
    return found | set(explain._INSTALL) | LIMITS | WARDEN | on_a_cluster


def test_every_error_of_the_api_is_in_the_table() -> None:
    """Code, status and both titles are as the code has them."""
    classes = [
        thing
        for module in (errors, client)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, ProeftuinError) and thing.__module__ == module.__name__
    ]

    assert {(one.code, str(one.status), one.title.nl, one.title.en) for one in classes} == {
        tuple(row) for row in section("Errors of the API")
    }


def test_every_cause_of_failure_is_in_the_table() -> None:
    """Nobody meets a code that is explained nowhere."""
    assert failure_codes() == {row[0] for row in section("Causes of failure")}


def test_every_error_is_drawn_in_the_tree() -> None:
    """The tree at the head of `errors.py` shows each class with its status."""
    drawn = dict(re.findall(r"x (\w+Error) +(\d{3})", errors.__doc__ or ""))

    assert {
        name: str(thing.status)
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and thing.__module__ == errors.__name__
    } == drawn

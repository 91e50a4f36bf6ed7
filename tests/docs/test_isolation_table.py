"""The table of what is isolated, in the README: every cell is what a backend promises, with a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from proeftuin_infra.kube.skeleton.spec import Tier
from proeftuin_sandbox.backends.docker.capabilities import docker_capabilities
from proeftuin_sandbox.backends.docker.proof import CONTROL_OF
from proeftuin_sandbox.backends.kubernetes.capabilities import kubernetes_capabilities
from proeftuin_sandbox.backends.local.capabilities import local_capabilities

REPOSITORY = Path(__file__).parent.parent.parent
README = (REPOSITORY / "README.md").read_text()
SANDBOX = (REPOSITORY / "sandbox" / "README.md").read_text()
REFERENCES = {
    name: (path, test) for name, path, test in re.findall(r'^\[([a-z-]+)\]: (\S+) "(test_\w+)"$', README, re.MULTILINE)
}
HARD = kubernetes_capabilities(Tier.HARD, keeps_data=True)
BACKENDS = {"local": local_capabilities(), "Docker": docker_capabilities(), "Kubernetes": HARD}
CELL = re.compile(r"\[(enforced|advisory|absent)\]\[([a-z-]+)\]([¹²]?)")
NOTHING = "–"


def table() -> dict[str, dict[str, str]]:
    """The cells by control and backend."""
    lines = README.split("### What is isolated")[1].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    head, *body = rows
    return {row[0].split("`")[1]: dict(zip(head[1:], row[1:], strict=True)) for row in body}


def cells(backend: str) -> dict[str, tuple[str, str, str]]:
    """Level, reference to a test and mark of each control of a backend."""
    found = {control: CELL.fullmatch(row[backend]) for control, row in table().items() if row[backend] != NOTHING}
    assert [] == [control for control, match in found.items() if match is None]
    return {control: (match[1], match[2], match[3]) for control, match in found.items() if match is not None}


@cache
def _tests_in(path: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse((REPOSITORY / path).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_cell_says_what_the_backend_promises(backend: str) -> None:
    """No more, no less, and no control is left out."""
    promised = {control.id: control.level.value for control in BACKENDS[backend].controls}

    assert promised == {control: level for control, (level, _, _) in cells(backend).items()}


def test_the_notes_name_what_the_settings_of_a_cluster_change() -> None:
    """The lower tier, and a cluster without volumes."""
    full = {control.id: control.level for control in HARD.controls}
    standard = kubernetes_capabilities(Tier.STANDARD, keeps_data=True).controls
    without = kubernetes_capabilities(Tier.HARD, keeps_data=False).controls
    marked = {mark: {control for control, cell in cells("Kubernetes").items() if cell[2] == mark} for mark in "¹²"}

    assert {one.id for one in standard if one.level is not full[one.id]} == marked["¹"]
    assert {"advisory"} == {one.level.value for one in standard if one.id in marked["¹"]}
    assert {one.id for one in without if one.level is not full[one.id]} == marked["²"]
    assert {"absent"} == {one.level.value for one in without if one.id in marked["²"]}


def test_behind_every_cell_is_a_test_that_exists() -> None:
    """And every test that the README names is behind a cell."""
    used = {reference for backend in BACKENDS for _, reference, _ in cells(backend).values()}

    assert used == set(REFERENCES)
    assert [] == [f"{path}::{test}" for path, test in REFERENCES.values() if test not in _tests_in(path)]


def test_a_cell_leads_to_a_test_that_tries_that_control() -> None:
    """As far as tests say it in data: what the proof on Docker tries, and what tests on a cluster are given."""
    tried = {control for control, (_, reference, _) in cells("Docker").items() if reference == "d-attacks"}
    path, test = REFERENCES["k-pod"]
    given = {node.value for node in ast.walk(_tests_in(path)[test]) if isinstance(node, ast.Constant)}

    assert tried <= set(CONTROL_OF.values())
    assert {control for control, (_, reference, _) in cells("Kubernetes").items() if reference == "k-pod"} <= given


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_longer_tables_say_the_same(backend: str) -> None:
    """Those of the sandbox, which tell how it is done."""
    after = re.split(rf"For (?:the )?{backend}[ ,]", SANDBOX)[1]
    found: dict[str, str] = {}
    for line in after[after.index("| control |") :].split("\n\n")[0].splitlines()[2:]:
        names, level = (cell.strip() for cell in line.strip("|").split("|")[:2])
        found |= dict.fromkeys(names.split(", "), level.split()[0])

    assert {control.id: control.level.value for control in BACKENDS[backend].controls} == found


def test_every_test_that_the_longer_tables_name_exists() -> None:
    """A path, or the name of a file among the tests on a cluster."""
    named = set(re.findall(r"`((?:tests/[a-z/_]+/)?test_[a-z_]+\.py)`", SANDBOX))
    places = (REPOSITORY, REPOSITORY / "tests" / "cluster" / "sandbox")

    assert named
    assert [] == [name for name in sorted(named) if not any((place / name).is_file() for place in places)]

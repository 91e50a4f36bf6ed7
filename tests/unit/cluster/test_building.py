"""The cluster's programs are built once, and again only when what decides them changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from testcluster import building
from testcluster.building import CILIUM, DNS, KUBERNETES, KWOK, MODULES, POD, Module, Store, needed
from testcluster.errors import ClusterError
from testcluster.layout import Network

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """A module of one source file, in a folder of the test."""
    monkeypatch.setattr(building, "HERE", tmp_path / "modules")
    folder = tmp_path / "modules" / "tool"
    folder.mkdir(parents=True)
    (folder / "go.mod").write_text("module proeftuin.invalid/tool\n\ngo 1.24.0\n\nrequire example.org/big v1.34.4\n")
    (folder / "main.go").write_text("package main\n")
    return Module(name="tool", programs={".": "tool"})


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `go` that makes an empty program and counts how often it was called, one line a time."""
    folder = tmp_path / "path"
    folder.mkdir()
    program = folder / "go"
    calls = tmp_path / "calls"
    make_it = 'for word in "$@"; do case $word in -o=*) : > "${word#-o=}tool" ;; esac; done'
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n{make_it}\n')
    program.chmod(0o755)
    calls.touch()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return calls


def test_what_did_not_change_is_not_built_again(module: Module, go: Path, tmp_path: Path) -> None:
    """A folder kept between runs spares the build."""
    store = Store(tmp_path / "built")

    first, second = store.build(module), store.build(module)

    assert first == second
    assert store.program(module, "tool").exists()
    assert 1 == len(go.read_text().splitlines())


def test_a_changed_source_file_is_another_build(module: Module, go: Path, tmp_path: Path) -> None:
    """The digest covers every file of the module."""
    store = Store(tmp_path / "built")
    store.build(module)
    (module.folder / "main.go").write_text("package main // changed\n")

    assert not store.has(module)
    store.build(module)

    assert 2 == len(go.read_text().splitlines())


def test_other_flags_are_another_build(module: Module) -> None:
    """Not only files decide what comes out."""
    assert module.digest != Module(name="tool", programs={".": "tool"}, flags=("-race",)).digest


def test_a_failed_build_leaves_nothing_that_looks_built(module: Module, tmp_path: Path, go: Path) -> None:
    """The next start must try again."""
    (go.parent / "path" / "go").write_text("#!/bin/sh\nexit 1\n")
    store = Store(tmp_path / "built")

    with pytest.raises(ClusterError, match="could not build tool"):
        store.build(module)

    assert not store.has(module)
    assert [] == list(store.folder.iterdir())


def test_a_missing_go_is_said_in_one_line(module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ClusterError, match="Go is not on PATH"):
        Store(tmp_path / "built").build(module)


def test_the_version_is_the_one_that_go_mod_pins(module: Module) -> None:
    """It stands in one place, and goes into the program."""
    stamped = Module(
        name="tool",
        programs={".": "tool"},
        pinned="example.org/big",
        stamps={"big.version": "v{version}", "big.minor": "{minor}"},
    )

    assert "-s -w -X big.version=v1.34.4 -X big.minor=34" == stamped.linker_flags


def test_a_dependency_that_go_mod_does_not_name_is_an_error(module: Module) -> None:
    with pytest.raises(ClusterError, match="does not pin"):
        _ = Module(name="tool", programs={".": "tool"}, pinned="example.org/other").version


def test_the_pinned_versions_are_those_that_the_design_names() -> None:
    """Pod Security is pinned to v1.34 too: another minor version is a decision, not an update."""
    assert KUBERNETES.version.startswith("1.34.")
    assert ("1.15.19", "0.8.0") == (CILIUM.version, KWOK.version)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_sums(name: str) -> None:
    """What is downloaded is what was downloaded when it was pinned; our own program has no dependency."""
    module = MODULES[name]

    assert (module.folder / "go.sum").exists() is not (module is POD)


def test_only_the_network_with_policies_needs_its_engine() -> None:
    assert (POD, DNS, KUBERNETES) == needed(Network.BRIDGE)
    assert (POD, DNS, KUBERNETES, CILIUM) == needed(Network.CILIUM)

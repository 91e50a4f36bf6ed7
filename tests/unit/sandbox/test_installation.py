"""What tells the things of two platforms on one cluster apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_kernel.settings import SettingInvalidError
from proeftuin_sandbox.backends.installation import installation_of, name_installation

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_is_drawn_once(tmp_path: Path) -> None:
    assert installation_of(tmp_path / "a") == installation_of(tmp_path / "a")
    assert installation_of(tmp_path / "a") != installation_of(tmp_path / "b")


def test_replicas_that_are_told_a_name_have_the_same_one(tmp_path: Path) -> None:
    """They have no folder in common; with two names each would take the other's sandboxes for a stranger's."""
    for replica in ("api", "worker"):
        name_installation(tmp_path / replica, "gent01")
        name_installation(tmp_path / replica, "gent01")

    assert {"gent01"} == {installation_of(tmp_path / replica) for replica in ("api", "worker")}


def test_a_platform_that_has_a_name_gets_no_other(tmp_path: Path) -> None:
    """What it made under the old name would belong to nobody."""
    before = installation_of(tmp_path)

    with pytest.raises(SettingInvalidError):
        name_installation(tmp_path, "gent01")
    assert before == installation_of(tmp_path)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings
from proeftuin_infra.kube.skeleton.choosing import choose_engine
from proeftuin_infra.kube.skeleton.engine import MISSING, EngineError

if TYPE_CHECKING:
    from pathlib import Path


def chosen(choice: str, program: Path, folder: Path) -> str:
    settings = PulumiSettings(folder, "x", "testbank1", executable=program)
    return choose_engine(choice, objects=Objects(Cluster(folder / "kubeconfig")), pulumi=settings).name


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "pulumi"
    path.touch()
    return path


@pytest.mark.parametrize(("choice", "engine"), [("auto", "pulumi"), ("pulumi", "pulumi"), ("direct", "direct")])
def test_a_setting_chooses_the_engine_where_pulumi_is(program: Path, tmp_path: Path, choice, engine) -> None:
    assert engine == chosen(choice, program, tmp_path)


def test_without_the_program_the_platform_works_directly(tmp_path: Path) -> None:
    assert "direct" == chosen("auto", tmp_path / "nergens", tmp_path)


def test_asking_for_pulumi_where_it_is_not_is_told_at_the_start_and_not_at_the_first_sandbox(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        chosen("pulumi", tmp_path / "nergens", tmp_path)

    assert MISSING == refused.value.code

"""Where the engine keeps its state, and which program it starts: settings that cannot be right are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings, PulumiSettingsError
from proeftuin_infra.kube.skeleton.engine import MISSING, EngineError
from support.kube_specs import PLAIN
from support.pulumi_places import FakePulumi


@pytest.fixture
def pulumi(tmp_path: Path) -> FakePulumi:
    return FakePulumi.install(tmp_path / "machine")


@pytest.mark.parametrize("version", ["v3.100.0", "v4.0.0", "onzin"])
def test_a_program_that_is_too_old_or_no_pulumi_is_refused_at_once(pulumi: FakePulumi, version: str) -> None:
    pulumi.behave(**{"says-version": version})
    with pytest.raises(EngineError) as refused:
        list(pulumi.engine().up(PLAIN))

    assert MISSING == refused.value.code


def test_a_machine_without_the_program_says_so(pulumi: FakePulumi) -> None:
    with pytest.raises(EngineError) as refused:
        list(pulumi.engine(executable=pulumi.home / "nergens").up(PLAIN))

    assert MISSING == refused.value.code


@pytest.mark.parametrize("wrong", [{"passphrase": ""}, {"state_url": "ftp://geheim@example.org"}])
def test_settings_that_cannot_be_right_are_refused_without_showing_them(tmp_path: Path, wrong) -> None:
    with pytest.raises(PulumiSettingsError) as refused:
        PulumiSettings(**{"work_dir": tmp_path, "passphrase": "x", "installation": "testbank1", **wrong})

    assert next(iter(wrong)) in str(refused.value)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p@db.example/state", "postgres://u:p@db.example/state"),
        ("s3://bucket?region=eu", "s3://bucket?region=eu"),
    ],
)
def test_the_state_lives_where_the_setting_says_and_passwords_are_not_shown(tmp_path: Path, given, expected) -> None:
    settings = PulumiSettings(tmp_path, "pass-phrase", "testbank1", state_url=given)

    assert expected == settings.environment("mark")["PULUMI_BACKEND_URL"]
    assert given not in repr(settings)
    assert "pass-phrase" not in repr(settings)


def test_a_folder_for_the_state_is_made_and_a_database_is_not_mistaken_for_one(tmp_path: Path) -> None:
    """Pulumi itself refuses a folder that is not there."""

    def folder(url: str | None) -> Path | None:
        return PulumiSettings(tmp_path, "pass-phrase", "testbank1", state_url=url).state_folder

    assert (tmp_path / "state", Path("/srv/my state"), None, None) == (
        folder(None),
        folder("file:///srv/my%20state?metadata=skip"),
        folder("s3://bucket"),
        folder("postgres://db.example/state"),
    )


def test_a_program_too_old_to_keep_its_state_in_a_database_is_refused(pulumi: FakePulumi) -> None:
    pulumi.behave(**{"says-version": "v3.160.0"})
    with pytest.raises(EngineError) as refused:
        list(pulumi.engine(state_url="postgres://db.example/state").up(PLAIN))

    assert MISSING == refused.value.code
    assert "3.177" in refused.value.said


def test_importing_the_engines_loads_neither_pulumi_nor_kubernetes() -> None:
    """The local backend and `--help` must not wait for them."""
    code = (
        "import sys; import proeftuin_infra.kube.skeleton.automation.engine, proeftuin_infra.kube.skeleton.direct;"
        "print([name for name in ('pulumi', 'kubernetes', 'grpc') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)

    assert "[]" == done.stdout.strip()

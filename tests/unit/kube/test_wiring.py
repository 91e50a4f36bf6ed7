"""The platform takes its engine from the one place that chooses engines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from proeftuin.kubernetes import make_kubernetes_backend
from proeftuin_kernel.settings import SettingInvalidError, Settings
from proeftuin_sandbox.bundles import BundleLimits

if TYPE_CHECKING:
    from pathlib import Path


def test_pulumi_that_is_not_there_is_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line about the setting, and not a failure of the first sandbox."""
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(
        data_dir=tmp_path,
        sandbox_backend="kubernetes",
        kubernetes_registry="https://registry.example",
        kubernetes_engine="pulumi",
    )
    ports = random.Random(1)  # noqa: S311 - chooses ports
    with pytest.raises(SettingInvalidError) as refused:
        make_kubernetes_backend(settings, root=tmp_path, limits=BundleLimits(), random_source=ports)

    assert "PROEFTUIN_KUBERNETES_ENGINE" in refused.value.detail.en

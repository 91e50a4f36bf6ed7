"""The platform takes its engine from the one place that chooses engines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from proeftuin.kubernetes import make_kubernetes_backend
from proeftuin_infra.kube.skeleton.direct import DirectEngine
from proeftuin_kernel.settings import SettingInvalidError, Settings
from proeftuin_sandbox.backends.stored_images import StoredImages

if TYPE_CHECKING:
    from pathlib import Path

    from proeftuin_infra.kube.client.objects import Objects
    from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings


PLACES = random.Random(1)  # noqa: S311 - chooses ports


def settings(tmp_path: Path, **more: Any) -> Settings:
    return Settings(
        data_dir=tmp_path, sandbox_backend="kubernetes", kubernetes_registry="https://registry.example", **more
    )


def images(tmp_path: Path) -> StoredImages:
    return StoredImages.at(tmp_path / "images", environment={})


@pytest.mark.parametrize(
    "wrong",
    [
        "ftp://u:geheim@state.example",
        "https://api.pulumi.example/geheim",
        "/srv/geheim",
        "",
        "file://geheim/state",
        "s3:///geheim",
        "gs://?geheim",
        "postgres:geheim",
    ],
)
def test_a_place_where_pulumi_cannot_keep_its_state_is_told_at_the_start(tmp_path: Path, wrong: str) -> None:
    """In one line that names the setting, and not the password in it."""
    with pytest.raises(SettingInvalidError) as refused:
        make_kubernetes_backend(
            settings(tmp_path, pulumi_state_url=wrong), root=tmp_path, images=images(tmp_path), random_source=PLACES
        )

    for words in (refused.value.detail.nl, refused.value.detail.en):
        assert words.startswith("PROEFTUIN_PULUMI_STATE_URL")
        assert "\n" not in words
        assert "geheim" not in words


@pytest.mark.parametrize(
    "right",
    [
        "file:///srv/state",
        "s3://bucket/part?region=eu",
        "gs://bucket",
        "azblob://container",
        "postgres://u:geheim@db.example/state?table=rooms",
        "postgres://",  # as PGHOST and the like say
    ],
)
def test_pulumi_keeps_its_state_where_the_setting_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str
) -> None:
    """And the setting is not shown: it may hold a password."""
    given: list[PulumiSettings] = []

    def choose(_choice: str, *, objects: Objects, pulumi: PulumiSettings) -> DirectEngine:
        given.append(pulumi)
        return DirectEngine(objects)

    monkeypatch.setattr("proeftuin.kubernetes.choose_engine", choose)
    chosen = settings(tmp_path, pulumi_state_url=right)
    make_kubernetes_backend(chosen, root=tmp_path, images=images(tmp_path), random_source=PLACES).close()

    assert [right] == [one.environment("mark")["PULUMI_BACKEND_URL"] for one in given]
    assert "geheim" not in repr(chosen)


def test_pulumi_that_is_not_there_is_told_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line about the setting, and not a failure of the first sandbox."""
    monkeypatch.setenv("PATH", str(tmp_path))
    asked = settings(tmp_path, kubernetes_engine="pulumi")
    with pytest.raises(SettingInvalidError) as refused:
        make_kubernetes_backend(asked, root=tmp_path, images=images(tmp_path), random_source=PLACES)

    assert "PROEFTUIN_KUBERNETES_ENGINE" in refused.value.detail.en

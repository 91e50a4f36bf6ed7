"""The engine with the real `pulumi` on a real cluster; skipped with a reason where that program is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra import proctree
from proeftuin_infra.kube.skeleton.automation.engine import PulumiEngine
from proeftuin_infra.kube.skeleton.automation.settings import MARK, PulumiSettings
from proeftuin_infra.kube.skeleton.engine import Change
from proeftuin_infra.kube.skeleton.manifests import room_manifests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kube.conftest import Site

    from proeftuin_infra.kube.skeleton.spec import RoomSpec

pytestmark = [pytest.mark.cluster, pytest.mark.pulumi]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, kubeconfig: Path) -> PulumiSettings:
    """How Pulumi works here; its program must be on PATH."""
    if shutil.which("pulumi") is None:
        if "pulumi" in os.environ.get("PROEFTUIN_REQUIRE", "").split(","):
            pytest.fail("PROEFTUIN_REQUIRE asks for pulumi, and the program is not on PATH")
        pytest.skip("the program pulumi is not on PATH; see `proeftuin doctor`")
    return PulumiSettings(tmp_path_factory.mktemp("pulumi"), "niet-geheim", "testbank1", kubeconfig=kubeconfig)


@pytest.fixture(scope="module")
def engine(settings: PulumiSettings) -> Iterator[PulumiEngine]:
    engine = PulumiEngine(settings)
    yield engine
    engine.close()


@pytest.fixture
def spec(settings: PulumiSettings, site: Site, engine: PulumiEngine) -> Iterator[RoomSpec]:
    """A room that leaves nothing."""
    spec = site.room()
    yield spec
    site.remove(spec)
    engine.forget(spec.sandbox_id)


def is_whole(site: Site, spec: RoomSpec) -> bool:
    """Whether every object stands as described; which manager set its fields does not matter."""
    return {Change.SAME} == {one.change for one in site.engine.preview(spec)}


def test_a_room_is_brought_up_and_again_without_a_change(site: Site, spec: RoomSpec, engine: PulumiEngine) -> None:
    steps = [step for step in engine.up(spec) if not step.is_pulse]
    again = engine.preview(spec)
    list(engine.up(spec))

    assert len(room_manifests(spec)) == steps[-1].total
    assert is_whole(site, spec)
    assert {Change.SAME} == {one.change for one in again}


def test_what_the_direct_engine_made_is_taken_over(site: Site, spec: RoomSpec, engine: PulumiEngine) -> None:
    """A platform that gets Pulumi later goes on with the rooms that it has."""
    list(site.engine.up(spec))
    list(engine.up(spec))

    assert is_whole(site, spec)


def test_lost_state_is_rebuilt(site: Site, spec: RoomSpec, engine: PulumiEngine, settings: PulumiSettings) -> None:
    list(engine.up(spec))
    shutil.rmtree(settings.state / ".pulumi" / "stacks")

    list(engine.up(spec))

    assert is_whole(site, spec)
    assert spec.sandbox_id in engine.remembered()


def test_a_platform_that_is_killed_half_way_is_followed_by_one_that_finishes(
    site: Site, spec: RoomSpec, engine: PulumiEngine, settings: PulumiSettings, tmp_path: Path
) -> None:
    """SIGKILL to the platform and to `pulumi` as soon as the namespace is there."""
    script = tmp_path / "a_platform.py"
    script.write_text(
        textwrap.dedent(f"""
        from pathlib import Path
        from proeftuin_infra.kube.skeleton.automation.engine import PulumiEngine
        from proeftuin_infra.kube.skeleton.automation.settings import PulumiSettings
        from proeftuin_infra.kube.skeleton.spec import RoomSpec
        settings = PulumiSettings(
            Path({str(settings.work_dir)!r}), "niet-geheim", "testbank1", kubeconfig=Path({str(settings.kubeconfig)!r})
        )
        list(PulumiEngine(settings).up(RoomSpec({spec.sandbox_id!r}, {spec.installation!r})))
        """)
    )
    mark = f"{MARK}={settings.folder(spec.namespace)}"
    with subprocess.Popen([sys.executable, str(script)]) as platform:
        deadline = time.monotonic() + 60
        while site.objects.get("Namespace", spec.namespace) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        proctree.kill(proctree.with_environment(mark))
        platform.kill()

    list(engine.up(spec))

    assert is_whole(site, spec)
    assert [] == proctree.with_environment(mark)


def test_destroying_leaves_no_stack_no_folder_and_no_namespace(
    site: Site, spec: RoomSpec, engine: PulumiEngine, settings: PulumiSettings
) -> None:
    """The namespace goes without Pulumi; what Pulumi keeps goes without the cluster."""
    list(engine.up(spec))
    site.remove(spec)
    engine.forget(spec.sandbox_id)

    assert None is site.objects.get("Namespace", spec.namespace)
    assert spec.sandbox_id not in engine.remembered()
    assert not settings.folder(spec.namespace).exists()
    assert [] == [
        path for path in settings.state.rglob("*") if spec.namespace in path.name and "history" not in path.parts
    ]

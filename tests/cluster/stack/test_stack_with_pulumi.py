"""The Pulumi project itself, with the real `pulumi`; skipped with a reason where that program is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client.pods import read_pod
from proeftuin_infra.kube.stack.options import OPTIONS
from proeftuin_infra.kube.stack.reading import read_stack

if TYPE_CHECKING:
    from support.stack_site import StackSite

pytestmark = [pytest.mark.cluster, pytest.mark.pulumi, pytest.mark.slow, pytest.mark.timeout(1200)]
PROJECT = Path(__file__).parents[3] / "infra" / "stack"


@pytest.fixture(scope="module")
def pulumi() -> str:
    """The program."""
    found = shutil.which("pulumi")
    if found is None:
        if "pulumi" in os.environ.get("PROEFTUIN_REQUIRE", "").split(","):
            pytest.fail("PROEFTUIN_REQUIRE asks for pulumi, and the program is not on PATH")
        pytest.skip("the program pulumi is not on PATH; see `proeftuin doctor`")
    return found


def test_up_installs_a_platform_and_destroy_takes_it_away(pulumi: str, site: StackSite, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    shutil.copytree(PROJECT, folder)
    (tmp_path / "state").mkdir()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "niet-geheim",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "KUBECONFIG": str(site.site.kubeconfig),
    }

    def run(*arguments: str, given: str | None = None) -> str:
        command = [pulumi, "--non-interactive", "--cwd", str(folder), *arguments]
        done = subprocess.run(
            command, env=environment, input=given, capture_output=True, text=True, timeout=900, check=False
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    run("stack", "init", "test")
    words = {**site.words, "protect": "false"}
    for option in OPTIONS:
        if option.name in words:
            secrecy = ["--secret"] if option.is_secret else []
            run("config", "set", *secrecy, option.name, given=words[option.name])
    spec = read_stack(words.get)
    try:
        run("up", "--yes", "--skip-preview")
        pods = [read_pod(pod) for pod in site.objects.list("Pod", spec.namespace)]
        assert 3 == sum(pod.is_ready for pod in pods)
        assert site.password not in "".join(
            path.read_text(errors="replace") for path in (tmp_path / "state").rglob("*.json")
        )
        run("destroy", "--yes", "--skip-preview")
        assert [] == site.left(spec)
    finally:
        site.remove(spec)

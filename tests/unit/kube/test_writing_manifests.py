from __future__ import annotations

import subprocess
import sys

import yaml

from proeftuin_infra.kube.skeleton.manifests import cluster_manifests
from proeftuin_infra.kube.skeleton.spec import ClusterSpec

COMMAND = [sys.executable, "-m", "proeftuin_infra.kube.skeleton", "--image-prefix", "registry.example/"]


def test_an_administrator_gets_the_manifests_that_the_platform_itself_would_apply() -> None:
    """Whoever installs reads what he applies."""
    done = subprocess.run([*COMMAND, "--installation", "testbank1"], capture_output=True, text=True, check=True)
    spec = ClusterSpec(
        installation="testbank1",
        platform_users=("system:serviceaccount:proeftuin-system:proeftuin",),
        image_prefixes=("registry.example/",),
        platform_inside=True,
    )

    assert list(cluster_manifests(spec)) == list(yaml.safe_load_all(done.stdout))


def test_what_cannot_be_right_is_one_line_and_exit_code_2() -> None:
    done = subprocess.run([*COMMAND, "--installation", "A"], capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert ["proeftuin: installation: 'A' is not 4 to 20 lower-case letters and digits"] == done.stderr.splitlines()

"""A platform on the test cluster, applied by the direct engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.stack.manifests import stack_manifests
from support.cluster import kubeconfig  # noqa: F401 - a fixture
from support.docker_engine import image_store  # noqa: F401 - idem
from support.kubernetes_worlds import cluster_site  # noqa: F401 - idem
from support.stack_site import StackSite, publish_images

if TYPE_CHECKING:
    from collections.abc import Iterator

    from proeftuin_infra.kube.stack.spec import StackSpec
    from support.kubernetes_worlds import Site


@pytest.fixture(scope="module")
def site(cluster_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackSite]:  # noqa: F811 - the fixture
    made = StackSite(cluster_site, publish_images(cluster_site, tmp_path_factory.mktemp("wheel")))
    try:
        made.prepare()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def platform(site: StackSite) -> Iterator[StackSpec]:
    """A platform with two replicas of the API and one worker, all ready."""
    spec = site.spec()
    try:
        list(site.engine.bring(stack_manifests(spec)))
        yield spec
    finally:
        site.remove(spec)

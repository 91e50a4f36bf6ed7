"""What a platform hears when its cluster is not there, not the right one, or does not know it."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from proeftuin_infra.kube.client import errors
from proeftuin_infra.kube.client.connection import Cluster
from proeftuin_infra.kube.client.deleting import NamespaceStuckError, delete_namespace, holders
from proeftuin_infra.kube.client.errors import KubeError
from proeftuin_infra.kube.client.objects import Objects
from proeftuin_infra.kube.client.quantities import cpu_cores, mebibytes
from proeftuin_infra.kube.client.rights import NEEDED, missing_rights
from proeftuin_infra.kube.client.usage import Usage, UsageReader
from support.kube_api import certificate, fake_api, write_kubeconfig

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.kube_api import FakeApi


@pytest.fixture
def api(tmp_path: Path) -> Iterator[FakeApi]:
    with fake_api(tmp_path) as api:
        yield api


@pytest.fixture
def cluster(api: FakeApi) -> Iterator[Cluster]:
    cluster = Cluster(api.kubeconfig)
    yield cluster
    cluster.close()


def refused(kubeconfig: Path) -> KubeError:
    cluster = Cluster(kubeconfig)
    with pytest.raises(KubeError) as caught:
        cluster.request("GET", "/version", patience=2)
    cluster.close()
    return caught.value


def test_an_expired_certificate_is_named(tmp_path: Path) -> None:
    """The operator must renew it; trying again does not help the platform, but is harmless."""
    with fake_api(tmp_path, valid_until=-timedelta(days=1)) as api:
        error = refused(api.kubeconfig)

    assert (errors.EXPIRED, False) == (error.code, error.is_transient)


def test_another_cluster_under_the_same_address_is_not_trusted(tmp_path: Path) -> None:
    """A certificate of somebody else is no reason to send our token."""
    with fake_api(tmp_path, trusted=False) as api:
        error = refused(api.kubeconfig)

    assert errors.CERTIFICATE == error.code


def test_nobody_at_the_address_is_unreachable_and_may_pass(tmp_path: Path) -> None:
    """An API server that restarts comes back."""
    certificate(tmp_path / "server", ends=datetime(2090, 1, 1, tzinfo=UTC))
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = refused(write_kubeconfig(tmp_path / "kubeconfig", port=port, authority=tmp_path / "server.crt"))

    assert (errors.UNREACHABLE, True) == (error.code, error.is_transient)


def test_a_token_that_the_cluster_does_not_know_is_a_refused_login(api: FakeApi) -> None:
    """401 is about who we are, 403 about what we may."""
    api.answers["GET", "/version"] = 401, b'{"kind": "Status", "message": "Unauthorized"}'

    assert errors.LOGIN == refused(api.kubeconfig).code


@pytest.mark.parametrize("content", [None, "geen yaml: [", "apiVersion: v1\nkind: Config\n"])
def test_a_kubeconfig_that_cannot_be_used_is_named(content: str | None, tmp_path: Path) -> None:
    """Absent, broken or empty."""
    path = tmp_path / "kubeconfig"
    if content is not None:
        path.write_text(content)

    assert errors.CONFIG == refused(path).code


def test_what_is_not_there_is_none_and_what_is_refused_is_not(api: FakeApi, cluster: Cluster) -> None:
    """Absence is an answer; a refusal is an error."""
    api.answers["GET", "/api/v1/namespaces/geheim"] = 403, b'{"kind": "Status", "message": "may not"}'
    objects = Objects(cluster)

    assert objects.get("Namespace", "er-niet") is None
    assert not objects.delete("Namespace", "er-niet")
    with pytest.raises(KubeError, match=errors.FORBIDDEN):
        objects.get("Namespace", "geheim")


def test_a_stream_gives_whole_lines_and_the_last_unfinished_one(api: FakeApi, cluster: Cluster) -> None:
    """A log need not end in a line end."""
    api.answers["GET", "/log"] = 200, b"een\ntwee\ndrie"

    assert [b"een", b"twee", b"drie"] == list(cluster.lines("/log"))


def test_rights_that_are_missing_are_listed(api: FakeApi, cluster: Cluster) -> None:
    """The operator sees all at once what must be given."""
    answer = {"kind": "SelfSubjectAccessReview", "status": {"allowed": False}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    api.answers["POST", path] = 201, json.dumps(answer).encode()
    missing = missing_rights(cluster)

    assert sum(len(verbs) for _, _, verbs in NEEDED) == len(missing)
    assert "create pods/portforward" in missing


def test_a_namespace_that_does_not_go_names_what_holds_it(api: FakeApi, cluster: Cluster) -> None:
    """A finalizer or an API service that does not answer: the operator needs its name."""
    condition = {
        "type": "NamespaceDeletionDiscoveryFailure",
        "status": "True",
        "message": "unable to retrieve metrics.k8s.io/v1beta1",
    }
    namespace = {"metadata": {"name": "pt-x"}, "status": {"conditions": [condition]}}
    pod = {"metadata": {"name": "vast", "finalizers": ["example.org/nooit"]}}
    api.answers["GET", "/api/v1/namespaces/pt-x"] = 200, json.dumps(namespace).encode()
    api.answers["DELETE", "/api/v1/namespaces/pt-x"] = 200, b"{}"
    for path in ("pods", "persistentvolumeclaims", "services", "configmaps", "secrets"):
        items = [pod] if path == "pods" else []
        api.answers["GET", f"/api/v1/namespaces/pt-x/{path}"] = 200, json.dumps({"items": items}).encode()
    api.answers["GET", "/apis/apps/v1/namespaces/pt-x/deployments"] = 200, b'{"items": []}'
    api.answers["GET", "/apis/batch/v1/namespaces/pt-x/jobs"] = 200, b'{"items": []}'
    with pytest.raises(NamespaceStuckError) as caught:
        list(delete_namespace(Objects(cluster), "pt-x", patience=0.3))

    assert "metrics.k8s.io" in str(caught.value)
    assert "Pod vast waits for example.org/nooit" in str(caught.value)
    assert ("NamespaceDeletionDiscoveryFailure",) == tuple(one.reason for one in holders(namespace))


def test_usage_degrades_to_nothing_where_it_may_not_be_read(api: FakeApi, cluster: Cluster) -> None:
    """The platform's own role has no right to a node; then nothing is shown, and the node is not asked again."""
    summary = "/api/v1/nodes/n/proxy/stats/summary"
    api.answers["GET", summary] = 403, b'{"kind": "Status", "message": "may not"}'
    reader = UsageReader(cluster)

    assert reader.of("pt-x", "p", node="n") is None
    assert reader.of("pt-x", "p", node="") is None
    metrics = {
        "items": [
            {
                "metadata": {"namespace": "pt-x", "name": "p"},
                "containers": [{"usage": {"cpu": "250m", "memory": "64Mi"}}],
            }
        ]
    }
    api.answers["GET", "/apis/metrics.k8s.io/v1beta1/namespaces/pt-x/pods"] = 200, json.dumps(metrics).encode()

    assert Usage(memory_mib=64.0, cpu_cores=0.25) == UsageReader(cluster).of("pt-x", "p", node="n")
    assert ("GET", summary) in api.asked


@pytest.mark.parametrize(("text", "value"), [("500m", 0.5), ("2", 2.0), ("12345n", 12345e-9), ("1k", 1000.0)])
def test_quantities_of_processor_time_are_cores(text: str, value: float) -> None:
    """As Kubernetes writes them."""
    assert value == pytest.approx(cpu_cores(text))


@pytest.mark.parametrize(("text", "value"), [("64Mi", 64.0), ("1Gi", 1024.0), ("1048576", 1.0)])
def test_quantities_of_bytes_are_mebibytes(text: str, value: float) -> None:
    """Powers of two carry an i."""
    assert value == mebibytes(text)

"""Each test here runs on both clusters: with a policy engine and without."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from support.cluster import Kubectl, running
from testcluster.layout import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testcluster.machine import Machine


@pytest.fixture(scope="module", params=list(Network))
def machine(request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A running cluster."""
    with running(request.param) as machine:
        yield machine


@pytest.fixture(scope="module")
def kubectl(machine: Machine) -> Kubectl:
    """The administrator's kubectl."""
    return Kubectl(machine.layout.root / "kubectl", machine.layout.kubeconfig)


@pytest.fixture(scope="module")
def namespace(kubectl: Kubectl) -> Iterator[str]:
    """A namespace under the strictest Pod Security standard, gone afterwards."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    labels = {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "v1.34",
    }
    metadata = {"name": name, "labels": labels}
    kubectl("create", "--filename=-", given={"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
    kubectl("wait", "--for=create", "serviceaccount/default", f"--namespace={name}", "--timeout=20s")
    yield name
    kubectl("delete", "namespace", name, "--wait=false")
